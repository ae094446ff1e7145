from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.errors import HandlerMissing, MessageUnusable, StateFailed
from treaty.pactfile import read_pact
from treaty.pytest_plugin.interaction import State, TreatyInteraction, TreatyMessage
from treaty.pytest_plugin.messages import Handlers, call_state_handler, judge_message, message_of
from treaty.verify.messages import MessageContract

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


def contract(entry: Mapping[str, Any]) -> MessageContract:
    version, key = ("4.0", "interactions") if "type" in entry else ("3.0.0", "messages")
    content = {
        "consumer": {"name": "mail"},
        "provider": {"name": "order"},
        key: [entry],
        "metadata": {"pactSpecification": {"version": version}},
    }
    (found,) = read_pact(json.dumps(content).encode(), source="p.json").interactions
    assert isinstance(found, MessageContract)
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
        ("contents.$.id", '"7"'),
        ("contents.$.status", "absent"),
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


def test_functions_may_be_asynchronous() -> None:
    """Those of messages and those of states."""
    made: list[int] = []

    async def state(params: Mapping[str, Any]) -> None:
        made.append(params["id"])

    async def handler() -> Any:
        return {"id": made[0], "status": "paid"}, METADATA

    given = State(name="an order", params={"id": 4})
    assert judge_message(shown(given), contract(V4), handlers(handler, **{"an order": state})) == ()
    assert made == [4]


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


ASKED: dict[str, Any] = {
    "type": "Synchronous/Messages",
    "description": "an order was paid",
    "request": {
        "contents": {"contentType": "application/json", "encoded": False, "content": {"order": 1}},
        "metadata": {"contentType": "application/json", "reply-to": "x"},
    },
    "response": [{"contents": V4["contents"], "metadata": V4["metadata"], "matchingRules": V4["matchingRules"]}],
}


def test_a_message_is_answered_by_a_function_that_takes_it() -> None:
    """And perhaps the interaction, for its states; or nothing at all."""
    seen: list[Any] = []

    def answer(message: TreatyMessage, interaction: TreatyInteraction) -> Any:
        seen.extend((message, interaction))
        return {"id": message.contents["order"], "status": "paid"}, METADATA

    state = State(name="an order", params={})
    assert judge_message(shown(state), contract(ASKED), handlers(answer)) == ()
    assert seen[0] == TreatyMessage(
        contents={"order": 1},
        metadata={"contentType": "application/json", "reply-to": "x"},
        body=b'{"order":1}',
    )
    assert seen[1] == shown(state)
    good = {"id": 3, "status": "paid"}, METADATA
    assert judge_message(shown(), contract(ASKED), handlers(lambda message: good if message else None)) == ()
    assert judge_message(shown(), contract(ASKED), handlers(lambda: good)) == ()
    assert judge_message(shown(), contract(ASKED), handlers(lambda *both: good if len(both) == 2 else None)) == ()
    (found,) = judge_message(shown(), contract(ASKED), handlers(lambda _: ({"id": 3, "status": "x"}, METADATA)))
    assert found.location == "contents.$.status"


def test_a_function_of_the_message_alone_leaves_states_to_others() -> None:
    with pytest.raises(StateFailed, match="'an order'"):
        judge_message(shown(State(name="an order")), contract(ASKED), handlers(lambda _: {}))


@pytest.mark.parametrize(
    ("contents", "shown_as"),
    [
        ({"contentType": "text/plain", "encoded": False, "content": "a b"}, "a b"),
        ({"contentType": "application/octet-stream", "encoded": "base64", "content": "AAE="}, b"\0\1"),
        (None, None),
    ],
    ids=["text", "bytes", "nothing"],
)
def test_what_is_to_be_answered_is_shown_by_its_content_type(contents: Any, shown_as: Any) -> None:
    seen: list[TreatyMessage] = []
    request = {} if contents is None else {"contents": contents}
    judge_message(shown(), contract({**ASKED, "request": request, "response": []}), handlers(seen.append))
    assert seen[0].contents == shown_as


def test_values_of_states_and_secrets_go_into_what_is_to_be_answered() -> None:
    """A value that nobody returned is named."""
    generators = {
        "body": {"$.order": {"type": "ProviderState", "expression": "${id}", "dataType": "INTEGER"}},
        "metadata": {"reply-to": {"type": "ProviderState", "expression": "${secret.key}"}},
    }
    promised = contract({**ASKED, "request": {**ASKED["request"], "generators": generators}, "response": []})
    state, seen = State(name="an order"), list[TreatyMessage]()
    functions = handlers(seen.append, **{"an order": lambda: {"id": 12}})
    judge_message(shown(state), promised, functions, secrets={"secret.key": "s3"})
    assert seen[0].contents == {"order": 12}
    assert seen[0].metadata["reply-to"] == "s3"
    with pytest.raises(StateFailed) as caught:
        judge_message(shown(), promised, handlers(seen.append), secrets={"secret.key": "s3"})
    assert "'id'" in caught.value.why


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
