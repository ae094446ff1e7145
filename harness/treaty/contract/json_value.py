"""JSON values that keep what was written: the text of every number, and the order of keys (RFC 8259).

``json.loads`` turns ``1.10`` into 1.1 and ``1e400`` into Infinity. A contract tool may do neither, so numbers with a
fraction or an exponent become a `Number`, which keeps the source text beside its exact value. Whole numbers are plain
``int``: their shortest text is their only one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

_LONGEST_INT: Final = 4000
_DEEPEST: Final = 200
_LONG_WHOLE: Final = re.compile(r"\d{4001}")


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number that is not a plain whole number: ``1.10``, ``1e400``, ``-0``. Equal when the texts are equal."""

    text: str

    @property
    def value(self) -> Decimal:
        """The exact value; an exponent that no Decimal can hold gives an infinity."""
        try:
            return Decimal(self.text)
        except InvalidOperation:
            return Decimal("Infinity") if not self.text.startswith("-") else Decimal("-Infinity")


JsonValue: TypeAlias = "bool | int | Number | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"


class JsonInvalid(ValueError):
    """A text is not JSON; carries the line and column (both from 1) of the first fault."""

    def __init__(self, reason: str, *, line: int, column: int) -> None:
        super().__init__(f"{reason} at line {line}, column {column}")
        self.reason = reason
        self.line = line
        self.column = column


def loads(text: str | bytes) -> JsonValue:
    """Parse a JSON text (RFC 8259).

    Args:
        text: the text, or its bytes in UTF-8 (a byte order mark is allowed), UTF-16 or UTF-32.

    Raises:
        JsonInvalid: when it is not JSON, nested deeper than 200, or not text at all; so are ``NaN``
            and ``Infinity``.

    """
    try:
        if isinstance(text, bytes):
            text = text.decode(_encoding(text))
        # A Python function for each whole number costs more than looking for the odd ones first.
        odd = "-0" in text or (len(text) > _LONGEST_INT and _LONG_WHOLE.search(text))
        whole = _whole if odd else None
        value: JsonValue = json.loads(text, parse_float=Number, parse_int=whole, parse_constant=_refuse)
    except json.JSONDecodeError as fault:
        raise JsonInvalid(fault.msg.removesuffix(" at"), line=fault.lineno, column=fault.colno) from None
    except RecursionError:
        raise JsonInvalid("nested too deeply", line=1, column=1) from None
    except ValueError as fault:
        raise JsonInvalid(str(fault), line=1, column=1) from None
    if text.count("[") + text.count("{") > _DEEPEST and _deeper_than(value, _DEEPEST):
        raise JsonInvalid("nested too deeply", line=1, column=1)
    return value


def dumps(value: JsonValue, *, indent: int | None = None, sort_keys: bool = False) -> str:
    """Write a JSON value; numbers keep their text, text stays readable (no ASCII escapes beyond what JSON demands).

    Args:
        value: what `loads` returns, or the same built by hand.
        indent: spaces a level, or None for one line without blanks.
        sort_keys: order the keys of every object by code point.

    """
    if indent is None and isinstance(value, (dict, list)):
        quickly = _written(value, sort_keys=sort_keys)
        if quickly is not None:
            return quickly
    parts: list[str] = []
    _write(value, parts, indent, 0, sort_keys=sort_keys)
    return "".join(parts)


def is_number(value: JsonValue) -> bool:
    """Tell whether a value is a JSON number; booleans are not, whatever Python thinks."""
    return isinstance(value, (int, Number)) and not isinstance(value, bool)


def decimal_of(value: int | Number) -> Decimal:
    """Give the exact numeric value of a JSON number."""
    return value.value if isinstance(value, Number) else Decimal(value)


def _encoding(data: bytes) -> str:
    """Tell the encoding by the first bytes (RFC 4627 section 3); an object or list in UTF-8 is the common case."""
    if data[:1] in {b"{", b"["} and data[1:2] != b"\x00":
        return "utf-8"
    return "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else json.detect_encoding(data)


def _whole(text: str) -> int | Number:
    return Number(text) if text == "-0" or len(text) > _LONGEST_INT else int(text)


def _refuse(constant: str) -> JsonValue:
    raise ValueError(f"{constant} is not JSON")


def _deeper_than(value: JsonValue, limit: int) -> bool:
    level: list[JsonValue] = [value]
    for _ in range(limit):
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent if type(parent) is list else ())
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return False
    return True


class _Unusual(TypeError):
    """A value holds what the encoder of the standard library cannot write as we do."""


def _give_up(value: object) -> object:
    raise _Unusual(type(value).__name__)


def _encoder(*, sort_keys: bool) -> Callable[[JsonValue], str]:
    # Many times faster than `_write`; it cannot write numbers as they were, nor halves of surrogate pairs.
    return json.JSONEncoder(
        ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys, default=_give_up, check_circular=False
    ).encode


def _written(value: JsonValue, *, sort_keys: bool) -> str | None:
    try:
        written = (_SORTED if sort_keys else _UNSORTED)(value)
    except _Unusual:
        return None
    return written if written.isascii() or _encodes(written) else None


_UNSORTED: Final = _encoder(sort_keys=False)
_SORTED: Final = _encoder(sort_keys=True)
_QUOTE: Final = json.JSONEncoder(ensure_ascii=False).encode


def _write(value: JsonValue, parts: list[str], indent: int | None, depth: int, *, sort_keys: bool) -> None:
    if isinstance(value, Number):
        parts.append(value.text)
    elif value is None or isinstance(value, (bool, int)):
        parts.append(json.dumps(value))
    elif isinstance(value, str):
        parts.append(_text(value))
    elif isinstance(value, Mapping):
        keys = sorted(value) if sort_keys else list(value)
        _write_items(
            [(_text(key) + (":" if indent is None else ": "), value[key]) for key in keys],
            "{}",
            parts,
            indent,
            depth,
            sort_keys=sort_keys,
        )
    else:
        _write_items([("", item) for item in value], "[]", parts, indent, depth, sort_keys=sort_keys)


def _text(value: str) -> str:
    """Quote a text; half a surrogate pair, which UTF-8 cannot hold, stays an escape."""
    written = _QUOTE(value)
    return written if written.isascii() or _encodes(written) else json.dumps(value)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _write_items(
    items: Sequence[tuple[str, JsonValue]],
    brackets: str,
    parts: list[str],
    indent: int | None,
    depth: int,
    *,
    sort_keys: bool,
) -> None:
    if not items:
        parts.append(brackets)
        return
    line = "" if indent is None else "\n" + " " * (indent * (depth + 1))
    parts.append(brackets[0])
    for position, (label, item) in enumerate(items):
        parts.append(("," if position else "") + line + label)
        _write(item, parts, indent, depth + 1, sort_keys=sort_keys)
    parts.append(("" if indent is None else "\n" + " " * (indent * depth)) + brackets[1])
