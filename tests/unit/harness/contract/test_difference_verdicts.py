"""Small changes of a contract and their verdicts: a table of what is breaking, a demand, both, or nothing."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from treaty.contract.difference import compare_pacts
from treaty.contract.model import Pact
from treaty.pactfile import read_pact

NOTHING: Final = (False, False)
BREAKING: Final = (True, False)
DEMAND: Final = (False, True)
BOTH: Final = (True, True)


def typed(content: Any, content_type: str = "application/json") -> dict[str, Any]:
    return {"contentType": content_type, "encoded": False, "content": content}


def rules(*matchers: Any, combine: str = "AND") -> dict[str, Any]:
    return {
        "combine": combine,
        "matchers": [each if isinstance(each, dict) else {"match": each} for each in matchers],
    }


def regex(pattern: str) -> dict[str, Any]:
    return {"match": "regex", "regex": pattern}


def http(req: Any = None, res: Any = None, desc: str = "d", **more: Any) -> dict[str, Any]:
    request = {"method": "POST", "path": "/a", **(req or {})}
    return {
        "type": "Synchronous/HTTP",
        "description": desc,
        "request": request,
        "response": {"status": 200, **(res or {})},
        **more,
    }


def ruled(content: Any, given: dict[str, Any] | None = None) -> dict[str, Any]:
    lists = {path: each if "matchers" in each else rules(each) for path, each in (given or {}).items()}
    return {"body": typed(content), "matchingRules": {"body": lists}}


def answer(content: Any, given: dict[str, Any] | None = None) -> dict[str, Any]:
    return http(res=ruled(content, given))


def ask(content: Any, given: dict[str, Any] | None = None) -> dict[str, Any]:
    return http(req=ruled(content, given))


def message(content: Any, given: dict[str, Any] | None = None, metadata: Any = None) -> dict[str, Any]:
    found = ruled(content, given)
    return {
        "type": "Asynchronous/Messages",
        "description": "m",
        "contents": found["body"],
        "metadata": metadata or {},
        "matchingRules": found["matchingRules"],
    }


def talk(question: Any, *replies: Any) -> dict[str, Any]:
    return {
        "type": "Synchronous/Messages",
        "description": "s",
        "request": {"contents": typed(question)},
        "response": [{"contents": typed(reply)} for reply in replies],
    }


def contract(*interactions: dict[str, Any]) -> Pact:
    document = {
        "consumer": {"name": "c"},
        "provider": {"name": "p"},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    return read_pact(json.dumps(document).encode(), source="pact.json")


def verdict(old: Pact, new: Pact) -> tuple[bool, bool]:
    """Tell whether any change is breaking, and whether any is a demand."""
    changes = compare_pacts(old, new).changes
    return any(change.breaking for change in changes), any(change.demand for change in changes)


CHANGES: Final[dict[str, tuple[dict[str, Any], dict[str, Any], tuple[bool, bool]]]] = {
    "resp type->regex": (answer({"a": "x"}, {"$.a": "type"}), answer({"a": "x"}, {"$.a": regex("[a-z]+")}), BOTH),
    "resp type->regex digits": (answer({"a": "1"}, {"$.a": "type"}), answer({"a": "1"}, {"$.a": regex(r"\d+")}), BOTH),
    "resp integer->number": (answer({"a": 1}, {"$.a": "integer"}), answer({"a": 1}, {"$.a": "number"}), BREAKING),
    "resp number->integer": (answer({"a": 1}, {"$.a": "number"}), answer({"a": 1}, {"$.a": "integer"}), DEMAND),
    "resp type->integer": (answer({"a": 1}, {"$.a": "type"}), answer({"a": 1}, {"$.a": "integer"}), DEMAND),
    "resp number==type": (answer({"a": 1}, {"$.a": "number"}), answer({"a": 1}, {"$.a": "type"}), NOTHING),
    "resp decimal->number": (answer({"a": 1.5}, {"$.a": "decimal"}), answer({"a": 1.5}, {"$.a": "number"}), BREAKING),
    "resp equality->type": (answer({"a": "x"}), answer({"a": "x"}, {"$.a": "type"}), BREAKING),
    "resp type->equality": (answer({"a": "x"}, {"$.a": "type"}), answer({"a": "x"}), DEMAND),
    "resp field removed": (answer({"a": 1, "b": 2}), answer({"a": 1}), BREAKING),
    "resp field added": (answer({"a": 1}), answer({"a": 1, "b": 2}), DEMAND),
    "resp nested field removed": (
        answer({"a": {"b": 1, "c": 2}}, {"$": "type"}),
        answer({"a": {"b": 1}}, {"$": "type"}),
        BREAKING,
    ),
    "req field added": (ask({"a": 1}), ask({"a": 1, "b": 2}), BOTH),
    "req field removed": (ask({"a": 1, "b": 2}), ask({"a": 1}), BOTH),
    "req equality->type": (ask({"a": 1}), ask({"a": 1}, {"$.a": "type"}), DEMAND),
    "req type->equality": (ask({"a": 1}, {"$.a": "type"}), ask({"a": 1}), BREAKING),
    "status changed": (http(res={"status": 200}), http(res={"status": 201}), BOTH),
    "status class narrower": (
        http(res={"status": 200, "matchingRules": {"status": rules({"match": "statusCode", "status": "success"})}}),
        http(res={"status": 200}),
        DEMAND,
    ),
    "status class wider": (
        http(res={"status": 200}),
        http(res={"status": 200, "matchingRules": {"status": rules({"match": "statusCode", "status": "success"})}}),
        BREAKING,
    ),
    "status class swap": (
        http(res={"status": 200, "matchingRules": {"status": rules({"match": "statusCode", "status": "success"})}}),
        http(res={"status": 200, "matchingRules": {"status": rules({"match": "statusCode", "status": "nonError"})}}),
        BREAKING,
    ),
    "resp header added": (http(), http(res={"headers": {"X": ["a"]}}), DEMAND),
    "resp header removed": (http(res={"headers": {"X": ["a"]}}), http(), BREAKING),
    "resp header case renamed": (http(res={"headers": {"X-A": ["a"]}}), http(res={"headers": {"x-a": ["a"]}}), NOTHING),
    "req header added": (http(), http(req={"headers": {"X": ["a"]}}), BREAKING),
    "req header removed": (http(req={"headers": {"X": ["a"]}}), http(), DEMAND),
    "min 1 -> min 0": (
        answer({"a": [1]}, {"$.a": {"match": "type", "min": 1}}),
        answer({"a": [1]}, {"$.a": {"match": "type", "min": 0}}),
        BREAKING,
    ),
    "min 1 -> none": (
        answer({"a": [1]}, {"$.a": {"match": "type", "min": 1}}),
        answer({"a": [1]}, {"$.a": {"match": "type"}}),
        BREAKING,
    ),
    "min 0 == none": (
        answer({"a": [1]}, {"$.a": {"match": "type", "min": 0}}),
        answer({"a": [1]}, {"$.a": {"match": "type"}}),
        NOTHING,
    ),
    "max added": (
        answer({"a": [1]}, {"$.a": {"match": "type"}}),
        answer({"a": [1]}, {"$.a": {"match": "type", "max": 3}}),
        DEMAND,
    ),
    "list exact->type": (answer({"a": [1]}), answer({"a": [1]}, {"$.a": "type"}), BREAKING),
    "example changed under type": (answer({"a": "x"}, {"$.a": "type"}), answer({"a": "y"}, {"$.a": "type"}), NOTHING),
    "example type changed under type": (answer({"a": "x"}, {"$.a": "type"}), answer({"a": 1}, {"$.a": "type"}), BOTH),
    "example changed, int to 1.0 under type": (
        answer({"a": 1}, {"$.a": "type"}),
        answer({"a": 1.5}, {"$.a": "type"}),
        NOTHING,
    ),
    "exact 1 -> 1.0": (answer({"a": 1}), answer({"a": 1.0}), BOTH),
    "description renamed": (http(desc="x"), http(desc="y"), NOTHING),
    "state renamed": (http(providerStates=[{"name": "s"}]), http(providerStates=[{"name": "t"}]), DEMAND),
    "pending on": (http(), http(pending=True), BREAKING),
    "pending off": (http(pending=True), http(), DEMAND),
    "path changed": (http(req={"path": "/a"}), http(req={"path": "/b"}), BOTH),
    "path -> regex": (
        http(req={"path": "/a"}),
        http(req={"path": "/a", "matchingRules": {"path": rules(regex("/[a-z]"))}}),
        DEMAND,
    ),
    "query added": (http(), http(req={"query": {"q": ["1"]}}), BOTH),
    "query order of values": (http(req={"query": {"q": ["1", "2"]}}), http(req={"query": {"q": ["2", "1"]}}), BOTH),
    "nullable added": (
        answer({"a": 1}, {"$.a": "type"}),
        answer({"a": 1}, {"$.a": rules("type", "null", combine="OR")}),
        BREAKING,
    ),
    "nullable obj added": (
        answer({"a": {"b": 1}}, {"$.a": "type"}),
        answer({"a": {"b": 1}}, {"$.a": rules("type", "null", combine="OR")}),
        BREAKING,
    ),
    "include->regex equiv": (
        answer({"a": "xay"}, {"$.a": {"match": "include", "value": "a"}}),
        answer({"a": "xay"}, {"$.a": regex("[\\s\\S]*a[\\s\\S]*")}),
        NOTHING,
    ),
    "regex narrower": (
        answer({"a": "ab"}, {"$.a": regex("[a-z]*")}),
        answer({"a": "ab"}, {"$.a": regex("[a-c]+")}),
        DEMAND,
    ),
    "uuid regex -> type": (answer({"a": "x"}, {"$.a": regex("x|y")}), answer({"a": "x"}, {"$.a": "type"}), BREAKING),
    "cascade vs explicit": (
        answer({"a": {"b": 1}}, {"$": "type"}),
        answer({"a": {"b": 1}}, {"$.a.b": "type"}),
        NOTHING,
    ),
    "wildcard vs index": (
        answer({"a": [1]}, {"$.a": "type", "$.a[*]": "type"}),
        answer({"a": [1]}, {"$.a": "type"}),
        NOTHING,
    ),
    "each element stricter": (
        answer({"a": [{"b": 1}]}, {"$.a": "type"}),
        answer({"a": [{"b": 1}]}, {"$.a": "type", "$.a[*].b": "integer"}),
        DEMAND,
    ),
    "eachValue -> type": (
        answer({"a": {"k": 1}}, {"$.a": {"match": "eachValue", "rules": [{"match": "integer"}]}}),
        answer({"a": {"k": 1}}, {"$.a": "type"}),
        BOTH,
    ),
    "values -> exact keys": (
        answer({"a": {"k": 1}}, {"$.a": "values", "$.a.*": "integer"}),
        answer({"a": {"k": 1}}, {"$.a.k": "integer"}),
        BOTH,
    ),
    "arrayContains variant removed": (
        answer(
            {"a": [1, 2]},
            {"$.a": {"match": "arrayContains", "variants": [{"index": 0, "rules": {}}, {"index": 1, "rules": {}}]}},
        ),
        answer({"a": [1, 2]}, {"$.a": {"match": "arrayContains", "variants": [{"index": 0, "rules": {}}]}}),
        BREAKING,
    ),
    "content type changed": (
        http(res={"headers": {"Content-Type": ["application/json"]}, "body": typed({"a": 1})}),
        http(res={"headers": {"Content-Type": ["application/xml"]}, "body": typed("<a/>", "application/xml")}),
        BOTH,
    ),
    "charset added resp": (
        http(res={"headers": {"Content-Type": ["application/json"]}}),
        http(res={"headers": {"Content-Type": ["application/json; charset=utf-8"]}}),
        DEMAND,
    ),
    "body removed resp": (answer({"a": 1}), http(), BREAKING),
    "body added resp": (http(), answer({"a": 1}), DEMAND),
    "empty rule == none": (answer({"a": 1}), answer({"a": 1}, {"$.a": rules()}), NOTHING),
    "date -> datetime": (
        answer({"a": "2024-01-01"}, {"$.a": {"match": "date", "format": "yyyy-MM-dd"}}),
        answer({"a": "2024-01-01T00:00:00"}, {"$.a": {"match": "datetime", "format": "yyyy-MM-dd'T'HH:mm:ss"}}),
        BOTH,
    ),
    "date same as regex wider": (
        answer({"a": "2024-01-01"}, {"$.a": {"match": "date", "format": "yyyy-MM-dd"}}),
        answer({"a": "2024-01-01"}, {"$.a": "type"}),
        BREAKING,
    ),
    "list rule header regex type": (
        http(res={"headers": {"X": ["1"]}, "matchingRules": {"header": {"X": rules(regex("\\d+"))}}}),
        http(res={"headers": {"X": ["1"]}, "matchingRules": {"header": {"x": rules("type")}}}),
        BREAKING,
    ),
    "query type min": (
        http(req={"query": {"q": ["1"]}, "matchingRules": {"query": {"q": rules({"match": "type", "min": 1})}}}),
        http(req={"query": {"q": ["1"]}, "matchingRules": {"query": {"q": rules({"match": "type", "min": 2})}}}),
        BREAKING,
    ),
    "method": (http(req={"method": "PUT"}), http(req={"method": "PATCH"}), BOTH),
    "notEmpty->type": (answer({"a": "x"}, {"$.a": "notEmpty"}), answer({"a": "x"}, {"$.a": "type"}), BOTH),
    "type->notEmpty": (answer({"a": "x"}, {"$.a": "type"}), answer({"a": "x"}, {"$.a": "notEmpty"}), BOTH),
    "boolean->type": (answer({"a": True}, {"$.a": "boolean"}), answer({"a": True}, {"$.a": "type"}), DEMAND),
    "null->absent": (answer({"a": None, "b": 1}), answer({"b": 1}), BREAKING),
    "msg field removed": (message({"a": 1, "b": 1}), message({"a": 1}), BREAKING),
    "msg field added": (message({"a": 1}), message({"a": 1, "b": 1}), DEMAND),
    "msg metadata added": (message({"a": 1}), message({"a": 1}, metadata={"k": "v"}), DEMAND),
    "msg metadata changed": (message({"a": 1}, metadata={"k": "v"}), message({"a": 1}, metadata={"k": "w"}), BOTH),
    "msg type": (message({"a": 1}, {"$.a": "integer"}), message({"a": 1}, {"$.a": "type"}), BREAKING),
    "sync reply field removed": (talk({"q": 1}, {"a": 1, "b": 1}), talk({"q": 1}, {"a": 1}), BREAKING),
    "sync req field added": (talk({"q": 1}, {"a": 1}), talk({"q": 1, "r": 1}, {"a": 1}), BREAKING),
    "http->message": (http(desc="m"), message({"a": 1}), BOTH),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_judged_by_what_is_accepted(name: str) -> None:
    """Wider answers and narrower requests are breaking; the other way round they are demands."""
    old, new, expected = CHANGES[name]
    assert verdict(contract(old), contract(new)) == expected


@pytest.mark.parametrize("name", [name for name in CHANGES if name != "state renamed"])
def test_the_way_back_is_judged_the_other_way_round(name: str) -> None:
    """Apart from states: the provider needs a handler for either name."""
    old, new, (breaking, demand) = CHANGES[name]
    assert verdict(contract(new), contract(old)) == (demand, breaking)


def test_an_interaction_comes_as_a_demand_and_its_end_breaks() -> None:
    one, other = http(desc="x"), http({"path": "/y"}, desc="y")
    assert verdict(contract(one), contract(one, other)) == DEMAND
    assert verdict(contract(one, other), contract(one)) == BREAKING
