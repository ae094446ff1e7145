"""Media types, as far as matching a body needs them (RFC 9110 section 8.3.1, RFC 6838)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

_TEXT_SUBTYPES: Final = frozenset(
    {"javascript", "ecmascript", "graphql", "x-www-form-urlencoded", "x-yaml", "yaml", "sql", "toml", "jwt", "csv"}
)
_XML: Final = frozenset({"application/xml", "text/xml"})
_PARAMETER: Final = re.compile(r';\s*([^=;\s]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """A parsed media type; all parts in lower case, apart from the values of parameters.

    Attributes:
        main: ``application``; empty when nothing was given.
        subtype: ``vnd.api+json``.
        suffix: ``json``, or empty.
        parameters: by name; quotes around a value are removed.

    """

    main: str = ""
    subtype: str = ""
    suffix: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def essence(self) -> str:
        """The type without its parameters, or an empty text."""
        return f"{self.main}/{self.subtype}" if self.main else ""

    def __str__(self) -> str:
        return "; ".join([self.essence, *(f"{name}={value}" for name, value in self.parameters.items())])

    @property
    def is_json(self) -> bool:
        """JSON, or one of its structured forms: what the official engine reads as JSON (``text/json`` it does not)."""
        return self.main == "application" and (self.suffix == "json" or self.subtype.startswith("json"))

    @property
    def is_xml(self) -> bool:
        """XML, or one of its structured forms (``+xml``); XHTML is, HTML is not."""
        return self.main in {"application", "text"} and (self.suffix == "xml" or self.subtype == "xml")

    @property
    def is_form(self) -> bool:
        """A form in the URL-encoded notation."""
        return self.essence == "application/x-www-form-urlencoded"

    @property
    def is_multipart(self) -> bool:
        """Several parts between boundaries (RFC 2046)."""
        return self.main == "multipart"

    @property
    def is_text(self) -> bool:
        """Content that is text for people or a text format."""
        return self.main == "text" or self.is_json or self.is_xml or self.subtype in _TEXT_SUBTYPES

    @property
    def is_binary(self) -> bool:
        """Content that is neither text nor one of the formats above."""
        if self.main in {"audio", "font", "image", "video"}:
            return True
        return bool(self.main) and not (self.is_text or self.is_multipart)

    def covers(self, other: MediaType) -> bool:
        """Tell whether content of another type may stand for this one: the same type, and all parameters named here."""
        mine, theirs = self._plain_parameters(), other._plain_parameters()
        if self.essence in _XML and other.essence in _XML:
            return not mine or mine == theirs
        if not mine:
            return self.essence == other.essence
        return self.essence == other.essence and mine == theirs

    def covers_suffix(self, other: MediaType) -> bool:
        """Tell whether this type is the structured syntax of another: ``application/json`` of ``.../vnd.a+json``."""
        return bool(other.suffix) and not self.parameters and self.essence == f"{other.main}/{other.suffix}"

    def _plain_parameters(self) -> dict[str, str]:
        return {name: value.lower() for name, value in self.parameters.items()}

    @property
    def charset(self) -> str:
        """The charset parameter in lower case, or ``utf-8``."""
        return self.parameters.get("charset", "utf-8").lower()


NO_MEDIA_TYPE: Final = MediaType()


@lru_cache(maxsize=1024)
def parse_media_type(text: str) -> MediaType:
    """Read a media type; what is not one (``hippos``) gives `NO_MEDIA_TYPE`."""
    essence, _, _ = text.partition(";")
    main, slash, subtype = essence.strip().lower().partition("/")
    if not slash or not main or not subtype:
        return NO_MEDIA_TYPE
    _, plus, suffix = subtype.rpartition("+")
    parameters = {match[1].lower(): _unquote(match[2].strip()) for match in _PARAMETER.finditer(text[len(essence) :])}
    return MediaType(main=main, subtype=subtype, suffix=suffix if plus else "", parameters=parameters)


def detect_media_type(data: bytes) -> MediaType:
    """Guess the type of content that came without one: XML, HTML, JSON, text or bytes."""
    try:
        start = data[:1024].decode()
    except UnicodeDecodeError as fault:
        cut_in_a_character = len(data) > 1024 and fault.start > 1020
        if not cut_in_a_character:
            return parse_media_type("application/octet-stream")
        start = data[: fault.start].decode()
    start = start.lstrip("\ufeff \t\r\n")
    lowered = start[:64].lower()
    if lowered.startswith(("<!doctype html", "<html")):
        return parse_media_type("text/html")
    if re.match(r"<\?xml|<[a-z_][\w:.-]*[\s/>]", lowered):
        return parse_media_type("application/xml")
    if re.match(r'[\[{"]|\d|(true|false|null)\s*$', start):
        return parse_media_type("application/json")
    return parse_media_type("text/plain")


def _unquote(text: str) -> str:
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text
