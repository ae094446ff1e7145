"""What is promised of a text body: all of it, its form around values that vary, its heading, or its type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.normalize.drafts import Draft
from treaty.normalize.inside import pattern_inside, put_inside
from treaty.normalize.leaves import Leaf
from treaty.normalize.shapes import Shape, shape_of
from treaty.normalize.tokens import Flow

ANY_TEXT: Final = r"[\s\S]*"
ANY_EXAMPLE: Final = "text"
"""What stands for a text of which nothing is promised."""
_TABLES: Final = frozenset({"text/csv", "text/tab-separated-values", "application/csv"})
_LONGEST_FORM: Final = 400
_RARE: Final = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{16,}(?![0-9A-Za-z])")
"""Long hexadecimal of a text, in a regular expression of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPromise:
    """A text as a pact says it: its example, and the regular expression that it must be; empty for the very text."""

    example: str
    regex: str = ""


def text_promise(members: Sequence[Draft], flow: Flow) -> TextPromise:
    """Decide on a text body.

    Args:
        members: the observations of one interaction; the first is the example.
        flow: the tokens.

    """
    example = members[0]
    texts = [str(member.item.response_payload.value) for member in members]
    token = flow.at(example.item.number, "response.body")
    if token is not None:
        return TextPromise(example=str(example.examples.of_token(token)), regex=ANY_TEXT)
    if all(_was_sent(member, text) for member, text in zip(members, texts, strict=True)):
        return TextPromise(example=texts[0]) if len(set(texts)) == 1 else TextPromise(example=texts[0], regex=ANY_TEXT)
    if example.item.response_payload.media_type in _TABLES:
        return _table(texts)
    inside = [dict(flow.inside(member.item.number, "response.body")) for member in members]
    by_number = all(way.startswith("number[") for ways in inside for way in ways)
    if all(inside) and by_number and len(texts[0]) <= _LONGEST_FORM:
        forms = {pattern_inside(text, ways) for text, ways in zip(texts, inside, strict=True)}
        if len(forms) == 1:
            values = {way: example.examples.of_token(found) for way, found in inside[0].items()}
            text = _RARE.sub(lambda found: "0" * len(found[0]), put_inside(texts[0], values))
            return TextPromise(example=text, regex=_RARE.sub(_form, forms.pop()))
    if len(set(texts)) == 1 and shape_of(texts[0].strip()) is Shape.CODE:
        return TextPromise(example=texts[0])
    return TextPromise(example=ANY_EXAMPLE, regex=ANY_TEXT)


def _form(found: re.Match[str]) -> str:
    """Give the form of a digest or a random id: it is another one as soon as anything else is."""
    return f"[0-9a-f]{{{len(found[0])}}}"


def _was_sent(draft: Draft, text: str) -> bool:
    """Tell whether the whole text is what the request or its set-up said; what is varied there says nothing."""
    sent: list[tuple[Leaf, JsonValue]] = [
        (leaf, leaf.value)
        for item in (draft.item, *(step.observation for step in draft.own))
        for leaf in item.request
        if leaf.location.startswith(("body", "query."))
    ]
    varied = {str(token.value) for token in draft.varied}
    return len(text) > 1 and text not in varied and any(value == text for _, value in sent)


def _table(texts: Sequence[str]) -> TextPromise:
    """Promise the heading of a table, and lines of as many cells."""
    headings = {text.splitlines()[0] if text.splitlines() else "" for text in texts}
    if len(headings) != 1:
        return TextPromise(example=ANY_EXAMPLE, regex=ANY_TEXT)
    heading = headings.pop()
    return TextPromise(example=f"{heading}\n", regex=re.escape(heading) + r"(\r?\n[\s\S]*)?")
