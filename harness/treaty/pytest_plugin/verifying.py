"""Finding the interactions of a mark, and verifying one of them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from treaty.adapters.http_calls import is_loopback, split_base_url
from treaty.adapters.message_calls import check_message_writes, split_message_url
from treaty.adapters.pact_files import read_documents
from treaty.adapters.provider_date import ask
from treaty.adapters.wsgi_server import ServedApplication, is_asynchronous
from treaty.config import Config, RedactionSetting, find_config, load_config
from treaty.errors import NothingVerified, SecretMissing, TreatyError, UsageError, counted
from treaty.pytest_plugin.engines import Provider, make_engine
from treaty.pytest_plugin.given import Given, check_slots, secrets_for
from treaty.pytest_plugin.interaction import State, TreatyInteraction
from treaty.pytest_plugin.marking import Marking
from treaty.pytest_plugin.messages import Handlers, judge_message
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.report.failures import failure_lines
from treaty.verify.concealment import Concealer
from treaty.verify.document import Interaction, PactDocument
from treaty.verify.events import InteractionJudged
from treaty.verify.messages import MessageContract
from treaty.verify.minting import Minter
from treaty.verify.outcome import Outcome, Verdict
from treaty.verify.plan import PactPlan, Plan, Selection, make_plan, slots_of
from treaty.verify.provider_clock import ProviderClock
from treaty.verify.run import could_not_tell, judge_pact
from treaty.verify.state_words import describe_state
from treaty.verify.variables import Variables, secret_variables
from treaty.verify.writes import check_writes

_MOST_STEPS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One interaction to verify, as the only one of its plan."""

    marking: Marking
    plan: PactPlan

    @property
    def interaction(self) -> Interaction:
        """What verification knows of it."""
        return self.plan.interactions[0]

    @property
    def message(self) -> MessageContract | None:
        """Its contract, when it is a message."""
        contract = self.plan.document.contract.interactions[self.interaction.position]
        return contract if isinstance(contract, MessageContract) else None

    def needs_provider(self, functions: Any) -> bool:
        """Tell whether the provider itself is asked; `functions` make messages, by description."""
        return self.message is None or (
            bool(self.marking.message_url)
            and not (isinstance(functions, Mapping) and self.interaction.description in functions)
        )

    def shown(self) -> TreatyInteraction:
        """Give what tests and handlers are told."""
        document = self.plan.document
        contract = document.contract.interactions[self.interaction.position]
        return TreatyInteraction(
            pact=document.source,
            consumer=document.consumer,
            provider=document.provider,
            description=self.interaction.description,
            states=tuple(State(name=state.name, params=state.params) for state in contract.states),
        )


class Verifier:
    """Verifies for one run of pytest; its values are new in the whole run.

    Args:
        root: the folder that paths are seen from, and where treaty.yaml is looked for, upwards.

    Raises:
        ConfigInvalid: when there is a treaty.yaml that cannot be used.

    """

    def __init__(self, root: Path) -> None:
        self._root: Final = root
        found = find_config(root)
        self._config: Final[Config | None] = None if found is None else load_config(found)
        setting = RedactionSetting() if self._config is None else self._config.redaction
        self._redactor: Final = Redactor(RedactionPolicy.of(allowed=setting.allow, extra=setting.names))
        self._served: Final[dict[str, ServedApplication]] = {}
        self._providers: Final[dict[tuple[str, timedelta | None], Provider]] = {}
        self._documents: Final[dict[tuple[Path, ...], tuple[PactDocument, ...]]] = {}

    def cases(self, marking: Marking) -> tuple[Case, ...]:
        """Give the interactions that a mark asks for, in the order of the pacts.

        Raises:
            TreatyError: when a pact cannot be read, the provider is unknown, or nothing is selected.

        """
        usual = self._root / "pacts" if self._config is None else self._config.pacts
        paths = tuple(self._root / path for path in marking.pacts) or (usual,)
        if paths not in self._documents:
            self._documents[paths] = read_documents(paths)
        selection = Selection(
            consumers=(marking.consumer,) if marking.consumer else (),
            description=marking.description,
            state=marking.state,
        )
        known = () if self._config is None else tuple(self._config.services)
        documents = self._documents[paths]
        slots = {slot for document in documents for each in document.interactions for slot in slots_of(document, each)}
        check_slots(marking, slots)
        # Which secrets there are is known when the fixtures are; until then all count as given.
        plan = make_plan(documents, provider=marking.provider, selection=selection, known=known, secrets=slots)
        if not plan.total:
            raise _nothing(marking, paths, documents)
        return tuple(Case(marking=marking, plan=single) for pact in plan.pacts for single in _singles(pact))

    def configured_url(self, provider: str) -> str:
        """Give where treaty.yaml says that a provider listens; empty when it does not say."""
        service = None if self._config is None else self._config.services.get(provider)
        return "" if service is None or service.url is None or service.start is not None else service.url

    def address_of(self, provider: str, provided: Any) -> str:
        """Give the base URL of what the fixture treaty_provider gave: itself, or that of an application, now served.

        Of each provider one application is served at a time: the last one that was given.

        Raises:
            UsageError: when it is neither a text nor an application of WSGI.

        """
        if isinstance(provided, str):
            return provided
        if not callable(provided) or is_asynchronous(provided):
            raise UsageError(
                "the fixture does not say where the provider answers",
                where="treaty_provider",
                why=f"it gave {type(provided).__name__}",
                hint="yield its base URL, such as http://127.0.0.1:8080, or return a WSGI application (Flask, Django); "
                "one of ASGI needs a server of its own",
            )
        served = self._served.get(provider)
        if served is None or served.application is not provided:
            if served is not None:
                served.close()
            served = self._served[provider] = ServedApplication(provided)
        return served.url

    def close(self) -> None:
        """End what is served."""
        for served in self._served.values():
            served.close()
        self._served.clear()

    def verify(self, case: Case, *, base_url: str, handlers: Handlers, given: Given | None = None) -> Outcome:
        """Verify one interaction: its states are set up for it alone.

        Args:
            case: the interaction.
            base_url: where the provider answers; not used for messages that functions make.
            handlers: functions of the provider for messages and states.
            given: what else the fixtures give.

        Raises:
            TreatyError: when the base URL is none, or may not be written to.

        """
        __tracebackhide__ = True
        given = given or Given()
        document, interaction, marking = case.plan.document, case.interaction, case.marking
        try:
            secrets = secrets_for(document, interaction, marking=marking, given=given, environment=os.environ)
        except SecretMissing as fault:
            return could_not_tell(document, interaction, fault)
        concealer = Concealer((*marking.headers.values(), *secrets.values()), self._redactor)
        variables = secret_variables(secrets)
        if case.message is not None and case.plan.possible and not case.needs_provider(handlers.messages):
            outcome = _message_outcome(case, case.message, handlers, variables)
        else:
            provider = self._provider(_checked_url(case, base_url), given)
            engine = make_engine(
                document, marking=marking, provider=provider, handlers=handlers, concealer=concealer, secrets=variables
            )
            (outcome,) = judge_pact(case.plan, engine)
        event = concealer.event(InteractionJudged(outcome=outcome))
        assert isinstance(event, InteractionJudged)
        return event.outcome

    def _provider(self, base_url: str, given: Given) -> Provider:
        key = (base_url, given.ahead)
        if key not in self._providers:
            clock = ProviderClock(shift=given.ahead, ask=lambda: ask(base_url))
            self._providers[key] = Provider(base_url=base_url, clock=clock, minter=Minter(now=clock.now))
        return self._providers[key]


def failure_message(case: Case, outcome: Outcome) -> str:
    """Say why an interaction is not kept, with the steps of its states, for whoever reads the test's output."""
    head = f"{case.shown()}\n{outcome.verdict.value} ({case.plan.document.source})"
    reason = [] if outcome.reason is None else str(outcome.reason).splitlines()
    lines = [*reason, *(line.text for line in failure_lines(outcome))]
    for state in case.interaction.states:
        if state.key is None:
            continue
        steps = describe_state(case.plan.document, state)
        lines += [f"the state {state.name!r} was set up so:"] * bool(steps)
        lines += [f"  {step}" for step in steps[:_MOST_STEPS]]
        lines += [f"  and {counted(len(steps) - _MOST_STEPS, 'more step')}"] * (len(steps) > _MOST_STEPS)
    return "\n".join([head, *(f"  {line}" for line in lines)])


def _singles(pact: PactPlan) -> Iterator[PactPlan]:
    for interaction in pact.interactions:
        impossible = tuple(each for each in pact.impossible if each[0] == interaction.position)
        yield PactPlan(document=pact.document, interactions=(interaction,), impossible=impossible)


def _checked_url(case: Case, base_url: str) -> str:
    """Give the base URL, which may be the host of the handler of messages, when both may be asked.

    Raises:
        TreatyError: when it is not known, or may not be written to.

    """
    marking = case.marking
    if case.message is not None and marking.message_url:
        check_message_writes(marking.message_url, allowed=marking.allow_writes)
        base_url = base_url or split_message_url(marking.message_url)[0]
    if not base_url:
        raise UsageError(
            f"it is not known where {marking.provider!r} answers",
            where="@pytest.mark.treaty",
            why="the mark has no base_url, there is no fixture treaty_provider, and treaty.yaml has no url for it",
            hint="write a fixture treaty_provider that starts the provider and yields its base URL",
        )
    _, host, _, _ = split_base_url(base_url)
    plan = Plan(provider=marking.provider, pacts=(case.plan,))
    check_writes(plan, host=host, started=False, loopback=is_loopback(host), allowed=marking.allow_writes)
    return base_url


def _message_outcome(case: Case, contract: MessageContract, handlers: Handlers, secrets: Variables) -> Outcome:
    __tracebackhide__ = True
    document, interaction = case.plan.document, case.interaction
    before = time.perf_counter()
    try:
        differences = judge_message(case.shown(), contract, handlers, secrets=secrets)
    except TreatyError as fault:
        return could_not_tell(document, interaction, fault, seconds=time.perf_counter() - before)
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
        seconds=time.perf_counter() - before,
    )


def _nothing(marking: Marking, paths: Sequence[Path], documents: Sequence[PactDocument]) -> NothingVerified:
    promised = sum(len(each.interactions) for each in documents if each.provider == marking.provider)
    return NothingVerified(
        f"there is nothing to verify of {marking.provider!r}",
        where=", ".join(map(str, paths)),
        why=f"none of its {counted(promised, 'interaction')} fits the mark" if promised else "its pacts are empty",
        hint="look at consumer, description and state of the mark" if promised else "",
    )


def names_of(cases: Sequence[Case]) -> list[str]:
    """Give the ids of the tests of some cases."""
    return [str(case.shown()) for case in cases]
