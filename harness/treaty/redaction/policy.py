"""What the user said about secrets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from treaty.redaction.names import name_in, role_of_name, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionPolicy:
    """Names that are secret beyond ours, names that are not, and whether to redact at all.

    Attributes:
        enabled: False keeps everything as it is (``--no-redact``).
        allowed: names, as words, whose values stay (``--allow-secret``, ``redaction.allow``).
        extra: further names, as words, whose values are secret (``redaction.names``).

    """

    enabled: bool = True
    allowed: frozenset[tuple[str, ...]] = frozenset()
    extra: frozenset[tuple[str, ...]] = frozenset()

    @classmethod
    def of(cls, *, enabled: bool = True, allowed: Iterable[str] = (), extra: Iterable[str] = ()) -> Self:
        """Build a policy from names as people write them."""
        return cls(
            enabled=enabled,
            allowed=frozenset(words_of(name) for name in allowed),
            extra=frozenset(words_of(name) for name in extra),
        )

    def allows(self, name: str) -> bool:
        """Tell whether the values of this name were declared harmless."""
        return name_in(name, self.allowed)

    def role(self, name: str) -> str:
        """Give the role of a secret that a name announces, or an empty text."""
        if self.allows(name):
            return ""
        return "secret" if name_in(name, self.extra) else role_of_name(name)
