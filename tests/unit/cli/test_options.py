"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from treaty.errors import UsageError
from treaty_cli import options
from treaty_cli.options import parse_header


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


def test_options_are_shown_in_the_order_of_the_command() -> None:
    """Each is made anew for each command that has it."""

    @click.command()
    @options.config
    @options.header("call")
    @options.json_lines("a call")
    def one(config: Path | None, headers: tuple[str, ...], json_lines: str | None) -> None:
        click.echo(f"{config} {headers} {json_lines}")

    @click.command()
    @options.config
    def other(config: Path | None) -> None:
        click.echo(str(config))

    assert [parameter.name for parameter in one.params] == ["config", "headers", "json_lines"]
    assert one.params[0] is not other.params[0]
    ran = CliRunner().invoke(one, ["--header", "A: b", "--config", "c", "--json", "-"])
    assert ran.output == "c ('A: b',) -\n"
