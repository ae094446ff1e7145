"""Options that several commands have in common, and how their texts are read.

Each is a decorator, so that a command lists its options in the order in which its help shows them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import click

from treaty.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., object])

base_url: Final = click.option(
    "--base-url", metavar="URL", help="Where the provider runs; without it, it is started as treaty.yaml says."
)
host: Final = click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="ADDR", help="The address to listen on."
)
state_url: Final = click.option(
    "--state-url", metavar="URL", help="Your handler of states that have no recorded steps (Pact's protocol)."
)
secret: Final = click.option(
    "--secret",
    "secrets",
    multiple=True,
    metavar="NAME=env:VARIABLE",
    help="Fill the slot ${secret.NAME} of pacts from the environment; never shown.",
)
allow_writes: Final = click.option(
    "--allow-writes", multiple=True, metavar="HOST", help="Let set-up and interactions write to this host."
)
destructive: Final = click.option(
    "--destructive",
    is_flag=True,
    help="There, even what this run did not create may be deleted or overwritten.",
)
clock: Final = click.option(
    "--clock",
    metavar="recorded|+400d|-2h|TIME",
    help="Start the provider at another time: TIME is as 2024-02-29T12:00:00Z, recorded that of --session.",
)
clock_session: Final = click.option(
    "--session",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The recording whose time --clock recorded means.",
)
config: Final = click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Use this treaty.yaml.")


def header(target: str) -> Callable[[Command], Command]:
    """Give the option of headers that are set on every `target`."""
    return click.option(
        "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help=f"Set on every {target}; never shown."
    )


def json_lines(what: str) -> Callable[[Command], Command]:
    """Give the option of a file of JSON lines, one for each `what`."""
    return click.option(
        "--json", "json_lines", metavar="FILE", help=f"Write one JSON line {what}; - is standard output."
    )


def parse_header(text: str) -> tuple[str, str]:
    """Take `NAME: VALUE` apart.

    Raises:
        UsageError: when it is not of that form; the value is not repeated.

    """
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip()
    if not colon or not name or not all(33 <= ord(character) < 127 for character in name):
        raise UsageError("a --header is not of the form 'NAME: VALUE'", where="--header", hint="'Authorization: ...'")
    if any(character in value for character in "\r\n\0"):
        raise UsageError(f"the value of --header {name} has a line break in it", where="--header")
    return name, value
