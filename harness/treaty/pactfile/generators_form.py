"""How generators are written in a Pact file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from treaty.contract import generators as kinds
from treaty.contract.generators import Generator, Generators
from treaty.contract.json_value import JsonValue
from treaty.pactfile.node import Node, closest

_SINGLE: Final = ("method", "path", "status")
_MAPS: Final = ("query", "header", "body", "metadata")


def read_generators(node: Node | None, *, plugins: bool) -> Generators:
    """Read ``generators`` of a request, response or message; category ``content`` of a message means its body."""
    if node is None or node.value is None:
        return kinds.NO_GENERATORS
    single: dict[str, Generator | None] = {}
    maps: dict[str, Mapping[str, Generator]] = {}
    unknown: dict[str, JsonValue] = {}
    for category, part in node.members():
        name = {"content": "body", "contents": "body", "headers": "header"}.get(category, category)
        if name in _SINGLE:
            single[name] = _read_single(part, plugins=plugins)
        elif name in _MAPS:
            maps[name] = {key: read_generator(value, plugins=plugins) for key, value in part.members()}
        else:
            unknown[category] = part.value
    return Generators(
        method=single.get("method"),
        path=single.get("path"),
        status=single.get("status"),
        query=maps.get("query", {}),
        header=maps.get("header", {}),
        body=maps.get("body", {}),
        metadata=maps.get("metadata", {}),
        unknown=unknown,
    )


def _read_single(node: Node, *, plugins: bool) -> Generator | None:
    """Read a category of one value; some tools write it as a map with an empty key."""
    if "type" in node.object():
        return read_generator(node, plugins=plugins)
    for _, value in node.members():
        return read_generator(value, plugins=plugins)
    return None


def read_generator(node: Node, *, plugins: bool) -> Generator:
    """Read one generator; one that we do not know is a fault, unless plugins may know it."""
    kind = node.need("type", "the kind of generator").text()
    reader = _READERS.get(kind)
    if reader is not None:
        return reader(node)
    if plugins:
        return kinds.PluginGenerator(kind=kind, unknown=node.others("type"))
    near = closest(kind, _READERS)
    raise Node(kind, (*node.tokens, "type")).fault(
        f"{kind!r} is not a generator of Pact", f"did you mean {near!r}?" if near else ""
    )


def _random_int(node: Node) -> Generator:
    return kinds.RandomInt(
        minimum=_whole(node, "min", 0), maximum=_whole(node, "max", 10), unknown=node.others("type", "min", "max")
    )


def _random_decimal(node: Node) -> Generator:
    return kinds.RandomDecimal(digits=_whole(node, "digits", 10), unknown=node.others("type", "digits"))


def _random_hexadecimal(node: Node) -> Generator:
    return kinds.RandomHexadecimal(digits=_whole(node, "digits", 10), unknown=node.others("type", "digits"))


def _random_string(node: Node) -> Generator:
    return kinds.RandomString(size=_whole(node, "size", 10), unknown=node.others("type", "size"))


def _regex(node: Node) -> Generator:
    return kinds.RegexText(
        pattern=node.need("regex", "the expression to satisfy").text(), unknown=node.others("type", "regex")
    )


def _uuid(node: Node) -> Generator:
    return kinds.Uuid(format=_text(node, "format"), unknown=node.others("type", "format"))


def _moment(kind: type[kinds.Moment]) -> Callable[[Node], Generator]:
    def read(node: Node) -> Generator:
        return kind(
            pattern=_text(node, "format"),
            expression=_text(node, "expression"),
            unknown=node.others("type", "format", "expression"),
        )

    return read


def _boolean(node: Node) -> Generator:
    return kinds.RandomBoolean(unknown=node.others("type"))


def _provider_state(node: Node) -> Generator:
    return kinds.FromProviderState(
        expression=node.need("expression", "what to take from the provider state").text(),
        data_type=_text(node, "dataType"),
        unknown=node.others("type", "expression", "dataType"),
    )


def _mock_server_url(node: Node) -> Generator:
    return kinds.MockServerUrl(
        example=_text(node, "example"),
        pattern=_text(node, "regex"),
        unknown=node.others("type", "example", "regex"),
    )


_READERS: Final[Mapping[str, Callable[[Node], Generator]]] = {
    "RandomInt": _random_int,
    "RandomDecimal": _random_decimal,
    "RandomHexadecimal": _random_hexadecimal,
    "RandomString": _random_string,
    "Regex": _regex,
    "Uuid": _uuid,
    "Date": _moment(kinds.DateNow),
    "Time": _moment(kinds.TimeNow),
    "DateTime": _moment(kinds.DateTimeNow),
    "RandomBoolean": _boolean,
    "ProviderState": _provider_state,
    "MockServerURL": _mock_server_url,
}


def _whole(node: Node, key: str, default: int) -> int:
    found = node.get(key)
    return default if found is None else found.whole()


def _text(node: Node, key: str) -> str:
    found = node.get(key)
    return "" if found is None or found.value is None else found.text()


def write_generators(generators: Generators, *, body: str = "body") -> dict[str, JsonValue]:
    """Write the generators of a request, response or message; `body` is the category of its body."""
    written: dict[str, JsonValue] = {}
    for name in _SINGLE:
        generator = getattr(generators, name)
        if generator is not None:
            written[name] = write_generator(generator)
    for name in _MAPS:
        members = getattr(generators, name)
        if members:
            category = body if name == "body" else name
            written[category] = {key: write_generator(members[key]) for key in sorted(members)}
    written.update(generators.unknown)
    return dict(sorted(written.items()))


def write_generator(generator: Generator) -> dict[str, JsonValue]:
    """Write one generator."""
    kind = generator.kind if isinstance(generator, kinds.PluginGenerator) else generator.name
    return {"type": kind, **_details(generator), **generator.unknown}


def _details(generator: Generator) -> dict[str, JsonValue]:
    match generator:
        case kinds.RandomInt():
            return {"min": generator.minimum, "max": generator.maximum}
        case kinds.RandomDecimal() | kinds.RandomHexadecimal():
            return {"digits": generator.digits}
        case kinds.RandomString():
            return {"size": generator.size}
        case kinds.RegexText():
            return {"regex": generator.pattern}
        case kinds.Uuid():
            return _filled(format=generator.format)
        case kinds.Moment():
            return _filled(format=generator.pattern, expression=generator.expression)
        case kinds.FromProviderState():
            return _filled(expression=generator.expression, dataType=generator.data_type)
        case kinds.MockServerUrl():
            return {"example": generator.example, "regex": generator.pattern}
    return {}


def _filled(**texts: str) -> dict[str, JsonValue]:
    return {key: text for key, text in texts.items() if text}
