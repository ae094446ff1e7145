"""The services of one run of a recording: started anew, with what should vary this time, as far as that goes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from treaty.adapters.processes import RunningService, start_service
from treaty.adapters.provider_date import check_clock
from treaty.adapters.shifted_programs import shifted_program
from treaty.config import Service
from treaty.errors import ClockUnsupported, ProviderFailed
from treaty.record.variations import RunPlan, plan_runs
from treaty.session.runs import Run
from treaty_cli.bootstrap.recording_plan import RecordingPlan, StartedService

LOGS: Final = Path(".treaty/logs")
_NOBODY: Final = "no service is started here, so nothing varies: the command is only repeated"
_CLOCK_KEPT: Final = "the clock was left alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """The user's command, as it is run this time.

    Attributes:
        words: with the shift of the clock in front, if there is one.
        environment: of its process, whole.

    """

    words: Sequence[str]
    environment: Mapping[str, str]


def runs_of(plan: RecordingPlan, count: int, *, steady: Collection[str] = ()) -> list[RunPlan]:
    """Plan the runs of a recording; where no service is started, all are alike."""
    variables = {each.service.name: each.service.vary for each in plan.started if each.service.vary}
    return plan_runs(count, variables, steady=steady) if plan.started else [RunPlan(number=n + 1) for n in range(count)]


@dataclass(slots=True, kw_only=True)
class RunStarter:
    """Starts the services of runs.

    Args:
        plan: the recording.
        addresses: what ``${edge.CONSUMER.PROVIDER}`` is, by ``edge.CONSUMER.PROVIDER``.
        command: the user's words, none when there is no command.
        variables: what the command finds in its environment beside ours.

    """

    plan: RecordingPlan
    addresses: Mapping[str, str]
    command: Sequence[str] = ()
    variables: Mapping[str, str]

    @contextmanager
    def running(self, wanted: RunPlan, began: datetime) -> Iterator[tuple[Run, Command]]:
        """Run the services of a run; what could not vary is told in the run.

        Args:
            wanted: what it should be like.
            began: when it began.

        Raises:
            TreatyError: when a service does not start.

        """
        why_kept = self._unshiftable() if wanted.clock else ""
        if wanted.clock and not why_kept:
            with ExitStack() as stack:
                try:
                    command = self._shifted(wanted.clock)
                    notes = self._start(wanted, wanted.clock, stack)
                except (ClockUnsupported, ProviderFailed) as refused:
                    why_kept = f"{_CLOCK_KEPT}: {refused.what}"
                    if isinstance(refused, ClockUnsupported):
                        why_kept += f": {refused.why}"
                else:
                    yield self._run(wanted, wanted.clock, notes, began), command
                    return
        with ExitStack() as stack:
            self._start(wanted, timedelta(), stack)
            plain = Command(words=self.command, environment=self._environment())
            notes = [each for each in (why_kept, "" if self.plan.started or wanted.number == 1 else _NOBODY) if each]
            yield self._run(wanted, timedelta(), notes, began), plain

    def _run(self, wanted: RunPlan, clock: timedelta, kept: Sequence[str], began: datetime) -> Run:
        return Run(
            number=wanted.number,
            started=began,
            fresh=tuple(each.service.name for each in self.plan.started),
            clock=clock,
            zone=wanted.zone,
            environment=wanted.choices,
            kept=tuple(kept),
        )

    def _unshiftable(self) -> str:
        """Say which provider would stay at our time while the others are ahead."""
        ours = {each.service.name for each in self.plan.started}
        providers = {edge.edge.provider for edge in self.plan.edges} | self.plan.proxy_services.keys()
        others = sorted(providers - ours)
        return f"{_CLOCK_KEPT}: {', '.join(others)} is not started here" if others else ""

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.variables}

    def _shifted(self, shift: timedelta) -> Command:
        """Run the command at the services' time: what it sends about now is about their now."""
        if not self.command:
            return Command(words=(), environment={})
        found = shifted_program(
            self.command, shift=shift, name="the command", environment=self._environment(), folder=Path.cwd()
        )
        return Command(words=found.words, environment=found.environment)

    def _start(self, wanted: RunPlan, shift: timedelta, stack: ExitStack) -> list[str]:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="treaty-work-", ignore_cleanup_errors=True)))
        notes = []
        for each in self.plan.started:
            running = self._start_one(each, wanted, shift, work / each.service.name, stack)
            if wanted.number > 1:
                running.reset()
            if shift:
                warning = check_clock(
                    running.url,
                    name=each.service.name,
                    ready=each.service.ready,
                    shift=shift,
                    means=running.clock_means,
                )
                notes += [f"{each.service.name}: {warning}"] if warning else []
        return notes

    def _start_one(
        self, each: StartedService, wanted: RunPlan, shift: timedelta, folder: Path, stack: ExitStack
    ) -> RunningService:
        folder.mkdir()
        settled = {"port": each.port, "url": each.url} if each.port else {}
        return stack.enter_context(
            start_service(
                _varied(each.service, wanted),
                substitutions={**self.addresses, **settled, "work": str(folder)},
                log=self.plan.base_directory / LOGS / f"{each.service.name}.log",
                base_directory=self.plan.base_directory,
                shift=shift or None,
            )
        )


def _varied(service: Service, wanted: RunPlan) -> Service:
    """Give the service the variables of a run."""
    zone = {"TZ": wanted.zone} if wanted.zone else {}
    chosen = {name: service.vary[name][choice - 1] for name, choice in wanted.choices.get(service.name, {}).items()}
    return replace(service, env={**service.env, **zone, **chosen}) if zone or chosen else service
