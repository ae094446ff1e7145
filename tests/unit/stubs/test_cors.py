"""Answers that scripts of web pages may read."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

import pytest

from tests.unit.stubs.examples import received
from treaty_stubs.cors import Cors, is_origin
from treaty_stubs.message import Answer, Awaited, Delivery

_PAGE = "http://localhost:3000"
_ANSWER = Answer(200, b"ETag: 1\r\nAccess-Control-Allow-Origin: https://recorded.test\r\nSet-Cookie: a=1\r\n", b"{}")


def _ask(
    origins: Sequence[str], *, method: str = "GET", answer: Answer = _ANSWER, **headers: str
) -> tuple[Answer, dict[str, str]]:
    given = Cors(lambda _: answer, origins=origins)(
        received(method, headers={name.replace("_", "-"): value for name, value in headers.items()})
    )
    pairs = (line.partition(": ") for line in given.head.decode().splitlines())
    return given, {name: value for name, _, value in pairs}


def test_a_named_origin_may_read_with_its_credentials() -> None:
    """In place of what was recorded of that, and all headers but cookies."""
    answer, lines = _ask([_PAGE], Origin=_PAGE)
    assert answer.body == b"{}"
    assert lines["Access-Control-Allow-Origin"] == _PAGE
    assert lines["Access-Control-Allow-Credentials"] == "true"
    assert lines["Access-Control-Expose-Headers"] == "ETag"
    assert lines["Vary"] == "Origin"
    assert answer.head.count(b"Access-Control-Allow-Origin") == 1


def test_everybody_may_read_without_credentials() -> None:
    _, lines = _ask(["*"], Origin="https://any.test")
    assert lines["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in lines


def test_others_get_the_answer_as_it_was_recorded() -> None:
    assert _ask([_PAGE])[0] is _ANSWER
    assert _ask([_PAGE], Origin="http://other.test")[0] is _ANSWER


def test_a_preflight_is_answered_by_the_stub_itself() -> None:
    answer, lines = _ask(
        [_PAGE],
        method="OPTIONS",
        Origin=_PAGE,
        Access_Control_Request_Method="PUT",
        Access_Control_Request_Headers="x-a, x-b",
        Access_Control_Request_Private_Network="true",
    )
    assert answer.status == 204
    assert lines["Access-Control-Allow-Methods"] == "PUT"
    assert lines["Access-Control-Allow-Headers"] == "x-a, x-b"
    assert lines["Access-Control-Allow-Private-Network"] == "true"
    assert 'why="preflight"' in lines["X-Treaty-Match"]


def test_a_preflight_of_another_origin_grants_nothing() -> None:
    answer, lines = _ask([_PAGE], method="OPTIONS", Origin="http://other.test", Access_Control_Request_Method="PUT")
    assert answer.status == 204
    assert not any(name.startswith("Access-Control") for name in lines)


def test_an_options_that_is_no_preflight_is_the_recorded_one() -> None:
    assert _ask([_PAGE], method="OPTIONS", Origin=_PAGE)[0].body == b"{}"


def test_an_answer_that_is_still_being_made_may_be_read_too() -> None:
    done: Future[None] = Future()
    later = Delivery(awaited=Awaited(done=done, settle=lambda: _ANSWER))
    answer, _ = _ask(["*"], answer=Answer(502, b"", b"", None, later), Origin=_PAGE)
    assert answer.delivery is not None
    assert answer.delivery.awaited is not None
    assert b"Access-Control-Allow-Origin: *\r\n" in answer.delivery.awaited.settle().head


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("*", True),
        ("null", True),
        (_PAGE, True),
        ("https://a.test", True),
        ("http://a.test/", False),
        ("localhost:3000", False),
        ("HTTP://a.test", False),
        ("http://a.test, http://b.test", False),
        ("", False),
    ],
)
def test_what_is_an_origin(text: str, good: bool) -> None:
    assert is_origin(text) is good
