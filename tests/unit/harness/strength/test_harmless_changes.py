from __future__ import annotations

from typing import Any

from tests.unit.harness.strength import pacts
from treaty.contract.json_value import JsonValue, Number, loads
from treaty.strength.change import Change, Harmless
from treaty.strength.harmless_changes import harmless_changes
from treaty.strength.healthy import healthy_case
from treaty.strength.measuring import judged_scalars


def changes(written: dict[str, Any] | None = None) -> list[Change]:
    subject = pacts.subject(written)
    case = healthy_case(subject)
    return list(harmless_changes(subject, case, judged_scalars(subject, case)))


def documents(kind: Harmless, written: dict[str, Any] | None = None) -> list[JsonValue]:
    return [each.case.reply.document for each in changes(written) if each.kind is kind]


def test_an_order_is_changed_in_every_harmless_way_that_it_knows() -> None:
    kinds = {each.kind for each in changes()}
    assert kinds == set(Harmless) - {Harmless.LIST, Harmless.MEMBER}


def test_a_field_is_added_to_each_object() -> None:
    added = documents(Harmless.FIELD, pacts.interaction({"a": [{"b": 1}]}))
    assert added == [{"a": [{"b": 1}], "treaty_added": {"a": [1]}}, {"a": [{"b": 1, "treaty_added": {"a": [1]}}]}]


def test_things_by_their_id_have_no_fields_of_their_own() -> None:
    """An entry more in such a map would be one more thing."""
    assert documents(Harmless.FIELD, pacts.interaction({"by_id": {"17": {}, "18": {}}}))[0] == {
        "by_id": {"17": {}, "18": {}},
        "treaty_added": {"a": [1]},
    }
    places = [
        each.location for each in changes(pacts.interaction({"by_id": {"17": {}}})) if each.kind is Harmless.FIELD
    ]
    assert places == ["body.$", "body.$.by_id['17']"]


def test_lines_of_one_header_keep_their_order() -> None:
    written = pacts.interaction(status=204, headers={"A": "1"})
    written["response"]["headers"]["Vary"] = ["accept", "origin"]
    turned = next(each.case.reply.headers for each in changes(written) if each.kind is Harmless.HEADERS)
    assert turned == (("vARY", "accept"), ("vARY", "origin"), ("a", "1"))


def test_keys_are_turned_at_every_depth() -> None:
    turned = documents(Harmless.KEYS, pacts.interaction({"a": 1, "b": {"c": 1, "d": 2}}))
    assert isinstance(turned[0], dict)
    assert list(turned[0]) == ["b", "a"]
    assert list(turned[0]["b"]) == ["d", "c"]
    assert documents(Harmless.KEYS, pacts.interaction({"a": 1})) == [], "one key has no order"


def test_only_a_list_that_is_told_to_have_no_order_is_turned() -> None:
    told = pacts.interaction({"a": [1, 2]}, causes={"body.$.a": {"cause": "unordered"}})
    assert documents(Harmless.LIST, told) == [{"a": [2, 1]}]
    assert documents(Harmless.LIST, pacts.interaction({"a": [1, 2]})) == []


def test_a_list_of_everybody_gets_an_element_of_somebody_else() -> None:
    """With other ids, words and booleans, but of the same shape."""
    written = pacts.interaction([{"id": 17, "text": "two words", "read": False, "status": "open"}])
    assert documents(Harmless.MEMBER, written) == [
        [
            {"id": 17, "text": "two words", "read": False, "status": "open"},
            {"id": 24, "text": "said in other words", "read": True, "status": "open"},
        ]
    ]
    assert documents(Harmless.MEMBER, pacts.interaction([{"id": 17}], line="GET /users/7/things")) == []


def test_a_full_page_gets_no_further_element() -> None:
    """Its request asked for so many at most; one that has room may hold more."""
    counts = {
        line: len(documents(Harmless.MEMBER, pacts.interaction([{"id": 17}], line=line)))
        for line in ("GET /things?_limit=1&_page=2", "GET /things?_limit=5", "GET /things?floor=1")
    }
    assert counts == {"GET /things?_limit=1&_page=2": 0, "GET /things?_limit=5": 1, "GET /things?floor=1": 1}


def test_numbers_are_spelled_in_other_ways() -> None:
    """Those that are promised by value; an id that is written with a fraction is broken."""
    written = pacts.interaction({"rows": [{"price": 2, "quantity": 3}], "total": 6, "id": 7})
    spelled = documents(Harmless.NUMBER, written)
    totals = [document["total"] for document in spelled if isinstance(document, dict)]
    assert totals == [Number("6.0"), Number("6.00")]
    prices = [each.after for each in changes() if each.kind is Harmless.NUMBER and each.location.endswith("price")]
    assert prices == ["12.50"]


def test_prose_is_reworded_around_its_inputs() -> None:
    case = healthy_case(pacts.subject())
    reworded = [document["message"] for document in documents(Harmless.PROSE) if isinstance(document, dict)]
    assert reworded == [f"said in other words {case.variables['order_id']}"]


def test_white_space_means_nothing() -> None:
    written = next(each.case.reply for each in changes() if each.kind is Harmless.WHITESPACE)
    assert b"\n  " in written.body
    assert loads(written.body) == healthy_case(pacts.subject()).reply.document


def test_a_reply_without_a_body_has_only_its_headers() -> None:
    assert [each.kind for each in changes(pacts.interaction(status=204))] == [Harmless.MORE_HEADERS]
