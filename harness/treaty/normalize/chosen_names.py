"""Names at the end of paths that a consumer chose: told by methods, by answers, and by their siblings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Final

from treaty.normalize.leaves import header, split_url
from treaty.session.exchange import CapturedResponse, Exchange

MAKING_COLLECTIONS: Final = frozenset({"MKCOL", "MKCALENDAR"})
"""Methods of WebDAV and CalDAV whose last path segment is a name that the consumer chose (RFC 4918, RFC 4791)."""

CREATING_METHODS: Final = MAKING_COLLECTIONS | {"PUT"}
_OTHER_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"})
_FILE_NAME: Final = re.compile(r"[^/]+\.[A-Za-z][A-Za-z0-9]{1,4}")


def chosen_names(exchanges: Sequence[Exchange]) -> Iterator[tuple[str, str]]:
    """Give every provider with the paths whose last segment is a name that a consumer chose.

    A PUT that was answered with 201 made what lies there (RFC 9110 section 9.3.4). That its last segment is a name, and
    no part of the template, is told by one more that was made beside it, or by its being the name of a file.
    """
    made: dict[tuple[str, str], set[str]] = {}
    for item in exchanges:
        if _made_there(item):
            parent, _, name = item.request.path.rstrip("/").rpartition("/")
            made.setdefault((item.edge.provider, parent), set()).add(name)
    for item in exchanges:
        if item.response is None:
            continue
        parent, _, name = item.request.path.rstrip("/").rpartition("/")
        siblings = made.get((item.edge.provider, parent), set())
        if _is_named_by(item.request.method, item.request.path, item.response) or (
            name in siblings and (len(siblings) > 1 or _FILE_NAME.fullmatch(name))
        ):
            yield item.edge.provider, item.request.path


def _made_there(item: Exchange) -> bool:
    created = item.response is not None and item.response.status == HTTPStatus.CREATED
    return created and makes_at_its_path(item.request.method)


def _is_named_by(method: str, path: str, answer: CapturedResponse) -> bool:
    """Tell whether the last segment of a path is a name that a consumer chose, from the method or the answer."""
    if method in MAKING_COLLECTIONS:
        return answer.status < 300
    return makes_at_its_path(method) and is_own_place(answer, path)


def makes_at_its_path(method: str) -> bool:
    """Tell whether what a method makes lies at the path it is sent to: PUT, and methods that no standard knows."""
    return method in CREATING_METHODS or method not in _OTHER_METHODS


def given_names(exchanges: Sequence[Exchange]) -> Iterator[tuple[str, str]]:
    """Give every provider with the paths whose last segment is the name that it gave to what a POST made there.

    Such an answer leads right below the path that was asked for. A mere word counts only beside another one: what is
    called ``current`` is called so each time.
    """
    found: dict[tuple[str, str], dict[str, int]] = {}
    for item in exchanges:
        place = header(item.response.headers, "Location") if item.response is not None else None
        if item.response is None or place is None or item.request.method != "POST" or item.response.status >= 400:
            continue
        parent, _, name = split_url(place).path.rstrip("/").rpartition("/")
        if name and parent == item.request.path.rstrip("/") != "":
            names = found.setdefault((item.edge.provider, parent), {})
            names[name] = names.get(name, 0) + 1
    for (provider, parent), names in found.items():
        for name, count in names.items():
            if count == 1 and (len(names) > 1 or re.search(r"[^a-z_-]", name)):
                yield provider, f"{parent}/{name}"


def is_own_place(answer: CapturedResponse, path: str) -> bool:
    """Tell whether a success says that something new lies at the path it was asked for (RFC 9110 section 10.2.2)."""
    place = header(answer.headers, "Location")
    return answer.status < 300 and place is not None and split_url(place).path.rstrip("/") == path.rstrip("/") != ""


def never_found(exchanges: Sequence[Exchange]) -> set[tuple[str, str]]:
    """Give every provider with the paths that were answered with 404 and never with success."""
    answers: dict[tuple[str, str], set[int]] = {}
    for item in exchanges:
        assert item.response is not None
        answers.setdefault((item.edge.provider, item.request.path), set()).add(item.response.status)
    return {
        path for path, seen in answers.items() if HTTPStatus.NOT_FOUND in seen and not any(code < 300 for code in seen)
    }
