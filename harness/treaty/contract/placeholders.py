"""``${name}`` inside texts, as in set-up steps and in ``treaty.yaml``; ``$${`` writes a plain ``${``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

_REFERENCE: Final = re.compile(r"\$(\$\{)|\$\{([^}]*)\}")


def references(text: str) -> Iterator[str]:
    """Yield the names that a text refers to, in order."""
    for match in _REFERENCE.finditer(text):
        if match[1] is None:
            yield match[2]


def substitute(text: str, values: Mapping[str, str]) -> str:
    """Fill in the names of a text.

    Raises:
        KeyError: when a name has no value; its argument is the name.

    """
    return _REFERENCE.sub(lambda match: match[1] if match[1] is not None else values[match[2]], text)
