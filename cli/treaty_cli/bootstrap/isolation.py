"""Runs one provider alone: stand-ins for everything it calls, a sink for its mail, a work folder of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from treaty.adapters.processes import start_service
from treaty.config import Config, Service
from treaty.errors import ProviderFailed
from treaty.verify.document import PactDocument
from treaty.verify.outcome import Unanswered
from treaty.verify.ports import Script, StandIn, StandIns

LOGS = Path(".treaty") / "logs"


@dataclass(frozen=True, slots=True, kw_only=True)
class IsolatedProvider:
    """A provider that runs alone.

    Attributes:
        url: where it is.
        stand_ins: what answers for its dependencies, by their names.
        failure: says how it ended, if it did.

    """

    url: str
    stand_ins: Mapping[str, StandIn]
    failure: Callable[[], ProviderFailed | None]

    def unanswered(self) -> Sequence[Unanswered]:
        """Give what the stand-ins could not answer so far."""
        return [each for stand_in in self.stand_ins.values() for each in stand_in.unanswered()]

    def answer(self, *, dependency: str, method: str, path: str, scripts: Sequence[Script]) -> str:
        """Tell the stand-in of a dependency what to answer; see `treaty.verify.ports.Scripts`."""
        stand_in = self.stand_ins.get(dependency)
        if stand_in is None:
            return f"treaty.yaml declares no edge to {dependency}, so nothing stands in for it"
        return stand_in.answer(method=method, path=path, scripts=scripts)


@contextmanager
def isolated_provider(
    config: Config, service: Service, documents: Sequence[PactDocument], *, stand_ins: StandIns
) -> Iterator[IsolatedProvider]:
    """Start the provider as the configuration says, while the context lasts.

    Args:
        config: names its dependencies: every edge in which it is the consumer.
        service: the provider.
        documents: all pacts at hand; those in which it is the consumer feed the stand-ins.
        stand_ins: serves dependencies of HTTP.

    Raises:
        TreatyError: when it, a stand-in or the sink does not start.

    """
    running: dict[str, StandIn] = {}
    with ExitStack() as stack:
        work = stack.enter_context(tempfile.TemporaryDirectory(prefix=f"treaty-{service.name}-"))
        substitutions = {"work": work}
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
        provider = stack.enter_context(
            start_service(
                service,
                substitutions=substitutions,
                log=folder / LOGS / f"{service.name}.log",
                base_directory=folder,
            )
        )
        yield IsolatedProvider(url=provider.url, stand_ins=running, failure=provider.failure)


@contextmanager
def _mail_sink() -> Iterator[str]:
    from treaty.adapters.mail_sink import MailSink  # noqa: PLC0415 - only services that send mail need it

    with MailSink() as sink:
        yield sink.url
