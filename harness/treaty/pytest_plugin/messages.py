"""Messages that a provider sends, made by its own Python functions and held against the pact."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

from treaty.contract.generating import Source, ValueMissing
from treaty.contract.json_value import JsonInvalid, JsonValue, dumps, loads
from treaty.contract.model import (
    ActualMessage,
    BodyState,
    MessageContents,
    SynchronousMessageInteraction,
    metadata_type,
)
from treaty.errors import HandlerMissing, MessageUnusable, StateFailed, TreatyError, did_you_mean
from treaty.pytest_plugin.interaction import State, TreatyInteraction, TreatyMessage
from treaty.verify.messages import MessageContract, filled_request, message_differences, promised_message
from treaty.verify.outcome import Difference
from treaty.verify.provider_clock import real_now
from treaty.verify.variables import Variables

MessageHandler: TypeAlias = Callable[..., Any]
"""Makes a message: contents, or contents and metadata.

May take the `TreatyInteraction`; one that answers a message takes the `TreatyMessage`, then perhaps the interaction. It
may be asynchronous.
"""

StateHandler: TypeAlias = Callable[..., Any]
"""Brings about a provider state; may take its parameters, may return values for the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handlers:
    """The functions of the provider: `messages` by description, `states` by name."""

    messages: Mapping[str, MessageHandler]
    states: Mapping[str, StateHandler]


def judge_message(
    interaction: TreatyInteraction,
    contract: MessageContract,
    handlers: Handlers,
    *,
    secrets: Variables | None = None,
) -> tuple[Difference, ...]:
    """Let a handler make the message and give all differences from what was promised.

    What a handler itself raises goes through: its traceback says most.

    Raises:
        TreatyError: when there is no handler, a state has none, or what came is no message.

    """
    __tracebackhide__ = True
    handler = handlers.messages.get(interaction.description)
    if handler is None:
        raise _no_handler(interaction, handlers)
    given: list[Any] = []
    count = _arguments(handler)
    takes_interaction = count > isinstance(contract, SynchronousMessageInteraction)
    values: dict[str, JsonValue] = dict(secrets or {})
    for state in interaction.states:
        if state.name in handlers.states:
            values.update(call_state_handler(handlers.states[state.name], state))
        elif state.name and not takes_interaction:
            raise state_without_function(state.name, handlers)
    if isinstance(contract, SynchronousMessageInteraction):
        given.append(_asked(contract, values, interaction))
    made = _called(handler, [*given, interaction][:count], "makes this message (treaty_message_handlers)")
    actual = message_of(made, description=interaction.description)
    expected = promised_message(contract)
    return () if expected is None else message_differences(expected, actual)


def call_state_handler(handler: StateHandler, state: State) -> Mapping[str, JsonValue]:
    """Bring about a state; what the handler returns besides a mapping is of no use."""
    __tracebackhide__ = True
    whose = f"sets up the state {state.name!r} (treaty_state_handlers)"
    values = _called(handler, [state.params][: _arguments(handler)], whose)
    return values if isinstance(values, Mapping) else {}


def state_without_function(name: str, handlers: Handlers) -> StateFailed:
    """Build the error for a state without recorded steps that no function brings about."""
    known = ", ".join(map(repr, handlers.states)) or "none at all"
    return StateFailed(
        f"nothing sets up the state {name!r}",
        where="treaty_state_handlers",
        why=f"the pact has no recorded steps for it, and functions are there for {known}",
        hint=did_you_mean(name, handlers.states)
        or "return a function from the fixture treaty_state_handlers, under this name",
    )


def message_to_answer(message: MessageContents) -> TreatyMessage:
    """Show a message to the function that answers it."""
    media_type = message.media_type()
    data = message.contents.data
    contents: Any = data
    if message.contents.state is not BodyState.PRESENT:
        contents = None
    elif message.contents.is_json(metadata_type(message.metadata)):
        contents = json.loads(data)
    elif media_type.is_text:
        contents = data.decode("utf-8", "replace")
    return TreatyMessage(contents=contents, metadata=json.loads(dumps(message.metadata)), body=data)


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


def _asked(contract: SynchronousMessageInteraction, values: Variables, interaction: TreatyInteraction) -> TreatyMessage:
    source = Source(random=Random(), clock=real_now, state=values)  # noqa: S311 - example values are no secrets
    try:
        return message_to_answer(filled_request(contract, source))
    except ValueMissing as fault:
        raise StateFailed(
            "the message needs a value that no state yields",
            where=interaction.description,
            why=f"no function of its states returns {fault.args[0]!r}",
            hint="return it in a mapping from the state's function in treaty_state_handlers",
        ) from None


def _arguments(function: Callable[..., Any]) -> int:
    """Count the arguments that a function has to be given; one that takes any number is given all there are."""
    try:
        parameters: Sequence[inspect.Parameter] = tuple(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return 0
    if any(one.kind is one.VAR_POSITIONAL for one in parameters):
        return len((TreatyMessage, TreatyInteraction))
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(one.kind in places and one.default is one.empty for one in parameters)


def _called(function: Callable[..., Any], arguments: Sequence[Any], whose: str) -> Any:
    """Call a function, also an asynchronous one; what it raises says whose it is."""
    __tracebackhide__ = True
    try:
        made = function(*arguments)
        return asyncio.run(made) if inspect.iscoroutine(made) else made
    except Exception as fault:
        fault.add_note(f"raised by the function that {whose}")
        raise


def _as_json(metadata: Mapping[str, Any], description: str) -> Mapping[str, JsonValue]:
    value = loads(_written(dict(metadata), description))
    assert isinstance(value, Mapping)
    return value


def _written(value: Any, description: str) -> str:
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
