"""Where consumers log in: calls that name, beside a secret, an account that an earlier call made."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import LOGIN_FIELDS, Name
from treaty.normalize.observations import SHORTEST_COOKIE, Observation, split_credentials
from treaty.normalize.shapes import Shape, shape_of


def find_logins(observations: Sequence[Observation], unique: frozenset[tuple[str, Name]]) -> frozenset[tuple[int, str]]:
    """Find where a body names an account to log in: beside a secret, and as an earlier call made it beside a secret.

    A call made an account when it was answered with 201, or when its provider refused a second one.

    Returns:
        Numbers of exchanges with locations in their requests (``body.$.username``).

    """
    made: dict[tuple[str, JsonValue], tuple[str, str]] = {}
    found: set[tuple[int, str]] = set()
    for item in observations:
        call = (item.method, str(item.template))
        for leaf in _names_beside_secrets(item):
            key = (item.edge.provider, leaf.value)
            if key in made and made[key] != call:
                found.add((item.number, leaf.location))
            elif item.effectful and (item.status == HTTPStatus.CREATED or (item.edge.provider, leaf.name) in unique):
                made.setdefault(key, call)
    return frozenset(found)


def _names_beside_secrets(item: Observation) -> list[Leaf]:
    body = [leaf for leaf in item.request if leaf.location.startswith("body.$") and isinstance(leaf.value, str)]
    if not any(item.is_secret("request", leaf.location) for leaf in body):
        return []
    return [
        leaf
        for leaf in body
        if leaf.name.field in LOGIN_FIELDS and leaf.value and not item.is_secret("request", leaf.location)
    ]


def find_credentials(observations: Sequence[Observation]) -> frozenset[str]:
    """Give all values that answers may have given out to be shown again."""
    handed = frozenset(
        str(leaf.value)
        for item in observations
        for leaf in item.response
        if leaf.location.startswith("header.") and item.is_secret("response", leaf.location)
    )
    return frozenset(
        credentials for item in observations for leaf in item.request if (credentials := credentials_of(leaf, handed))
    )


def credentials_of(leaf: Leaf, handed: frozenset[str] = frozenset()) -> str:
    """Give what an answer may have given out to be shown again, whatever it is called.

    The token of an ``Authorization`` header, the value of a cookie that may stand for who asks, a URL in a body
    or a query (the address of a queue, of an upload), or another header that shows what a header of an answer gave.

    Args:
        leaf: of a request.
        handed: secrets that headers of answers gave out.

    """
    if not isinstance(leaf.value, str):
        return ""
    if leaf.location.lower().startswith("header.cookie|"):
        # Short cookies are settings: a language, a theme.
        return leaf.value if len(leaf.value) >= SHORTEST_COOKIE else ""
    if leaf.location.startswith(("body.$", "query.")):
        return leaf.value if shape_of(leaf.value) is Shape.URL else ""
    if leaf.location.lower() == "header.authorization":
        return split_credentials(leaf.value)[1]
    return leaf.value if leaf.location.startswith("header.") and leaf.value in handed else ""
