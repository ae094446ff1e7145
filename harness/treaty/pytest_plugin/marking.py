"""The arguments of `@pytest.mark.treaty(...)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from treaty.errors import UsageError, did_you_mean

_MARK = "@pytest.mark.treaty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """What is to be verified, and how; the names are those of the mark.

    Attributes:
        provider: whose promises are checked.
        pacts: files and folders, seen from the root folder of pytest; empty means those of treaty.yaml, or `pacts/`.
        base_url: where the provider answers; empty leaves it to the fixture `treaty_provider`.
        consumer: only what was promised to this one; empty means everyone.
        description: only interactions whose description contains this.
        state: only interactions with a provider state whose name contains this.
        headers: set on every request.
        state_url: a handler of manual states that speaks Pact's protocol; empty for none.
        message_url: a handler of messages that have no function, which speaks Pact's protocol; empty for none.
        secrets: for each secret slot where its value is, as ``env:VARIABLE``; those of the fixture come on top.
        allow_writes: hosts that set-up may write to, beside this machine.
        seconds: the bound for one request, and for the calls of one state.

    """

    provider: str
    pacts: tuple[str, ...] = ()
    base_url: str = ""
    consumer: str = ""
    description: str = ""
    state: str = ""
    headers: Mapping[str, str]
    state_url: str = ""
    message_url: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict)
    allow_writes: tuple[str, ...] = ()
    seconds: float = 10.0


def read_marking(positional: Sequence[Any], named: Mapping[str, Any]) -> Marking:
    """Read the arguments of a mark; `provider` may stand first without its name.

    Raises:
        UsageError: when one is unknown, missing or of a wrong type.

    """
    values = dict(named)
    if len(positional) > 1 or (positional and "provider" in values):
        raise UsageError("only the provider may stand without a name", where=_MARK, hint='provider="order"')
    if positional:
        values["provider"] = positional[0]
    known = [one.name for one in fields(Marking)]
    for name in values:
        if name not in known:
            hint = did_you_mean(name, known) or f"known are {', '.join(known)}"
            raise UsageError(f"the mark takes no argument {name!r}", where=_MARK, hint=hint)
    for name in ("provider", "base_url", "consumer", "description", "state", "state_url", "message_url"):
        if not isinstance(values.get(name, ""), str):
            raise _wrong(name, "a text")
    if not values.get("provider"):
        raise UsageError("the mark does not say whose promises are checked", where=_MARK, hint='provider="order"')
    seconds = values.get("seconds", 1.0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds <= 0:
        raise _wrong("seconds", "a number above zero")
    for name in ("headers", "secrets"):
        values[name] = _named_texts(name, values.get(name, {}))
    if not all(source.startswith("env:") and source != "env:" for source in values["secrets"].values()):
        raise UsageError(
            "the argument 'secrets' does not name variables of the environment",
            where=_MARK,
            why="a secret itself has no place in a mark, which reports may show",
            hint='secrets={"api_key": "env:API_KEY"}, or return its value from a fixture treaty_secrets',
        )
    for name in ("pacts", "allow_writes"):
        values[name] = _texts(name, values.get(name, ()))
    return Marking(**values)


def _named_texts(name: str, value: Any) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(
        isinstance(key, str) and isinstance(text, str) for key, text in value.items()
    ):
        raise _wrong(name, "a mapping of names to texts")
    return dict(value)


def _texts(name: str, value: Any) -> tuple[str, ...]:
    """Take one text or path, or several."""
    several = (value,) if isinstance(value, str | Path) else value
    if not isinstance(several, Sequence) or not all(isinstance(one, str | Path) for one in several):
        raise _wrong(name, "a text, or a list of texts")
    return tuple(map(str, several))


def _wrong(name: str, wanted: str) -> UsageError:
    return UsageError(f"the argument {name!r} is not {wanted}", where=_MARK)
