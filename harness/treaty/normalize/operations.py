"""What a call asks for where method and path do not say it: GraphQL, JSON-RPC, SOAP, targets in a header, actions.

Such calls all go to one address. Their operation says what they are about and whether they only read; the values that
paths have elsewhere are in their bodies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.normalize.bodies import Payload, body_leaves
from treaty.normalize.leaves import Leaf, json_leaves
from treaty.normalize.names import Name, leaf_name, singular, words
from treaty.normalize.xml_bodies import local
from treaty.session.exchange import Headers

_READING: Final = frozenset(
    {"get", "list", "read", "find", "fetch", "describe", "search", "count", "scan", "query", "lookup", "show", "exists"}
)
_CHANGING: Final = frozenset(
    {"add", "create", "make", "new", "put", "set", "update", "edit", "change", "rename", "move", "delete", "remove"}
    | {"insert", "save", "store", "send", "post", "start", "stop", "cancel", "close", "open", "register", "upsert"}
)
_TELLING: Final = ("method", "do", "action", "op", "operation", "command", "cmd", "procedure", "function", "rpc")
"""Members of a body in which protocols of one's own say what is asked for."""
_DOTTED: Final = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)+")
_IDENTIFIER: Final = re.compile(r"[A-Za-z]\w*")
_AROUND: Final = frozenset({"by", "all", "batch", "mutation", "with", "for", "of", "from", "to", "request"})
_DEFINITION: Final = re.compile(r"\b(query|mutation|subscription)\b\s*(\w*)")
_FIELD: Final = re.compile(r"(\w+)\s*\(([^()]*)\)")
_ARGUMENT: Final = re.compile(r"(\w+)\s*:\s*\$(\w+)")
_NAMED: Final = re.compile(r"([a-z0-9]+)_names?")
_OF_PEOPLE: Final = frozenset({"first", "last", "given", "family", "middle", "full", "display", "short", "long"})
_CALL: Final = Name(entity="call", field="id")
"""What a JSON-RPC call is called by: a number of the connection, of nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation.

    Attributes:
        name: empty where method and path say what is asked for.
        reads: whether it says that it changes nothing.
        entity: what it is about; empty when it does not say.
        variables: of GraphQL, what each is.
        calls: of several calls at once, what each is about.

    """

    name: str = ""
    reads: bool = False
    entity: str = ""
    variables: Mapping[str, Name] = field(default_factory=dict)
    calls: Sequence[str] = ()


NO_OPERATION: Final = Operation()


def operation_of(headers: Headers, payload: Payload) -> Operation:
    """Find the operation of a request (DESIGN 4.9): in a header, or by the protocol of its body."""
    for wanted in ("soapaction", "x-amz-target"):
        target = next((text.strip('"') for key, text in headers if key.lower() == wanted), "")
        if target:
            return replace(_named(target.rpartition(".")[2]), name=target)
    value = payload.value
    if payload.kind == "xml" and isinstance(value, Mapping):
        return _in_envelope(value)
    if payload.kind == "form" and isinstance(value, Mapping) and isinstance(actions := value.get("Action"), list):
        return _named(str(actions[0]))
    if payload.kind != "json":
        return NO_OPERATION
    if isinstance(value, Mapping):
        if "jsonrpc" in value:
            return _named(str(value.get("method", "")))
        if isinstance(value.get("query"), str) and ("operationName" in value or "{" in str(value["query"])):
            return _graph(str(value["query"]), str(value.get("operationName") or ""))
        return _told_by_a_member(value)
    if isinstance(value, list) and value and all(isinstance(each, Mapping) and "jsonrpc" in each for each in value):
        calls = [_named(str(each.get("method", ""))) for each in value if isinstance(each, Mapping)]
        return Operation(
            name=", ".join(call.name for call in calls),
            reads=all(call.reads for call in calls),
            calls=tuple(call.entity for call in calls),
        )
    return NO_OPERATION


def _told_by_a_member(value: Mapping[str, JsonValue]) -> Operation:
    """Read an operation of a protocol of one's own: ``{"do": "account.open"}``, ``{"action": "close_account"}``.

    A ``method`` is as often one of paying or shipping: there only a name with its thing before a dot counts.
    """
    for key in _TELLING:
        name = value.get(key)
        if isinstance(name, str) and (_DOTTED.fullmatch(name) or (key != "method" and _says_what_to_do(name))):
            return _named(name)
    return NO_OPERATION


def _says_what_to_do(name: str) -> bool:
    """Tell whether a name is a verb with its thing: ``createUser``, ``user_create``."""
    parts = words(name) if _IDENTIFIER.fullmatch(name) else ()
    return len(parts) > 1 and bool({parts[0], parts[-1]} & (_READING | _CHANGING))


def _named(name: str) -> Operation:
    parts = words(re.split(r"[/#:]", name.rstrip("/"))[-1])
    if _DOTTED.fullmatch(name) and len(words(name.rpartition(".")[2])) == 1:
        # What stands before the dot is what it is done to: of "hold.place" a hold.
        verb, parts_of_thing = parts[-1], [part for part in parts[:-1] if not part.isdigit()]
        return Operation(
            name=name, reads=verb in _READING, entity=singular(parts_of_thing[-1]) if parts_of_thing else ""
        )
    nouns = [part for part in parts if part not in _READING | _CHANGING | _AROUND and not part.isdigit()]
    return Operation(
        name=name,
        reads=bool(_READING.intersection(parts)) and not _CHANGING.intersection(parts),
        entity=singular(nouns[-1]) if nouns else "",
    )


def _in_envelope(tree: Mapping[str, JsonValue]) -> Operation:
    """Read the operation of an envelope (SOAP) or a ``methodCall`` (XML-RPC)."""
    for name, root in tree.items():
        if not isinstance(root, Mapping):
            continue
        if local(name) == "Envelope":
            body = next((child for key, child in root.items() if local(key) == "Body"), None)
            if isinstance(body, Mapping) and body:
                return _named(local(next(iter(body))))
        if name == "methodCall" and isinstance(method := root.get("methodName"), Mapping):
            return _named(str(method.get("#text", "")))
    return NO_OPERATION


def _graph(document: str, name: str) -> Operation:
    found = [(kind, called) for kind, called in _DEFINITION.findall(document) if not name or called == name]
    kind, called = found[0] if found else ("query", "")
    variables = {
        variable: leaf_name(argument, _named(around).entity)
        for around, arguments in _FIELD.findall(document)
        for argument, variable in _ARGUMENT.findall(arguments)
    }
    first = re.search(r"\{\s*(?:\w+\s*:\s*)?(\w+)", document)
    named = _named(name or called or (first[1] if first else ""))
    return replace(named, reads=kind == "query", variables=variables)


def leaves_of(payload: Payload, operation: Operation, entity: str) -> Iterator[Leaf]:
    """Walk the leaves of a body, named by what its operation is about.

    Args:
        payload: of a request or its answer.
        operation: of the request.
        entity: what the endpoint is about.

    """
    if operation.calls and isinstance(payload.value, list) and len(payload.value) == len(operation.calls):
        for index, (call, about) in enumerate(zip(payload.value, operation.calls, strict=True)):
            place, around = f"body.$[{index}]", about or entity
            for leaf in json_leaves(call, place, Name(entity=around, field=""), around):
                yield replace(leaf, name=_CALL) if leaf.location == f"{place}.id" else leaf
        return
    is_call = isinstance(payload.value, Mapping) and "jsonrpc" in payload.value
    for leaf in body_leaves(payload, operation.entity or entity):
        variable = re.fullmatch(r"body\.\$\.variables\.(\w+)", leaf.location)
        if is_call and leaf.location == "body.$.id":
            yield replace(leaf, name=_CALL)
        elif variable and variable[1] in operation.variables:
            yield replace(leaf, name=operation.variables[variable[1]])
        else:
            yield of_the_thing(leaf) if operation.name else leaf


def of_the_thing(leaf: Leaf) -> Leaf:
    """Call ``TableName`` the name of a table, whatever the object around it is about; so each of ``TableNames``."""
    found = _NAMED.fullmatch(leaf.name.field)
    if found is None or found[1] in _OF_PEOPLE:
        return leaf
    return replace(leaf, name=Name(entity=found[1], field="name"))
