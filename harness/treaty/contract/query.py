"""Query strings: parsing and writing (WHATWG URL, application/x-www-form-urlencoded), keeping order and bare names."""

from __future__ import annotations

from urllib.parse import quote, unquote_plus

from treaty.contract.model import QueryMap


def parse_query(text: str | None) -> QueryMap:
    """Parse a raw query without ``?``; a name without ``=`` has the value None; empty parts between ``&`` are left out.

    Bytes that are not UTF-8 become replacement characters.
    """
    values: dict[str, list[str | None]] = {}
    if not text:
        return {}
    for part in text.split("&"):
        if not part:
            continue
        name, equals, value = part.partition("=")
        decoded = unquote_plus(name) if "%" in name or "+" in name else name
        content = (unquote_plus(value) if "%" in value or "+" in value else value) if equals else None
        known = values.get(decoded)
        if known is None:
            values[decoded] = [content]
        else:
            known.append(content)
    return {name: tuple(listed) for name, listed in values.items()}


def write_query(query: QueryMap) -> str:
    """Write a query; parameters in the order of the map, values in theirs."""
    return "&".join(
        quote(name, safe="") if value is None else f"{quote(name, safe='')}={quote(value, safe='')}"
        for name, values in query.items()
        for value in values
    )
