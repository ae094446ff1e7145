"""Our own verification engine: kept connections, shared set-up, several workers, one order of results."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from treaty.errors import CouldNot, EngineFailed, StateFailed, TreatyError
from treaty.verify.asking import Asker, Started, judge_answer
from treaty.verify.closed_world import form_of
from treaty.verify.concealment import Concealer
from treaty.verify.document import Interaction, PactDocument
from treaty.verify.message_asking import MessageAsker, MessageLine
from treaty.verify.messages import MessageJob, message_job
from treaty.verify.minting import Minter
from treaty.verify.outcome import Difference, Outcome
from treaty.verify.ports import Calls, Scripts, Waiter
from treaty.verify.provider_clock import ProviderClock
from treaty.verify.schedule import Alone, Job, Schedule, Walk, make_schedule
from treaty.verify.spacing import Spacing
from treaty.verify.state_desk import ManualStates, SetsUp, renewal_failed
from treaty.verify.state_sets import StateSet
from treaty.verify.stepping import StepSender
from treaty.verify.variables import Variables
from treaty.verify.walking import Walker


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatyEngine:
    """Verifies by itself.

    Attributes:
        connect: opens a connection to the provider; each worker has its own.
        set_ups: gives what brings about whole states of a pact over a connection.
        manual: the user's own state handler, if any.
        waiter: time.
        minter: makes new values.
        concealer: keeps secrets out of reasons.
        base_url: of the provider, for generators.
        seconds: the bound for one request, for one step of a state, and for the calls of a state that is not shared.
        workers: how many jobs are done at once.
        clock: of the provider.
        secrets: the variables of secret slots.
        renew: empties the provider, before each job; then jobs are done one after the other.
        scripts: what tells the provider's stand-ins how to answer; hears when a job begins.
        messages: where messages are asked for; without it at the provider itself.
        spacing: moves the ids of different kinds apart, each kind once.

    """

    connect: Callable[[], AbstractContextManager[Calls]]
    set_ups: Callable[[PactDocument, Calls], SetsUp]
    waiter: Waiter
    minter: Minter
    concealer: Concealer
    base_url: str
    manual: ManualStates | None = None
    seconds: float = 10.0
    workers: int = 1
    clock: ProviderClock = field(default_factory=ProviderClock)
    secrets: Variables = field(default_factory=dict)
    renew: Callable[[], None] | None = None
    scripts: Scripts | None = None
    messages: MessageLine | None = None
    spacing: Spacing = field(default_factory=Spacing)
    name: str = field(default="treaty", init=False)

    def verify(self, document: PactDocument, interactions: Sequence[Interaction]) -> Iterator[Outcome]:
        """Judge the interactions of one pact; outcomes come in their order, as soon as those before are there."""
        schedule = make_schedule(document, [each for each in interactions if each.is_http])
        messages = [message_job(document, each) for each in interactions if not each.is_http]
        early: dict[int, Outcome] = {}
        waiting = [each.position for each in reversed(interactions)]
        for outcome in self._all(document, schedule, messages):
            early[outcome.position] = outcome
            while waiting and waiting[-1] in early:
                yield early.pop(waiting.pop())

    def _all(self, document: PactDocument, schedule: Schedule, messages: Sequence[MessageJob]) -> Iterator[Outcome]:
        apart: Sequence[_Job] = schedule.apart
        in_order: Sequence[_Job] = schedule.in_order
        if any(
            state.key is None for job in (*in_order, *messages) for each in job.interactions for state in each.states
        ):
            in_order = (*in_order, *messages)
        else:
            apart = (*apart, *messages)
        count = min(self.workers, len(apart)) if self.renew is None else 1
        if count > 1:
            yield from _Crew(apart, lambda lines: self._worker(document, lines), self._lines).run(count)
            apart = ()
        if apart or in_order:
            with self._lines() as lines:
                worker = self._worker(document, lines)
                for job in (*apart, *in_order):
                    yield from worker.do(job)

    @contextmanager
    def _lines(self) -> Iterator[_Lines]:
        with ExitStack() as stack:
            calls = stack.enter_context(self.connect())
            line = self.messages
            yield _Lines(calls=calls, messages=calls if line is None else stack.enter_context(line.connect()))

    def _worker(self, document: PactDocument, lines: _Lines) -> _Worker:
        calls = lines.calls
        asker = Asker(
            calls=calls,
            base_url=self.base_url,
            seconds=self.seconds,
            clock=self.clock,
            secrets=self.secrets,
        )
        walker = Walker(
            document=document,
            asker=asker,
            steps=StepSender(calls=calls, waiter=self.waiter, concealer=self.concealer),
            waiter=self.waiter,
            minter=self.minter,
            seconds=self.seconds,
        )
        return _Worker(
            document=document,
            walker=walker,
            asker=asker,
            messages=MessageAsker(
                calls=lines.messages,
                base_url=self.base_url if self.messages is None else self.messages.base_url,
                target="/" if self.messages is None else self.messages.target,
                seconds=self.seconds,
                clock=self.clock,
                secrets=self.secrets,
            ),
            states=self.set_ups(document, calls),
            manual=self.manual,
            renew=self.renew,
            scripts=self.scripts,
            spacing=self.spacing,
        )


_Job: TypeAlias = Job | MessageJob


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """The connections of one worker: to the provider, and to its handler of messages."""

    calls: Calls
    messages: Calls


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worker:
    """Does jobs of one pact over its connections."""

    document: PactDocument
    walker: Walker
    asker: Asker
    messages: MessageAsker
    states: SetsUp
    manual: ManualStates | None
    renew: Callable[[], None] | None
    scripts: Scripts | None
    spacing: Spacing

    def do(self, job: _Job) -> Iterator[Outcome]:
        """Do one job and give an outcome for each interaction in it."""
        if self.scripts is not None:
            self.scripts.begin()
        try:
            if self.renew is not None:
                self.renew()
        except CouldNot as fault:
            reason = renewal_failed(fault)
            for interaction in job.interactions:
                yield Started().outcome(self.document, interaction, reason, (), calls=0)
            return
        if isinstance(job, Walk):
            spacing = self.spacing if self.renew is None else Spacing()
            yield from self.walker.walk(job, is_fresh=self.renew is not None, spacing=spacing)
        else:
            yield self._alone(job)

    def _alone(self, job: Alone | MessageJob) -> Outcome:
        started = Started()
        states = StateSet(job.interaction, job.contract, ours=self.states, manual=self.manual)
        reason: TreatyError | None = None
        differences: tuple[Difference, ...] = ()
        try:
            variables = states.set_up()
            if isinstance(job, MessageJob):
                differences = self.messages.differences(job, variables, started=started)
            else:
                differences = self._ask(job, variables, started)
        except (StateFailed, EngineFailed) as fault:
            reason = fault
        try:
            states.tear_down()
        except StateFailed as fault:
            reason = reason or fault
        return started.outcome(self.document, job.interaction, reason, differences, calls=states.calls)

    def _ask(self, job: Alone, variables: Variables, started: Started) -> tuple[Difference, ...]:
        asked = self.asker.ask(job.interaction, job.contract, variables, started=started)
        in_full = self.renew is not None
        started.form = form_of(job.contract, in_full=in_full)
        return judge_answer(
            job.interaction,
            job.contract,
            asked=asked,
            variables=variables,
            begun=started.at if self._is_made_here(job) else None,
            clock=self.asker.clock,
            in_full=in_full,
        )

    def _is_made_here(self, job: Alone) -> bool:
        keys = [state.key for state in job.interaction.states]
        return None not in keys and (not job.reads_only or any(self.document.states[key].steps for key in keys if key))


class _Crew:
    """Several workers that take jobs from one list."""

    def __init__(
        self,
        jobs: Sequence[_Job],
        worker: Callable[[_Lines], _Worker],
        connect: Callable[[], AbstractContextManager[_Lines]],
    ) -> None:
        self._jobs: Final = iter(jobs)
        self._worker: Final = worker
        self._connect: Final = connect
        self._lock: Final = threading.Lock()
        self._results: Final[queue.SimpleQueue[Outcome | BaseException | None]] = queue.SimpleQueue()
        self._is_over: Final = threading.Event()

    def run(self, count: int) -> Iterator[Outcome]:
        """Do all jobs with so many workers; outcomes come as they are found."""
        threads = [threading.Thread(target=self._work, name=f"verify-{number}", daemon=True) for number in range(count)]
        for thread in threads:
            thread.start()
        try:
            busy = count
            while busy:
                result = self._results.get()
                if result is None:
                    busy -= 1
                elif isinstance(result, BaseException):
                    raise result
                else:
                    yield result
        finally:
            self._is_over.set()
            for thread in threads:
                thread.join()

    def _work(self) -> None:
        try:
            with self._connect() as lines:
                worker = self._worker(lines)
                while (job := self._next()) is not None:
                    for outcome in worker.do(job):
                        self._results.put(outcome)
                        if self._is_over.is_set():
                            return
        except BaseException as fault:  # noqa: BLE001 - it is raised again where the results are read
            self._results.put(fault)
        finally:
            self._results.put(None)

    def _next(self) -> _Job | None:
        if self._is_over.is_set():
            return None
        with self._lock:
            return next(self._jobs, None)
