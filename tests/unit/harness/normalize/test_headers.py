"""What is promised of headers."""

from __future__ import annotations

import re

import pytest

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import View, view_of


def seen(*answers: tuple[tuple[str, str], ...]) -> View:
    session = Session()
    for headers in answers:
        session.call("a>b", "GET /x", None, 200, {"ok": True}, answer_headers=headers)
    return view_of(session, "a>b", "GET /x -> 200")


def own(view: View) -> dict[str, object]:
    return {name: values for name, values in view.interaction["response"]["headers"].items() if name != "Content-Type"}


@pytest.mark.parametrize(
    ("name", "value", "accepted", "refused"),
    [
        ("ETag", '"12-v1"', 'W/"x"', "x"),
        ("Last-Modified", "Fri, 20 Nov 2026 10:00:00 GMT", "Sat, 01 Jan 2000 00:00:00 GMT", "yesterday"),
        ("Retry-After", "120", "7", "soon"),
        ("Link", '</x?page=2>; rel="next"', '<http://b/x?p=9>; rel="next"', '</x>; rel="prev"'),
        ("Content-Disposition", "attachment; filename=a.csv", "attachment", "inline"),
        ("X-Total-Count", "17", "9", "many"),
    ],
)
def test_headers_that_clients_act_on_keep_their_form(name: str, value: str, accepted: str, refused: str) -> None:
    view = seen(((name, value),), ((name.upper(), value),))
    if name == "X-Total-Count":
        view = seen(((name, value),), ((name, "18"),))
    (pattern,) = view.rule(name, "header")
    assert re.fullmatch(pattern, accepted)
    assert not re.fullmatch(pattern, refused)
    (example,) = view.interaction["response"]["headers"][name]
    assert re.fullmatch(pattern, example)


def test_headers_that_are_always_the_same_are_exact() -> None:
    answer = (("x-api-version", "2"), ("Cache-Control", "private, max-age=60"), ("X-Frame-Options", "DENY"))
    assert own(seen(answer, answer)) == {
        "Cache-Control": ["private", "max-age=60"],
        "X-Api-Version": ["2"],
        "X-Frame-Options": ["DENY"],
    }


def test_counters_and_what_is_another_each_time_are_not_promised() -> None:
    first = (("X-RateLimit-Remaining", "9"), ("X-Request-Id", "a1"), ("X-Node", "n1"), ("Date", "x"), ("Server", "y"))
    second = (("X-RateLimit-Remaining", "8"), ("X-Request-Id", "a2"), ("X-Node", "n2"), ("Date", "x"), ("Server", "y"))
    assert own(seen(first, second)) == {}


def test_a_number_that_was_seen_once_may_be_a_count() -> None:
    assert own(seen((("X-Seen", "7"), ("X-Mode", "fast")))) == {"X-Mode": ["fast"]}


def test_versions_and_addresses_are_not_promised() -> None:
    answer = (("X-Build", "1.4.2"), ("X-Home", "http://b/home"), ("X-Since", "2026-11-20T10:00:00Z"))
    assert own(seen(answer, answer)) == {}


def test_a_form_that_is_none_is_not_promised() -> None:
    answer = (("Last-Modified", "0"), ("Retry-After", "later"), ("Link", "nowhere"))
    assert own(seen(answer, answer)) == {}


def test_the_place_of_what_was_made_is_any_number() -> None:
    """Also when nobody asked for that thing, and its answer does not show its id."""
    session = Session()
    for number in (7, 8):
        session.call("a>b", "POST /loans", {}, 201, None, answer_headers=(("Location", f"/v1/loans/{number}"),))
    (pattern,) = view_of(session, "a>b", "POST /loans -> 201").rule("Location", "header")
    assert re.fullmatch(pattern, "/v1/loans/90412")
    assert not re.fullmatch(pattern, "/v1/books/90412")
