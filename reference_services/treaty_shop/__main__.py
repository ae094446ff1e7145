"""``python -m treaty_shop``."""

from treaty_shop.command_line import main

main(prog_name="treaty_shop")
