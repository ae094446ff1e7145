"""Messages that a provider sends without being asked, made by its own Python functions and held against the pact."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from treaty.contract.json_value import JsonInvalid, JsonValue, loads
from treaty.contract.matching import match_message
from treaty.contract.mismatch import Mismatch
from treaty.contract.model import ActualMessage, MessageInteraction
from treaty.errors import HandlerMissing, MessageUnusable, StateFailed, TreatyError, did_you_mean
from treaty.pytest_plugin.interaction import State, TreatyInteraction
from treaty.verify.outcome import ABSENT, Difference

MessageHandler: TypeAlias = Callable[..., Any]
"""Makes a message: contents, or contents and metadata; may take the `TreatyInteraction`."""

StateHandler: TypeAlias = Callable[..., Any]
"""Brings about a provider state; may take its parameters, may return values for the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handlers:
    """The functions of the provider: `messages` by description, `states` by name."""

    messages: Mapping[str, MessageHandler]
    states: Mapping[str, StateHandler]


def judge_message(
    interaction: TreatyInteraction, contract: MessageInteraction, handlers: Handlers
) -> tuple[Difference, ...]:
    """Let a handler make the message and give all differences from what was promised.

    What a handler itself raises goes through: its traceback says most.

    Raises:
        TreatyError: when there is no handler, a state has none, or what came is no message.

    """
    handler = handlers.messages.get(interaction.description)
    if handler is None:
        raise _no_handler(interaction, handlers)
    takes_interaction = _takes_argument(handler)
    for state in interaction.states:
        if state.name in handlers.states:
            call_state_handler(handlers.states[state.name], state)
        elif state.name and not takes_interaction:
            raise _no_state(state)
    made = handler(interaction) if takes_interaction else handler()
    actual = message_of(made, description=interaction.description)
    return tuple(_difference(each) for each in match_message(contract.message, actual))


def call_state_handler(handler: StateHandler, state: State) -> Mapping[str, JsonValue]:
    """Bring about a state; what the handler returns besides a mapping is of no use."""
    values = handler(state.params) if _takes_argument(handler) else handler()
    return values if isinstance(values, Mapping) else {}


def message_of(made: Any, *, description: str) -> ActualMessage:
    """Take what a handler returned for a message.

    Bytes and text are the contents as they are; everything else is written as JSON, and says so in its metadata unless
    there are some.

    Raises:
        MessageUnusable: when it cannot be written as JSON.

    """
    contents, metadata = made, None
    if isinstance(made, tuple) and len(made) == 2 and isinstance(made[1], Mapping):
        contents, metadata = made
    if isinstance(contents, str):
        contents = contents.encode()
    if isinstance(contents, bytes | bytearray | memoryview):
        return ActualMessage(body=bytes(contents), metadata=_as_json(metadata or {}, description))
    if contents is None:
        return ActualMessage(body=None, metadata=_as_json(metadata or {}, description))
    body = _written(contents, description).encode()
    if metadata is None:
        metadata = {"contentType": "application/json"}
    return ActualMessage(body=body, metadata=_as_json(metadata, description), content_type="application/json")


def _takes_argument(function: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(
        one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD, one.VAR_POSITIONAL) and one.default is one.empty
        for one in parameters
    )


def _as_json(metadata: Mapping[str, Any], description: str) -> Mapping[str, JsonValue]:
    value = loads(_written(dict(metadata), description))
    assert isinstance(value, Mapping)
    return value


def _written(value: Any, description: str) -> str:
    if inspect.iscoroutine(value):
        value.close()
        raise _unusable(description, "it is a coroutine: the handler has to be a plain function")
    try:
        text = json.dumps(value)
        loads(text)
    except JsonInvalid as fault:
        raise _unusable(description, str(fault)) from None
    except (TypeError, ValueError, RecursionError) as fault:
        raise _unusable(description, str(fault)) from None
    return text


def _unusable(description: str, why: str) -> MessageUnusable:
    return MessageUnusable(
        "what the handler returned is no message",
        where=description,
        why=why,
        hint="return contents, or contents and a mapping of metadata; contents are bytes, text, or a JSON value",
    )


def _no_handler(interaction: TreatyInteraction, handlers: Handlers) -> TreatyError:
    known = ", ".join(map(repr, handlers.messages)) or "none at all"
    return HandlerMissing(
        f"no function makes the message {interaction.description!r}",
        where=f"{interaction.consumer} -> {interaction.provider}",
        why=f"message handlers are {known}",
        hint=did_you_mean(interaction.description, handlers.messages)
        or "return one from the fixture treaty_message_handlers, under this description",
    )


def _no_state(state: State) -> StateFailed:
    return StateFailed(
        f"nothing sets up the state {state.name!r}",
        why="it has no function, and the handler of the message does not take the interaction, so it cannot do it",
        hint="return one from the fixture treaty_state_handlers, under this name",
    )


def _difference(mismatch: Mismatch) -> Difference:
    is_absent = not mismatch.got and mismatch.message.endswith("is missing")
    return Difference(
        location=mismatch.location,
        wanted=mismatch.wanted,
        got=ABSENT if is_absent else mismatch.got,
        message=mismatch.message,
        rule=mismatch.rule,
    )
