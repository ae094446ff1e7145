"""Asking the provider's handler for one message, once, and holding what comes against the promise."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from random import Random
from typing import Final

from treaty.contract.generating import Source, ValueMissing
from treaty.errors import EngineFailed, StateFailed
from treaty.verify.asking import Started
from treaty.verify.calls import Answer, Call, CallFailed
from treaty.verify.messages import (
    METADATA_HEADER,
    MessageJob,
    MetadataUnreadable,
    message_call,
    message_differences,
    message_of_answer,
    promised_message,
    readable_answer,
)
from treaty.verify.outcome import Difference
from treaty.verify.ports import Calls
from treaty.verify.provider_clock import ProviderClock
from treaty.verify.sent_request import sent_request
from treaty.verify.variables import Variables

_SHOWN: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """Where the provider's messages are asked for.

    Attributes:
        connect: opens a connection to the host of the handler.
        base_url: of that host.
        target: path and query of the handler.

    """

    connect: Callable[[], AbstractContextManager[Calls]]
    base_url: str
    target: str = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAsker:
    """Asks the handler of messages.

    Attributes:
        calls: sends requests to the host of the handler; adds headers of its own.
        base_url: of that host.
        target: path and query of the handler.
        seconds: the bound for one request.
        random: the source of chance for generators.
        clock: of the provider.
        secrets: the variables of secret slots.

    """

    calls: Calls
    base_url: str
    target: str
    seconds: float
    random: Random = field(default_factory=Random)
    clock: ProviderClock = field(default_factory=ProviderClock)
    secrets: Variables = field(default_factory=dict)

    def differences(self, job: MessageJob, variables: Variables, *, started: Started) -> tuple[Difference, ...]:
        """Ask for a message, note in `started` what was sent and came, and give all differences.

        Raises:
            StateFailed: when a value is missing.
            EngineFailed: when no message comes back.

        """
        source = Source(
            random=self.random, clock=self.clock.now, state={**self.secrets, **variables}, base_url=self.base_url
        )
        try:
            answer = self._send(message_call(job.contract, source, target=self.target), started)
            if not 200 <= answer.status < 300:
                raise _no_message(job, _refusal(answer))
            message = message_of_answer(answer)
        except ValueMissing as fault:
            raise StateFailed(
                "the message needs a value that no state yields",
                where=job.interaction.description,
                why=f"no state of the interaction makes or binds ${{{fault.args[0]}}}",
            ) from None
        except MetadataUnreadable as fault:
            raise _no_message(job, f"its header {METADATA_HEADER} is not base64 of a JSON object: {fault}") from None
        except CallFailed as fault:
            raise _no_message(job, str(fault)) from None
        started.answer = readable_answer(answer, message)
        expected = promised_message(job.contract)
        return () if expected is None else message_differences(expected, message)

    def _send(self, call: Call, started: Started) -> Answer:
        started.request = sent_request(call, base_url=self.base_url)
        try:
            answer = self.calls.send(call, seconds=self.seconds)
        except CallFailed as fault:
            started.request = sent_request(call, base_url=self.base_url, added=fault.added)
            raise
        started.request = sent_request(call, base_url=self.base_url, added=answer.added)
        return answer


def _refusal(answer: Answer) -> str:
    text = " ".join(answer.body[: 4 * _SHOWN].decode("utf-8", "replace").split())
    return f"it answered {answer.status} {text[:_SHOWN]}".rstrip()


def _no_message(job: MessageJob, why: str) -> EngineFailed:
    return EngineFailed(
        "the provider's handler of messages gave none",
        where=job.interaction.description,
        why=why,
        hint="the handler is at --message-url, or 'messages' of the service in treaty.yaml; its log may say more",
    )
