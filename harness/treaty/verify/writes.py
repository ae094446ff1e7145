"""Which requests of a plan write, and where they may be sent (DESIGN 4.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from treaty.contract.generators import FromProviderState
from treaty.contract.model import HttpInteraction
from treaty.errors import WritesRefused
from treaty.verify.document import Interaction
from treaty.verify.plan import PactPlan, Plan
from treaty.verify.setup_steps import CallStep
from treaty.verify.step_tree import READING_METHODS
from treaty.verify.variables import SLOT_PREFIX, names_in_expression, names_in_text

_OVERWRITING: Final = frozenset({"DELETE", "PUT", "PATCH"})
_SHOWN: Final = 5


def check_writes(
    plan: Plan, *, host: str, started: bool, loopback: bool, allowed: Sequence[str], destructive: bool = False
) -> None:
    """Insist that nothing is written where that was not allowed, before anything is sent.

    Args:
        plan: what will be sent.
        host: of the provider.
        started: whether Treaty started it.
        loopback: whether it is this machine.
        allowed: hosts that may be written to.
        destructive: whether even what this run did not create may be deleted or overwritten there.

    Raises:
        WritesRefused: when the provider is neither ours, nor on loopback, nor allowed by name; or a request would
            delete or overwrite what this run did not create.

    """
    if started or loopback:
        return
    if host not in allowed:
        _refuse_writes(plan, host)
    elif not destructive:
        _refuse_destruction(plan, host)


def _refuse_writes(plan: Plan, host: str) -> None:
    if any(_steps(pact) for pact in plan.pacts):
        raise WritesRefused(
            f"setting up provider states would write to {host}",
            where=host,
            why="recorded calls are only replayed to a provider that Treaty started, or on loopback",
            hint=f"if {host} may be written to, say so: --allow-writes {host}",
        )
    writing = [each.description for each, contract in _requests(plan) if contract.request.method not in READING_METHODS]
    if writing:
        raise WritesRefused(
            f"verifying these interactions would write to {host}",
            where=_list(writing),
            why="requests with an effect are only sent to a provider that Treaty started, or on loopback",
            hint=f"if {host} may be written to, say so: --allow-writes {host}; or choose others with --description",
        )


def _refuse_destruction(plan: Plan, host: str) -> None:
    found = [
        f"set-up: {step.description}"
        for pact in plan.pacts
        for step in _steps(pact)
        if step.request.method in _OVERWRITING and not _is_made(frozenset(names_in_text(step.request.path)))
    ]
    found += [
        each.description
        for each, contract in _requests(plan)
        if contract.request.method in _OVERWRITING and not _is_made(_names_in_path(contract))
    ]
    if found:
        raise WritesRefused(
            f"what this run did not create would be deleted or overwritten on {host}",
            where=_list(list(dict.fromkeys(found))),
            why="the path has no value that this run makes or is answered with",
            hint="if that may be lost, say so: --destructive",
        )


def _steps(pact: PactPlan) -> list[CallStep]:
    keys = dict.fromkeys(state.key for each in pact.possible for state in each.states if state.key is not None)
    states = (pact.document.states[key] for key in keys if key in pact.document.states)
    return [step for state in states for step in state.steps if isinstance(step, CallStep)]


def _requests(plan: Plan) -> Iterator[tuple[Interaction, HttpInteraction]]:
    for pact in plan.pacts:
        for interaction in pact.possible:
            contract = pact.document.contract.interactions[interaction.position]
            if isinstance(contract, HttpInteraction):
                yield interaction, contract


def _names_in_path(contract: HttpInteraction) -> frozenset[str]:
    generator = contract.request.generators.path
    return names_in_expression(generator.expression) if isinstance(generator, FromProviderState) else frozenset()


def _is_made(names: frozenset[str]) -> bool:
    return any(not name.startswith(SLOT_PREFIX) for name in names)


def _list(descriptions: Sequence[str]) -> str:
    more = len(descriptions) - _SHOWN
    return "\n".join([*descriptions[:_SHOWN], *([f"and {more} more"] if more > 0 else [])])
