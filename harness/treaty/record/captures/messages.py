"""Parts of messages as other tools keep them, brought into the form of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import SplitResult, quote, urlsplit

from treaty.session.exchange import NO_CONTENT, Content, Headers

NOT_KEPT: Final = "the capture did not keep it"
_CHARSET: Final = re.compile(r"(?i);\s*charset\s*=\s*\"?([A-Za-z0-9_.:-]+)")
_URL_SAFE: Final = "!#$%&'()*+,/:;=?@[]~-._|^`{}\"<>\\"
"""Characters of a URL that are left as they are; what is left to encode has no place on a wire (RFC 3986)."""
_NO_BODY: Final = frozenset({204, 205, 304})
_EARLIEST: Final = 1970


def header_text(value: object) -> str:
    """Give a header value with each byte as the character of that number (latin-1), as on the wire."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    if text.isascii() or all(ord(character) < 256 for character in text):
        return text
    return text.encode("utf-8", "surrogateescape" if _is_escaped(text) else "replace").decode("latin-1")


def header_value(headers: Headers, name: str) -> str:
    """Give the first value of a header, empty when there is none."""
    return next((value for each, value in headers if each.lower() == name), "")


def lines_of(name: str, value: object) -> Iterable[tuple[str, str]]:
    """Give the lines of a header that some tools join with line breaks; pseudo headers of HTTP/2 are none."""
    if name.startswith(":") or not name.strip():
        return
    for line in header_text(value).split("\n"):
        yield header_text(name).strip(), line.strip("\r ")


def with_one_cookie_line(headers: Headers) -> Headers:
    """Join the lines of cookies that HTTP/2 may split, as whoever goes on in HTTP/1.1 has to (RFC 9113, 8.2.3)."""
    cookies = [value for name, value in headers if name.lower() == "cookie"]
    if len(cookies) < 2:
        return headers
    first = next(index for index, (name, _) in enumerate(headers) if name.lower() == "cookie")
    rest = [line for line in headers[first + 1 :] if line[0].lower() != "cookie"]
    return (*headers[:first], (headers[first][0], "; ".join(cookies)), *rest)


def text_content(text: str, headers: Headers) -> Content:
    """Give a body that a tool kept as decoded text: in the character set that its Content-Type names.

    The content coding that the headers name was undone by the tool.
    """
    data = encoded(text, header_value(headers, "content-type"))
    return data_content(data, headers)


def data_content(data: bytes, headers: Headers) -> Content:
    """Give a body that a tool kept as bytes, whose content coding it undid."""
    if not data:
        return NO_CONTENT
    coding = header_value(headers, "content-encoding").strip().lower()
    return Content(data=data, coding="" if coding == "identity" else coding, size=len(data))


def missing_content(size: int, headers: Headers) -> Content:
    """Give a body of which only the size is known."""
    return Content(
        data=b"", coding=header_value(headers, "content-encoding").strip().lower(), size=size, missing=NOT_KEPT
    )


def encoded(text: str, media_type: str) -> bytes:
    """Write a text in the character set of its media type, in UTF-8 when that is unknown or cannot hold it."""
    found = _CHARSET.search(media_type)
    if found:
        try:
            return text.encode(found[1])
        except (LookupError, UnicodeEncodeError):
            pass
    return text.encode("utf-8", "surrogateescape" if _is_escaped(text) else "replace")


def contradiction(method: str, status: int, headers: Headers, content: Content) -> str:
    """Say how a whole body contradicts its Content-Length, or give an empty text.

    A length that counts another coding, or the body that another method would have got (RFC 9110 section 8.6), says
    nothing.
    """
    declared = header_value(headers, "content-length").strip()
    coded = header_value(headers, "content-encoding").strip().lower() not in {"", "identity"}
    if not declared.isascii() or not declared.isdigit() or coded or content.missing:
        return ""
    if method == "HEAD" or status in _NO_BODY or 100 <= status < 200 or int(declared) == content.size:
        return ""
    return f"Content-Length {declared}, {content.size} bytes"


def with_length(headers: Headers, size: int) -> Headers:
    """Give headers with the length that the body has."""
    return tuple((name, str(size) if name.lower() == "content-length" else value) for name, value in headers)


def address_of(url: object) -> SplitResult | None:
    """Split an absolute or path-only URL; what may not stand on a wire is percent-encoded; None when it is none."""
    if not isinstance(url, str) or not url.strip():
        return None
    try:
        address = urlsplit(quote(url.strip(), safe=_URL_SAFE))
        _ = address.port, address.hostname
    except ValueError:
        return None
    return address


def authority_of(address: SplitResult) -> str:
    """Give host and port of a URL, without a user."""
    return address.netloc.rpartition("@")[2]


def query_of(address: SplitResult, url: object) -> str | None:
    """Give the raw query, None when the URL has no ``?``."""
    return address.query if isinstance(url, str) and "?" in url.partition("#")[0] else None


def moment_of(text: object) -> datetime | None:
    """Read a time (RFC 3339, any fraction); None for what is none, and for the zero times of Go."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.year < _EARLIEST:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def whole(value: Any) -> int | None:
    """Give a whole number that a tool wrote as a number or a text, None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float) and abs(value) < 1e15:
        return int(value)
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal() and len(value) < 16:
        return int(value)
    return None


def _is_escaped(text: str) -> bool:
    """Tell whether the only odd characters are bytes that a tool could not decode (PEP 383)."""
    odd = [character for character in text if 0xD800 <= ord(character) < 0xE000]
    return bool(odd) and all(0xDC80 <= ord(character) <= 0xDCFF for character in odd)
