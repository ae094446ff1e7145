"""The faults that only change what an answer looks like, as pure functions on replies.

They are applied after a service has done everything right, so the services stay free of them.
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from email.utils import format_datetime
from types import MappingProxyType
from typing import Final, TypeAlias

from treaty_shop.platform.clock import from_wire
from treaty_shop.platform.faults import Faults
from treaty_shop.platform.json_text import Json

_CLIENT_ERRORS: Final = range(400, 500)
_BUSINESS_ERRORS: Final = frozenset({409, 422})
_ZERO_TIME: Final = "0001-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer of one endpoint (the name of its view), before it is written."""

    endpoint: str
    status: int
    body: Json
    media_type: str = "application/json"


Alteration: TypeAlias = Callable[[Reply], Reply]


def _each_object(body: Json, change: Callable[[dict[str, Json]], dict[str, Json]]) -> Json:
    """Change a single resource, or each resource of a list."""
    if isinstance(body, list):
        return [_each_object(element, change) for element in body]
    if not isinstance(body, dict):
        return body
    if set(body) == {"data"}:
        return {"data": _each_object(body["data"], change)}
    return change(body)


def _on_resources(change: Callable[[dict[str, Json]], dict[str, Json]]) -> Alteration:
    def alter(reply: Reply) -> Reply:
        if reply.status >= _CLIENT_ERRORS.start:
            return reply
        return replace(reply, body=_each_object(reply.body, change))

    return alter


def _with(name: str, change: Callable[[Json], Json]) -> Callable[[dict[str, Json]], dict[str, Json]]:
    def altered(resource: dict[str, Json]) -> dict[str, Json]:
        return {key: change(value) if key == name else value for key, value in resource.items()}

    return altered


def _renamed(old: str, new: str) -> Callable[[dict[str, Json]], dict[str, Json]]:
    return lambda resource: {new if key == old else key: value for key, value in resource.items()}


def _without(name: str) -> Callable[[dict[str, Json]], dict[str, Json]]:
    return lambda resource: {key: value for key, value in resource.items() if key != name}


def _as_string(value: Json) -> Json:
    return str(value) if isinstance(value, Decimal) else value


def _capitalised(value: Json) -> Json:
    return value.capitalize() if isinstance(value, str) else value


def _zero_time(value: Json) -> Json:
    return _ZERO_TIME if value is None else value


def _bit_pattern(value: Json) -> Json:
    if not isinstance(value, Decimal):
        return value
    pattern: int = struct.unpack(">q", struct.pack(">d", float(value)))[0]
    return pattern


def _http_date(value: Json) -> Json:
    if not isinstance(value, str):
        return value
    instant: datetime = from_wire(value)
    return format_datetime(instant, usegmt=True)


def _business_errors_break(reply: Reply) -> Reply:
    return replace(reply, status=500) if reply.status in _BUSINESS_ERRORS else reply


def _unknown_breaks(reply: Reply) -> Reply:
    if reply.status != 404:
        return reply
    return replace(reply, status=500, body={"error": "internal_error", "message": "record not found"})


def _errors_succeed(reply: Reply) -> Reply:
    if reply.status not in _CLIENT_ERRORS or not isinstance(reply.body, dict):
        return reply
    body: Json = {"errno": 1, "message": reply.body.get("message"), "data": None}
    return replace(reply, status=200, body=body)


def _envelopes_swapped(reply: Reply) -> Reply:
    if reply.endpoint == "read_order" and reply.status == 200:
        return replace(reply, body={"data": reply.body})
    if reply.endpoint == "list_orders" and isinstance(reply.body, dict) and "data" in reply.body:
        return replace(reply, body=reply.body["data"])
    return reply


def _list_refused(reply: Reply) -> Reply:
    if reply.endpoint != "list_orders":
        return reply
    body: Json = {"error": "method_not_allowed", "message": "GET is not allowed here"}
    return replace(reply, status=405, body=body)


def _empty_is_null(reply: Reply) -> Reply:
    return replace(reply, body={"data": None}) if reply.body == {"data": []} else reply


def _as_text(reply: Reply) -> Reply:
    return replace(reply, media_type="text/plain; charset=utf-8")


def _own_forms(reply: Reply) -> Reply:
    if reply.endpoint != "read_payment":
        return reply
    once = _on_resources(_with("amount", _as_string))(reply)
    return _on_resources(_with("created_at", _http_date))(once)


_ALTERATIONS: Final[Mapping[str, Alteration]] = MappingProxyType(
    {
        "S0-4": _business_errors_break,
        "S0-4b": _business_errors_break,
        "S0-4c": _business_errors_break,
        "S0-5": _envelopes_swapped,
        "S1-7": _on_resources(_renamed("total_amount", "total")),
        "S1-7b": _on_resources(_without("email")),
        "S2-1": _errors_succeed,
        "S3-6": _on_resources(_with("amount", _as_string)),
        "S3-7": _on_resources(_with("status", _capitalised)),
        "S4-1": _list_refused,
        "S4-2": _as_text,
        "S4-3": _unknown_breaks,
        "S4-9": _empty_is_null,
        "R0-4": _own_forms,
        "K6": _on_resources(_with("paid_at", _zero_time)),
        "K7": _on_resources(_with("total_amount", _bit_pattern)),
    }
)


def alter(faults: Faults, reply: Reply) -> Reply:
    """Return the reply as the faults that are on would have it."""
    for id_ in faults:
        if id_ in _ALTERATIONS:
            reply = _ALTERATIONS[id_](reply)
    return reply
