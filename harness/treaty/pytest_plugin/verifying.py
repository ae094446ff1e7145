"""Finding the interactions of a mark, and verifying one of them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from treaty.adapters.clock import SystemWaiter
from treaty.adapters.http_calls import is_loopback, split_base_url
from treaty.adapters.manual_states import ManualStateCalls
from treaty.adapters.pact_files import read_documents
from treaty.adapters.provider_calls import ProviderCalls
from treaty.config import Config, RedactionSetting, find_config, load_config
from treaty.contract.json_value import JsonValue
from treaty.contract.model import MessageInteraction
from treaty.errors import TreatyError, UsageError, counted
from treaty.pytest_plugin.interaction import State, TreatyInteraction
from treaty.pytest_plugin.marking import Marking
from treaty.pytest_plugin.messages import Handlers, call_state_handler, judge_message
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.report.failures import failure_lines
from treaty.verify.concealment import Concealer
from treaty.verify.document import Interaction, PactDocument
from treaty.verify.engine import TreatyEngine
from treaty.verify.events import InteractionJudged
from treaty.verify.given_headers import HeaderRule
from treaty.verify.minting import Minter
from treaty.verify.outcome import Outcome, Verdict
from treaty.verify.plan import PactPlan, Plan, Selection, check_not_empty, make_plan
from treaty.verify.ports import Calls
from treaty.verify.provider_clock import ProviderClock
from treaty.verify.run import could_not_tell, judge_pact
from treaty.verify.state_desk import ManualStates, SetsUp, manual_state_without_handler
from treaty.verify.state_words import describe_state
from treaty.verify.states import StateRunner
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
    def message(self) -> MessageInteraction | None:
        """Its contract, when it is a message that is sent without being asked."""
        contract = self.plan.document.contract.interactions[self.interaction.position]
        return contract if isinstance(contract, MessageInteraction) else None

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
        self._minter: Final = Minter()
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
        plan = make_plan(self._documents[paths], provider=marking.provider, selection=selection, known=known)
        check_not_empty(plan)
        return tuple(Case(marking=marking, plan=single) for pact in plan.pacts for single in _singles(pact))

    def configured_url(self, provider: str) -> str:
        """Give where treaty.yaml says that a provider listens; empty when it does not say."""
        service = None if self._config is None else self._config.services.get(provider)
        return "" if service is None or service.url is None or service.start is not None else service.url

    def verify(self, case: Case, *, base_url: str, handlers: Handlers) -> Outcome:
        """Verify one interaction: its states are set up for it alone.

        Args:
            case: the interaction.
            base_url: where the provider answers; not used for messages.
            handlers: functions of the provider for messages and states.

        Raises:
            TreatyError: when the base URL is none, or may not be written to.

        """
        concealer = Concealer(tuple(case.marking.headers.values()), self._redactor)
        if case.message is not None:
            outcome = _message_outcome(case, case.message, handlers)
        else:
            _check_writes(case, base_url)
            engine = self._engine(case, base_url, handlers, concealer)
            (outcome,) = judge_pact(case.plan, engine)
        event = concealer.event(InteractionJudged(outcome=outcome))
        assert isinstance(event, InteractionJudged)
        return event.outcome

    def _engine(self, case: Case, base_url: str, handlers: Handlers, concealer: Concealer) -> TreatyEngine:
        marking, waiter, clock = case.marking, SystemWaiter(), ProviderClock()
        rule = HeaderRule.of([case.plan.document], concealer.policy)
        remote = ManualStateCalls(marking.state_url, seconds=marking.seconds) if marking.state_url else None

        def set_ups(document: PactDocument, calls: Calls) -> SetsUp:
            return StateRunner(
                states=document.states,
                calls=calls,
                waiter=waiter,
                minter=self._minter,
                concealer=concealer,
                seconds=marking.seconds,
            )

        return TreatyEngine(
            connect=lambda: ProviderCalls(
                base_url, clock=clock, extra_headers=tuple(marking.headers.items()), rule=rule
            ),
            set_ups=set_ups,
            waiter=waiter,
            minter=self._minter,
            concealer=concealer,
            base_url=base_url,
            manual=_PythonStates(handlers, remote) if handlers.states else remote,
            clock=clock,
            seconds=marking.seconds,
        )


def failure_message(case: Case, outcome: Outcome) -> str:
    """Say why an interaction is not kept, with the steps of its states, for whoever reads the test's output."""
    head = f"{case.shown()}\n{outcome.verdict.value} ({case.plan.document.source})"
    reason = [] if outcome.reason is None else str(outcome.reason).splitlines()
    lines = [*reason, *(line.text for line in failure_lines(outcome))]
    for state in case.interaction.states:
        steps = describe_state(case.plan.document, state)
        lines += [f"the state {state.name!r} was set up so:"] * bool(steps)
        lines += [f"  {step}" for step in steps[:_MOST_STEPS]]
        lines += [f"  and {counted(len(steps) - _MOST_STEPS, 'more step')}"] * (len(steps) > _MOST_STEPS)
    return "\n".join([head, *(f"  {line}" for line in lines)])


class _PythonStates:
    """Manual states brought about by functions here; those without one are left to a handler elsewhere."""

    def __init__(self, handlers: Handlers, remote: ManualStates | None) -> None:
        self._handlers: Final = handlers
        self._remote: Final = remote

    def change(self, request: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        """Call the function of the state; nothing is torn down here, pytest's fixtures do that."""
        name = str(request["state"])
        handler = self._handlers.states.get(name)
        if handler is None:
            if self._remote is not None:
                return self._remote.change(request)
            raise manual_state_without_handler(name)
        if request["action"] != "setup":
            return {}
        params = request["params"]
        return call_state_handler(handler, State(name=name, params=params if isinstance(params, Mapping) else {}))


def _singles(pact: PactPlan) -> Iterator[PactPlan]:
    for interaction in pact.interactions:
        impossible = tuple(each for each in pact.impossible if each[0] == interaction.position)
        yield PactPlan(document=pact.document, interactions=(interaction,), impossible=impossible)


def _check_writes(case: Case, base_url: str) -> None:
    if not base_url:
        raise UsageError(
            f"it is not known where {case.marking.provider!r} answers",
            where="@pytest.mark.treaty",
            why="the mark has no base_url, there is no fixture treaty_provider, and treaty.yaml has no url for it",
            hint="write a fixture treaty_provider that starts the provider and yields its base URL",
        )
    _, host, _, _ = split_base_url(base_url)
    plan = Plan(provider=case.marking.provider, pacts=(case.plan,))
    check_writes(plan, host=host, started=False, loopback=is_loopback(host), allowed=case.marking.allow_writes)


def _message_outcome(case: Case, contract: MessageInteraction, handlers: Handlers) -> Outcome:
    document, interaction = case.plan.document, case.interaction
    before = time.perf_counter()
    try:
        differences = judge_message(case.shown(), contract, handlers)
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


def names_of(cases: Sequence[Case]) -> list[str]:
    """Give the ids of the tests of some cases."""
    return [str(case.shown()) for case in cases]
