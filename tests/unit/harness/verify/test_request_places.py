from __future__ import annotations

import pytest

from treaty.contract.json_value import JsonValue
from treaty.contract.model import Request
from treaty.verify.calls import Call
from treaty.verify.request_places import MISSING, Missing, parse_request_place
from treaty.verify.sending import Sent

SENT = Sent(
    Call(
        method="POST",
        target="/users/a%2Fb?q=x%20y&q=z",
        headers=(("X-Key", "k"),),
        body=b'{"items": [{"n": 1}, {"n": 2}], "odd.key": true}',
    ),
    Request(),
)


@pytest.mark.parametrize(
    ("place", "indices", "value"),
    [
        ("path[1]", (), "a/b"),
        ("path[2]", (), MISSING),
        ("query.q[1]", (), "z"),
        ("query.q", (), "x y"),
        ("query.q[2]", (), MISSING),
        ("header.x-key", (), "k"),
        ("header.X-Other", (), MISSING),
        ("body.$.items[0].n", (), 1),
        ("body.$.items[*].n", (1,), 2),
        ("body.$.items[*].n", (2,), MISSING),
        ("body.$.items[*].n", (), MISSING),
        ("body.$['odd.key']", (), True),
        ("body.$.nothing", (), MISSING),
        ("body|json.$.items[1].n", (), 2),
        ("header.x-key|number[0]", (), MISSING),
    ],
)
def test_places_are_read(place: str, indices: tuple[int, ...], value: JsonValue | Missing) -> None:
    parsed = parse_request_place(place)
    assert parsed is not None
    assert parsed.read(SENT, indices) == value


def test_the_whole_body_is_its_text() -> None:
    parsed = parse_request_place("body")
    assert parsed is not None
    assert str(parsed.read(SENT, ())).startswith('{"items"')


@pytest.mark.parametrize("text", ["", "status", "path", "path[x]", "body.$[", "${name}"])
def test_other_texts_are_no_places(text: str) -> None:
    assert parse_request_place(text) is None


@pytest.mark.parametrize(("place", "length"), [("body.$.items[*].n", 2), ("body.$.items[0].n", 0), ("path[0]", 0)])
def test_lists_have_a_length(place: str, length: int) -> None:
    parsed = parse_request_place(place)
    assert parsed is not None
    assert parsed.length(SENT) == length
