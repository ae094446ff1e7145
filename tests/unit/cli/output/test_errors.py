"""Errors as people read them."""

from __future__ import annotations

import io

from treaty.errors import PactUnreadable, PortTaken
from treaty_cli.output.errors import render_error, show_error
from treaty_cli.output.terminal import Terminal


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


ERROR = PactUnreadable(
    "pacts/web-order.json is not a Pact file we can read",
    where="line 48, /interactions/3",
    why="'decimals' is not a matcher\nof Pact V3",
    hint="did you mean 'decimal'?",
)


def test_an_error_has_what_code_where_why_and_hint() -> None:
    assert render_error(ERROR, Terminal(io.StringIO())) == (
        "error: pacts/web-order.json is not a Pact file we can read  [pact-unreadable]\n"
        "  where  line 48, /interactions/3\n"
        "  why    'decimals' is not a matcher\n"
        "         of Pact V3\n"
        "  hint   did you mean 'decimal'?"
    )


def test_empty_parts_are_left_out() -> None:
    assert render_error(PortTaken("port 1 is taken"), Terminal(io.StringIO())) == "error: port 1 is taken  [port-taken]"


def test_colour_marks_the_labels_and_changes_no_word() -> None:
    coloured = render_error(ERROR, Terminal(_Screen(), environment={}))
    assert "\x1b[31merror:\x1b[0m" in coloured
    assert "\x1b[2mwhere\x1b[0m" in coloured
    plain = coloured
    for code in ("\x1b[31m", "\x1b[1m", "\x1b[2m", "\x1b[0m"):
        plain = plain.replace(code, "")
    assert plain == render_error(ERROR, Terminal(io.StringIO()))


def test_control_characters_of_foreign_text_are_shown_not_sent() -> None:
    shown = render_error(PortTaken("bad \x1b[2J name"), Terminal(io.StringIO()))
    assert shown == "error: bad \\x1b[2J name  [port-taken]"


def test_an_error_is_written_with_a_line_break() -> None:
    stream = io.StringIO()
    show_error(PortTaken("port 1 is taken"), Terminal(stream))
    assert stream.getvalue() == "error: port 1 is taken  [port-taken]\n"
