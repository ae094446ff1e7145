"""A terminal, or whatever stands in its place: colour and progress only where a person watches."""

from __future__ import annotations

import enum
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TextIO

_LINE_BREAKS: Final = "\n\t"
_FIRST_PRINTABLE: Final = 0x20
_DELETE_AND_C1: Final = range(0x7F, 0xA0)
_SURROGATES: Final = range(0xD800, 0xE000)
_COMMAND: Final = re.compile(r"((?:^\s*(?=::))|(?=##\[))(::|##\[)", re.MULTILINE)
_CLEAR_LINE: Final = "\r\x1b[2K"


class Style(enum.Enum):
    """How a piece of text looks, named by what it means (the values are the parameters of ECMA-48 SGR)."""

    GOOD = "32"
    BAD = "31"
    DOUBT = "33"
    STRONG = "1"
    QUIET = "2"


class Terminal:
    """A text stream that knows whether a person watches it.

    Attributes:
        stream: where the text goes.
        interactive: whether the stream is a terminal that can redraw a line; progress is shown only then.
        colour: whether text may be styled: on a terminal, unless ``NO_COLOR`` is set to anything (no-color.org) or
            ``TERM`` is ``dumb``.

    """

    def __init__(self, stream: TextIO, *, environment: Mapping[str, str] = os.environ) -> None:
        self.stream = stream
        self.interactive = stream.isatty() and environment.get("TERM") != "dumb"
        self.colour = self.interactive and not environment.get("NO_COLOR")
        self._progress_shown = False
        self._is_read_by_a_runner = environment.get("GITHUB_ACTIONS") == "true"

    def paint(self, text: str, style: Style) -> str:
        """Return the text in a style, or as it is where colour has no place."""
        return f"\x1b[{style.value}m{text}\x1b[0m" if self.colour and text else text

    def line(self, text: str = "") -> None:
        """Write a line; a progress line that is shown gives way to it."""
        self.lines((text,))

    def lines(self, texts: Iterable[str]) -> None:
        """Write lines, all at once; a progress line that is shown gives way to them."""
        self.clear_progress()
        if self._is_read_by_a_runner:
            texts = map(_without_commands, texts)
        self.stream.write("".join(f"{text}\n" for text in texts))
        self.stream.flush()

    def progress(self, text: str) -> None:
        """Show where long work stands, in place of the last progress line; nothing happens where nobody watches."""
        if not self.interactive:
            return
        width = shutil.get_terminal_size().columns
        self.stream.write(_CLEAR_LINE + printable(text)[: width - 1])
        self.stream.flush()
        self._progress_shown = True

    def clear_progress(self) -> None:
        """Take the progress line away."""
        if self._progress_shown:
            self.stream.write(_CLEAR_LINE)
            self.stream.flush()
            self._progress_shown = False


def standard_output() -> Terminal:
    """Return standard output as it is now."""
    return Terminal(sys.stdout)


def standard_error() -> Terminal:
    """Return standard error as it is now."""
    return Terminal(sys.stderr)


def shown_path(path: Path | str) -> str:
    """Return a path as a person here would write it: relative when it lies below the current folder."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def printable(text: str) -> str:
    r"""Return foreign text so that it cannot steer a terminal, and can be written: ``\x1b`` for control characters.

    Halves of a surrogate pair, which JSON can hold and UTF-8 cannot, become ``\xd800`` and the like.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(character if _is_harmless(character) else f"\\x{ord(character):02x}" for character in text)


def _without_commands(text: str) -> str:
    """Keep foreign text from being a command to the runner of GitHub Actions.

    It takes `::name::` at the beginning of a line, however far that is indented, and `##[name]` anywhere.
    """
    return _COMMAND.sub(lambda found: f"{found[1]}{found[2][0]} {found[2][1:]}", text)


def _is_harmless(character: str) -> bool:
    code = ord(character)
    return character in _LINE_BREAKS or (
        code >= _FIRST_PRINTABLE and code not in _DELETE_AND_C1 and code not in _SURROGATES
    )
