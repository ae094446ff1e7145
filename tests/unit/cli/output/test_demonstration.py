"""The demonstration, for people who see Treaty for the first time."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.unit.cli.output.recording_events import ORDER_USER, WEB_USER, normalized, pact, recorded
from tests.unit.cli.output.verification_events import DIFFERENCE, outcome
from treaty.record.events import Stored
from treaty.session.exchange import Edge
from treaty.verify.outcome import Summary, Verdict
from treaty_cli.bootstrap.demonstration import Demonstrated, Served
from treaty_cli.bootstrap.recording import Listening
from treaty_cli.output.demonstration import DemonstrationView
from treaty_cli.output.terminal import Terminal

FOLDER = Path(".treaty/demo")
GOOD, BAD = "\x1b[32m", "\x1b[31m"
BROKEN = outcome(Verdict.BROKEN, "GET /orders -> 200", differences=(DIFFERENCE, DIFFERENCE))


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(name="stream")
def _stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(name="view")
def _view(stream: io.StringIO) -> DemonstrationView:
    return DemonstrationView(Terminal(stream, environment={}))


def test_it_begins_with_what_is_going_to_happen(view: DemonstrationView, stream: io.StringIO) -> None:
    """And says where everything is found afterwards."""
    view.begins(FOLDER)
    view.listening(Listening(edges={WEB_USER: "a", ORDER_USER: "b"}, upstreams={}))
    lines = stream.getvalue().splitlines()
    assert str(FOLDER) in lines[1]
    assert lines[3].startswith("1  record  ")
    assert lines[-1].startswith("  2 edges are watched")


class TestMap:
    def test_who_called_whom_is_drawn_to_scale(self, view: DemonstrationView, stream: io.StringIO) -> None:
        """The client first, the others by name; what is rare still has a mark."""
        counts = {
            ORDER_USER: 40,
            Edge(consumer="client", provider="user"): 20,
            Edge(consumer="client", provider="order"): 80,
            Edge(consumer="payment", provider="user"): 1,
        }
        view.recorded(recorded(stored=Stored(counts=counts), normalized=normalized(pact(), pact(ORDER_USER))), 2.34)
        lines = stream.getvalue().splitlines()
        assert lines[0] == "  141 exchanges in 2.3 s. Who called whom:"
        assert lines[2:6] == [
            "      client -> order           80  " + "#" * 40,
            "      client -> user            20  " + "#" * 10,
            "       order -> user            40  " + "#" * 20,
            "     payment -> user             1  #",
        ]
        assert "  141 exchanges became 6 interactions in 2 pacts:" in lines

    def test_a_recording_without_pacts_is_no_end(self, view: DemonstrationView, stream: io.StringIO) -> None:
        view.recorded(recorded(stored=Stored(), normalized=None), 0)
        assert "  0 exchanges became 0 interactions in 0 pacts:" in stream.getvalue().splitlines()


class TestProviders:
    @pytest.mark.parametrize(
        ("summary", "colour"),
        [(Summary(kept=3), GOOD), (Summary(kept=3, broken=1), BAD), (Summary(kept=3, could_not_tell=1), BAD)],
    )
    def test_each_has_a_line_in_the_colour_of_its_result(self, summary: Summary, colour: str) -> None:
        screen = _Screen()
        DemonstrationView(Terminal(screen, environment={})).verified("user", summary)
        assert screen.getvalue().startswith(f"  user          {colour}3 kept, ")

    def test_a_defect_shows_what_broke_for_whom_and_where(self, view: DemonstrationView, stream: io.StringIO) -> None:
        """The first difference of the first interactions; the rest is counted."""
        view.caught("order", "S1-7", Summary(kept=1, broken=5), [BROKEN] * 5)
        lines = stream.getvalue().splitlines()
        assert lines[1] == "4  break  order once more, with a known defect switched on (S1-7)"
        assert lines[2].startswith("  order         1 kept, 5 broken")
        assert lines[3:5] == [
            "  broken  GET /orders -> 200, promised to web",
            "          body.$.role  Expected 'guest' to be a role",
        ]
        assert len([line for line in lines if line.startswith("  broken  ")]) == 3
        assert "  and 2 more" in lines

    def test_an_outcome_without_differences_has_only_its_line(
        self, view: DemonstrationView, stream: io.StringIO
    ) -> None:
        view.caught("order", "S1-7", Summary(broken=1), [outcome(Verdict.BROKEN, "GET /a -> 200")])
        assert stream.getvalue().splitlines()[3:5] == ["  broken  GET /a -> 200, promised to web", ""]


class TestStub:
    @staticmethod
    def served(view: DemonstrationView, body: str, status: int = 200) -> None:
        view.served(Served(line="GET http://a.test/x", status=status, match='a; why="rule"', body=body))

    def test_a_request_has_its_reason_and_its_answer(self, view: DemonstrationView, stream: io.StringIO) -> None:
        """A small object on one line, however it was written."""
        self.served(view, '{\n  "id": 42,\n  "name": "größe"\n}')
        assert stream.getvalue().splitlines() == [
            "  GET http://a.test/x",
            '    200  X-Treaty-Match: a; why="rule"',
            '    {"id": 42, "name": "größe"}',
        ]

    def test_a_miss_shows_the_nearest_interaction(self, view: DemonstrationView, stream: io.StringIO) -> None:
        """With its first difference."""
        difference = {"location": "path", "rule": "equality", "wanted": "/a", "got": "/x"}
        problem = {
            "detail": "nothing matches GET /x",
            "nearest": [{"interaction": "GET /a -> 200", "differences": [difference, difference]}],
        }
        self.served(view, json.dumps(problem), 501)
        assert stream.getvalue().splitlines()[2:] == [
            "    nothing matches GET /x",
            "    nearest: GET /a -> 200: path wanted /a, got /x",
        ]

    @pytest.mark.parametrize("nearest", [[], [{"interaction": "GET /a -> 200", "differences": []}]])
    def test_a_miss_without_anything_near_is_shown_too(
        self, view: DemonstrationView, stream: io.StringIO, nearest: list[object]
    ) -> None:
        """A stub without interactions knows none."""
        self.served(view, json.dumps({"detail": "nothing matches GET /x", "nearest": nearest}), 501)
        assert "    nothing matches GET /x" in stream.getvalue().splitlines()

    def test_any_other_answer_is_cut_to_a_few_lines(self, view: DemonstrationView, stream: io.StringIO) -> None:
        """Also when it is no JSON; control characters are written out."""
        self.served(view, "word\x1b " * 500)
        lines = stream.getvalue().splitlines()
        assert len(lines) == 6
        assert "\x1b" not in stream.getvalue()

    @pytest.mark.parametrize(("status", "colour"), [(200, GOOD), (501, "\x1b[33m")])
    def test_the_status_has_a_colour(self, status: int, colour: str) -> None:
        screen = _Screen()
        self.served(DemonstrationView(Terminal(screen, environment={})), "{}", status)
        assert f"{colour}{status}\x1b[0m" in screen.getvalue()


class TestEnd:
    @pytest.mark.parametrize(
        ("summary", "text"),
        [
            (Summary(kept=1), "every promise kept, one defect caught, in 61 s"),
            (Summary(kept=1, broken=1), "NOT every promise kept, one defect caught, in 61 s"),
        ],
    )
    def test_it_says_how_it_went_and_what_to_try_next(
        self, view: DemonstrationView, stream: io.StringIO, summary: Summary, text: str
    ) -> None:
        view.caught("order", "S1-7", Summary(broken=1), [BROKEN])
        view.ended(Demonstrated(verified={"user": summary}, seconds=61.2), FOLDER)
        lines = stream.getvalue().splitlines()
        assert text in lines
        assert f"  cd {FOLDER}" in lines

    def test_a_defect_that_was_not_caught_is_not_claimed_to_be(
        self, view: DemonstrationView, stream: io.StringIO
    ) -> None:
        view.caught("order", "S1-7", Summary(kept=3), [])
        view.ended(Demonstrated(verified={"user": Summary(kept=1)}, seconds=1), FOLDER)
        assert "every promise kept, the defect NOT caught, in 1 s" in stream.getvalue().splitlines()
