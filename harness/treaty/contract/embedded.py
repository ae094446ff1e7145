"""Values inside texts: numbers and rare values in a text, members of JSON in it, claims of a web token, parameters.

Their places are written behind the text's own, after a bar: ``body.$.next|base64|json.$.after``. The kinds are
``number[n]`` and ``rare[n]`` (the n-th, from 0), ``segment[n]`` (of the path of a text that is a URL or a path),
``part[n]`` (of several keys in one text, ``A+B``, ``1,2``),
``json.$...``, ``base64``, ``jwt.$...`` (claims, RFC 7519), ``query[NAME]`` (of the first URL that has such a parameter)
and ``cookie.NAME`` (RFC 6265), or ``cookie.*`` for one whose name is an id, with its name. Texts are opened at most
twice.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, unquote_plus

from treaty.contract.json_value import JsonInvalid, JsonValue, loads
from treaty.contract.path import Field, Index, PathInvalid, parse_path

ANY_COOKIE: Final = "*"
"""In place of the name of a cookie that is named after an id; what stands there is the name with the value."""
DEEPEST: Final = 2
"""How many texts within each other are opened."""

_KIND: Final = re.compile(
    r"(number|rare|segment|part)\[(\d{1,4})\]|(json|jwt)\.(\$.*)|(base64)|cookie\.([^|;=\s]+)"
    r"|query\[([^\[\]|]+)\]",
    re.DOTALL,
)
_PARAMETER: Final = re.compile(r"(?<=[?&])([\w.-]+)=([^&#<>\s\"',;]+)")
_RARE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
    r"|[0-7][0-9A-HJKMNP-TV-Z]{25}|(?=[0-9]*[a-f])[0-9a-f]{12,}|(?=[0-9]*[A-F])[0-9A-F]{12,}"
    r")(?![0-9A-Za-z])"
)
_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z.])(?:0|[1-9][0-9]{0,18})(?![0-9A-Za-z]|\.[0-9])")
_LINK: Final = re.compile(r"(?:[a-z][a-z0-9+.-]{0,15}://[^/?#\s]*)?(/[^?#\s]*)(?:[?#]\S*)?")
_AUTHORITY: Final = re.compile(r"(?<![0-9A-Za-z])[a-z][a-z0-9+.-]{0,15}://[^/?#\s\"'<>]*")
_BASE64: Final = re.compile(r"[A-Za-z0-9_+/-]{8,}={0,2}")
_TOKEN: Final = re.compile(r"([A-Za-z0-9_-]{4,})\.([A-Za-z0-9_-]{4,})\.[A-Za-z0-9_-]*")
_LONGEST: Final = 65536
"""Characters of a text that is opened; longer ones are documents, not values."""


class EmbeddedInvalid(ValueError):
    """A text is not the name of a place inside a text."""


class EmbeddedMissing(LookupError):
    """A text has nothing at a place inside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """One step into a text.

    Attributes:
        kind: ``number``, ``rare``, ``segment``, ``part``, ``json``, ``base64``, ``jwt``, ``query`` or ``cookie``.
        index: which one, for numbers, rare values, segments and parts.
        path: names and positions, for JSON and claims.
        name: of the cookie or the parameter.

    """

    kind: str
    index: int = 0
    path: tuple[str | int, ...] = ()
    name: str = ""


def split_place(text: str) -> tuple[str, str]:
    """Part the place of a text from the way into it; the second is empty when there is none.

    A bar inside quotes belongs to a key: ``body.$['a|b']|number[0]``.
    """
    quoted = False
    for position, character in enumerate(text):
        if character == "'" and text[position - 1] != "\\":
            quoted = not quoted
        elif character == "|" and not quoted:
            return text[:position], text[position + 1 :]
    return text, ""


@lru_cache(maxsize=4096)
def parse_embedded(text: str) -> tuple[Embedded, ...]:
    """Read the way into a text; empty for an empty one.

    Raises:
        EmbeddedInvalid: when it is none, or deeper than texts are opened.

    """
    steps: list[Embedded] = []
    rest = text
    while rest:
        first, rest = split_place(rest)
        steps.append(_step(first))
    if len(steps) > DEEPEST + 1:
        raise EmbeddedInvalid(f"{text!r} goes deeper than {DEEPEST} texts")
    return tuple(steps)


def _step(text: str) -> Embedded:
    found = _KIND.fullmatch(text)
    if found is None:
        raise EmbeddedInvalid(
            f"{text!r} is not number[n], rare[n], segment[n], part[n], json.$..., base64, jwt.$..., query[NAME] or "
            "cookie.NAME"
        )
    counted, index, structured, path, plain, cookie, parameter = found.groups()
    if counted:
        return Embedded(kind=counted, index=int(index))
    if structured:
        return Embedded(kind=structured, path=_path(path))
    if parameter:
        return Embedded(kind="query", name=parameter)
    return Embedded(kind="base64") if plain else Embedded(kind="cookie", name=cookie)


def _path(text: str) -> tuple[str | int, ...]:
    try:
        tokens = parse_path(text).tokens
    except PathInvalid as fault:
        raise EmbeddedInvalid(f"{text!r}: {fault}") from None
    steps: list[str | int] = []
    for token in tokens:
        if isinstance(token, Field):
            steps.append(token.name)
        elif isinstance(token, Index):
            steps.append(token.position)
        else:
            raise EmbeddedInvalid(f"{text!r} names more than one place")
    return tuple(steps)


def take(value: JsonValue, way: Sequence[Embedded]) -> JsonValue:
    """Take the value out of a text.

    Args:
        value: what stands at the text's own place.
        way: from `parse_embedded`.

    Raises:
        EmbeddedMissing: when there is nothing; the text says what is missing.

    """
    for step in way:
        if not isinstance(value, str):
            raise EmbeddedMissing("there is no text to look into")
        value = _TAKERS[step.kind](value, step)
    return value


def number_spans(text: str) -> list[tuple[int, int]]:
    """Give where the whole numbers of a text stand (``number[n]``): first character, and the one behind the last.

    Digits of words, of decimals, of uuids and the like, and of hosts and ports in URLs are none.
    """
    plain = _AUTHORITY.sub(lambda found: "x" * len(found[0]), text)
    plain = _RARE.sub(lambda found: "x" * len(found[0]), plain)
    return [found.span() for found in _NUMBER.finditer(plain)]


def rare_spans(text: str) -> list[tuple[int, int]]:
    """Give where the unmistakable values of a text stand (``rare[n]``), as `number_spans` does for numbers."""
    return [found.span() for found in _RARE.finditer(text)]


def segment_spans(text: str) -> list[tuple[int, int]]:
    """Give where the segments of the path of a URL, or of a path, stand (``segment[n]``); none for other texts."""
    link = _LINK.fullmatch(text)
    if link is None:
        return []
    start = link.start(1)
    return [(start + found.start(), start + found.end()) for found in re.finditer(r"(?<=/)[^/]*", link[1])]


def _numbers(text: str) -> list[str]:
    return [text[start:end] for start, end in number_spans(text)]


def _take_number(text: str, step: Embedded) -> JsonValue:
    numbers = _numbers(text)
    if step.index >= len(numbers):
        raise EmbeddedMissing(f"the text has {len(numbers)} whole numbers, not {step.index + 1}")
    return int(numbers[step.index])


def _take_rare(text: str, step: Embedded) -> JsonValue:
    values = _RARE.findall(text)
    if step.index >= len(values):
        raise EmbeddedMissing(f"the text has {len(values)} unmistakable values, not {step.index + 1}")
    return str(values[step.index])


def _take_segment(text: str, step: Embedded) -> JsonValue:
    spans = segment_spans(text)
    if step.index >= len(spans):
        raise EmbeddedMissing(f"the text has a path of {len(spans)} segments, not {step.index + 1}")
    start, end = spans[step.index]
    return unquote(text[start:end])


def parts_of(text: str) -> list[tuple[str, str]]:
    """Give the keys that stand in one text behind each other, each with what parts it from the next one."""
    found = re.split(r"([+,;])", text)
    return list(zip(found[::2], [*found[1::2], ""], strict=True))


def _take_part(text: str, step: Embedded) -> JsonValue:
    parts = parts_of(text)
    if step.index >= len(parts):
        raise EmbeddedMissing(f"the text has {len(parts)} parts, not {step.index + 1}")
    return parts[step.index][0]


def _take_json(text: str, step: Embedded) -> JsonValue:
    try:
        value = loads(text)
    except JsonInvalid as fault:
        raise EmbeddedMissing(f"the text is not JSON: {fault}") from None
    return _walk(value, step.path)


def _take_base64(text: str, _step: Embedded) -> JsonValue:
    decoded = _decoded(text)
    if decoded is None:
        raise EmbeddedMissing("the text is not base64 of a text")
    return decoded


def _take_claim(text: str, step: Embedded) -> JsonValue:
    claims = _claims(text)
    if claims is None:
        raise EmbeddedMissing("the text is no web token")
    return _walk(claims, step.path)


def _take_cookie(text: str, step: Embedded) -> JsonValue:
    for pair in text.split(";"):
        name, mark, value = pair.strip().partition("=")
        if mark and is_cookie(name, step.name):
            return pair.strip() if step.name == ANY_COOKIE else value.strip('"')
    raise EmbeddedMissing(f"there is no cookie {step.name}")


def is_cookie(name: str, wanted: str) -> bool:
    """Tell whether a cookie has the name that a place asks for: its own, or any that is an id."""
    if wanted != ANY_COOKIE:
        return name == wanted
    return bool(_NUMBER.fullmatch(name) or _RARE.fullmatch(name))


def parameter_spans(text: str) -> list[tuple[str, int, int]]:
    """Give the parameters of URLs in a text: the name, and where the encoded value begins and ends."""
    return [(found[1], *found.span(2)) for found in _PARAMETER.finditer(text)]


def _take_parameter(text: str, step: Embedded) -> JsonValue:
    for name, start, end in parameter_spans(text):
        if name == step.name:
            return unquote_plus(text[start:end])
    raise EmbeddedMissing(f"no URL in the text has a parameter {step.name}")


_TAKERS: Final = {
    "number": _take_number,
    "rare": _take_rare,
    "segment": _take_segment,
    "part": _take_part,
    "json": _take_json,
    "base64": _take_base64,
    "jwt": _take_claim,
    "cookie": _take_cookie,
    "query": _take_parameter,
}


def _walk(value: JsonValue, path: Sequence[str | int]) -> JsonValue:
    for step in path:
        if isinstance(step, str):
            found = isinstance(value, Mapping) and step in value
        else:
            found = isinstance(value, list) and step < len(value)
        if not found:
            raise EmbeddedMissing(f"the JSON in the text has no {step!r} there")
        value = value[step]  # type: ignore[index]  # what it is was looked at above
    return value


def _decoded(text: str) -> str | None:
    """Undo base64 or its URL-safe form (RFC 4648), padded or not; None for what is no text then."""
    if not _BASE64.fullmatch(text):
        return None
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        decoded = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return decoded if decoded.isprintable() else None


def _claims(text: str) -> JsonValue:
    found = _TOKEN.fullmatch(text)
    if found is None:
        return None
    head, body = _decoded(found[1]), _decoded(found[2])
    if head is None or body is None or not head.startswith("{"):
        return None
    try:
        claims = loads(body)
    except JsonInvalid:
        return None
    return claims if isinstance(claims, Mapping) else None


def embedded_values(text: str) -> Iterator[tuple[str, JsonValue]]:
    """List everything inside a text that may be a value of its own, with the way to it.

    Yields:
        The way (``json.$.user_id``) and the scalar there; nothing for a text that is one number or one rare value.

    """
    if len(text) > _LONGEST or _NUMBER.fullmatch(text) or _RARE.fullmatch(text):
        return
    yield from _embedded(text, DEEPEST)


def _embedded(text: str, depth: int) -> Iterator[tuple[str, JsonValue]]:
    if text[:1] in {"{", "["} and (structured := _parsed(text)) is not None:
        yield from _members("json.$", structured, depth)
        return
    claims = _claims(text)
    if claims is not None:
        yield from _members("jwt.$", claims, depth)
        return
    decoded = _decoded(text) if depth else None
    if decoded is not None and _is_telling(decoded):
        for way, value in _embedded(decoded, depth - 1):
            yield f"base64|{way}", value
        return
    spans = segment_spans(text)
    for index, (start, end) in enumerate(spans):
        if start < end:
            yield f"segment[{index}]", unquote(text[start:end])
    for name, value in {name: text[start:end] for name, start, end in reversed(parameter_spans(text))}.items():
        if not _NUMBER.fullmatch(value) and not _RARE.fullmatch(value):
            yield f"query[{name}]", unquote_plus(value)
    for index, number in enumerate(_numbers(text)):
        yield f"number[{index}]", int(number)
    for index, (start, end) in enumerate(rare_spans(text)):
        if (start, end) not in spans:
            yield f"rare[{index}]", text[start:end]


def _parsed(text: str) -> JsonValue:
    try:
        return loads(text)
    except JsonInvalid:
        return None


def _is_telling(text: str) -> bool:
    """Tell whether what base64 gives was meant: by chance four letters also give three characters."""
    return text[:1] in {"{", "["} or bool(re.search(r"[0-9]", text) and re.fullmatch(r"[\w\s.:;,=/|@#&?-]{6,}", text))


def _members(way: str, value: JsonValue, depth: int) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _members(way + _key_step(key), child, depth)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _members(f"{way}[{index}]", child, depth)
    else:
        yield way, value
        if isinstance(value, str) and depth > 1 and not _NUMBER.fullmatch(value) and not _RARE.fullmatch(value):
            for below, inner in _embedded(value, depth - 1):
                yield f"{way}|{below}", inner


def _key_step(key: str) -> str:
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", key):
        return f".{key}"
    return "['" + key.replace("\\", "\\\\").replace("'", "\\'") + "']"
