"""Telling whether a request is the example of an interaction itself."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonInvalid, JsonValue
from treaty.contract.model import BodyState, QueryMap, Request
from treaty.contract.path import parse_path
from treaty_stubs.message import NOT_JSON, NotJson, Received, segments_of
from treaty_stubs.select.leaves import header_token, json_leaves, read_place
from treaty_stubs.select.rules import may_be_absent

_NO_QUERY: Final[QueryMap] = {}
_SHORT: Final = 64

_IsBody: TypeAlias = Callable[["Example", Received], bool]


class Example:
    """The example of one interaction, apart from headers that do not matter.

    What the examples of one endpoint have in common they share, and a JSON body is first looked at where the rules
    leave it open, so that most requests are told from most examples by a single value.

    Args:
        request: the promise.

    Attributes:
        data: the body.
        document: the body read as JSON, where it is JSON.
        open: a place of the JSON body that the rules leave open, and the text there; None when there is none.

    """

    __slots__ = ("_headers", "_is_body", "_path", "_query", "data", "document", "open")

    def __init__(self, request: Request) -> None:
        self._path = sys.intern(request.path)
        self._query = dict(request.query) if request.query else _NO_QUERY
        self._headers = tuple(
            (name.lower(), header_token(", ".join(values)))
            for name, values in request.headers.items()
            if name.lower() != "content-type" and not may_be_absent(request, name)
        )
        self.data = request.body.data
        self.document: JsonValue | NotJson = NOT_JSON
        self.open: tuple[tuple[str | int, ...], JsonValue] | None = None
        self._is_body = self._choose(request)

    def __call__(self, received: Received) -> bool:
        """Tell whether a request is the example."""
        if self._path != received.path and segments_of(self._path) != received.segments:
            return False
        query = self._query
        if (query or "?" in received.target) and query != received.query:
            return False
        for name, token in self._headers:
            value = received.header(name)
            if value is None or header_token(value) != token:
                return False
        return self._is_body(self, received)

    def _choose(self, request: Request) -> _IsBody:
        state = request.body.state
        if state is BodyState.ABSENT:
            return _any_body
        if state is BodyState.NULL:
            return _null_body
        if state is not BodyState.PRESENT:
            return _no_body
        if not request.media_type().is_json:
            return _same_bytes
        try:
            document = request.body.json()
        except JsonInvalid:
            return _same_bytes
        self.document = Received(method="", target="/", body=self.data).json
        loose = [parse_path(text) for text in request.rules.body]
        for place, value in json_leaves(document):
            if isinstance(value, str) and len(value) <= _SHORT and any(path.weight(place) for path in loose):
                self.open = (place, sys.intern(value))
                break
        return _same_json


def _any_body(_example: Example, _received: Received) -> bool:
    return True


def _null_body(_example: Example, received: Received) -> bool:
    return not received.body or received.json is None


def _no_body(_example: Example, received: Received) -> bool:
    return not received.body


def _same_bytes(example: Example, received: Received) -> bool:
    return example.data == received.body


def _same_json(example: Example, received: Received) -> bool:
    came = received.json
    if example.open is not None:
        place, value = example.open
        if read_place(came, place) != value:
            return False
    return example.data == received.body or (came is not NOT_JSON and bool(came == example.document))
