"""Measures how much a contract notices: makes changed replies, and asks the judge of the verification engine.

No provider is needed. What is judged, and by what code, is what `verify` does after an answer came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from treaty.contract.generating import ValueMissing
from treaty.contract.matching import ResponseCheck, compile_response
from treaty.contract.model import ActualResponse, HttpInteraction
from treaty.normalize.leaves import wildcard
from treaty.normalize.shapes import shape_of
from treaty.strength.change import Change, Harm, Harmless
from treaty.strength.closed_values import closed_nulls
from treaty.strength.envelope_changes import envelope_changes
from treaty.strength.evidence import Judged, Role, role_of
from treaty.strength.harmless_changes import harmless_changes
from treaty.strength.healthy import NOW, healthy_case
from treaty.strength.places import Path, at, is_sampled, is_scalar, location, nodes
from treaty.strength.reply import BodyKind, Case, Reply
from treaty.strength.score import FalseAlarm, InteractionStrength, Survivor, Tally
from treaty.strength.session_facts import NO_FACTS, SessionFacts
from treaty.strength.structure_changes import StructureChanges
from treaty.strength.subject import Subject, subject_of
from treaty.verify.calls import CallFailed
from treaty.verify.document import Interaction, PactDocument
from treaty.verify.judging import judge
from treaty.verify.outcome import Difference

_MOST_COMPLAINTS: Final = 3


def measure_pact(document: PactDocument, *, session: SessionFacts | None = None) -> Iterator[InteractionStrength]:
    """Measure the interactions of a pact, one after the other in the order of the file.

    Args:
        document: the pact.
        session: more evidence of what may be absent, null or another word.

    """
    for interaction in document.interactions:
        yield measure(document, interaction, session=session)


def measure(
    document: PactDocument, interaction: Interaction, *, session: SessionFacts | None = None
) -> InteractionStrength:
    """Measure one interaction."""
    contract = document.contract.interactions[interaction.position]
    names = tuple(state.name for state in interaction.states)

    def unmeasured(why: str) -> InteractionStrength:
        return InteractionStrength(
            position=interaction.position, description=interaction.description, states=names, unmeasured=why
        )

    if not isinstance(contract, HttpInteraction):
        return unmeasured("it is a message; only replies over HTTP are changed")
    subject = subject_of(document, interaction)
    try:
        case = healthy_case(subject)
    except (ValueMissing, ValueError) as fault:
        return unmeasured(f"its request cannot be made: {fault}")
    examiner = _Examiner(interaction, contract)
    if complaints := examiner.complaints(case):
        return InteractionStrength(
            position=interaction.position,
            description=interaction.description,
            states=names,
            tally=Tally(harmless=1, alarms=1),
            alarms=(_refused_example(case, complaints),),
            unmeasured="it refuses its own example",
            refused=True,
        )
    facts = NO_FACTS
    if session is not None:
        facts = session.of(contract, consumer=document.consumer, provider=document.provider)
        case = replace(case, reply=_with_headers(case.reply, facts.headers))
    judged = judged_scalars(subject, case)
    if case.reply.kind is BodyKind.JSON:
        examiner.examine(StructureChanges(subject, case, judged, facts).all(), case)
    examiner.examine(envelope_changes(subject, case, facts.constant), case)
    examiner.examine(harmless_changes(subject, case, judged), case)
    return examiner.result(
        names,
        sampled=case.reply.kind is BodyKind.JSON and is_sampled(case.reply.document),
        undecided=sum(each.role is Role.OPEN for each in judged.values()),
    )


def _with_headers(reply: Reply, headers: Mapping[str, str]) -> Reply:
    """Add the headers that the recorded answers had and the pact leaves out."""
    for name, value in headers.items():
        if reply.header(name) is None:
            reply = reply.with_header(name, value)
    return reply


def judged_scalars(subject: Subject, case: Case) -> Mapping[Path, Judged]:
    """Judge the scalars of a healthy reply by their examples; of a body that is no JSON there are none."""
    if case.reply.kind is not BodyKind.JSON:
        return {}
    example = subject.example.document
    found: dict[Path, Judged] = {}
    nulls = closed_nulls(subject.contract)
    for path, value in nodes(case.reply.document):
        if is_scalar(value):
            before = at(example, path)
            is_open = before is None and wildcard(location(path)) in nulls
            role = Role.OPEN if is_open else role_of(subject, path, before)
            found[path] = Judged(path=path, value=value, role=role, shape=shape_of(before, at=NOW))
    return found


class _Examiner:
    """Holds changed replies of one interaction against its promise, and counts."""

    def __init__(self, interaction: Interaction, contract: HttpInteraction) -> None:
        self._interaction: Final = interaction
        self._contract: Final = contract
        self._check: Final[ResponseCheck] = compile_response(contract.response)
        self._kinds: Final[dict[Harm, tuple[int, int]]] = {}
        self._survivors: Final[list[Survivor]] = []
        self._alarms: Final[list[FalseAlarm]] = []
        self._harmless = 0

    def complaints(self, case: Case) -> tuple[Difference, ...]:
        """Judge a reply."""
        try:
            return judge(
                self._interaction,
                self._contract,
                sent=case.sent,
                answer=case.reply.answer(),
                variables=case.variables,
                window=case.window,
                check=self._check,
            )
        except CallFailed as fault:
            return (Difference(location="body", wanted="", got="", message=str(fault)),)

    def _is_caught(self, case: Case) -> bool:
        """Tell whether there is a complaint; the judge asks the same rules first, and they are the cheaper ones."""
        reply = case.reply
        actual = ActualResponse(status=reply.status, headers=reply.headers, body=reply.body)
        return bool(self._check(actual)) or bool(self.complaints(case))

    def examine(self, changes: Iterator[Change], healthy: Case) -> None:
        """Judge changed replies; a harmful one that makes no difference is no change at all."""
        for change in changes:
            if isinstance(change.kind, Harmless):
                self._harmless += 1
                if found := self.complaints(change.case):
                    self._alarms.append(_alarm(change, found))
            elif not change.case.reply.means(healthy.reply):
                caught, count = self._kinds.get(change.kind, (0, 0))
                is_caught = self._is_caught(change.case)
                self._kinds[change.kind] = (caught + is_caught, count + 1)
                if not is_caught:
                    self._survivors.append(_survivor(change, change.kind))

    def result(self, states: tuple[str, ...], *, sampled: bool, undecided: int) -> InteractionStrength:
        """Give what was counted."""
        return InteractionStrength(
            position=self._interaction.position,
            description=self._interaction.description,
            states=states,
            tally=Tally(
                harmful=sum(count for _, count in self._kinds.values()),
                caught=sum(caught for caught, _ in self._kinds.values()),
                harmless=self._harmless,
                alarms=len(self._alarms),
                undecided=undecided,
            ),
            kinds=dict(self._kinds),
            survivors=tuple(self._survivors),
            alarms=tuple(self._alarms),
            sampled=sampled,
        )


def _survivor(change: Change, kind: Harm) -> Survivor:
    return Survivor(
        kind=kind, location=change.location, before=change.before, after=change.after, because=change.because
    )


def _alarm(change: Change, found: tuple[Difference, ...]) -> FalseAlarm:
    assert isinstance(change.kind, Harmless)
    return FalseAlarm(
        kind=change.kind,
        location=change.location,
        before=change.before,
        after=change.after,
        because=change.because,
        complaints=_complaints(found),
    )


def _refused_example(case: Case, found: tuple[Difference, ...]) -> FalseAlarm:
    return FalseAlarm(
        kind=None,
        location=found[0].location,
        before="",
        after=case.reply.text[:200],
        because="it is the example of the pact itself",
        complaints=_complaints(found),
    )


def _complaints(found: tuple[Difference, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((each.location, each.message) for each in found[:_MOST_COMPLAINTS])
