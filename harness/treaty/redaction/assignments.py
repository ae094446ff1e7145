"""Find ``name = value`` in text that has no structure we parse: URLs in prose, logs, HTML, XML, damaged JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

_NAME: Final = re.compile(
    r"(?<![A-Za-z0-9_.\-])([A-Za-z_][A-Za-z0-9_.\-]{0,63})(\]?\\?[\"']?[ \t]{0,3}([:=])[ \t]{0,3})"
)
_VALUE: Final = re.compile(
    r"\\\"(?P<escaped>[^\"\\\n]{1,4096})|\"(?P<double>(?:[^\"\\\n]|\\.){1,4096})|'(?P<single>[^'\n]{1,4096})"
    r"|(?P<bare>[^\s\"'&;,<>(){}\[\]\\]{1,4096})"
)
_ELEMENT: Final = re.compile(
    r"<(?:[A-Za-z_][\w.\-]{0,63}:)?([A-Za-z_][\w.\-]{0,63})(?:\s[^<>]{0,400})?>"
    r"(?:\s*<!\[CDATA\[(?P<marked>[^\]<>]{1,4096})\]\]>|(?P<plain>[^<>]{1,4096})</)"
)
_MEMBER: Final = re.compile(
    r"<(?:name|key)>\s*([^<>]{2,64}?)\s*</(?:name|key)>\s*(?:<value>\s*)?(?:<(?:string|value)>)?([^<>]{1,4096})</",
    re.IGNORECASE,
)
"""A member of a struct of XML-RPC, and ``<name>password</name><value>...</value>`` as others write it."""
_INPUT: Final = re.compile(r"<(?:input|meta|param)\b[^<>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    r"\b(name|id|value|content|type)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE
)

_SHORTEST_AFTER_COLON: Final = 4


def assignments(text: str, role_of: Callable[[str], str], *, only_equals: bool) -> Iterator[tuple[int, int, str]]:
    """Give start, end and role of each value that is assigned to a secret name.

    Args:
        text: where to look.
        role_of: gives the role of a name, or an empty text.
        only_equals: do not take ``name: value`` for an assignment, as prose does; ``name: "value"`` is one, as in the
            arguments of GraphQL.

    """
    if "=" not in text and ":" not in text:
        return
    for match in _NAME.finditer(text):
        if only_equals and match[3] != "=" and not text.startswith(('"', '\\"'), match.end()):
            continue
        role = role_of(match[1].rpartition(".")[2] or match[1])
        if not role:
            continue
        value = _VALUE.match(text, match.end())
        if value is None:
            continue
        group = value.lastgroup or "bare"
        if match[3] == ":" and group == "bare" and len(value[group]) < _SHORTEST_AFTER_COLON:
            continue
        yield value.start(group), value.end(group), role


def markup(text: str, role_of: Callable[[str], str]) -> Iterator[tuple[int, int, str]]:
    """Give start, end and role of the values of secret elements and form fields in XML and HTML."""
    if "<" not in text:
        return
    for match in _ELEMENT.finditer(text):
        if role := role_of(match[1]):
            yield *match.span(match.lastgroup or "plain"), role
    for match in _MEMBER.finditer(text):
        if (role := role_of(match[1])) and not match[2].isspace():
            yield *match.span(2), role
    for match in _INPUT.finditer(text):
        names: list[str] = []
        value: tuple[int, int] | None = None
        for attribute in _ATTRIBUTE.finditer(text, match.start(), match.end()):
            group = next((number for number in (2, 3, 4) if attribute[number] is not None), 4)
            if attribute[1].lower() in {"value", "content"}:
                value = attribute.span(group)
            else:
                names.append(attribute[group])
        role = next((role for name in names if (role := role_of(name))), "")
        if role and value is not None and value[0] < value[1]:
            yield *value, role
