"""Sending the request of one interaction, once, and saying what came of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from typing import Final

from treaty.contract.generating import Source, ValueMissing
from treaty.contract.json_value import JsonValue
from treaty.contract.model import HttpInteraction
from treaty.errors import EngineFailed, StateFailed, TreatyError
from treaty.verify.calls import Answer, Call, CallFailed
from treaty.verify.content_codings import decoded_body
from treaty.verify.document import Interaction, PactDocument
from treaty.verify.judging import judge
from treaty.verify.moments import Window
from treaty.verify.outcome import ClosedForm, Difference, Outcome, Verdict
from treaty.verify.ports import Calls
from treaty.verify.provider_clock import ProviderClock, real_now
from treaty.verify.run import could_not_tell
from treaty.verify.sending import Sent, make_request
from treaty.verify.sent_request import SentRequest, sent_request
from treaty.verify.signing import check_signature
from treaty.verify.variables import Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Asks the provider.

    Attributes:
        calls: sends requests; adds headers of its own.
        base_url: of the provider, for generators.
        seconds: the bound for one request.
        random: the source of chance for generators.
        clock: of the provider.
        secrets: the variables of secret slots.

    """

    calls: Calls
    base_url: str
    seconds: float
    random: Random = field(default_factory=Random)
    clock: ProviderClock = field(default_factory=ProviderClock)
    secrets: Variables = field(default_factory=dict)

    def ask(
        self,
        interaction: Interaction,
        contract: HttpInteraction,
        variables: Mapping[str, JsonValue],
        *,
        started: Started,
    ) -> tuple[Sent, Answer]:
        """Send the request of an interaction once, and note it in `started`.

        Raises:
            StateFailed: when a value is missing.
            EngineFailed: when no complete answer comes back.

        """
        state = {**self.secrets, **variables} if self.secrets else variables
        source = Source(random=self.random, clock=self.clock.now, state=state, base_url=self.base_url)
        try:
            sent = make_request(contract.request, source, status=contract.response.status)
            answer = self._send(sent.call, started)
        except ValueMissing as fault:
            raise StateFailed(
                "the request needs a value that no state yields",
                where=interaction.description,
                why=f"no state of the interaction makes or binds ${{{fault.args[0]}}}",
            ) from None
        except (CallFailed, ValueError) as fault:
            raise _unanswered(interaction, str(fault)) from None
        return sent, answer

    def _send(self, call: Call, started: Started) -> Answer:
        started.request = sent_request(call, base_url=self.base_url)
        try:
            answer = self.calls.send(call, seconds=self.seconds)
        except CallFailed as fault:
            started.request = sent_request(call, base_url=self.base_url, added=fault.added)
            raise
        started.request = sent_request(call, base_url=self.base_url, added=answer.added)
        started.answer = answer
        return answer


def judge_answer(
    interaction: Interaction,
    contract: HttpInteraction,
    *,
    asked: tuple[Sent, Answer],
    variables: Mapping[str, JsonValue],
    begun: datetime | None,
    clock: ProviderClock | None = None,
    in_full: bool = False,
) -> tuple[Difference, ...]:
    """Give the differences of an answer that came just now.

    Args:
        interaction: gives the causes.
        contract: what was promised.
        asked: the request and its answer.
        variables: what the set-up made and bound.
        begun: when, by our clock, what the answer is about began to be; None when that is not known.
        clock: of the provider; an answer that tells the time itself counts more.
        in_full: whether the provider holds nothing but what the set-up made.

    Raises:
        EngineFailed: when the answer cannot be decoded.
        NeedsSigner: when the provider refused a recorded signature.

    """
    sent, answer = asked
    check_signature(contract, sent.call, answer)
    clock = clock or ProviderClock()
    window = Window(begun=None if begun is None else clock.at(begun), ended=clock.at(real_now()))
    try:
        return judge(
            interaction, contract, sent=sent, answer=answer, variables=variables, window=window, in_full=in_full
        )
    except CallFailed as fault:
        raise _unanswered(interaction, str(fault)) from None


class Started:
    """When the work on an interaction began, and what was sent and came back since then."""

    __slots__ = ("_seconds", "answer", "at", "form", "request")

    def __init__(self) -> None:
        self.at: Final = real_now()
        self._seconds: Final = time.perf_counter()
        self.request: SentRequest | None = None
        self.answer: Answer | None = None
        self.form: ClosedForm | None = None

    def outcome(
        self,
        document: PactDocument,
        interaction: Interaction,
        reason: TreatyError | None,
        differences: tuple[Difference, ...],
        *,
        calls: int,
    ) -> Outcome:
        """Build the outcome of an interaction, which took the time since then; a reason beats every difference."""
        seconds = time.perf_counter() - self._seconds
        if reason is not None:
            return could_not_tell(
                document, interaction, reason, seconds=seconds, setup_calls=calls, request=self.request
            )
        return Outcome(
            pact=document.source,
            consumer=document.consumer,
            provider=document.provider,
            position=interaction.position,
            description=interaction.description,
            states=tuple(state.name for state in interaction.states),
            verdict=Verdict.BROKEN if differences else Verdict.KEPT,
            pending=interaction.pending,
            differences=differences,
            seconds=seconds,
            setup_calls=calls,
            request=self.request if differences else None,
            answer=_readable(self.answer) if differences else None,
            form=self.form,
        )


def _readable(answer: Answer | None) -> Answer | None:
    if answer is None:
        return None
    try:
        return replace(answer, body=decoded_body(answer))
    except CallFailed:
        return answer


def _unanswered(interaction: Interaction, why: str) -> EngineFailed:
    return EngineFailed(
        "the provider gave no answer that could be judged",
        where=interaction.description,
        why=why or "it gave no reason",
    )
