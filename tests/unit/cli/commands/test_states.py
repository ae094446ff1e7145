from __future__ import annotations

import pytest

from treaty_cli.app import main


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["serve", "--provider", "user", "--clock", "soon"], "--clock"),
        (["serve", "a.json", "--base-url", "http://x", "--clock", "+1d"], "--clock"),
        (["serve", "a.json"], "--base-url"),
        (["serve", "a.json", "--base-url", "http://x", "--port", "99999"], "--port"),
        (["serve", "a.json", "--base-url", "http://x", "--header", "nonsense"], "--header"),
        (["sevre"], "sevre"),
    ],
)
def test_unusable_arguments_end_with_2(arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With what is wrong."""
    assert main(["states", *arguments]) == 2
    assert why in capsys.readouterr().err.lower()
