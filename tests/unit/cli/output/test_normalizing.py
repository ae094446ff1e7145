"""What normalisation did, for people."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.cli.output.recording_events import ORDER_USER, WEB_USER, normalized, pact
from treaty.normalize.findings import Finding
from treaty.verify.tried_states import Dropped, LeftAlone, Minimised
from treaty_cli.bootstrap.normalizing import NormalizeSummary
from treaty_cli.output.normalizing import show_normalized
from treaty_cli.output.terminal import Terminal


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(summary: NormalizeSummary, stream: io.StringIO | None = None) -> str:
    stream = stream or io.StringIO()
    show_normalized(Terminal(stream, environment={}), summary)
    return stream.getvalue()


def test_each_pact_has_a_line() -> None:
    """How many interactions it holds, whether it changed, and where it lies."""
    text = shown(normalized(pact(), pact(ORDER_USER, interactions=1, written=False)))
    assert text.splitlines() == [
        "  web -> user                  3 interactions   written    pacts/web-user.json",
        "  order -> user                1 interaction    unchanged  pacts/order-user.json",
    ]


def test_a_pact_that_is_all_new_does_not_list_itself() -> None:
    """Only what is new among others is worth a line."""
    assert len(shown(normalized(pact(added=["c", "a", "b"]))).splitlines()) == 1
    text = shown(normalized(pact(added=["c", "a"])))
    assert text.splitlines()[1:] == ["    2 interactions new:", "      a", "      c"]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("changed", "changed"),
        ("edited", "edited by hand, kept"),
        ("kept", "not seen this time, kept"),
        ("pruned", "not seen this time, taken out"),
        ("conflicts", "changed by hand and by the recording: yours was kept"),
    ],
)
def test_what_the_merge_did_is_listed(name: str, label: str) -> None:
    """Also when it did so to every interaction."""
    outcome = pact(interactions=1)
    found: dict[str, Any] = {name: ["GET /a -> 200"]}
    text = shown(normalized(replace(outcome, merged=replace(outcome.merged, **found))))
    assert text.splitlines()[1:] == [f"    1 interaction {label}:", "      GET /a -> 200"]


def test_problems_and_findings_follow_the_pacts() -> None:
    """How often is said where it was more than once."""
    findings = [
        Finding(kind="wire-error", edge=WEB_USER, text="no answer: timeout", count=1),
        Finding(kind="server-error", edge=ORDER_USER, text="GET /a answered 500", count=3),
    ]
    text = shown(normalized(findings=findings, problems=["exchanges.jsonl line 3: torn"]))
    assert text.splitlines() == [
        "  problem     exchanges.jsonl line 3: torn",
        "",
        "findings",
        "  web -> user: no answer: timeout  [wire-error]",
        "  order -> user: GET /a answered 500 (3 times)  [server-error]",
    ]


def test_nothing_is_shown_of_nothing() -> None:
    assert shown(normalized()) == ""


def test_a_conflict_stands_out_in_colour() -> None:
    assert "\x1b[31m    1 interaction changed by hand" in shown(normalized(pact(conflicts=["a"])), _Screen())


def test_texts_of_others_cannot_steer_the_terminal() -> None:
    """Paths and messages come from whoever was recorded."""
    finding = Finding(kind="wire-error", edge=WEB_USER, text="\x1b[2Jgone", count=1)
    text = shown(normalized(pact(changed=["GET /\x1b[31m"]), findings=[finding], problems=["\x07"]))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\\x1b[2Jgone" in text


def test_what_trying_steps_brought_is_told_by_provider() -> None:
    """What went, what was left alone and why, what was not looked at, and where nothing could be tried."""
    gone = Dropped(
        edge=WEB_USER, key="a", description="GET /users/{id} -> 200", state="b", calls=("POST /x -> 201",), indexes=(1,)
    )
    alone = LeftAlone(edge=WEB_USER, description="GET /users -> 200", why="it was edited")
    reports = (
        Minimised(provider="user", trials=7, dropped=(gone,), left_alone=(alone,), rest=2, limit="200 trials"),
        Minimised(provider="order", trials=1),
        Minimised(provider="bank", hindrance="nobody says how it is started"),
    )
    assert shown(replace(normalized(), minimised=reports)).splitlines() == [
        "  user: 1 step of 1 interaction left out, 7 trials",
        "    web -> user: GET /users/{id} -> 200",
        "      without POST /x -> 201",
        "    web -> user: GET /users -> 200 was left alone",
        "      it was edited",
        "    2 provider states not looked at in full: 200 trials were used up",
        "  order: no step can go, 1 trial",
        "  bank: no step was tried",
        "    nobody says how it is started",
    ]
