"""Choosing what to verify, before anything is sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from treaty.contract.model import SynchronousMessageInteraction
from treaty.errors import (
    EngineFailed,
    NothingVerified,
    ProviderUnknown,
    SecretMissing,
    StateFailed,
    TreatyError,
    did_you_mean,
)
from treaty.verify.document import Interaction, PactDocument

_MESSAGE_TRANSPORTS: Final = frozenset({"message", "async-message", "sync-message", "http", "https"})
"""Those that Pact's message protocol stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which interactions are wanted; an empty text or tuple means all.

    Attributes:
        consumers: exact names.
        description: part of the description.
        state: part of the name of a provider state.

    """

    consumers: tuple[str, ...] = ()
    description: str = ""
    state: str = ""

    def wants(self, document: PactDocument, interaction: Interaction) -> bool:
        """Tell whether an interaction is wanted."""
        return (
            (not self.consumers or document.consumer in self.consumers)
            and self.description in interaction.description
            and (not self.state or any(self.state in state.name for state in interaction.states))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PactPlan:
    """The wanted interactions of one pact, in its order, and those of them that cannot be judged at all, with why."""

    document: PactDocument
    interactions: tuple[Interaction, ...]
    impossible: tuple[tuple[int, TreatyError], ...]

    @property
    def possible(self) -> tuple[Interaction, ...]:
        """What is left for an engine."""
        hindered = {position for position, _ in self.impossible}
        return tuple(each for each in self.interactions if each.position not in hindered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be verified."""

    provider: str
    pacts: tuple[PactPlan, ...]

    @property
    def total(self) -> int:
        """How many interactions are wanted."""
        return sum(len(pact.interactions) for pact in self.pacts)


def make_plan(
    documents: Sequence[PactDocument],
    *,
    provider: str,
    selection: Selection,
    known: Sequence[str] = (),
    secrets: Collection[str] = (),
    asks_for_messages: bool = True,
) -> Plan:
    """Choose the interactions of one provider.

    Args:
        documents: all pacts that were found, of any provider, in the order of the report.
        provider: whose promises are wanted.
        selection: which of them.
        known: further providers that are known, for example from the configuration.
        secrets: the secret slots that are given.
        asks_for_messages: whether the engine verifies messages, too.

    Raises:
        ProviderUnknown: when neither a pact nor `known` has the provider.

    """
    providers = sorted({document.provider for document in documents} | set(known))
    if provider not in providers:
        raise _unknown(provider, providers)
    plans = []
    for document in documents:
        if document.provider != provider:
            continue
        wanted = tuple(each for each in document.interactions if selection.wants(document, each))
        if wanted:
            impossible = tuple(
                (each.position, why)
                for each in wanted
                if (
                    why := (_message_hindrance(document, each, asks_for_messages=asks_for_messages))
                    or _hindrance(document, each)
                    or _missing_secret(document, each, secrets)
                )
            )
            plans.append(PactPlan(document=document, interactions=wanted, impossible=impossible))
    return Plan(provider=provider, pacts=tuple(plans))


def check_not_empty(plan: Plan) -> None:
    """Insist that there is something to verify.

    Raises:
        NothingVerified: when nothing is selected.

    """
    if not plan.total:
        raise NothingVerified(
            f"no interaction of {plan.provider!r} was selected",
            why="no pact of this provider has an interaction that fits the selection",
            hint="look at --consumer, --description and --state; --allow-empty accepts it",
        )


def _unknown(provider: str, known: Sequence[str]) -> ProviderUnknown:
    listed = ", ".join(known) if known else "none at all"
    return ProviderUnknown(
        f"no pact names the provider {provider!r}",
        why=f"known providers: {listed}",
        hint=did_you_mean(provider, known) or "name the folder or the files of its pacts",
    )


def _message_hindrance(
    document: PactDocument, interaction: Interaction, *, asks_for_messages: bool
) -> TreatyError | None:
    if interaction.is_http:
        return None
    contract = document.contract.interactions[interaction.position]
    if not asks_for_messages:
        return EngineFailed(
            "the official engine is asked about HTTP only",
            where=interaction.description,
            why=f"the interaction is of the type {interaction.kind}",
            hint="--engine treaty",
        )
    transport = contract.unknown.get("transport")
    if isinstance(transport, str) and transport not in _MESSAGE_TRANSPORTS:
        return EngineFailed(
            "the message has a transport of its own",
            where=interaction.description,
            why=f"{transport} needs a plugin of Pact, and Treaty has none",
        )
    if isinstance(contract, SynchronousMessageInteraction) and len(contract.responses) > 1:
        return EngineFailed(
            "the message is answered by several messages",
            where=interaction.description,
            why=f"{len(contract.responses)} are promised, and Pact's message protocol carries one",
            hint="promise each in an interaction of its own",
        )
    return None


def _hindrance(document: PactDocument, interaction: Interaction) -> TreatyError | None:
    yielded: set[str] = set()
    for state in interaction.states:
        if state.key is None:
            return None
        if state.key not in document.states:
            return StateFailed(
                f"the state {state.name!r} cannot be set up",
                where=f"treaty: {state.key}",
                why="the pact has no steps under this key in metadata.treaty.states",
                hint="another tool may have dropped the metadata when it wrote the file; normalise the session again",
            )
        yielded |= document.states[state.key].names
    missing = interaction.needed - yielded
    if missing:
        names = ", ".join(f"${{{name}}}" for name in sorted(missing))
        return StateFailed(
            "the request needs values that no state yields",
            where=interaction.description,
            why=f"no state of the interaction makes or binds {names}",
        )
    return None


def slots_of(document: PactDocument, interaction: Interaction) -> frozenset[str]:
    """Give the secret slots that an interaction needs, for its request and for its set-up."""
    keys = (state.key for state in interaction.states if state.key in document.states)
    return interaction.slots.union(*(document.states[key].slots for key in keys if key is not None))


def _missing_secret(document: PactDocument, interaction: Interaction, secrets: Collection[str]) -> TreatyError | None:
    missing = sorted(slots_of(document, interaction).difference(secrets))
    if missing:
        names = ", ".join(f"${{secret.{name}}}" for name in missing)
        return SecretMissing(
            "a secret that the interaction needs is not given",
            where=interaction.description,
            why=f"no value for {names}",
            hint=" ".join(f"--secret {name}=env:VARIABLE" for name in missing),
        )
    return None
