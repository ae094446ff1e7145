"""Replace secrets in whole bodies: JSON, forms, multipart, text and binary data."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from treaty.redaction.assignments import markup
from treaty.redaction.companions import Companions, names_a_secret
from treaty.redaction.json_text import Leaf, escaped, leaves, path_of, unescaped
from treaty.redaction.names import HARMLESS_INSIDE, words_of
from treaty.redaction.redactor import Redactor
from treaty.redaction.spans import Span, applied
from treaty.redaction.wrapped import redact_wrapped

_KEY: Final = re.compile(r'"([^"\\]*)"\s*:')
_NUMBER: Final = re.compile(r"-?[0-9]+")
_BOUNDARY: Final = re.compile(r'(?i)boundary\s*=\s*(?:"([^"]+)"|([^\s;]+))')
_PART_NAME: Final = re.compile(r'(?i)content-disposition\s*:[^\r\n]*?[;\s]name\s*=\s*(?:"([^"]*)"|([^\s;]+))')
_TEXT_TYPES: Final = re.compile(
    r"(?i)text/|.*[/+](?:json|xml|javascript|x-javascript|graphql|yaml|x-yaml|x-ndjson|toml|sql)"
)
_TOKEN_LEAVES: Final = frozenset({"value", "access", "refresh", "id", "token", "raw", "data", "secret", "plain", "jwt"})
_HEADERS: Final = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
_COOKIES: Final = frozenset({"cookie", "cookies"})
_CODES: Final = frozenset({"code", "otp", "pin", "passcode", "token", "tan"})
_WRAPPINGS: Final = frozenset({0x1F, 0xFE, 0xFF})
"""First bytes of a packed file and of UTF-16; no JSON, form or text in UTF-8 begins so."""
_DEEPEST: Final = 3


def redact_body(redactor: Redactor, data: bytes, media_type: str) -> tuple[bytes, tuple[str, ...]]:
    """Redact a body whose content codings were undone.

    Args:
        redactor: what is known of the session's secrets.
        data: the whole body.
        media_type: the Content-Type, as sent; empty when there was none.

    Returns:
        The body, and the places whose values changed: ``body.$.user.token``, ``body.token[0]`` of a form, ``body``.

    """
    if not data or not redactor.policy.enabled:
        return data, ()
    if data[0] in _WRAPPINGS:
        # Once only: there are packed files that hold themselves.
        wrapped = redact_wrapped(data, lambda inner: _redact_plain(redactor, inner, ""))
        if wrapped is not None:
            return wrapped
    return _redact_plain(redactor, data, media_type)


def _redact_plain(redactor: Redactor, data: bytes, media_type: str) -> tuple[bytes, tuple[str, ...]]:
    try:
        text, coding = data.decode(), "utf-8"
    except UnicodeDecodeError:
        # Every byte has a character in it, so what is not replaced comes back as it was.
        text, coding = data.decode("latin-1"), "latin-1"
    kind = media_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        new, names = redactor.pairs(text)
        places = tuple(f"body.{name}" for name in names)
    elif kind.startswith("multipart/"):
        new, places = _multipart(redactor, text, media_type)
    elif coding == "utf-8" and ("json" in kind or text.lstrip()[:1] in {"{", "["}):
        new, places = redact_json(redactor, text)
    elif _TEXT_TYPES.match(kind) or (coding == "utf-8" and not kind):
        new, places = _plain(redactor, text)
    else:
        spans = redactor.text_spans(text)
        new, places = (applied(text, spans), ("body",)) if spans else (text, ())
    return (new.encode(coding, "replace"), places) if places else (data, ())


def redact_json(redactor: Redactor, text: str, depth: int = 0) -> tuple[str, tuple[str, ...]]:
    """Redact the text of a JSON document, or of several in a row; what is no secret keeps its every byte."""
    found: list[Span] = []
    companions = Companions(text, redactor.policy.role)
    for leaf, _ in leaves(text) if _needs_walk(redactor, text, companions) else ():
        if leaf.kind == "key":
            continue
        raw = text[leaf.start : leaf.end]
        beside = companions.role(leaf, raw)
        new = _leaf(redactor, leaf, raw, depth, beside)
        if new != raw:
            found.append((leaf.start, leaf.end, new))
    # Names of keys are seen by now; what is left are assignments inside texts.
    spans = redactor.text_spans(text, found, named="=" in text or "\\" in text)
    if not spans:
        return text, ()
    return applied(text, spans), _places(redactor, text, spans)


def _needs_walk(redactor: Redactor, text: str, companions: Companions) -> bool:
    """Tell whether any key matters, or a text may hide something behind escapes; most documents are looked at whole."""
    if companions.matter or "\\" in text or '"{' in text or '"[' in text:
        return True
    if names_a_secret(text, redactor.policy.role):
        return True
    return any(redactor.matters(name) for name in set(_KEY.findall(text)))


def _leaf(redactor: Redactor, leaf: Leaf, raw: str, depth: int, beside: str) -> str:
    name = leaf.name
    if redactor.policy.allows(name):
        redactor.keep(unescaped(raw))
        return raw
    role = _role(redactor, leaf) or beside
    if leaf.kind == "word":
        numeric = role in {"password", "code", "card", "secret"} or (role == "token" and len(raw) >= 6)
        return redactor.learn(raw, role) if numeric and _NUMBER.fullmatch(raw) else raw
    value = unescaped(raw) if "\\" in raw else raw
    if name.lower() in _HEADERS:
        # What some services give back of a request: by the rules of the header.
        return escaped(redactor.header(name, value))
    if leaf.enclosing and leaf.enclosing[-1].lower() in _COOKIES:
        return escaped(redactor.cookie(name, value))
    if not role and name.lower() in _CODES and redactor.knows(value):
        role = "code"
    if role:
        return escaped(redactor.learn(value, role)) if redactor.replaceable(value) else raw
    if value[:1] in {"{", "["} and depth < _DEEPEST and len(value) > 2:
        new = redact_json(redactor, value, depth + 1)[0]
    elif "\\" in raw:
        new = redactor.text(value)
    else:
        # Plain leaves are looked through with the whole document.
        return raw
    return raw if new == value else escaped(new)


def _role(redactor: Redactor, leaf: Leaf) -> str:
    role = redactor.policy.role(leaf.name)
    if role or not leaf.enclosing:
        return role
    words = words_of(leaf.name)
    last = words[-1] if words else ""
    above = redactor.policy.role(leaf.enclosing[-1])
    if above == "token":
        return "token" if last in _TOKEN_LEAVES else ""
    if above and leaf.kind == "text" and last not in HARMLESS_INSIDE:
        return above
    if last == "number" and words_of(leaf.enclosing[-1])[-1:] == ("card",) and leaf.kind == "text":
        return "card"
    return ""


def _places(redactor: Redactor, text: str, spans: Sequence[Span]) -> tuple[str, ...]:
    """Name the leaves that the spans lie in."""
    starts = [start for start, _, _ in spans]
    places: dict[str, None] = {}
    for leaf, levels in leaves(text):
        index = bisect_right(starts, leaf.end) - 1
        if index >= 0 and spans[index][1] > leaf.start and starts[index] < max(leaf.end, leaf.start + 1):
            places[redactor.known_in(f"body.{path_of(levels)}")] = None
    return tuple(places) or ("body",)


def _plain(redactor: Redactor, text: str) -> tuple[str, tuple[str, ...]]:
    found = [
        (start, end, redactor.learn(text[start:end], role))
        for start, end, role in markup(text, redactor.policy.role)
        if redactor.replaceable(text[start:end])
    ]
    spans = redactor.text_spans(text, found, only_equals=False)
    return (applied(text, spans), ("body",)) if spans else (text, ())


def _multipart(redactor: Redactor, text: str, media_type: str) -> tuple[str, tuple[str, ...]]:
    boundary = _BOUNDARY.search(media_type)
    found: list[Span] = []
    places: list[str] = []
    if boundary is not None:
        mark = "--" + (boundary[1] or boundary[2])
        position = 0
        for part in text.split(mark):
            spans, name = _part(redactor, part, position)
            found += spans
            places += [f"body.{redactor.known_in(name)}"] * bool(spans)
            position += len(part) + len(mark)
    spans = redactor.text_spans(text, found)
    return (applied(text, spans), tuple(dict.fromkeys(places)) or ("body",)) if spans else (text, ())


def _part(redactor: Redactor, part: str, offset: int) -> tuple[list[Span], str]:
    head, separator, content = part.partition("\r\n\r\n")
    if not separator:
        return [], ""
    content = content.removesuffix("\r\n")
    start = offset + len(head) + len(separator)
    match = _PART_NAME.search(head)
    name = (match[1] if match[1] is not None else match[2]) if match else ""
    role = redactor.policy.role(name) if "filename" not in head.lower() else ""
    if redactor.policy.allows(name):
        redactor.keep(content)
    elif role and redactor.replaceable(content):
        return [(start, start + len(content), redactor.learn(content, role))], name
    elif content.lstrip()[:1] in {"{", "["}:
        new, places = redact_json(redactor, content)
        if places:
            return [(start, start + len(content), new)], name
    return [], name
