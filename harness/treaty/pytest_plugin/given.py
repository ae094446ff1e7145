"""What fixtures and the environment give to a verification: values of secret slots, and the provider's time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from treaty.errors import SecretMissing, UsageError, did_you_mean
from treaty.pytest_plugin.marking import Marking
from treaty.pytest_plugin.messages import Handlers
from treaty.verify.document import Interaction, PactDocument
from treaty.verify.plan import slots_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What fixtures give.

    Attributes:
        secrets: values of secret slots; never shown.
        ahead: how far the provider's time lies ahead of ours; None when its answers tell it.

    """

    secrets: Mapping[str, str] = field(default_factory=dict)
    ahead: timedelta | None = None


def read_given(*, secrets: Any, clock: Any) -> Given:
    """Take what the fixtures treaty_secrets and treaty_clock returned.

    Raises:
        UsageError: when it is of a wrong type; no value is repeated.

    """
    if not isinstance(secrets, Mapping) or not all(
        isinstance(name, str) and isinstance(value, str) for name, value in secrets.items()
    ):
        raise UsageError("the fixture does not give a mapping of names to texts", where="treaty_secrets")
    if isinstance(clock, datetime) and clock.tzinfo is not None:
        clock -= datetime.now(UTC)
    if clock is not None and not isinstance(clock, timedelta):
        raise UsageError(
            "the fixture does not give the provider's time",
            where="treaty_clock",
            why=f"it gave {type(clock).__name__}",
            hint="a timedelta (how far it lies ahead of ours), a datetime with a time zone, or None",
        )
    return Given(secrets=dict(secrets), ahead=clock)


def read_handlers(*, messages: Any, states: Any) -> Handlers:
    """Take what the fixtures treaty_message_handlers and treaty_state_handlers returned.

    Raises:
        UsageError: when one is no mapping of texts to functions.

    """
    for fixture, functions in (("treaty_message_handlers", messages), ("treaty_state_handlers", states)):
        if not isinstance(functions, Mapping):
            raise UsageError(
                "the fixture does not give a mapping of texts to functions",
                where=fixture,
                why=f"it gave {_kind(functions)}",
                hint='return {"the description or the name of the state": function}',
            )
        for name, function in functions.items():
            if not isinstance(name, str) or not callable(function):
                raise UsageError(
                    f"what the fixture gives for {name!r} is no function",
                    where=fixture,
                    why=f"it is {_kind(function)}",
                    hint="lambda: ... makes one of a value",
                )
    return Handlers(messages=messages, states=states)


def _kind(value: Any) -> str:
    return "nothing: does it return?" if value is None else f"of the type {type(value).__name__}"


def check_slots(marking: Marking, known: Collection[str]) -> None:
    """Insist that the pacts have the slots that a mark names.

    Raises:
        UsageError: for the first that they have not.

    """
    for name in marking.secrets:
        if name not in known:
            listed = ", ".join(sorted(known))
            raise UsageError(
                f"no pact has a slot ${{secret.{name}}}",
                where="@pytest.mark.treaty",
                why=f"the slots of these pacts are {listed}" if listed else "these pacts have no slots",
                hint=did_you_mean(name, known),
            )


def secrets_for(
    document: PactDocument,
    interaction: Interaction,
    *,
    marking: Marking,
    given: Given,
    environment: Mapping[str, str],
) -> Mapping[str, str]:
    """Give the values of the slots that an interaction and its states need.

    Raises:
        SecretMissing: when one has none.

    """
    found: dict[str, str] = {}
    missing: list[str] = []
    for name in sorted(slots_of(document, interaction)):
        variable = marking.secrets.get(name, "").removeprefix("env:")
        value = given.secrets.get(name) or environment.get(variable, "")
        if value:
            found[name] = value
        else:
            missing.append(f"${{secret.{name}}}" + (f" (the variable {variable} is not set)" if variable else ""))
    if missing:
        name = min(slots_of(document, interaction) - found.keys())
        raise SecretMissing(
            "a secret that the interaction needs is not given",
            where=interaction.description,
            why=f"no value for {', '.join(missing)}",
            hint=f'return it from a fixture treaty_secrets, or give the mark secrets={{"{name}": "env:VARIABLE"}}',
        )
    return found
