"""The body of a response as a pact says it, by its kind: JSON, other structured notations, text, bytes."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.magic import signature_of
from treaty.contract.media_type import parse_media_type
from treaty.normalize.bodies import Payload
from treaty.normalize.calls import json_form, json_type
from treaty.normalize.drafts import Draft
from treaty.normalize.leaves import header, is_json
from treaty.normalize.map_promises import with_maps
from treaty.normalize.promises import Promiser
from treaty.normalize.texts import ANY_TEXT, text_promise
from treaty.normalize.tokens import Flow
from treaty.normalize.xml_promises import xml_promise

_LARGEST_EXACT: Final = 65536
"""Bytes of a body that a pact holds whole."""


@dataclass(slots=True, kw_only=True)
class BodyPromise:
    """What a pact says of a body.

    Attributes:
        body: in the form of Pact V4; None where nothing is said.
        rules: of the standard part, by path.
        causes: ours, by location.
        ours: further keys of ``comments.treaty``.

    """

    body: Mapping[str, JsonValue] | None = None
    rules: Mapping[str, JsonValue] = field(default_factory=dict)
    causes: Mapping[str, JsonValue] = field(default_factory=dict)
    ours: dict[str, JsonValue] = field(default_factory=dict)


def promise_body(members: Sequence[Draft], promiser: Promiser, flow: Flow) -> BodyPromise:
    """Decide on the body of one interaction.

    Args:
        members: its observations; the first is the example.
        promiser: decides on values.
        flow: the tokens.

    """
    example = members[0]
    payload = example.item.response_payload
    if example.item.method == "HEAD":
        return BodyPromise()
    like = [member for member in members if member.item.response_payload.kind == payload.kind]
    if payload.kind in {"json", "lines"}:
        return _json(like, promiser)
    if payload.kind == "xml":
        decided = promiser.json_body(like)
        found = xml_promise(decided, payload)
        body: dict[str, JsonValue] = {
            "contentType": payload.media_type, "encoded": False, "content": found.example,
        }  # fmt: skip
        ours: dict[str, JsonValue] = {"closed": decided.closed} if decided.closed else {}
        if found.each:
            ours["each"] = list(found.each)
        return BodyPromise(body=body, rules=found.rules, causes=found.causes, ours=ours)
    if payload.kind in {"text", "binary"} and payload.media_type:
        return _bytes(like, flow)
    return BodyPromise()


def _json(members: Sequence[Draft], promiser: Promiser) -> BodyPromise:
    """Promise JSON; of lines and events, which Pact's tools do not know, they only look that there is some text."""
    item = members[0].item
    payload = item.response_payload
    content_type = header(item.answer.headers, "Content-Type") or payload.media_type
    found = with_maps(promiser.json_body(members))
    known = parse_media_type(content_type).is_json
    ours: dict[str, JsonValue] = {"closed": found.closed} if found.closed else {}
    if payload.kind == "json":
        body = json_form(found.example, json_type(content_type))
        return BodyPromise(body=body, rules=found.rules, causes=found.causes, ours=ours)
    document: dict[str, JsonValue] = {"content": found.example}
    if found.rules:
        document["matchingRules"] = found.rules
    ours["document"] = document
    if known:
        return BodyPromise(causes=found.causes, ours=ours)
    body = {"contentType": payload.media_type, "encoded": False, "content": _notation(found.example, payload)}
    return BodyPromise(
        body=body, rules={"$": _all({"match": "regex", "regex": ANY_TEXT})}, causes=found.causes, ours=ours
    )


def _notation(value: JsonValue, payload: Payload) -> str:
    """Write an example in its notation, for stubs."""
    if payload.kind == "json" or not isinstance(value, list):
        return dumps(value)
    if payload.media_type != "text/event-stream":
        return "".join(f"{dumps(line)}\n" for line in value)
    return "".join(_event(each) for each in value if isinstance(each, Mapping))


def _event(event: Mapping[str, JsonValue]) -> str:
    lines = [f"{name}: {value if isinstance(value, str) else dumps(value)}" for name, value in event.items()]
    return "\n".join(lines) + "\n\n"


def _bytes(members: Sequence[Draft], flow: Flow) -> BodyPromise:
    """Promise a download that is what was given, a text, or what begins as its type does."""
    payload = members[0].item.response_payload
    datas = {member.item.response_payload.data for member in members}
    given = all(member.item.response_payload.data in member.sent_contents for member in members)
    if given and len(datas) == 1 and len(payload.data) <= _LARGEST_EXACT:
        return BodyPromise(body=_plain_or_base64(payload.data, payload.media_type))
    if payload.kind == "text" and _is_plain(payload.media_type):
        text = text_promise(members, flow)
        rules = {"$": _all({"match": "regex", "regex": text.regex})} if text.regex else {}
        return BodyPromise(
            body={"contentType": payload.media_type, "encoded": False, "content": text.example}, rules=rules
        )
    signature = signature_of(payload.media_type)
    if signature and all(data.startswith(signature) for data in datas):
        return BodyPromise(
            body=_base64(signature, payload.media_type),
            rules={"$": _all({"match": "contentType", "value": payload.media_type})},
        )
    return BodyPromise()


def _is_plain(media_type: str) -> bool:
    """Tell whether a text can be written down as it is: no XML, and nothing that only claims to be JSON."""
    return not media_type.endswith("xml") and not is_json(media_type)


def _plain_or_base64(data: bytes, media_type: str) -> Mapping[str, JsonValue]:
    if parse_media_type(media_type).is_text and not re.search(rb"[^\t\r\n -~]", data):
        return {"contentType": media_type, "encoded": False, "content": data.decode()}
    return _base64(data, media_type)


def _base64(data: bytes, media_type: str) -> Mapping[str, JsonValue]:
    return {"contentType": media_type, "encoded": "base64", "content": base64.b64encode(data).decode("ascii")}


def _all(matcher: dict[str, JsonValue]) -> JsonValue:
    return {"combine": "AND", "matchers": [matcher]}
