"""What a verification found out about interactions, as values."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

from treaty.errors import ExitStatus, TreatyError
from treaty.verify.calls import Answer
from treaty.verify.sent_request import SentRequest

ABSENT: Final = "absent"
"""Stands in a difference for a value that did not come."""


class Verdict(enum.Enum):
    """The three possible answers (DESIGN 5)."""

    KEPT = "kept"
    BROKEN = "broken"
    COULD_NOT_TELL = "could not tell"


class ClosedForm(enum.Enum):
    """How what an answer says about everything that the provider holds was judged (DESIGN 4.2)."""

    FULL = "full"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place at which the provider's answer is not what was promised.

    Attributes:
        location: `status`, `header.NAME`, `body`, `body.$.a[0]`.
        wanted: the recorded value, as JSON or text; empty when the engine does not say.
        got: the value that came, or "absent".
        message: the engine's sentence.
        cause: why the recorded value was what it was (DESIGN 4.2), or empty when the pact does not say.
        rule: the matcher or relation that decided, such as `type` or `echo`; empty when the engine does not say.

    """

    location: str
    wanted: str
    got: str
    message: str
    cause: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The verdict on one interaction.

    Attributes:
        pact: the file, as it was named.
        consumer: who was promised.
        provider: who promised.
        position: of the interaction in the file, from 0.
        description: of the interaction.
        states: names of its provider states.
        verdict: the answer.
        pending: the consumer marked it as not yet promised; unless it is kept, it does not count.
        differences: why it is broken.
        reason: why nobody could tell.
        seconds: how long the engine took, set-up included.
        setup_calls: requests sent to bring about the states.
        round: which time the interaction was judged, from 1.
        request: what was sent, unless all is well, nothing was sent, or the engine does not tell.
        answer: what came back, as `request`; its body without content codings, in reports at most 64 KiB of it.
        note: what else is worth knowing about the verdict.
        form: how what the answer says about everything there is was judged; None when it says nothing of the kind.

    """

    pact: str
    consumer: str
    provider: str
    position: int
    description: str
    states: tuple[str, ...]
    verdict: Verdict
    pending: bool = False
    differences: tuple[Difference, ...] = ()
    reason: TreatyError | None = None
    seconds: float = 0.0
    setup_calls: int = 0
    round: int = 1
    request: SentRequest | None = None
    answer: Answer | None = None
    note: str = ""
    form: ClosedForm | None = None

    @property
    def fails(self) -> bool:
        """Whether this alone makes the run red."""
        return self.verdict is Verdict.BROKEN and not self.pending


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A request of the provider under test that no pact of a dependency could answer: a finding.

    Attributes:
        consumer: the provider under test, which is the consumer here.
        dependency: whom it called.
        request: method and path.
        nearest: the description of the most similar interaction, or empty.
        places: the locations in which the request differs from it, such as `body.$.recipient`.

    """

    consumer: str
    dependency: str
    request: str
    nearest: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The counts of a run, and what they mean for the shell.

    Attributes:
        kept: interactions, pending ones included.
        broken: without pending ones.
        could_not_tell: without pending ones.
        pending_broken: of pending ones.
        pending_could_not_tell: of pending ones.
        setup_calls: requests sent to bring about states.
        seconds: the sum over the interactions; of a finished run the time that passed.
        in_full: interactions whose facts about everything that the provider holds were judged in full.
        in_part: those of which only the open form of such facts was judged.

    """

    kept: int = 0
    broken: int = 0
    could_not_tell: int = 0
    pending_broken: int = 0
    pending_could_not_tell: int = 0
    setup_calls: int = 0
    seconds: float = 0.0
    in_full: int = 0
    in_part: int = 0

    def plus(self, outcome: Outcome) -> Summary:
        """Count one more outcome."""
        is_untold = outcome.verdict is Verdict.COULD_NOT_TELL
        pending_broken = outcome.verdict is Verdict.BROKEN and outcome.pending
        return Summary(
            kept=self.kept + (outcome.verdict is Verdict.KEPT),
            broken=self.broken + outcome.fails,
            could_not_tell=self.could_not_tell + (is_untold and not outcome.pending),
            pending_broken=self.pending_broken + pending_broken,
            pending_could_not_tell=self.pending_could_not_tell + (is_untold and outcome.pending),
            setup_calls=self.setup_calls + outcome.setup_calls,
            seconds=self.seconds + outcome.seconds,
            in_full=self.in_full + (outcome.form is ClosedForm.FULL),
            in_part=self.in_part + (outcome.form is ClosedForm.OPEN),
        )

    @property
    def total(self) -> int:
        """How many interactions there were."""
        return self.counts + self.pending_broken + self.pending_could_not_tell

    @property
    def counts(self) -> int:
        """How many interactions there were, but for pending ones that are not kept."""
        return self.kept + self.broken + self.could_not_tell

    def exit_status(self, *, allow_empty: bool = False) -> ExitStatus:
        """Broken beats could not tell beats nothing verified (unless that is fine) beats kept.

        Where all that there was is pending, nothing is wrong.
        """
        if self.broken:
            return ExitStatus.BROKEN
        if self.could_not_tell:
            return ExitStatus.COULD_NOT
        if not self.total and not allow_empty:
            return ExitStatus.NOTHING_TO_DO
        return ExitStatus.KEPT
