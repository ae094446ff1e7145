"""Runs one provider alone: stand-ins for everything it calls, a sink for its mail, a work folder of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from treaty.adapters.processes import RunningService, start_service
from treaty.config import Config, Service
from treaty.errors import ProviderFailed
from treaty.verify.document import PactDocument
from treaty.verify.outcome import Unanswered
from treaty.verify.ports import Script, StandIn, StandIns

LOGS = Path(".treaty") / "logs"


class IsolatedProvider:
    """A provider that runs alone, with an empty work folder; `fresh` starts it anew with another one.

    Args:
        launch: how it is started.
        stand_ins: what answers for its dependencies, by their names.

    """

    def __init__(self, launch: Launch, stand_ins: Mapping[str, StandIn]) -> None:
        self._launch: Final = launch
        self.stand_ins: Final = stand_ins
        self._running, self._work = launch.start({})

    @property
    def url(self) -> str:
        """Where it is; stays the same."""
        return self._running.url

    @property
    def clock_means(self) -> str:
        """What changes its time; empty when nothing does."""
        return self._running.clock_means

    @property
    def can_reset(self) -> bool:
        """Whether the configuration says how it is emptied."""
        return self._launch.service.reset is not None

    def failure(self) -> ProviderFailed | None:
        """Say how it ended, if it did."""
        return self._running.failure()

    def reset(self) -> None:
        """Empty it as the configuration says.

        Raises:
            ProviderFailed, CommandNotFound: when that does not work.

        """
        self._running.reset()

    def fresh(self) -> None:
        """End it, and start it anew at the same address with an empty work folder.

        Raises:
            CouldNot: when it does not end or start.

        """
        address = {"port": str(self._running.port)}
        self.stop()
        self._running, self._work = self._launch.start(address)

    def stop(self) -> None:
        """End it and remove its work folder."""
        try:
            self._running.stop()
        finally:
            self._work.cleanup()

    def unanswered(self) -> Sequence[Unanswered]:
        """Give what the stand-ins could not answer so far."""
        return [each for stand_in in self.stand_ins.values() for each in stand_in.unanswered()]

    def begin(self) -> None:
        """Have the stand-ins forget what only the interaction before may have asked for."""
        for stand_in in self.stand_ins.values():
            stand_in.begin()

    def answer(
        self, *, dependency: str, method: str, path: str, scripts: Sequence[Script], shared: bool = False
    ) -> str:
        """Tell the stand-in of a dependency what to answer; see `treaty.verify.ports.Scripts`."""
        stand_in = self.stand_ins.get(dependency)
        if stand_in is None:
            return f"treaty.yaml declares no edge to {dependency}, so nothing stands in for it"
        return stand_in.answer(method=method, path=path, scripts=scripts, shared=shared)


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How a provider is started, as often as it is.

    Attributes:
        service: its settings.
        substitutions: the addresses of its stand-ins.
        folder: that of the configuration.
        shift: how far its time lies ahead of ours; None leaves it alone.

    """

    service: Service
    substitutions: Mapping[str, str]
    folder: Path
    shift: timedelta | None

    def start(self, address: Mapping[str, str]) -> tuple[RunningService, tempfile.TemporaryDirectory[str]]:
        """Start it with a new work folder, at an address that is settled (`port`) or not."""
        work = tempfile.TemporaryDirectory(prefix=f"treaty-{self.service.name}-", ignore_cleanup_errors=True)
        try:
            running = start_service(
                self.service,
                substitutions={**self.substitutions, **address, "work": work.name},
                log=self.folder / LOGS / f"{self.service.name}.log",
                base_directory=self.folder,
                shift=self.shift,
            )
        except BaseException:
            work.cleanup()
            raise
        return running, work


@contextmanager
def isolated_provider(
    config: Config,
    service: Service,
    documents: Sequence[PactDocument],
    *,
    stand_ins: StandIns,
    shift: timedelta | None = None,
) -> Iterator[IsolatedProvider]:
    """Start the provider as the configuration says, while the context lasts.

    Args:
        config: names its dependencies: every edge in which it is the consumer.
        service: the provider.
        documents: all pacts at hand; those in which it is the consumer feed the stand-ins.
        stand_ins: serves dependencies of HTTP.
        shift: how far its time lies ahead of ours; None leaves it alone.

    Raises:
        TreatyError: when it, a stand-in or the sink does not start.

    """
    running: dict[str, StandIn] = {}
    with ExitStack() as stack:
        substitutions: dict[str, str] = {}
        for setting in config.edges:
            if setting.edge.consumer != service.name:
                continue
            dependency = setting.edge.provider
            name = f"edge.{service.name}.{dependency}"
            settings = config.services.get(dependency)
            if settings is not None and settings.kind == "smtp":
                substitutions[name] = stack.enter_context(_mail_sink())
                continue
            promised = [each for each in documents if (each.consumer, each.provider) == (service.name, dependency)]
            stand_in = stack.enter_context(
                stand_ins.serve(consumer=service.name, dependency=dependency, documents=promised)
            )
            running[dependency] = stand_in
            substitutions[name] = stand_in.url
        folder = config.path.resolve().parent
        launch = Launch(service=service, substitutions=substitutions, folder=folder, shift=shift)
        provider = IsolatedProvider(launch, running)
        stack.callback(provider.stop)
        yield provider


@contextmanager
def _mail_sink() -> Iterator[str]:
    from treaty.adapters.mail_sink import MailSink  # noqa: PLC0415 - only services that send mail need it

    with MailSink() as sink:
        yield sink.url
