from __future__ import annotations

import base64
import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.verify.message_handler import PAID, PAID_V3, PRICED, message_pact
from treaty.contract.generating import Source, ValueMissing
from treaty.contract.json_value import JsonValue
from treaty.verify.calls import Answer
from treaty.verify.document import read_document
from treaty.verify.messages import (
    MessageJob,
    MetadataUnreadable,
    message_call,
    message_differences,
    message_job,
    message_of_answer,
    promised_message,
    readable_answer,
)
from treaty.verify.provider_clock import real_now


def job(entry: dict[str, Any]) -> MessageJob:
    document = read_document(json.dumps(message_pact(entry)).encode(), source="a.json")
    return message_job(document, document.interactions[0])


def source(**state: JsonValue) -> Source:
    return Source(random=Random(1), clock=real_now, state=state)


def asked(entry: dict[str, Any], **state: JsonValue) -> Any:
    body = message_call(job(entry).contract, source(**state), target="/m").body
    assert body is not None
    return json.loads(body)


def answer(body: bytes, metadata: str = "", media_type: str = "application/json") -> Answer:
    headers = [("Content-Type", media_type)] if media_type else []
    headers += [("pact-message-metadata", metadata)] if metadata else []
    return Answer(status=200, headers=tuple(headers), body=body)


def encoded(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize("entry", [PAID, PAID_V3], ids=["V4", "V3"])
def test_a_message_is_asked_for_by_description_and_states(entry: dict[str, Any]) -> None:
    """Without states there is no key for them."""
    assert asked(entry) == {
        "description": "an order was paid",
        "providerStates": [{"name": "an order", "params": {"id": 7}}],
    }
    assert asked({**entry, "providerStates": []}) == {"description": "an order was paid"}


def test_the_message_that_is_to_be_answered_goes_along() -> None:
    """In the form of the file, with fresh values where it has generators."""
    assert asked(PRICED) == {"description": "the price of an order", "request": PRICED["request"]}
    generator = {"type": "ProviderState", "expression": "${order}", "dataType": "INTEGER"}
    filled = {**PRICED, "request": {**PRICED["request"], "generators": {"body": {"$.order": generator}}}}
    assert asked(filled, order=12)["request"]["contents"]["content"] == {"order": 12}
    with pytest.raises(ValueMissing):
        asked(filled)


def test_a_message_has_the_metadata_of_its_header_and_the_type_of_its_answer() -> None:
    """The header's own contentType comes first."""
    found = message_of_answer(answer(b"{}", encoded({"topic": "orders", "nested": {"a": [1]}})))
    assert found.metadata == {"contentType": "application/json", "topic": "orders", "nested": {"a": [1]}}
    assert found.body == b"{}"
    assert message_of_answer(answer(b"", encoded({"contentType": "a/b"}))).metadata == {"contentType": "a/b"}
    assert message_of_answer(answer(b"x", media_type="")).metadata == {}


_JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(), _JSON, max_size=4), st.binary(max_size=40))
def test_every_message_comes_back_as_it_was_sent(metadata: dict[str, Any], body: bytes) -> None:
    found = message_of_answer(answer(body, encoded(metadata), media_type=""))
    assert found.body == body
    assert found.metadata == metadata


@pytest.mark.parametrize("text", ["%%%", "e30x", encoded([1]), base64.b64encode(b"{").decode()])
def test_metadata_that_are_no_object_are_unreadable(text: str) -> None:
    """The official verifier takes them for none at all."""
    with pytest.raises(MetadataUnreadable):
        message_of_answer(answer(b"{}", text))


def test_an_answer_is_shown_with_its_metadata_as_lines() -> None:
    """So that what looks for secrets by the name of a header finds them."""
    came = answer(b"{}", encoded({"token": "t", "n": 1}))
    shown = readable_answer(came, message_of_answer(came))
    assert shown.headers == (("Content-Type", "application/json"), ("token", "t"), ("n", "1"))
    bare = answer(b"x", media_type="")
    assert readable_answer(bare, message_of_answer(bare)).headers == ()


def test_differences_name_contents_and_metadata() -> None:
    """What is not there at all is told from what is empty."""
    expected = promised_message(job(PAID).contract)
    assert expected is not None
    found = message_differences(expected, message_of_answer(answer(b'{"id": "x"}')))
    assert [(each.location, each.got, each.rule) for each in found] == [
        ("metadata.topic", "absent", "equality"),
        ("contents.$.id", '"x"', "integer"),
        ("contents.$.status", "absent", "equality"),
    ]
    assert message_differences(expected, message_of_answer(answer(b"")))[1].location == "contents"


def test_a_synchronous_message_promises_its_first_answer_or_none() -> None:
    """Several are refused when the run is planned."""
    contract = job(PRICED).contract
    assert promised_message(contract) is not None
    assert promised_message(job({**PRICED, "response": []}).contract) is None


def test_a_job_knows_its_place() -> None:
    made = job(PAID)
    assert made.interactions == (made.interaction,)
    assert made.first == 0
