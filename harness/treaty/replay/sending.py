"""The request of a recorded call as it is sent again: its bytes, with what is another value in this replay."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import quote, urlencode

from treaty.contract.json_value import JsonValue, dumps
from treaty.normalize.calls import as_carried, path_of
from treaty.normalize.leaves import Leaf, rewritten
from treaty.normalize.observations import LOGIN, basic_login
from treaty.normalize.shapes import TIMES, shape_of
from treaty.replay.binding import Bindings
from treaty.replay.script import Scene
from treaty.session.exchange import Headers
from treaty.verify.calls import Answer, Call

_BY_THE_WAY: Final = frozenset({"host", "connection", "keep-alive", "proxy-connection", "proxy-authorization", "te"})
_FRAMING: Final = frozenset({"transfer-encoding", "content-length", "content-encoding", "accept-encoding", "expect"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A call with the values of its leaves.

    Attributes:
        call: what is sent.
        written: the values of the request's leaves, by location.

    """

    call: Call
    written: Mapping[str, JsonValue]


@dataclass(slots=True, kw_only=True)
class Sender:
    """Writes requests.

    Args:
        bindings: the values of the replay.
        secrets: values for headers and fields, by their name in lower case.
        recorded: whether the replay is recorded. Then secrets that the consumer chose are others of their form: no
            secret is its own stand-in, so the recorder would give those of the session new ones.

    """

    bindings: Bindings
    secrets: Mapping[str, str] = field(default_factory=dict)
    recorded: bool = False
    _cookies: dict[tuple[str, str], str] = field(default_factory=dict)
    _chosen: dict[str, str] = field(default_factory=dict)

    def request(self, scene: Scene, now: datetime) -> Sent:
        """Write the request of a scene.

        Raises:
            Unbound: when it needs a value that this replay was not given.

        """
        item, request = scene.item, scene.exchange.request
        written = {leaf.location: self._value(leaf, scene, now) for leaf in item.request if leaf.location != LOGIN}
        changed = {leaf.location for leaf in item.request if written.get(leaf.location, leaf.value) != leaf.value}
        path = path_of(item, written) if any(each.startswith("path[") for each in changed) else request.path
        query = request.query
        if any(each.startswith("query.") for each in changed):
            query = _query(item.request, written)
        target = path if query is None else f"{path}?{query}"
        body = self._body(scene, written) if any(each.startswith("body") for each in changed) else request.content.data
        headers = tuple(self._headers(scene, written))
        return Sent(call=Call(method=item.method, target=target, headers=headers, body=body or None), written=written)

    def answered(self, scene: Scene, answer: Answer) -> None:
        """Take the cookies of an answer."""
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                for cookie, morsel in _cookies(value).items():
                    self._cookies[scene.item.edge.provider, cookie] = morsel

    def _value(self, leaf: Leaf, scene: Scene, now: datetime) -> JsonValue:
        item = scene.item
        secret = self.secrets.get(_last_name(leaf.location))
        if secret is not None and item.is_secret("request", leaf.location):
            return as_carried(leaf, secret)
        token = self.bindings.flow.at(item.number, f"request.{leaf.location}")
        if token is not None and not token.is_of_the_clock:
            value = self.bindings.value_of(token)
            # Outside bodies everything is text.
            spelled = value if leaf.location.startswith("body") or leaf.value == value else _spelled(value, leaf.value)
            return as_carried(leaf, spelled)
        if item.is_secret("request", leaf.location):
            return self._stand_in(leaf)
        if shape_of(leaf.value, at=item.started) in TIMES:
            return self.bindings.time(leaf, item, now)
        return self.bindings.text(leaf.value) if isinstance(leaf.value, str) else leaf.value

    def _stand_in(self, leaf: Leaf) -> JsonValue:
        value = leaf.value
        if not self.recorded or not isinstance(value, str):
            return value
        if leaf.location.startswith("header."):
            login, password = basic_login(value)
            return _basic(login, self._chosen[password]) if password in self._chosen else value
        # Digits alone may have a check sum, and what has dots is a token of several parts.
        if any(character.isalpha() for character in value) and "." not in value and value not in self._chosen:
            self._chosen[value] = str(self.bindings.minter.mint("string", value))
        return self._chosen.get(value, value)

    def _headers(self, scene: Scene, written: Mapping[str, JsonValue]) -> Headers:
        found = []
        for name, value in scene.exchange.request.headers:
            lower = name.lower()
            if lower in _BY_THE_WAY or lower in _FRAMING or name.startswith(":"):
                continue
            if lower == "cookie":
                found.append((name, self._cookie(scene, value)))
            else:
                found.append((name, str(written.get(f"header.{name}", value))))
        return tuple(found)

    def _cookie(self, scene: Scene, value: str) -> str:
        parts = []
        for part in value.split(";"):
            name, equals, recorded = part.strip().partition("=")
            known = self._cookies.get((scene.item.edge.provider, name))
            parts.append(f"{name}={recorded if known is None else known}" if equals else name)
        return "; ".join(parts)

    def _body(self, scene: Scene, written: Mapping[str, JsonValue]) -> bytes:
        payload = scene.item.request_payload
        if payload.kind == "json":
            return dumps(rewritten(payload.value, "body.$", written)).encode()
        if payload.kind == "form" and isinstance(payload.value, Mapping):
            pairs = [
                (str(leaf.name_in_form), str(written.get(leaf.location, leaf.value))) for leaf in _form_leaves(scene)
            ]
            return urlencode(pairs).encode()
        return str(written.get("body", payload.value)).encode()


@dataclass(frozen=True, slots=True)
class _FormLeaf:
    name_in_form: str
    location: str
    value: JsonValue


def _form_leaves(scene: Scene) -> list[_FormLeaf]:
    payload = scene.item.request_payload.value
    assert isinstance(payload, Mapping)
    leaves = iter([leaf for leaf in scene.item.request if leaf.location.startswith("body.$")])
    return [
        _FormLeaf(name, leaf.location, leaf.value)
        for name, values in payload.items()
        for _, leaf in zip(values if isinstance(values, list) else [values], leaves, strict=False)
    ]


def _query(leaves: tuple[Leaf, ...], written: Mapping[str, JsonValue]) -> str:
    parts = []
    for leaf in leaves:
        if leaf.location.startswith("query."):
            name = quote(leaf.location[len("query.") : leaf.location.rindex("[")], safe="")
            value = written[leaf.location]
            parts.append(name if value is None else f"{name}={quote(str(value), safe='')}")
    return "&".join(parts)


def _spelled(value: JsonValue, recorded: JsonValue) -> JsonValue:
    return str(value) if isinstance(recorded, str) else value


def _last_name(location: str) -> str:
    """Give the name of a header, a parameter or a field: ``authorization``, ``api_key``, ``password``."""
    name = location.rpartition("[")[0] if location.endswith("]") and not location.endswith("']") else location
    return name.removesuffix("']").rpartition(".")[2].rpartition("['")[2].lower()


def _basic(login: str, password: str) -> str:
    """Write credentials as RFC 7617 does."""
    return "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode("ascii")


def _cookies(line: str) -> dict[str, str]:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(line)
    except CookieError:
        return {}
    return {name: morsel.coded_value for name, morsel in jar.items()}
