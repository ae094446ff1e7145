from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.unit.cli.output.verification_events import DIFFERENCE, REASON, events, finished, outcome
from treaty.verify.calls import Answer
from treaty.verify.document import read_document
from treaty.verify.events import Event, InteractionJudged, RunStarted
from treaty.verify.outcome import Verdict
from treaty.verify.sent_request import SentRequest
from treaty_cli.output.verification_html import html_page
from treaty_cli.output.verification_run import run_of

MOMENT = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\x1b[2J"
EMPTY_ELEMENTS = {"meta", "input", "br"}


class Page(HTMLParser):
    """Elements of a page, with all their texts; fails when an element is not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.scripts = ""
        self.styles = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY_ELEMENTS:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        inside = self.open[-1] if self.open else ""
        if inside == "script":
            self.scripts += data
        elif inside == "style":
            self.styles += data
        else:
            self.text += data

    def entries(self) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if "data-verdict" in attributes]


def page_of(*judged: Event) -> Page:
    return Page(html_page(run_of(judged), moment=MOMENT))


def document(interactions: list[Any], states: dict[str, Any]) -> Any:
    content = {
        "consumer": {"name": "web"},
        "provider": {"name": "shop"},
        "interactions": interactions,
        "metadata": {"treaty": {"format": 1, "states": states}},
    }
    return read_document(json.dumps(content).encode(), source="pacts/web-shop.json")


def test_every_interaction_is_an_entry_with_its_verdict_and_consumer() -> None:
    """In the order of the report; what broke is open."""
    page = page_of(*events())
    assert [entry["data-verdict"] for entry in page.entries()] == ["kept", "broken", "untold", "untold", "pending"]
    assert {entry["data-consumer"] for entry in page.entries()} == {"web"}
    assert ["open" in entry for entry in page.entries()] == [False, True, True, True, False]
    for text in ("shop breaks 1 promise", "GET /b -> 200", '"member"', '"guest"', "recorded as constant", "409"):
        assert text in page.text
    assert "shop → bank" in page.text
    assert "nearest: GET /y -> 200, differs at path[0]" in page.text
    assert "2026-01-31 12:30:00 UTC" in page.text


def test_nothing_from_outside_becomes_markup() -> None:
    """Every text of a run may hold any characters."""
    hostile = outcome(
        Verdict.BROKEN,
        HOSTILE,
        pact=HOSTILE,
        states=(HOSTILE,),
        differences=(
            replace(DIFFERENCE, location=HOSTILE, wanted=HOSTILE, got=HOSTILE, message=HOSTILE, cause=HOSTILE),
        ),
        request=SentRequest(method="GET", url=HOSTILE, headers=((HOSTILE, HOSTILE),), body=HOSTILE.encode()),
        answer=Answer(status=200, headers=((HOSTILE, HOSTILE),), body=HOSTILE.encode()),
    )
    start, *_, finding, end = events()
    assert isinstance(start, RunStarted)
    harmless = page_of(start, InteractionJudged(outcome=outcome(Verdict.BROKEN, "x")), finding, end)
    page = page_of(
        replace(start, provider=HOSTILE, base_url=HOSTILE),
        InteractionJudged(outcome=replace(hostile, consumer=HOSTILE)),
        finding,
        end,
    )
    assert HOSTILE.replace("\x1b", "\\x1b") in page.text
    assert "\x1b" not in page.text
    kinds = {tag for tag, _ in page.tags}
    assert kinds <= {tag for tag, _ in harmless.tags} | {"dl", "dt", "dd", "pre", "h3"}
    assert page.scripts == harmless.scripts
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)


def test_the_page_fetches_nothing_and_runs_its_own_script_only() -> None:
    """The policy allows exactly the style and the script that are in it."""
    page = page_of(*events())
    policy = next(str(attributes["content"]) for _, attributes in page.tags if "http-equiv" in attributes)
    for kind, content in (("script", page.scripts), ("style", page.styles)):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    links = [str(attributes[name]) for _, attributes in page.tags for name in ("href", "src") if name in attributes]
    assert all(link.startswith("#") for link in links)
    assert not re.search(r"url\(|@import|https?:", page.styles + page.scripts)


def test_a_state_is_told_in_words() -> None:
    """In full where something is wrong, else with a link to where it is."""
    states = {
        "4f1c": {
            "name": "a user",
            "mint": {},
            "steps": [{"call": {"request": {"method": "POST", "path": "/u"}, "status": 201}}],
        }
    }
    interaction = {
        "description": "d",
        "request": {"method": "GET", "path": "/"},
        "response": {"status": 200},
        "providerStates": [{"name": "a user", "params": {"treaty": "4f1c"}}],
    }
    pact = document([interaction, interaction], states)
    start, *_, end = events()
    assert isinstance(start, RunStarted)
    kept = outcome(Verdict.KEPT, "a", states=("a user",))
    broken = replace(outcome(Verdict.BROKEN, "b", states=("a user",)), position=1)
    page = page_of(
        replace(start, documents=(pact,)), InteractionJudged(outcome=kept), InteractionJudged(outcome=broken), end
    )
    assert page.text.count("send POST /u, which is answered with status 201") == 2
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert links == ["#state-1"]
    assert [attributes["id"] for tag, attributes in page.tags if tag == "h3" and "id" in attributes] == ["state-1"]


def test_a_request_is_shown_as_a_command_with_its_variables() -> None:
    request = SentRequest(
        method="GET", url="http://127.0.0.1:1/a", headers=(("X-Key", "${X_KEY}"),), variables=("X_KEY",)
    )
    answer = Answer(status=404, headers=(("Content-Type", "text/plain"),), body=b"no such thing")
    page = page_of(InteractionJudged(outcome=outcome(Verdict.BROKEN, "d", request=request, answer=answer)))
    assert 'curl -i http://127.0.0.1:1/a \\\n  -H "X-Key: ${X_KEY}"' in page.text
    assert "Secrets are not shown: set X_KEY in the shell first." in page.text
    assert "404\nContent-Type: text/plain\n\nno such thing" in page.text


def test_each_round_has_a_heading() -> None:
    start, *_, end = events()
    assert isinstance(start, RunStarted)
    judged = [InteractionJudged(outcome=outcome(Verdict.KEPT, "a", round=number)) for number in (1, 2)]
    page = page_of(replace(start, rounds=2), *judged, end)
    assert "web → shop, round 1" in page.text
    assert "web → shop, round 2" in page.text


@pytest.mark.parametrize(
    ("judged", "headline"),
    [
        ([], "Nothing was verified"),
        (events()[:2], "The verification of shop was cut short"),
        (finished(), "Nothing was verified"),
        (finished(outcome(Verdict.KEPT, "a")), "shop keeps 1 promise"),
        (finished(outcome(Verdict.BROKEN, "a", pending=True)), "Nothing that counts was verified: 1 interaction"),
    ],
)
def test_the_headline_says_what_came_out(judged: list[Event], headline: str) -> None:
    """Also when the run did not get to its end."""
    assert headline in page_of(*judged).text


def test_what_else_is_worth_knowing_about_a_verdict_is_said() -> None:
    page = page_of(*finished(outcome(Verdict.COULD_NOT_TELL, "a", reason=REASON, note="with <more> it passes")))
    assert "with <more> it passes" in page.text


def test_what_ended_a_run_is_said_with_its_reason() -> None:
    """At the top, where people look."""
    page = Page(html_page(run_of([], failure=REASON), moment=MOMENT))
    assert "the state 'x' could not be set up" in page.text
    assert "hint   look" in page.text


def test_the_clock_the_notes_and_how_far_a_run_came_are_said_at_the_top() -> None:
    """Before any interaction."""
    start, first, *_ = events()
    assert isinstance(start, RunStarted)
    head, _, _ = page_of(replace(start, clock="2024 (+1d)", notes=("one <worker>",)), first).text.partition("GET /a")
    assert "Its clock began at 2024 (+1d)" in head
    assert "one <worker>" in head
    assert "1 of 5 interactions judged" in head
    assert "judged" not in page_of(*events()).text


@pytest.mark.parametrize("verdict", [Verdict.BROKEN, Verdict.COULD_NOT_TELL])
def test_what_is_pending_says_that_it_does_not_count(verdict: Verdict) -> None:
    """Whatever is wrong with it."""
    page = page_of(*finished(outcome(verdict, "a", pending=True)))
    assert [entry["data-verdict"] for entry in page.entries()] == ["pending"]
    assert f"so that it is {verdict.value} does not count" in page.text


def test_a_large_report_stays_small() -> None:
    """Below a kilobyte for an interaction that is kept."""
    start, *_, end = events()
    judged = [InteractionJudged(outcome=outcome(Verdict.KEPT, f"GET /{n} -> 200")) for n in range(1000)]
    assert len(html_page(run_of([start, *judged, end]), moment=MOMENT)) < 1_000_000


def test_of_very_many_differences_the_first_are_shown() -> None:
    """A field that every element of a long list lacks does not make a page that cannot be opened."""
    judged = outcome(Verdict.BROKEN, "GET /a -> 200", differences=(DIFFERENCE,) * 5000)
    page = page_of(*finished(judged))
    assert page.text.count(DIFFERENCE.location) == 100
    assert "and 4900 more differences; --json writes them all" in page.text
