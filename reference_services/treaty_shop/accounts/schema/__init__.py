"""The tables of the accounts service: what describes them, and how they came to be."""

from pathlib import Path
from typing import Final

from treaty_shop.platform.database import Schema

SCHEMA: Final = Schema(service="accounts", package=__name__, folder=Path(__file__).parent, numbered=("movements",))
