"""Secrets from outside the session: named slots, filled when a pact is verified (DESIGN 4.8).

A secret of a request that no answer gave out, and that did not come into the world in the session, was known before:
the password of an old account, an API key. Its stand-in opens no door, so the pact asks for the value by name. What a
call that makes an account brings along is not from outside: any value will do. Neither is what was only ever refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from treaty.contract.embedded import split_place
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import LOGIN_FIELDS, words
from treaty.normalize.observations import LOGIN, SHORTEST_COOKIE, Observation, split_credentials
from treaty.normalize.token_values import Place

_LOGIN_WORDS: Final = frozenset(
    {"login", "signin", "auth", "authenticate", "authentication", "authorize", "token", "tokens", "session", "sessions"}
    | {"oauth", "oauth2", "refresh", "connect", "sso"}
)
_MAKING_WORDS: Final = frozenset({"register", "registration", "signup", "users", "accounts", "members", "customers"})
_PLAIN: Final = re.compile(r"[^a-z0-9]+")

Use: TypeAlias = tuple[Observation, Leaf]


def find_slots(observations: Sequence[Observation], known: Mapping[Place, object]) -> dict[Place, str]:
    """Name the secrets of requests that came from outside.

    Args:
        observations: of the whole session, in order of their start.
        known: places whose values flow from an answer or an earlier call.

    Returns:
        The name of the slot, by number of exchange and place (``request.body.$.password``).

    """
    uses: dict[str, list[Use]] = {}
    for item in observations:
        for leaf in item.request:
            if _is_secret(item, leaf) and (item.number, f"request.{leaf.location}") not in known:
                uses.setdefault(_secret_of(leaf), []).append((item, leaf))
    outside = [
        found
        for value, found in uses.items()
        if value
        and not any(_is_of_an_account(item, leaf, known) for item, leaf in found)
        and _is_from_outside(found, value, observations)
    ]
    names: dict[str, None] = {}
    slots: dict[Place, str] = {}
    for found in sorted(outside, key=_rank):
        name = _unused(found[0], names)
        names[name] = None
        slots.update({(item.number, f"request.{leaf.location}"): name for item, leaf in found})
    return slots


def _is_secret(item: Observation, leaf: Leaf) -> bool:
    place, inside = split_place(leaf.location)
    if place.lower() == "header.cookie" and (not inside or len(str(leaf.value)) < SHORTEST_COOKIE):
        return False
    return leaf.location != LOGIN and isinstance(leaf.value, str) and item.is_secret("request", leaf.location)


def _secret_of(leaf: Leaf) -> str:
    """Give the secret itself: of ``Bearer abc`` only ``abc``; what is signed for one request is none."""
    text = str(leaf.value)
    if leaf.location.lower() != "header.authorization":
        return text
    credentials = split_credentials(text)[1]
    if not credentials and text.lower().startswith("basic "):
        return text.partition(" ")[2].strip()
    return credentials


def _is_of_an_account(item: Observation, leaf: Leaf, known: Mapping[Place, object]) -> bool:
    """Tell whether Basic credentials are those of an account that the session made: its name flows from there."""
    return leaf.location.lower() == "header.authorization" and (item.number, f"request.{LOGIN}") in known


def _is_from_outside(found: Sequence[Use], value: str, observations: Sequence[Observation]) -> bool:
    accepted = [(item, leaf) for item, leaf in found if item.status < 400]
    if not accepted:
        return False
    item, leaf = accepted[0]
    if not leaf.location.startswith("body") or not item.effectful:
        return True
    return _logs_in(item) and not any(
        other.effectful and not _logs_in(other) and other.number != item.number and _brings(other, value)
        for other in observations
        if other.started <= item.started
    )


def _brings(item: Observation, value: str) -> bool:
    return any(leaf.value == value for leaf in item.request if leaf.location.startswith("body"))


def _logs_in(item: Observation) -> bool:
    """Tell whether a call shows a secret to be let in, rather than choosing it for something new."""
    named = {word for segment in item.template.segments if segment for word in words(segment)}
    last = next((words(segment) for segment in reversed(item.template.segments) if segment), ())
    if _LOGIN_WORDS.intersection(last):
        return True
    gives = any(item.is_secret("response", leaf.location) for leaf in item.response)
    return gives and not _MAKING_WORDS.intersection(named)


def _rank(found: Sequence[Use]) -> tuple[str, str, str, str, str]:
    """Order secrets by where they are shown, not by when."""
    return min(
        (item.edge.provider, leaf.location, item.method, str(item.template), _account(item)) for item, leaf in found
    )


def _account(item: Observation) -> str:
    """Give the name of an account that a body or Basic credentials tell beside a secret, empty when there is none."""
    for leaf in item.request:
        telling = leaf.location == LOGIN or (leaf.location.startswith("body.$") and leaf.name.field in LOGIN_FIELDS)
        if telling and isinstance(leaf.value, str) and not item.is_secret("request", leaf.location):
            return leaf.value
    return ""


def _unused(use: Use, taken: Mapping[str, None]) -> str:
    item, leaf = use
    base = _base_name(leaf)
    candidates = [base, _joined(_account(item).partition("@")[0], base), _joined(item.edge.provider, base)]
    for name in candidates:
        if name not in taken:
            return name
    number = 2
    while f"{base}_{number}" in taken:
        number += 1
    return f"{base}_{number}"


def _base_name(leaf: Leaf) -> str:
    place, inside = split_place(leaf.location)
    if place.lower() == "header.authorization":
        return "basic_credentials" if str(leaf.value).lower().startswith("basic ") else "token"
    if place.startswith("path["):
        return _joined(leaf.name.entity, "token")
    if inside:
        return _joined(inside.partition(".")[2])
    last = re.split(r"[.\[]", re.sub(r"\[\d+\]$", "", place))[-1].strip("'\"]")
    parts = [word for word in words(last) if word != "x"]
    return _joined(*parts) or "secret"


def _joined(*parts: str) -> str:
    return "_".join(clean for part in parts if (clean := _PLAIN.sub("_", part.lower()).strip("_")))
