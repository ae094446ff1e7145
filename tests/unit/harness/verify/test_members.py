"""Members of lists held against what the set-up made them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from treaty.contract.json_value import JsonValue, Number
from treaty.contract.model import Request
from treaty.verify.calls import Call
from treaty.verify.locations import parse_location
from treaty.verify.members import find_unlike
from treaty.verify.moments import Window
from treaty.verify.relations import Evidence
from treaty.verify.sending import Sent

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIKE: JsonValue = {"${a}": {"$.open": True, "$.owner.id": "${u}"}, "${b}": {"$.open": False, "$.note": None}}


def unlike(items: JsonValue, like: JsonValue = LIKE) -> list[str]:
    evidence = Evidence(
        sent=Sent(Call(method="GET", target="/things"), Request()),
        variables={"a": 7, "b": 8, "u": 3},
        document={"items": items},
        headers={},
        window=Window(begun=NOW - timedelta(seconds=1), ended=NOW),
    )
    return [each.location for each in find_unlike(parse_location("body.$.items[*].id"), like, evidence)]


def test_members_are_found_by_their_identity_wherever_they_stand() -> None:
    """What others made may be anything."""
    first: dict[str, JsonValue] = {"id": 7, "open": True, "owner": {"id": 3}}
    assert unlike([{"id": 1, "open": "perhaps"}, {"no": "id"}, {"id": 8, "open": False}, first]) == []
    assert unlike([{"id": 8, "open": True}, first | {"open": False}]) == [
        "body.$.items[0].open",
        "body.$.items[1].open",
    ]


@pytest.mark.parametrize("owner", [{"id": 4}, {}, {"id": None}])
def test_values_of_the_set_up_are_put_in(owner: JsonValue) -> None:
    assert unlike([{"id": 7, "open": True, "owner": owner}]) == ["body.$.items[0].owner.id"]
    assert unlike([{"id": 7, "open": True, "owner": {"id": Number("3.0")}}]) == []


def test_null_may_be_left_out() -> None:
    assert unlike([{"id": 8, "open": False, "note": None}]) == []
    assert unlike([{"id": 8, "open": False, "note": "x"}]) == ["body.$.items[0].note"]


@pytest.mark.parametrize("like", [None, {"${unknown}": {"$.open": True}}, {"${a}": {"open": 1}}, {"${a}": 3}])
def test_what_says_nothing_asks_for_nothing(like: JsonValue) -> None:
    assert unlike([{"id": 7, "open": False}], like) == []


def test_an_answer_without_the_list_is_no_matter_of_its_members() -> None:
    assert unlike(None) == []
