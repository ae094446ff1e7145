"""Harmful changes around a body: status, media type, headers, encoding; and of bodies that are no JSON."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.contract.model import BodyState, header_value
from treaty.normalize.shapes import Shape, shape_of
from treaty.normalize.texts import ANY_EXAMPLE
from treaty.strength.change import Change, Harm
from treaty.strength.places import shown
from treaty.strength.reply import BodyKind, Case, Reply
from treaty.strength.subject import Subject

_NEIGHBOURS: Final[Mapping[int, int]] = {200: 201, 201: 200, 202: 200, 204: 200, 400: 422, 401: 403, 403: 401}
_CLASSES: Final = (200, 302, 404, 500)
_STATUS: Final = "clients decide by the status"
_MEDIA_TYPE: Final = "clients choose a parser by it"
_HEADER: Final = "the recorded answer had it"
_BODY: Final = "the recorded answer had one"
_CONSTANT: Final = "every recorded answer had this value"
_PAGE: Final = b"<!DOCTYPE html><html><body>An error page</body></html>"
_SHORTEST_ID: Final = 4


def envelope_changes(subject: Subject, case: Case, constant: Collection[str] = ()) -> Iterator[Change]:
    """Give the harmful changes of everything but a JSON body.

    Args:
        subject: the interaction.
        case: its healthy reply.
        constant: names, in lower case, of headers of which the value never changes.

    """
    yield from _statuses(case)
    if case.reply.header("content-type") is not None and case.reply.kind is not BodyKind.NONE:
        yield from _media_types(case, is_promised=bool(header_value(subject.contract.response.headers, "content-type")))
    for name in sorted({name.lower() for name, _ in case.reply.headers} - {"content-type"}):
        yield from _header(case, name)
    for name in sorted(constant):
        before = case.reply.header(name) or ""
        changed = case.reply.with_header(name, "something-else")
        yield _made(case, Harm.HEADER, f"header.{name.title()}", changed, before, "something-else", _CONSTANT)
    if case.reply.kind is BodyKind.JSON:
        turned = case.reply.with_bytes(case.reply.text.encode("utf-16"))
        yield _made(case, Harm.ENCODING, "body", turned, "in UTF-8", "in UTF-16", "JSON is sent in UTF-8 (RFC 8259)")
    elif case.reply.kind is BodyKind.TEXT:
        yield from _text(case, is_told=subject.is_told)
    elif case.reply.kind is BodyKind.NONE and _had_body(subject):
        other = case.reply.with_bytes(b"anything")
        yield _made(case, Harm.ANYTHING, "body", other, "unknown", "anything", "its media type says that there was one")


def _had_body(subject: Subject) -> bool:
    """Tell whether an answer of which the pact has no body had one: it says what type it was of."""
    response = subject.contract.response
    declares = bool(header_value(response.headers, "content-type"))
    can = subject.contract.request.method != "HEAD" and response.status not in {204, 205, 304}
    return declares and can and response.body.state is BodyState.ABSENT


def _statuses(case: Case) -> Iterator[Change]:
    """Change to the neighbour that is mistaken for it, and to one of each class."""
    status = case.reply.status
    neighbour = _NEIGHBOURS.get(status, 400 if 400 < status < 500 else status + 1)
    for other in dict.fromkeys((neighbour, *_CLASSES)):
        if other != status:
            changed = replace(case.reply, status=other)
            yield _made(case, Harm.STATUS, "status", changed, str(status), str(other), _STATUS)


def _media_types(case: Case, *, is_promised: bool) -> Iterator[Change]:
    reply = case.reply
    before = reply.header("content-type") or ""
    other = "text/html" if "html" not in before else "application/json"
    place = "header.Content-Type"
    yield _made(case, Harm.MEDIA_TYPE, place, reply.with_header("Content-Type", other), before, other, _MEDIA_TYPE)
    page = reply.with_bytes(_PAGE).with_header("Content-Type", "text/html")
    if reply.body != _PAGE and "html" not in before:
        yield _made(case, Harm.MEDIA_TYPE, place, page, before, "text/html, and a page", _MEDIA_TYPE)
    if is_promised:
        gone = reply.with_header("Content-Type", None)
        yield _made(case, Harm.HEADER_GONE, place, gone, before, "absent", _MEDIA_TYPE)


def _header(case: Case, name: str) -> Iterator[Change]:
    reply = case.reply
    before = reply.header(name) or ""
    place = f"header.{name.title()}"
    yield _made(case, Harm.HEADER_GONE, place, reply.with_header(name, None), before, "absent", _HEADER)
    if name in {"location", "content-location"}:
        elsewhere = "/elsewhere"
        yield _made(case, Harm.HEADER, place, reply.with_header(name, elsewhere), before, elsewhere, _HEADER)
        yield from _other_ids(case, name, place, before)
    elif name == "www-authenticate":
        other = "Digest" if not before.lower().startswith("digest") else "Basic"
        yield _made(case, Harm.HEADER, place, reply.with_header(name, other), before, other, _HEADER)


def _other_ids(case: Case, name: str, place: str, before: str) -> Iterator[Change]:
    """Lead to another resource than the one that the set-up or this answer names."""
    known = case.texts() | set(_ids(case.reply.document))
    for text in sorted(known, key=len, reverse=True):
        if len(text) >= _SHORTEST_ID and re.search(rf"(?<![A-Za-z0-9]){re.escape(text)}(?![A-Za-z0-9])", before):
            after = before.replace(text, text[:-1] + ("1" if text[-1] != "1" else "2"))
            because = f"{text} is the id of what it leads to"
            yield _made(case, Harm.OTHER_ID, place, case.reply.with_header(name, after), before, after, because)
            return


def _ids(document: JsonValue) -> Iterator[str]:
    if isinstance(document, Mapping):
        for key in ("id", "uuid", "_id"):
            if isinstance(document.get(key), (int, str)) and not isinstance(document.get(key), bool):
                yield str(document[key])


def _text(case: Case, *, is_told: bool) -> Iterator[Change]:
    reply = case.reply
    text = reply.text
    yield _made(case, Harm.BODILESS, "body", reply.with_bytes(b""), shown(text), "no byte", _BODY)
    if shape_of(text) is Shape.CODE and not (is_told and text == ANY_EXAMPLE):
        changed = reply.with_text(b"something_else")
        yield _made(case, Harm.WORD, "body", changed, shown(text), "something_else", "it is a code word")


def _made(case: Case, kind: Harm, place: str, reply: Reply, before: str, after: str, because: str) -> Change:
    return Change(
        kind=kind, location=place, before=before, after=after, because=because, case=replace(case, reply=reply)
    )
