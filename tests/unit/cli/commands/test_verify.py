from __future__ import annotations

import pytest

from treaty.errors import UsageError
from treaty_cli.commands.verify import parse_header


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("A: b", ("A", "b")),
        ("Authorization:Bearer a:b ", ("Authorization", "Bearer a:b")),
        ("X-Empty:", ("X-Empty", "")),
    ],
)
def test_headers_are_taken_apart_at_the_first_colon(text: str, header: tuple[str, str]) -> None:
    """Blanks around name and value are left out."""
    assert parse_header(text) == header


@pytest.mark.parametrize("text", ["s3cret", ": s3cret", "a b: s3cret", "Ä: s3cret", "A: s3cret\r\nB: c"])
def test_other_texts_are_refused_without_repeating_the_value(text: str) -> None:
    """It may be a secret."""
    with pytest.raises(UsageError) as raised:
        parse_header(text)
    assert "s3cret" not in str(raised.value)
