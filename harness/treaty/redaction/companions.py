"""Names that become secret by what stands beside them in the same document.

``{"query": "mutation($p: String!) {login(password: $p)}", "variables": {"p": ...}}`` (GraphQL),
``{"grant_type": "authorization_code", "code": ...}`` (OAuth, RFC 6749 section 4.1), lists of
``{"name": "DB_PASSWORD", "value": ...}``, and what calls to log in pass by position.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final

from treaty.redaction.json_text import Leaf, unescaped
from treaty.redaction.names import HARMLESS_INSIDE, words_of
from treaty.redaction.positions import positional_secrets

_ARGUMENT: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*:\s*\$([A-Za-z_][A-Za-z0-9_]*)")
_OAUTH: Final = frozenset({"grant_type", "redirect_uri", "code_verifier", "state", "session_state", "code_challenge"})
_NAMING: Final = frozenset({"name", "key", "field", "header", "parameter", "param", "attribute", "variable"})
_VALUES: Final = frozenset({"value", "values", "content", "default"})
_PAIR: Final = re.compile(r'"(?:name|key|field|header|parameter|param|attribute|variable)"\s*:\s*"([^"\\]{2,64})"')
_HARMLESS: Final = frozenset((word,) for word in HARMLESS_INSIDE)

RoleOf = Callable[[str], str]


def secret_variables(text: str, role_of: RoleOf) -> Mapping[str, str]:
    """Give the GraphQL variables that are passed for an argument with a secret name, each with its role."""
    if '"variables"' not in text or "$" not in text:
        return {}
    return {variable: role for name, variable in _ARGUMENT.findall(text) if (role := role_of(name))}


def names_a_secret(text: str, role_of: RoleOf) -> bool:
    """Tell whether a JSON document has a secret's name as a value, and something that is called its value."""
    return '"value' in text and any(role_of(name) for name in set(_PAIR.findall(text)))


def is_oauth_code(name: str, beside: Collection[str]) -> bool:
    """Tell whether a parameter is an authorization code, by those beside it."""
    return name == "code" and not _OAUTH.isdisjoint(beside)


class Companions:
    """What the leaves of one JSON document say of each other, as a walk meets them.

    Args:
        text: the document.
        role_of: gives the role of a secret that a name announces.

    """

    def __init__(self, text: str, role_of: RoleOf) -> None:
        self._role_of = role_of
        self._variables = secret_variables(text, role_of)
        self._positions = positional_secrets(text)
        self._oauth = '"code"' in text and ('"grant_type"' in text or '"redirect_uri"' in text)
        self._named: tuple[tuple[str, ...], str] = ((), "")

    @property
    def matter(self) -> bool:
        """Whether they make any leaf a secret that its own name does not."""
        return bool(self._variables) or bool(self._positions) or self._oauth

    def role(self, leaf: Leaf, raw: str) -> str:
        """Give the role of a leaf by what stood beside it, or an empty text; to be asked for each leaf in order."""
        if leaf.start in self._positions:
            return "password"
        if leaf.name in _NAMING and leaf.kind == "text":
            self._named = (leaf.enclosing, self._role_of(unescaped(raw)))
            return ""
        if leaf.name in _VALUES:
            beside, role = self._named
            self._named = ((), "")
            return role if beside == leaf.enclosing else ""
        if leaf.name == "code" and self._oauth:
            return "code"
        if not self._variables or "variables" not in leaf.enclosing:
            return ""
        if role := self._variables.get(leaf.name, ""):
            return role
        if words_of(leaf.name)[-1:] in _HARMLESS:
            return ""
        return next((role for name in leaf.enclosing if (role := self._variables.get(name, ""))), "")
