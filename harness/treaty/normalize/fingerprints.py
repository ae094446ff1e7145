"""What an exchange says but for its ids, times and texts, and which values lead from it to others.

Two exchanges of one form say the same about different things. A form is told without a look at any other exchange, so
that a session of any length can be read once and forgotten (`treaty.normalize.repeats`).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.bodies import Payload, body_leaves, decode
from treaty.normalize.identifiers import is_identifier
from treaty.normalize.leaves import Leaf, path_segments, query_leaves, split_url, wildcard
from treaty.normalize.mentions import is_role, thing_named
from treaty.normalize.names import KEY_FIELDS, LOGIN_FIELDS, Name, singular, words
from treaty.normalize.observations import (
    REQUEST_HEADERS_LEFT_OUT,
    SAFE_METHODS,
    SHORTEST_COOKIE,
    basic_login,
    cookies_of,
    split_credentials,
    usable,
)
from treaty.normalize.operations import operation_of
from treaty.normalize.refusals import says_no
from treaty.normalize.shapes import RARE, TIMES, Shape, shape_of
from treaty.normalize.spellings import names, speaks_for_itself, spellings
from treaty.normalize.templates import Template, keys_in, template_by_form, typed_segment
from treaty.session.exchange import Exchange

_MOST_WORDS: Final = 16
"""So many codes at one place are told apart; a place with more holds anything."""
_MOST_NAMES: Final = 200
"""So many names at one place of paths are told apart."""
_LEAST_HANDED: Final = 6
_LONGEST_PLAIN: Final = 64
_REFUSALS: Final = frozenset({HTTPStatus.CONFLICT, HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})
_PLAIN_KINDS: Final = frozenset({"none", "json", "form", "binary"})
_VOLATILE: Final = frozenset({"date", "content-length", "etag", "last-modified", "location", "set-cookie", "age"})
_NAMES: Final = frozenset({Shape.CODE, Shape.NUMBERED})
_DIGIT: Final = re.compile(r"\d")

_Parts: TypeAlias = tuple[JsonValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """One exchange, in numbers that are good for one process only; `content` is the same in each.

    Attributes:
        form: of what is said, values that differ from thing to thing left out.
        content: a checksum of what the request says beside ids and times.
        keys: values that lead to other exchanges.
        perhaps: values that do if something else holds, with that.
        grounds: what this exchange says that holds.
        writes: whether it has an effect, as far as method and status tell.
        looks: whether it only looks.
        is_kept: whether it must stay, whatever it repeats.
        is_unclear: whether its values cannot be followed here: bodies in other notations, operations in bodies.

    """

    form: int
    content: int
    keys: tuple[int, ...]
    perhaps: tuple[tuple[int, int], ...]
    grounds: tuple[int, ...]
    writes: bool
    looks: bool
    is_kept: bool
    is_unclear: bool


@dataclass(slots=True, kw_only=True)
class Reader:
    """Takes fingerprints; remembers a few words of each place."""

    _words: dict[tuple[str, ...], dict[JsonValue, None]] = field(default_factory=dict)

    def read(self, item: Exchange) -> Fingerprint:
        """Take the fingerprint of an exchange."""
        if not usable(item) or item.response is None:
            return Fingerprint(
                form=0, content=0, keys=(), perhaps=(), grounds=(), writes=False, looks=False, is_kept=True,
                is_unclear=False,
            )  # fmt: skip
        request = decode(item.request.content, item.request.headers)
        response = decode(item.response.content, item.response.headers)
        if not (_is_plain(request) and _is_plain(response)) or operation_of(item.request.headers, request).name:
            return Fingerprint(
                form=0, content=0, keys=(), perhaps=(), grounds=(), writes=False, looks=False, is_kept=True,
                is_unclear=True,
            )  # fmt: skip
        return self._of_plain(item, request, response)

    def _of_plain(self, item: Exchange, request: Payload, response: Payload) -> Fingerprint:
        assert item.response is not None
        template = template_by_form(item.request.path)
        looks = item.request.method in SAFE_METHODS
        refused = item.response.status < 300 and says_no(response.value, request.value)
        taking = _Taking(
            provider=item.edge.provider,
            entity=template.entity,
            secret=bool(item.redacted),
            refused=refused or item.response.status in _REFUSALS,
            writes=not looks and item.response.status < 300 and not refused,
            words=self._words,
            call=(str(item.edge), item.request.method, self._path(item.edge.provider, template)),
        )
        for leaf in _request_leaves(item, template, request):
            taking.take(leaf, "request")
        for segment in template.segments:
            taking.take_segment(segment or "")
        for name, value in item.request.headers:
            taking.take_header(name.lower(), value, "request")
        for name, value in item.response.headers:
            taking.take_header(name.lower(), value, "response")
        for leaf in body_leaves(response, template.entity):
            taking.take(leaf, "response")
        call = (*taking.call, item.run, item.response.status, request.media_type, response.media_type)
        form = hash((call, request.kind, response.kind, frozenset(taking.form)))
        if item.request.method != "POST" or not taking.keys:
            taking.take_path(item.request.path, item.request.query if looks else None)
        return Fingerprint(
            form=form,
            content=zlib.crc32("\n".join(taking.content).encode("utf-8", "replace")),
            keys=tuple(taking.keys),
            perhaps=tuple(taking.perhaps),
            grounds=tuple(taking.grounds),
            writes=taking.writes,
            looks=looks,
            is_kept=False,
            is_unclear=False,
        )

    def _path(self, provider: str, template: Template) -> str:
        """Write a path with its names; of a place with very many names any may be a key."""
        parts: list[str] = []
        for segment in template.segments:
            known = self._words.setdefault(("path", provider, *parts), {})
            if segment is not None and segment not in known and len(known) < _MOST_NAMES:
                known[segment] = None
            parts.append(segment if segment in known and segment is not None else "{}")
        return "/".join(parts)


def _is_plain(payload: Payload) -> bool:
    if payload.kind == "text":
        return len(payload.data) <= _LONGEST_PLAIN and not _DIGIT.search(str(payload.value))
    return payload.kind in _PLAIN_KINDS


def _request_leaves(item: Exchange, template: Template, payload: Payload) -> Iterator[Leaf]:
    named = template.names()
    for index, segment in enumerate(path_segments(item.request.path)):
        if index in template.several:
            for number, value in enumerate(keys_in(segment)):
                yield Leaf(location=f"path[{index}]|part[{number}]", value=value, name=named[index])
        elif index in named:
            yield Leaf(location=f"path[{index}]", value=typed_segment(segment), name=named[index])
    yield from query_leaves(item.request.query, template.entity)
    yield from body_leaves(payload, template.entity)


@lru_cache(maxsize=4096)
def _things(name: Name) -> tuple[str, ...]:
    """Give what a number under a name may be the id of (`treaty.normalize.references`)."""
    found = (singular(name.field), singular(name.field.rpartition("_")[2]))
    return tuple(thing for thing in dict.fromkeys(found) if thing)


@dataclass(slots=True, kw_only=True)
class _Taking:
    """One exchange while it is read."""

    provider: str
    entity: str
    secret: bool
    refused: bool
    writes: bool
    words: dict[tuple[str, ...], dict[JsonValue, None]]
    call: tuple[str, str, str]
    form: set[tuple[str, ...]] = field(default_factory=set)
    content: list[str] = field(default_factory=list)
    keys: dict[int, None] = field(default_factory=dict)
    perhaps: dict[tuple[int, int], None] = field(default_factory=dict)
    grounds: dict[int, None] = field(default_factory=dict)

    def take(self, leaf: Leaf, side: str) -> None:
        """Take a leaf of a path, a query or a body."""
        place = f"{side}.{wildcard(leaf.location)}"
        if "[" in leaf.location and leaf.location.startswith("body"):
            # Of lists it counts whether they have one member or more.
            self.form.add((place, "more" if "[1]" in leaf.location else "some"))
        value = leaf.value
        if value is None or isinstance(value, bool):
            self.form.add((place, str(value)))
            return
        shape = shape_of(value)
        if isinstance(value, str) and leaf.location.startswith("query."):
            self.take_segment(value)
        elif shape in _NAMES and leaf.location.startswith("body.$"):
            self._perhaps(("given", value), "given", value)
            self._ground("handed", value)
        if self._take_ways(leaf, shape, side) or shape in TIMES:
            self.form.add((place, shape.value))
            return
        if side == "request":
            self.content.append(f"{place} {value}")
        word = self._word(place, value) if shape is Shape.CODE else ""
        self.form.add((place, shape.value, word))

    def take_path(self, path: str, query: str | None) -> None:
        """Take an address: what was put there is what is read there."""
        self._key("path", self.provider, path.rstrip("/"), query or "")

    def take_segment(self, name: str) -> None:
        """Take a name in a path, or a text in a query, which a body may have given out, whatever its form."""
        if name and not name.isdigit():
            self._perhaps(("handed", name), "given", name)
            self._ground("given", name)

    def take_header(self, name: str, value: str, side: str) -> None:
        """Take a line of a header, its name in lower case."""
        if side == "request" and name in REQUEST_HEADERS_LEFT_OUT:
            return
        if name in {"cookie", "set-cookie"}:
            text = value if name == "cookie" else value.partition(";")[0]
            for cookie, held in cookies_of(text):
                self.form.add((side, name, cookie))
                if len(held) >= SHORTEST_COOKIE:
                    self.keys[hash(("", held))] = None
            return
        if name == "authorization":
            login, _ = basic_login(value)
            self._key("account", login) if login else self._key("", split_credentials(value)[1] or value)
            self.form.add((side, name, value.partition(" ")[0]))
            return
        if name in {"etag", "if-match", "if-none-match"}:
            self._key("tag", value)
        elif name in {"location", "content-location", "link"}:
            self._take_link(value)
        elif shape_of(value) in RARE:
            self._key("", value)
        word = "" if name in _VOLATILE else self._word(f"{side}.header.{name}", value)
        self.form.add((side, name, word))

    def _take_ways(self, leaf: Leaf, shape: Shape, side: str) -> bool:
        """Take what leads from a value to other exchanges, as `treaty.normalize.tokens` follows it.

        Returns:
            Whether the value identifies something by its form and name alone.

        """
        value = leaf.value
        if shape in RARE or (shape is Shape.EMAIL and speaks_for_itself(value)):
            self._key("", value)
            return True
        if is_identifier(leaf):
            self._take_identifier(leaf)
            return True
        if isinstance(value, str):
            self._take_text(leaf, value, shape, side)
        elif isinstance(value, int) and value:
            self._take_number(leaf, value)
        return False

    def _take_identifier(self, leaf: Leaf) -> None:
        for spelling in spellings(leaf):
            for name in names(leaf):
                self._key("id", name.entity, name.field, spelling)
        if isinstance(leaf.value, int):
            self._ground("kind", leaf.name.entity)
            self._perhaps(("number", leaf.value), "number", leaf.value)
        if leaf.location.startswith("path["):
            self._key("text", leaf.name.entity, leaf.value)
            self._ground("spoken", leaf.name.entity, leaf.value)

    def _take_number(self, leaf: Leaf, value: int) -> None:
        for thing in _things(leaf.name):
            self._perhaps(("kind", thing), "id", thing, "id", value)
        if is_role(leaf):
            self._key("number", value)
            self._ground("number", value)

    def _take_text(self, leaf: Leaf, value: str, shape: Shape, side: str) -> None:
        if shape is Shape.TIMESTAMP:
            self._perhaps(("sent", value), "", value)
            if side == "request":
                self._ground("sent", value)
            return
        if shape is Shape.URL or value.startswith("/"):
            self._take_link(value)
            self._key("", value)
        elif shape in {Shape.CODE, Shape.NUMBERED} and len(value) >= _LEAST_HANDED and _DIGIT.search(value):
            self._key("", value)
        if side == "request":
            if self.writes or self.refused:
                self._perhaps(("unique", self.provider, str(leaf.name)), "unique", str(leaf.name), value)
            if self.refused:
                self._ground("unique", self.provider, str(leaf.name))
            if leaf.name.field in LOGIN_FIELDS and self.secret:
                self._key("account", value)
        if value and leaf.name.field in LOGIN_FIELDS:
            self._perhaps(("account", value), "account", value)
        for thing in {leaf.name.entity if leaf.name.field in KEY_FIELDS else "", thing_named(leaf)} - {""}:
            self._take_name(thing, value)

    def _take_name(self, thing: str, value: str) -> None:
        """Take a text by which a thing may be called: where it is made, and where others speak of it."""
        is_own = thing == self.entity
        self._perhaps(("spoken" if is_own else "own", thing, value), "text", thing, value)
        self._ground("own" if is_own else "spoken", thing, value)

    def _take_link(self, text: str) -> None:
        before = ""
        for segment in path_segments(split_url(text.strip("<>").partition(">")[0]).path):
            value = typed_segment(segment)
            if isinstance(value, int):
                parts = words(before)
                self._key("id", singular(parts[-1]) if parts else "", "id", value)
            before = segment

    def _word(self, place: str, value: JsonValue) -> str:
        known = self.words.setdefault((*self.call, place), {})
        if value not in known and len(known) < _MOST_WORDS:
            known[value] = None
        return str(value) if value in known else ""

    def _key(self, *parts: JsonValue) -> None:
        self.keys[hash(parts)] = None
        if parts[0] == "account":
            self.grounds[hash(parts)] = None

    def _perhaps(self, ground: _Parts, *parts: JsonValue) -> None:
        self.perhaps[hash(ground), hash(parts)] = None

    def _ground(self, *parts: JsonValue) -> None:
        self.grounds[hash(parts)] = None
