"""Whether an answer says what the recorded one said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.harness.normalize.sessions import START, Raw, Session
from tests.unit.harness.replay.scenes import replayed
from treaty.contract.json_value import JsonValue, Number, dumps
from treaty.normalize.bodies import Payload
from treaty.replay.comparing import leaves_of
from treaty.verify.calls import Answer

LATER = START + timedelta(days=30)
JSON = (("Content-Type", "application/json; charset=utf-8"),)


def said(recorded: JsonValue, got: JsonValue, *, redacted: tuple[str, ...] = ()) -> list[str]:
    """Compare one answer; a path names the call."""
    session = Session()
    session.call("a>b", "GET /things?q=red", None, 200, recorded, redacted=redacted)
    answer = Answer(status=200, headers=JSON, body=dumps(got).encode())
    return replayed(session.exchanges, [answer], now=[LATER]).said


@pytest.mark.parametrize(
    ("recorded", "got"),
    [
        ({"a": 1, "b": [True, None]}, {"b": [True, None], "a": 1}),
        ({"price": 66}, {"price": Number("66.0")}),
        ({"at": "2026-11-20T10:00:01.5Z"}, {"at": "2026-12-20T10:00:07.25+00:00"}),
        ({"at": 1795168801}, {"at": 1797760801}),
        ({"day": "2026-11-20"}, {"day": "2026-12-20"}),
        ({"founded": "1990-05-01"}, {"founded": "1990-05-01"}),
        ({"trade_no": "T21795184911"}, {"trade_no": "T1795184923"}),
        ({"version": ["4bf92f3577b34da6a3ce929d0e0e4736"]}, {"version": ["00f067aa0ba902b7a3ce929d0e0e4736"]}),
        ([], []),
        ({}, {}),
    ],
)
def test_what_says_the_same(recorded: JsonValue, got: JsonValue) -> None:
    """Whatever the spelling of numbers, the order of keys, the day of the week, and what is made anew each time."""
    assert said(recorded, got) == []


@pytest.mark.parametrize(
    ("recorded", "got", "line"),
    [
        ({"a": "x"}, {"a": "y"}, 'body.$.a: "x" / "y"'),
        ({"a": "x words"}, {"a": "other words"}, 'body.$.a: "x words" / "other words"'),
        ({"a": 1}, {"a": "1"}, 'body.$.a: 1 / "1"'),
        ({"a": 1}, {"a": {}}, "body.$.a: 1 / an object"),
        ({"a": 1}, {}, "body.$.a: a number / (absent)"),
        ({"a": 1}, {"a": 1, "b": [1]}, "body.$.b: (absent) / a list"),
        ({"a": "T21795184911"}, {"a": "X21795184911"}, 'body.$.a: "T21795184911" / "X21795184911"'),
        ({"a": []}, {"a": None}, "body.$.a: a list / null"),
        ({"a": [1, 2]}, {"a": [1]}, "body.$.a: 2 elements / 1 element"),
        ({"a": [1, 2]}, {"a": [2, 1]}, "body.$.a[0]: 1 / 2"),
        (
            {"at": "2026-11-20T10:00:01Z"},
            {"at": "2026-12-20T12:00:01Z"},
            'body.$.at: "2026-11-20T10:00:01Z" / "2026-12-20T12:00:01Z"',
        ),
        (
            {"at": "2026-11-20T10:00:01Z"},
            {"at": 1797760801},
            'body.$.at: "2026-11-20T10:00:01Z" / 1797760801',
        ),
    ],
)
def test_what_says_otherwise(recorded: JsonValue, got: JsonValue, line: str) -> None:
    """Types, prose, presence, order and the distance of a time from its now."""
    assert said(recorded, got)[0] == line


def test_secrets_are_compared_by_type_and_never_shown() -> None:
    redacted = ("response.body.$.token",)
    assert said({"token": "stand-in"}, {"token": "the real one"}, redacted=redacted) == []
    assert said({"token": "stand-in"}, {"token": 5}, redacted=redacted) == ["body.$.token: (a secret) / a number"]


def test_an_echo_follows_what_was_sent() -> None:
    """A time that the request holds is another one now, and so is its repetition."""
    session = Session()
    session.call("a>b", "POST /x", {"due": "2026-11-25T00:00:00Z"}, 200, {"due": "2026-11-25T00:00:00Z"})
    moved = Answer(status=200, headers=JSON, body=b'{"due": "2026-12-24T23:59:59Z"}')
    kept = Answer(status=200, headers=JSON, body=b'{"due": "2026-11-25T00:00:00Z"}')
    assert replayed(session.exchanges, [moved], now=[LATER]).said == []
    assert replayed(session.exchanges, [kept], now=[LATER]).said == []


def users() -> Session:
    session = Session()
    session.call("a>b", "POST /users", {"name": "ann"}, 201, {"id": 7}, answer_headers=(("Location", "/users/7"),))
    session.call("a>b", "GET /users/7", None, 200, {"id": 7, "note": "this is user 7"})
    return session


def answers(made: int, shown: int, note: str, place: str) -> list[Answer | str]:
    return [
        Answer(status=201, headers=(*JSON, ("Location", place)), body=dumps({"id": made}).encode()),
        Answer(status=200, headers=JSON, body=dumps({"id": shown, "note": note}).encode()),
    ]


def test_ids_are_those_of_this_replay() -> None:
    """In bodies, in texts, in the place of what was made."""
    good = answers(9, 9, "this is user 9", "http://other:1/users/9")
    assert replayed(users().exchanges, good).said == []


def test_another_id_than_the_one_that_was_made_is_a_difference() -> None:
    lines = replayed(users().exchanges, answers(9, 8, "this is user 8", "/users/8")).said
    assert lines == [
        "header.Location: /users/9 / /users/8",
        "body.$.id: 9 / 8",
        'body.$.note: "this is user 9" / "this is user 8"',
    ]


def test_an_id_that_never_moves_is_a_constant() -> None:
    assert replayed(users().exchanges, answers(9, 7, "this is user 9", "/users/9")).said == []


def test_what_recorded_runs_disagree_in_may_differ_in_its_type() -> None:
    session = Session()
    session.call("a>b", "GET /x", None, 200, {"mode": "blue"})
    random = frozenset({(1, "body.$.mode")})
    other = Answer(status=200, headers=JSON, body=b'{"mode": "green"}')
    number = Answer(status=200, headers=JSON, body=b'{"mode": 5}')
    assert replayed(session.exchanges, [other], random=random).said == []
    assert replayed(session.exchanges, [number], random=random).said == ['body.$.mode: "blue" / 5']


def test_media_type_and_kind_of_a_body_count() -> None:
    session = Session()
    session.call("a>b", "GET /x", None, 200, {"a": 1})
    text = Answer(status=200, headers=(("Content-Type", "text/plain"),), body=b"a")
    broken = Answer(status=200, headers=JSON, body=b"{a")
    assert replayed(session.exchanges, [text]).said == ["header.Content-Type: application/json / text/plain"]
    assert replayed(session.exchanges, [broken]).said == ["body: (json) / (text)"]


def test_the_scalars_of_an_answer_have_their_places() -> None:
    answer = Answer(status=200, headers=(*JSON, ("ETag", '"1"')), body=b'{"a": [{"b": 1}]}')
    like = Payload(kind="none", value=None, data=b"", media_type="")
    assert leaves_of(answer, like) == {"header.ETag": '"1"', "body.$.a[0].b": 1}
    assert leaves_of(Answer(status=200, headers=(("Content-Type", "text/plain"),), body=b"x"), like) == {"body": "x"}


def test_a_text_may_name_what_another_call_made() -> None:
    """``Order 7`` in a notification is the order of this replay."""
    session = Session()
    session.call("a>b", "POST /orders", {"n": 1}, 201, {"id": 7})
    session.call("a>b", "GET /notices", None, 200, {"title": "Order 7 is paid"})
    made = Answer(status=201, headers=JSON, body=b'{"id": 9}')
    good = Answer(status=200, headers=JSON, body=b'{"title": "Order 9 is paid"}')
    stale = Answer(status=200, headers=JSON, body=b'{"title": "Order 8 is paid"}')
    assert replayed(session.exchanges, [made, good]).said == []
    assert replayed(session.exchanges, [made, stale]).said == ['body.$.title: "Order 9 is paid" / "Order 8 is paid"']


XML = (("Content-Type", "application/xml"),)
SHELF = (
    b'<shelf id="7" at="2026-11-20T10:00:01Z"><book><title>Dune</title></book><book><title>Emma</title></book></shelf>'
)


@pytest.mark.parametrize(
    ("got", "lines"),
    [
        (
            SHELF.replace(b"><", b">\n <").replace(
                b' id="7" at="2026-11-20T10:00:01Z"', b' at="2026-12-20T10:00:02Z"\n id="7"'
            ),
            [],
        ),
        (SHELF.replace(b"Emma", b"Ulla"), ['body.$.shelf.book[1].title[\'#text\']: "Emma" / "Ulla"']),
        (SHELF.replace(b"<book><title>Emma</title></book>", b""), ["body.$.shelf.book: 2 elements / 1 element"]),
        (SHELF.replace(b' id="7"', b""), ["body.$.shelf['@id']: a number / (absent)"]),
    ],
    ids=["written otherwise", "another text", "a member less", "an attribute less"],
)
def test_xml_is_compared_by_what_it_says(got: bytes, lines: list[str]) -> None:
    """Not by its bytes: blanks, quotes, the order of attributes and the time of now are nobody's promise."""
    session = Session()
    session.call("a>b", "GET /shelves/7", None, 200, Raw(SHELF, "application/xml"))
    answer = Answer(status=200, headers=XML, body=got)
    moved = timedelta(days=30) if b"2026-12" in got else timedelta()
    assert replayed(session.exchanges, [answer], now=[START + timedelta(seconds=1) + moved]).said == lines


def test_ids_of_xml_are_those_of_this_replay() -> None:
    session = Session()
    session.call(
        "a>b", "POST /shelves", Raw(b"<shelf/>", "application/xml"), 201, Raw(b'<shelf id="7"/>', "application/xml")
    )
    session.call("a>b", "GET /shelves/7", None, 200, Raw(b'<shelf id="7"/>', "application/xml"))
    made = Answer(status=201, headers=XML, body=b'<shelf id="9"/>')
    assert replayed(session.exchanges, [made, made]).said == ["status: 200 / 201"]
    read = Answer(status=200, headers=XML, body=b'<shelf id="9"/>')
    assert replayed(session.exchanges, [made, read]).said == []
    other = Answer(status=200, headers=XML, body=b'<shelf id="8"/>')
    assert replayed(session.exchanges, [made, other]).said == ["body.$.shelf['@id']: 9 / 8"]
