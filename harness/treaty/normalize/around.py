"""The rule of a text around values that are others each time: a link to the thing, a code made of its id."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.drafts import Draft
from treaty.normalize.examples import SHORTEST_INSIDE, within
from treaty.normalize.inside import pattern_inside
from treaty.normalize.leaves import Leaf
from treaty.normalize.token_values import Token

_Inside: TypeAlias = Sequence[tuple[str, Token]]


def around(seen: Sequence[tuple[Draft, Leaf, _Inside]]) -> dict[str, JsonValue]:
    """Match a code or a link around such values; of prose, and of what holds data, only the type.

    What stands inside is told by notes of ours.

    Args:
        seen: every text with its exchange, and the ways to the values inside it.

    """
    texts = [(str(leaf.value), [way for way, _ in inside]) for _, leaf, inside in seen if leaf.value is not None]
    draft = seen[0][0]
    forms = {
        _with_names(pattern_inside(text, ways, anywhere=not draft.item.foreign_authority(text)), draft.varied)
        for text, ways in texts
    }
    plain = all(way.startswith(("number[", "segment[")) for _, ways in texts for way in ways)
    if len(forms) == 1 and plain and not any(re.search(r"\s", text) for text, _ in texts):
        return {"match": "regex", "regex": forms.pop()}
    return {"match": "type"}


def _with_names(form: str, varied: Sequence[Token]) -> str:
    """Let the names that the consumer chose, other ones each time, be any in a regular expression."""
    for token in varied:
        if token.unique and isinstance(token.value, str) and len(token.value) >= SHORTEST_INSIDE:
            form = re.sub(within(re.escape(token.value)), lambda _: r"[^/\s]+", form)
    return form
