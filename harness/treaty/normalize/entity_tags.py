"""What a contract says of entity tags: where one is told and where one is asked for, the same (RFC 9110 section 8.8.3).

A tag is opaque: whether one recording's tag is a number, hexadecimal or a text tells nothing of the next one's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf
from treaty.normalize.spellings import is_condition
from treaty.normalize.token_values import Token

_QUOTED: Final = r'(W/)?"[^"]*"'
_BARE: Final = r"\S.*"


def tag_promise(found: Sequence[str]) -> tuple[str, str]:
    """Give the example and the regular expression of tags, which some servers write without quotes."""
    quoted = all(re.fullmatch(_QUOTED, text) for text in found)
    return ('"tag"', _QUOTED) if quoted else ("tag", _BARE)


def asked_tag(leaf: Leaf, token: Token | None) -> tuple[str, str] | None:
    """Give the example and the regular expression of a condition that an answer's tag went into; None for others."""
    if token is None or not is_condition(leaf) or token.location.lower() != "response.header.etag":
        return None
    return tag_promise([_text(leaf.value)])


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else str(value)
