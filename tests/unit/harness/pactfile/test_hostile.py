"""Broken and hostile files: each is read, or refused with a clear complaint, in bounded time."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from treaty.contract.json_value import JsonValue, Number, dumps
from treaty.contract.matching import match_request, match_response
from treaty.contract.model import ActualRequest, ActualResponse, Pact
from treaty.errors import PactUnreadable
from treaty.pactfile import read_pact, write_pact
from treaty.pactfile.reading import LARGEST_FILE, check_size

_VALID: JsonValue = {
    "consumer": {"name": "web"},
    "provider": {"name": "order"},
    "interactions": [
        {
            "type": "Synchronous/HTTP",
            "key": "k",
            "description": "an order",
            "pending": False,
            "providerStates": [{"name": "s", "params": {"n": 1}}],
            "request": {
                "method": "POST",
                "path": "/orders",
                "query": {"a": ["1", None]},
                "headers": {"Content-Type": ["application/json"]},
                "body": {"contentType": "application/json", "encoded": False, "content": {"a": [1, "x"]}},
                "matchingRules": {
                    "path": {"combine": "AND", "matchers": [{"match": "regex", "regex": "/.*"}]},
                    "query": {"a": {"matchers": [{"match": "integer"}]}},
                    "header": {"Content-Type": {"matchers": [{"match": "include", "value": "json"}]}},
                    "body": {
                        "$.a": {"combine": "OR", "matchers": [{"match": "type", "min": 1}, {"match": "null"}]},
                        "$.a[*]": {"matchers": [{"match": "eachKey", "rules": [{"match": "semver"}]}]},
                    },
                },
                "generators": {"path": {"type": "ProviderState", "expression": "/orders/${id}"}},
            },
            "response": {
                "status": 201,
                "headers": {"Location": "/orders/1"},
                "body": {"contentType": "application/xml", "encoded": "base64", "content": "PGEvPg=="},
                "matchingRules": {
                    "status": {"matchers": [{"match": "statusCode", "status": "success"}]},
                    "body": {
                        "$": {"matchers": [{"match": "arrayContains", "variants": [{"index": 0, "rules": {}}]}]},
                        "$.a": {"matchers": [{"match": "datetime", "format": "yyyy"}]},
                    },
                },
                "generators": {"body": {"$.a": {"type": "Date", "format": "yyyy", "expression": "+ 1 day"}}},
            },
            "comments": {"text": "x"},
        },
        {"type": "Asynchronous/Messages", "description": "m", "contents": {"content": "x"}, "metadata": {"a": 1}},
    ],
    "metadata": {"pactSpecification": {"version": "4.0"}},
}
_JUNK: st.SearchStrategy[JsonValue] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**3900, Number("1e999999999"), Number("-1e-999999999"), Number("1e" + "9" * 50)]),
    st.sampled_from(["", "$", "$.a[", "regex", "(", "base64", "4.0", "application/json", "\udcff", "OR"]),
    st.sampled_from([[], {}, [1], {"match": "type"}, {"a": {}}, [[]]]),
)


def _places(value: JsonValue) -> list[tuple[str | int, ...]]:
    found: list[tuple[str | int, ...]] = [()]
    if isinstance(value, dict):
        found += [(key, *place) for key, inner in value.items() for place in _places(inner)]
    elif isinstance(value, list):
        found += [(position, *place) for position, inner in enumerate(value) for place in _places(inner)]
    return found


def _replaced(value: JsonValue, place: tuple[str | int, ...], junk: JsonValue) -> JsonValue:
    if not place:
        return junk
    if isinstance(value, dict):
        return {key: _replaced(inner, place[1:], junk) if key == place[0] else inner for key, inner in value.items()}
    assert isinstance(value, list)
    return [_replaced(inner, place[1:], junk) if at == place[0] else inner for at, inner in enumerate(value)]


def _try(data: bytes) -> Pact | None:
    complaint: PactUnreadable | None = None
    try:
        return read_pact(data, source="hostile.json")
    except PactUnreadable as caught:
        complaint = caught
    assert complaint.why
    assert complaint.where
    return None


@given(place=st.sampled_from(_places(_VALID)), junk=_JUNK)
@settings(max_examples=400, deadline=None)
def test_a_file_with_one_wrong_value_is_read_or_refused(place: tuple[str | int, ...], junk: JsonValue) -> None:
    """No wrong type anywhere crashes reading, matching or writing."""
    found = _try(dumps(_replaced(_VALID, place, junk)).encode())
    for interaction in found.http_interactions() if found else ():
        lines = (("Content-Type", "application/json"),)
        match_request(
            interaction.request, ActualRequest(method="POST", path="/orders/1", headers=lines, body=b'{"a": [1]}')
        )
        match_response(interaction.response, ActualResponse(status=200, headers=lines, body=b'{"a": {}}'))
        match_response(interaction.response, ActualResponse(status=200, body=b"<a/>"))
    if found:
        write_pact(found)


@given(data=st.binary(max_size=40))
@example(b"\xef\xbb\xbf{}")
@example(b"\x00{\x00}")
@example(b"{" * 100_000)
@example(b'{"consumer": 1e99999999, "provider": 1, "interactions": []}')
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever a file holds, the answer is a pact or a complaint."""
    _try(data)


@given(cut=st.integers(0, len(dumps(_VALID)) - 1))
@settings(max_examples=60, deadline=None)
def test_a_file_that_was_cut_off_is_refused(cut: int) -> None:
    """Half a file is not a pact."""
    assert _try(dumps(_VALID).encode()[:cut]) is None


@pytest.mark.parametrize("data", [b" " * (LARGEST_FILE + 1), b"[" + b"1," * 5_000_000, b"[" * 9_000_000])
def test_a_file_that_would_take_all_memory_is_refused_unparsed(data: bytes) -> None:
    """By its size, and by the number of its values."""
    with pytest.raises(PactUnreadable, match="too large a Pact file"):
        check_size(data, source="hostile.json")
    with pytest.raises(PactUnreadable, match="too large a Pact file"):
        read_pact(data, source="hostile.json")


def test_a_large_body_is_no_large_number_of_values() -> None:
    """Tens of megabytes of text are fine."""
    check_size(b'"' + b"a" * 30_000_000 + b'"', source="web-order.json")


def test_a_complaint_is_short_however_long_the_name_of_the_place() -> None:
    """The path of a rule may fill a screen."""
    rules: JsonValue = {"body": {"$" + ".a" * 100_000: {"matchers": [{"match": "type"}]}}}
    interaction: JsonValue = {"description": "x", "request": {}, "response": {"status": 200, "matchingRules": rules}}
    content: JsonValue = {"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [interaction]}
    with pytest.raises(PactUnreadable) as caught:
        read_pact(dumps(content).encode(), source="hostile.json")
    assert "it is too deep" in caught.value.why
    assert len(str(caught.value)) < 2000
