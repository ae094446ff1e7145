"""Putting another value into a text at a place that `treaty.contract.embedded` names: the opposite of taking it out."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from urllib.parse import quote

from treaty.contract.embedded import ANY_COOKIE, Embedded, EmbeddedMissing, number_spans, segment_spans, take
from treaty.contract.json_value import JsonInvalid, JsonValue, dumps, loads
from treaty.strength.places import replaced
from treaty.verify.variables import as_text


def put(text: str, way: Sequence[Embedded], value: JsonValue) -> str:
    """Write a value into a text.

    Args:
        text: where something stands at the place.
        way: the place.
        value: what is to stand there.

    Raises:
        EmbeddedMissing: when there is nothing at the place.

    """
    if not way:
        return as_text(value)
    step, rest = way[0], way[1:]
    inside = take(text, (step,))
    if rest:
        if not isinstance(inside, str):
            raise EmbeddedMissing("there is no text to look into")
        value = put(inside, rest, value)
    return _written(text, step, inside, value)


def _written(text: str, step: Embedded, before: JsonValue, value: JsonValue) -> str:
    if step.kind == "number":
        start, end = number_spans(text)[step.index]
        return text[:start] + as_text(value) + text[end:]
    if step.kind == "segment":
        start, end = segment_spans(text)[step.index]
        return text[:start] + quote(as_text(value), safe="") + text[end:]
    if step.kind == "json":
        return _in_json(text, step.path, value)
    if step.kind == "base64":
        return _encoded(as_text(value), text)
    if step.kind == "jwt":
        head, claims, signature = text.split(".")
        decoded = take(claims, (Embedded(kind="base64"),))
        return f"{head}.{_encoded(_in_json(as_text(decoded), step.path, value), claims)}.{signature}"
    if step.kind == "cookie" and step.name != ANY_COOKIE:
        form = rf'(?<![^;\s]){re.escape(step.name)}=("?){re.escape(as_text(before))}'
        return re.sub(form, lambda found: f"{step.name}={found[1]}{as_text(value)}", text, count=1)
    return text.replace(as_text(before), as_text(value), 1)


def _in_json(text: str, path: Sequence[str | int], value: JsonValue) -> str:
    try:
        document = loads(text)
    except JsonInvalid as fault:
        raise EmbeddedMissing(f"the text is not JSON: {fault}") from None
    return dumps(replaced(document, tuple(path), value))


def _encoded(text: str, like: str) -> str:
    """Encode as base64, in the alphabet and with or without the padding of another text."""
    plain = base64.b64encode(text.encode()).decode()
    if not like.endswith("=") and len(like) % 4:
        plain = plain.rstrip("=")
    return plain.replace("+", "-").replace("/", "_") if re.search(r"[-_]", like) else plain
