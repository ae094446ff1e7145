"""How generators are written in a Pact file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from treaty.contract import generators as kinds
from treaty.contract.generators import Generator, Generators
from treaty.contract.json_value import JsonValue
from treaty.pactfile.categories_form import read_single, split_categories, write_categories
from treaty.pactfile.kinds_form import Form, by_class, text, whole
from treaty.pactfile.node import Node, closest

_MOMENT: Final = (text("pattern", "format"), text("expression", "expression"))
_FORMS: Final[Mapping[str, Form[Generator]]] = {
    "RandomInt": Form(build=kinds.RandomInt, details=(whole("minimum", "min"), whole("maximum", "max"))),
    "RandomDecimal": Form(build=kinds.RandomDecimal, details=(whole("digits", "digits"),)),
    "RandomHexadecimal": Form(build=kinds.RandomHexadecimal, details=(whole("digits", "digits"),)),
    "RandomString": Form(build=kinds.RandomString, details=(whole("size", "size"),)),
    "Regex": Form(build=kinds.RegexText, details=(text("pattern", "regex", "the expression to satisfy"),)),
    "Uuid": Form(build=kinds.Uuid, details=(text("format", "format"),)),
    "Date": Form(build=kinds.DateNow, details=_MOMENT),
    "Time": Form(build=kinds.TimeNow, details=_MOMENT),
    "DateTime": Form(build=kinds.DateTimeNow, details=_MOMENT),
    "RandomBoolean": Form(build=kinds.RandomBoolean),
    "ProviderState": Form(
        build=kinds.FromProviderState,
        details=(
            text("expression", "expression", "what to take from the provider state"),
            text("data_type", "dataType"),
        ),
    ),
    "MockServerURL": Form(
        build=kinds.MockServerUrl,
        details=(text("example", "example", keep_empty=True), text("pattern", "regex", keep_empty=True)),
    ),
}
_BY_CLASS: Final = by_class(_FORMS.values())


def read_generators(node: Node | None, *, plugins: bool) -> Generators:
    """Read ``generators`` of a request, response or message; category ``content`` of a message means its body."""
    if node is None or node.value is None:
        return kinds.NO_GENERATORS
    single, mapped, other = split_categories(node)
    return Generators.of(
        dict(read_single(single, "type", lambda part: read_generator(part, plugins=plugins))),
        {name: read_generator_map(part, plugins=plugins) for name, part in mapped.items()},
        {word: part.value for word, part in other.items()},
    )


def read_generator_map(node: Node, *, plugins: bool) -> dict[str, Generator]:
    """Read generators by name or path."""
    return {key: read_generator(part, plugins=plugins) for key, part in node.members()}


def read_generator(node: Node, *, plugins: bool) -> Generator:
    """Read one generator; one that we do not know is a fault, unless plugins may know it."""
    kind = node.need("type", "the kind of generator").text()
    form = _FORMS.get(kind)
    if form is not None:
        return form.read(node, "type")
    if plugins:
        return kinds.PluginGenerator(kind=kind, unknown=node.others("type"))
    near = closest(kind, _FORMS)
    raise Node(kind, (*node.tokens, "type")).fault(
        f"{kind!r} is not a generator of Pact", f"did you mean {near!r}?" if near else ""
    )


def write_generators(generators: Generators, *, body: str = "body") -> dict[str, JsonValue]:
    """Write the generators of a request, response or message; `body` is the category of its body."""
    return write_categories(generators, write_generator, body=body)


def write_generator(generator: Generator) -> dict[str, JsonValue]:
    """Write one generator."""
    if isinstance(generator, kinds.PluginGenerator):
        return {"type": generator.kind, **generator.unknown}
    return {"type": generator.name, **_BY_CLASS[type(generator)].write(generator), **generator.unknown}
