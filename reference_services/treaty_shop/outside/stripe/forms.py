"""Forms with bracket keys: ``line_items[0][price_data][currency]=eur`` (how Stripe's API is spoken to)."""

import re
from collections.abc import Iterable
from typing import Final, TypeAlias
from urllib.parse import parse_qsl

Form: TypeAlias = "str | list[Form] | dict[str, Form]"
"""What a form holds: texts, lists (numbered or empty brackets) and objects."""

_KEY: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART: Final = re.compile(r"\[([^\[\]]*)\]")
_DEEPEST: Final = 8
_MOST_FIELDS: Final = 1000


class MalformedForm(ValueError):
    """A key that is not made as bracket keys are, or two keys that contradict each other; the text is the key."""


def read_form(body: bytes) -> dict[str, Form]:
    """Return the object that a form's body holds; raises `MalformedForm`."""
    try:
        text = body.decode()
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise MalformedForm("the body") from None
    return nest(pairs)


def nest(pairs: Iterable[tuple[str, str]]) -> dict[str, Form]:
    """Return the object that flat pairs say; raises `MalformedForm`."""
    root: dict[str, Form] = {}
    for key, value in pairs:
        match = _KEY.fullmatch(key)
        parts = [] if match is None else [match[1], *_PART.findall(match[2])]
        if not parts or len(parts) > _DEEPEST:
            raise MalformedForm(key)
        _put(root, parts, value, key)
    return {name: _with_lists(value) for name, value in root.items()}


def _put(root: dict[str, Form], parts: list[str], value: str, key: str) -> None:
    node = root
    for part in parts[:-1]:
        below = node.setdefault(part or str(len(node)), {})
        if not isinstance(below, dict):
            raise MalformedForm(key)
        node = below
    last = parts[-1] or str(len(node))
    if last in node:
        raise MalformedForm(key)
    node[last] = value


def _with_lists(value: Form) -> Form:
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(each) for name, each in value.items()}
    positions = [str(position) for position in range(len(inner))]
    if inner and sorted(inner) == sorted(positions):
        return [inner[position] for position in positions]
    return inner
