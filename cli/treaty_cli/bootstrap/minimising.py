"""Wires `treaty normalize --minimise`: the providers of generated pacts are started, and their states tried."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from treaty.adapters import pact_files
from treaty.adapters.http_calls import check_reachable
from treaty.config import Config
from treaty.errors import ProviderUnknown, UsageError, did_you_mean
from treaty.normalize.evidence import InteractionEvidence
from treaty.normalize.evidence_form import ByEdge
from treaty.pactfile import canonical_json
from treaty.session.exchange import Edge
from treaty.verify.document import PactDocument, read_document
from treaty.verify.fewer_steps import states_of
from treaty.verify.tried_states import Dropped, Minimised, Phrases, TriedStates, may_be_smaller
from treaty_cli.bootstrap.engines import EngineSettings, make_engine
from treaty_cli.bootstrap.secret_settings import check_known, read_secrets
from treaty_cli.bootstrap.targets import find_target
from treaty_cli.bootstrap.verification import find_configuration, make_concealer

Pacts = Mapping[Edge, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimiseRequest:
    """What a user asks for.

    Attributes:
        providers: whose states are tried; none means all.
        secrets: `NAME=env:VARIABLE` for secret slots.
        tell: is told where the work stands.

    """

    providers: Sequence[str] = ()
    secrets: Sequence[str] = ()
    tell: Callable[[str], None] = lambda _text: None


def minimise_request(
    *, wanted: bool, providers: Sequence[str], secrets: Sequence[str], tell: Callable[[str], None]
) -> MinimiseRequest | None:
    """Build the request; None when steps are not to be tried.

    Raises:
        UsageError: when something is given that only trying steps needs.

    """
    if wanted:
        return MinimiseRequest(providers=tuple(providers), secrets=tuple(secrets), tell=tell)
    for given, flag in ((providers, "--provider"), (secrets, "--secret")):
        if given:
            raise UsageError(f"{flag} says nothing without --minimise", where=flag, hint=f"--minimise {flag} ...")
    return None


def minimise(
    request: MinimiseRequest, pacts: Pacts, *, out: Path, edited: Mapping[Edge, Collection[str]], phrases: Phrases
) -> tuple[Pacts, Sequence[Minimised]]:
    """Leave out the set-up steps that the providers' promises are kept without.

    Args:
        request: what is asked for.
        pacts: the generated documents.
        out: the folder of the pacts; those of other consumers in it are judged, too.
        edited: keys of states that people changed, by edge.
        phrases: see `treaty.normalize.pipeline.Normalized`.

    Raises:
        UsageError: when there is no treaty.yaml, or a secret is not given as it should be.
        ProviderUnknown: for a provider that the session does not have.
        TreatyError: when a provider does not start.

    """
    config = find_configuration(None)
    if config is None:
        raise UsageError(
            "steps can only be tried on a provider that Treaty starts",
            where="--minimise",
            why="there is no treaty.yaml here or in a folder above",
            hint="say in treaty.yaml how the services are started",
        )
    providers = sorted({edge.provider for edge in pacts})
    for name in request.providers:
        if name not in providers:
            raise ProviderUnknown(
                f"the session has no promises of the provider {name!r}",
                why=f"known providers: {', '.join(providers)}",
                hint=did_you_mean(name, providers),
            )
    secrets = read_secrets(request.secrets, environment=os.environ)
    others = tuple(
        document
        for document in (pact_files.read_documents([out]) if out.is_dir() else ())
        if Edge(consumer=document.consumer, provider=document.provider) not in pacts
    )
    check_known(secrets, [*(_document(pact, edge) for edge, pact in pacts.items()), *others])
    found = dict(pacts)
    reports: list[Minimised] = []
    for name in [each for each in providers if each in (request.providers or providers)]:
        own = {edge: pact for edge, pact in found.items() if edge.provider == name}
        if not any(may_be_smaller(state) for pact in own.values() for state in states_of(pact).values()):
            continue
        if why := _hindrance(config, name):
            reports.append(Minimised(provider=name, hindrance=why))
            continue
        with tempfile.TemporaryDirectory(prefix="treaty-minimise-") as folder:
            documents = (*_stored(pacts, Path(folder)), *others)
            work = _Work(config=config, secrets=secrets, others=others, documents=documents, tell=request.tell)
            smaller, report = work.minimise(name, own, edited, phrases)
        found |= smaller
        reports.append(report)
    return found, reports


def _hindrance(config: Config, provider: str) -> str:
    service = config.services.get(provider)
    if service is None or service.start is None:
        return f"treaty.yaml does not say how {provider} is started, and only a fresh provider tells what it needs"
    return ""


def _stored(pacts: Pacts, folder: Path) -> Iterator[PactDocument]:
    """Write pacts that are in no folder yet to files: stand-ins read what they answer from there."""
    for number, (edge, pact) in enumerate(pacts.items()):
        path = folder / f"{number}.json"
        path.write_bytes(canonical_json(pact))
        yield replace(_document(pact, edge), source=str(path))


def _document(pact: Mapping[str, Any], edge: Edge) -> PactDocument:
    return read_document(canonical_json(pact), source=f"{edge.consumer}-{edge.provider}.json")


def left_evidence(evidence: ByEdge, minimised: Sequence[Minimised]) -> ByEdge:
    """Give the evidence of what is left: smaller states, and the reasons of their steps only."""
    dropped = {(each.edge, each.key): each for report in minimised for each in report.dropped}
    return {
        edge: {key: _left(found, dropped.get((edge, key))) for key, found in interactions.items()}
        for edge, interactions in evidence.items()
    }


def _left(found: InteractionEvidence, dropped: Dropped | None) -> InteractionEvidence:
    if dropped is None:
        return found
    steps = tuple(step for index, step in enumerate(found.steps) if index not in dropped.indexes)
    return replace(found, state=dropped.state, steps=steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What is needed to start providers.

    Attributes:
        config: says how.
        secrets: values of secret slots.
        others: pacts of the folder that were not generated now.
        documents: all pacts, for stand-ins.
        tell: is told where the work stands.

    """

    config: Config
    secrets: Mapping[str, str]
    others: Sequence[PactDocument]
    documents: Sequence[PactDocument]
    tell: Callable[[str], None]

    def minimise(
        self, provider: str, pacts: Pacts, edited: Mapping[Edge, Collection[str]], phrases: Phrases
    ) -> tuple[Pacts, Minimised]:
        """Start a provider and try the states of its pacts."""
        concealer = make_concealer((), self.config, secrets=self.secrets)
        with ExitStack() as running:
            target = find_target(provider, base_url=None, config=self.config, documents=self.documents, running=running)
            check_reachable(target.base_url)
            settings = EngineSettings(
                engine="treaty",
                base_url=target.base_url,
                concealer=concealer,
                secrets=self.secrets,
                scripts=target.isolated,
                clock=target.clock,
                renew=target.renewal_once(),
            )
            states = TriedStates(
                provider=provider,
                pacts=dict(pacts),
                others=[each for each in self.others if each.provider == provider],
                engine=make_engine(settings, running),
                edited=edited,
                phrases=phrases,
                secrets=self.secrets,
                conceal=concealer.text,
                tell=self.tell,
            )
            report = states.run()
        return states.pacts, report
