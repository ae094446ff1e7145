from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.model import MessageInteraction
from treaty.errors import HandlerMissing, MessageUnusable, StateFailed
from treaty.pactfile import read_pact
from treaty.pytest_plugin.interaction import State, TreatyInteraction
from treaty.pytest_plugin.messages import Handlers, call_state_handler, judge_message, message_of

V4: dict[str, Any] = {
    "type": "Asynchronous/Messages",
    "description": "an order was paid",
    "contents": {"contentType": "application/json", "encoded": False, "content": {"id": 1, "status": "paid"}},
    "metadata": {"contentType": "application/json", "topic": "orders"},
    "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}},
}
V3: dict[str, Any] = {
    "description": "an order was paid",
    "contents": {"id": 1, "status": "paid"},
    "metaData": {"contentType": "application/json", "topic": "orders"},
    "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}},
}
METADATA = {"contentType": "application/json", "topic": "orders"}


def contract(entry: Mapping[str, Any]) -> MessageInteraction:
    version, key = ("4.0", "interactions") if "type" in entry else ("3.0.0", "messages")
    content = {
        "consumer": {"name": "mail"},
        "provider": {"name": "order"},
        key: [entry],
        "metadata": {"pactSpecification": {"version": version}},
    }
    (found,) = read_pact(json.dumps(content).encode(), source="p.json").interactions
    assert isinstance(found, MessageInteraction)
    return found


def shown(*states: State) -> TreatyInteraction:
    return TreatyInteraction(
        pact="p.json", consumer="mail", provider="order", description="an order was paid", states=states
    )


def handlers(message: Callable[..., Any], **states: Callable[..., Any]) -> Handlers:
    return Handlers(messages={"an order was paid": message}, states=states)


@pytest.mark.parametrize("entry", [V4, V3], ids=["V4", "V3"])
def test_a_message_that_fits_is_kept_and_another_is_not(entry: dict[str, Any]) -> None:
    """In both versions of the specification; rules count, and so do the metadata."""
    promised = contract(entry)
    assert judge_message(shown(), promised, handlers(lambda: ({"id": 7, "status": "paid"}, METADATA))) == ()
    found = judge_message(shown(), promised, handlers(lambda: ({"id": "7"}, {"contentType": "application/json"})))
    assert {(each.location, each.got) for each in found} == {
        ("metadata.topic", "absent"),
        ("body.$.id", '"7"'),
        ("body.$.status", "absent"),
    }


@pytest.mark.parametrize("contents", [b'{"id": 2, "status": "paid"}', '{"id": 2, "status": "paid"}'])
def test_bytes_and_text_are_the_contents_as_they_are(contents: bytes | str) -> None:
    assert judge_message(shown(), contract(V4), handlers(lambda: (contents, METADATA))) == ()


def test_a_json_value_alone_says_that_it_is_json() -> None:
    """So that simple handlers need no metadata; given metadata are not added to."""
    assert message_of({"a": 1.5}, description="d").metadata == {"contentType": "application/json"}
    assert message_of(({"a": 1}, {}), description="d").metadata == {}
    assert message_of(None, description="d").body is None


def test_a_handler_may_take_the_interaction() -> None:
    """Then it also answers for the states."""
    seen: list[TreatyInteraction] = []

    def handler(interaction: TreatyInteraction) -> Any:
        seen.append(interaction)
        return {"id": 1, "status": "paid"}, METADATA

    state = State(name="an order exists", params={"id": 4})
    assert judge_message(shown(state), contract(V4), handlers(handler)) == ()
    assert seen == [shown(state)]


def test_states_are_brought_about_before_the_message_is_made() -> None:
    order: list[Any] = []
    functions = {"an order exists": lambda params: order.append(params["id"])}
    states = (State(name="an order exists", params={"id": 4}), State(name=""))

    def handler() -> Any:
        order.append("made")
        return {"id": 1, "status": "paid"}, METADATA

    judge_message(shown(*states), contract(V4), handlers(handler, **functions))
    assert order == [4, "made"]


def test_a_state_that_nobody_brings_about_cannot_be_told() -> None:
    with pytest.raises(StateFailed, match="'an order exists'"):
        judge_message(shown(State(name="an order exists")), contract(V4), handlers(dict))


def test_a_missing_handler_is_named_with_the_nearest_one() -> None:
    near = Handlers(messages={"an order was payed": dict}, states={})
    with pytest.raises(HandlerMissing) as caught:
        judge_message(shown(), contract(V4), near)
    assert caught.value.hint == "did you mean 'an order was payed'?"
    with pytest.raises(HandlerMissing) as caught:
        judge_message(shown(), contract(V4), Handlers(messages={}, states={}))
    assert "none at all" in caught.value.why


@pytest.mark.parametrize("made", [object(), float("nan"), {1, 2}, ({"a": 1}, {"b": object()})])
def test_what_is_no_message_is_an_error(made: Any) -> None:
    with pytest.raises(MessageUnusable):
        message_of(made, description="d")


def test_a_coroutine_is_told_apart() -> None:
    """Forgetting that a handler is asynchronous is easy."""

    async def handler() -> dict[str, int]:
        return {}

    with pytest.raises(MessageUnusable) as caught:
        message_of(handler(), description="d")
    assert "coroutine" in caught.value.why


def test_what_a_handler_raises_goes_through() -> None:
    """With its own traceback."""

    def handler() -> None:
        raise LookupError("no such order")

    with pytest.raises(LookupError, match="no such order"):
        judge_message(shown(), contract(V4), handlers(handler))


def test_a_state_handler_may_take_the_parameters_and_give_values() -> None:
    state = State(name="s", params={"id": 4})
    assert call_state_handler(lambda params: {"twice": params["id"] * 2}, state) == {"twice": 8}
    assert call_state_handler(lambda: None, state) == {}


_JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(_JSON.filter(lambda value: value is not None and not isinstance(value, str)))
def test_every_json_value_becomes_the_contents(value: Any) -> None:
    message = message_of(value, description="d")
    assert message.body is not None
    assert json.loads(message.body) == value
