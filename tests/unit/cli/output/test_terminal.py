"""Colour and progress only where a person watches."""

from __future__ import annotations

import io

import pytest

from treaty_cli.output.terminal import Style, Terminal, printable, standard_error, standard_output


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "interactive", "colour"),
    [
        (_Screen(), {"TERM": "xterm"}, True, True),
        (_Screen(), {}, True, True),
        (_Screen(), {"NO_COLOR": "1"}, True, False),
        (_Screen(), {"NO_COLOR": ""}, True, True),
        (_Screen(), {"TERM": "dumb"}, False, False),
        (io.StringIO(), {"TERM": "xterm"}, False, False),
    ],
)
def test_colour_and_progress_follow_the_stream_and_the_environment(
    stream: io.StringIO,
    environment: dict[str, str],
    interactive: bool,
    colour: bool,
) -> None:
    terminal = Terminal(stream, environment=environment)
    assert (terminal.interactive, terminal.colour) == (interactive, colour)


def test_paint_wraps_text_only_in_colour() -> None:
    assert Terminal(_Screen(), environment={}).paint("kept", Style.GOOD) == "\x1b[32mkept\x1b[0m"
    assert Terminal(io.StringIO(), environment={}).paint("kept", Style.GOOD) == "kept"
    assert Terminal(_Screen(), environment={}).paint("", Style.GOOD) == ""


def test_a_line_takes_the_place_of_progress() -> None:
    screen = _Screen()
    terminal = Terminal(screen, environment={})
    terminal.progress("1 of 2")
    terminal.line("done")
    terminal.line("more")
    assert screen.getvalue() == "\r\x1b[2K1 of 2\r\x1b[2Kdone\nmore\n"


def test_progress_is_not_written_to_files() -> None:
    stream = io.StringIO()
    Terminal(stream, environment={}).progress("1 of 2")
    assert stream.getvalue() == ""


def test_progress_stays_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "10")
    screen = _Screen()
    Terminal(screen, environment={}).progress("0123456789abc")
    assert screen.getvalue() == "\r\x1b[2K012345678"


def test_foreign_text_cannot_steer_the_terminal() -> None:
    assert printable("\ud800") == "\\xd800"
    assert printable("a\x1b[2J\r\x07\x9bb\tc\nd é") == "a\\x1b[2J\\x0d\\x07\\x9bb\tc\nd é"


def test_the_standard_streams_are_those_of_the_moment(capsys: pytest.CaptureFixture[str]) -> None:
    standard_output().line("out")
    standard_error().line("err")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("out\n", "err\n")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("::error::x", ": :error::x"),
        ("  got\n  ::stop-commands::x", "  got\n  : :stop-commands::x"),
        ("the answer was ##[error]x", "the answer was # #[error]x"),
        ("std::vector, # and ## stay", "std::vector, # and ## stay"),
    ],
)
def test_no_text_is_a_command_to_the_runner_of_github_actions(text: str, written: str) -> None:
    """It takes indented ones, too; elsewhere every text stays as it is."""
    for environment, expected in (({"GITHUB_ACTIONS": "true"}, written), ({}, text)):
        stream = io.StringIO()
        Terminal(stream, environment=environment).line(text)
        assert stream.getvalue() == f"{expected}\n"
