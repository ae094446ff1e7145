"""Pact's message protocol: what a provider's handler of messages is asked, and the message that its answer is.

The handler gets a POST of `{"description", "providerStates"}`, and of a synchronous message also `request`, the message
that is to be answered, in the form of a V4 file. It answers with the contents as body and the metadata as base64 of a
JSON object in the header `Pact-Message-Metadata`. The official verifier asks in the same way.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from treaty.contract.applying import apply_to_message
from treaty.contract.generating import Source
from treaty.contract.json_value import JsonInvalid, JsonValue, dumps, loads
from treaty.contract.matching import match_message
from treaty.contract.mismatch import Mismatch
from treaty.contract.model import (
    ActualMessage,
    MessageContents,
    MessageInteraction,
    SynchronousMessageInteraction,
    metadata_type,
)
from treaty.pactfile.writing import write_message, write_state
from treaty.verify.calls import Answer, Call
from treaty.verify.content_codings import decoded_body
from treaty.verify.document import Interaction, PactDocument
from treaty.verify.outcome import ABSENT, Difference

METADATA_HEADER: Final = "Pact-Message-Metadata"
_ASKED: Final = (("Content-Type", "application/json"),)

MessageContract: TypeAlias = MessageInteraction | SynchronousMessageInteraction


class MetadataUnreadable(ValueError):
    """The header with the metadata is not base64 of a JSON object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageJob:
    """A message whose states are brought about for it alone."""

    interaction: Interaction
    contract: MessageContract

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """Give the one."""
        return (self.interaction,)

    @property
    def first(self) -> int:
        """Give its position in the pact."""
        return self.interaction.position


def message_job(document: PactDocument, interaction: Interaction) -> MessageJob:
    """Build the job of an interaction that is a message."""
    contract = document.contract.interactions[interaction.position]
    assert isinstance(contract, MessageContract)
    return MessageJob(interaction=interaction, contract=contract)


def promised_message(contract: MessageContract) -> MessageContents | None:
    """Give the message that the provider sends; None when a synchronous message is answered by none.

    Of several responses the first one is given: the protocol carries no more, see `treaty.verify.plan`.
    """
    if isinstance(contract, MessageInteraction):
        return contract.message
    return contract.responses[0] if contract.responses else None


def filled_request(contract: SynchronousMessageInteraction, source: Source) -> MessageContents:
    """Put generated values into the message that is to be answered.

    Raises:
        treaty.contract.generating.ValueMissing: when a provider state gave no value of a name.

    """
    return apply_to_message(contract.request, source)


def message_call(contract: MessageContract, source: Source, *, target: str) -> Call:
    """Ask for a message.

    Args:
        contract: what was promised.
        source: where generated values of a request come from.
        target: path and query of the handler.

    Raises:
        treaty.contract.generating.ValueMissing: when a provider state gave no value of a name.

    """
    asked: dict[str, JsonValue] = {"description": contract.description}
    if contract.states:
        asked["providerStates"] = [write_state(state) for state in contract.states]
    if isinstance(contract, SynchronousMessageInteraction):
        asked["request"] = write_message(filled_request(contract, source))
    return Call(method="POST", target=target, headers=_ASKED, body=dumps(asked).encode())


def message_of_answer(answer: Answer) -> ActualMessage:
    """Take the message out of a handler's answer; its Content-Type counts as `contentType` of the metadata, too.

    Raises:
        treaty.verify.calls.CallFailed: when the body cannot be decoded.
        MetadataUnreadable: when the metadata cannot be read.

    """
    media_type = _header(answer, "content-type")
    metadata = {"contentType": media_type} if media_type else {}
    return ActualMessage(body=decoded_body(answer), metadata={**metadata, **_metadata(answer)}, content_type=media_type)


def readable_answer(answer: Answer, message: ActualMessage) -> Answer:
    """Show a handler's answer to people, and to what looks for secrets: the metadata are its headers."""
    media_type = message.content_type or metadata_type(message.metadata)
    lines = [("Content-Type", media_type)] if media_type else []
    lines += [
        (name, value if isinstance(value, str) else dumps(value))
        for name, value in message.metadata.items()
        if value != media_type
    ]
    return replace(answer, headers=tuple(lines), body=message.body or b"")


def message_differences(expected: MessageContents, actual: ActualMessage) -> tuple[Difference, ...]:
    """Give all differences: `metadata.NAME`, then `contents`."""
    return tuple(_difference(each) for each in match_message(expected, actual))


def _difference(mismatch: Mismatch) -> Difference:
    is_absent = not mismatch.got and mismatch.message.endswith("is missing")
    part, dot, rest = mismatch.location.partition(".")
    return Difference(
        location=f"contents{dot}{rest}" if part == "body" else mismatch.location,
        wanted=mismatch.wanted,
        got=ABSENT if is_absent else mismatch.got,
        message=mismatch.message,
        rule=mismatch.rule,
    )


def _metadata(answer: Answer) -> Mapping[str, JsonValue]:
    text = _header(answer, METADATA_HEADER.lower())
    if not text:
        return {}
    try:
        value = loads(base64.b64decode(text, validate=True))
    except (binascii.Error, JsonInvalid, ValueError) as fault:
        raise MetadataUnreadable(str(fault)) from None
    if not isinstance(value, Mapping):
        raise MetadataUnreadable("the JSON is not an object")
    return value


def _header(answer: Answer, name: str) -> str:
    return next((value.strip() for key, value in answer.headers if key.lower() == name), "")
