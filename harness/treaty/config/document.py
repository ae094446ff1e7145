"""YAML as plain values that remember their lines; doubled keys are errors, and texts stay as written.

Values are built from PyYAML's nodes by ourselves: its own constructor keeps the last of two equal keys without a word,
and forgets where anything stood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import yaml

from treaty.errors import ConfigInvalid

PlainValue: TypeAlias = "bool | int | float | str | list[PlainValue] | dict[str, PlainValue] | None"
Place: TypeAlias = "tuple[str | int, ...]"

_PREFIX: Final = "tag:yaml.org,2002:"
_MERGE: Final = f"{_PREFIX}merge"
_DEEPEST: Final = 50
_MOST_VALUES: Final = 100_000
_VARIABLES: Final = ((4, "env"), (5, "vary"))
"""Depth and third key of what stands for variables: services, NAME, env, VARIABLE, and one of a list under vary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A YAML document.

    Attributes:
        value: mappings, lists, texts, numbers, booleans and None; dates stay texts.
        lines: for each place (keys and indexes from the top) the line, from 1, where its key or item stands.

    """

    value: PlainValue
    lines: Mapping[Place, int]


def read_document(data: bytes, *, source: str) -> Document:
    """Read a YAML document (YAML 1.1 as PyYAML knows it).

    Args:
        data: the bytes of the file.
        source: the name of the file, for errors.

    Raises:
        ConfigInvalid: when it is not YAML, has a key twice, or holds tags or keys that are no plain values.

    """
    try:
        loader = yaml.SafeLoader(data)
    except yaml.YAMLError as error:
        raise _not_yaml(source, error) from None
    try:
        node = loader.get_single_node()
        reading = _Reading(loader=loader, source=source)
        value = None if node is None else reading.value(node, ())
    except yaml.YAMLError as error:
        raise _not_yaml(source, error) from None
    finally:
        loader.dispose()
    return Document(value=value, lines=reading.lines)


def _not_yaml(source: str, error: yaml.YAMLError) -> ConfigInvalid:
    mark = getattr(error, "problem_mark", None)
    where = f"{source} line {mark.line + 1}" if mark is not None else source
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not text"
    context = getattr(error, "context", None)
    return ConfigInvalid(
        f"{source} is not YAML that we can read", where=where, why=f"{context}: {problem}" if context else str(problem)
    )


class _Reading:
    """One walk over the nodes of a document."""

    def __init__(self, *, loader: yaml.SafeLoader, source: str) -> None:
        self.lines: dict[Place, int] = {(): 1}
        self._loader = loader
        self._source = source
        self._count = 0

    def value(self, node: yaml.Node, place: Place) -> PlainValue:
        """Return the plain value of a node, and note the lines of all places in it."""
        self._count += 1
        if len(place) > _DEEPEST or self._count > _MOST_VALUES:
            raise self._fault(node, place[:3], "aliases make it endless, or it is far too large")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node, place)
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node, place)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> PlainValue:
        seen: dict[str, int] = {}
        for key_node, _ in node.value:
            if key_node.tag == _MERGE:
                continue
            key = self._key(key_node, place)
            line = key_node.start_mark.line + 1
            if key in seen:
                raise self._fault(key_node, (*place, key), f"'{key}' stands here and on line {seen[key]}")
            seen[key] = line
        self._loader.flatten_mapping(node)
        mapping: dict[str, PlainValue] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, place)
            self.lines[(*place, key)] = key_node.start_mark.line + 1
            mapping[key] = self.value(value_node, (*place, key))
        return mapping

    def _sequence(self, node: yaml.SequenceNode, place: Place) -> PlainValue:
        items: list[PlainValue] = []
        for index, item in enumerate(node.value):
            self.lines[(*place, index)] = item.start_mark.line + 1
            items.append(self.value(item, (*place, index)))
        return items

    def _key(self, node: yaml.Node, place: Place) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._fault(node, place, "a key is a list or mapping")
        return str(node.value)

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> PlainValue:
        text = str(node.value)
        kind = node.tag.removeprefix(_PREFIX)
        if kind == "null":
            return None if not text or not _is_environment(place) else text
        if kind in ("str", "timestamp") or _is_environment(place):
            return text
        if kind == "bool":
            return bool(self._loader.construct_yaml_bool(node))
        if kind == "int":
            return int(self._loader.construct_yaml_int(node))
        if kind == "float":
            return float(self._loader.construct_yaml_float(node))
        raise self._fault(node, place, f"the tag {node.tag.replace(_PREFIX, '!!')} has no meaning here")

    def _fault(self, node: yaml.Node, place: Place, why: str) -> ConfigInvalid:
        where = f"{self._source} line {node.start_mark.line + 1}"
        return ConfigInvalid(
            f"{self._source} is not a configuration that we can use",
            where=f"{where}, {place_text(place)}" if place else where,
            why=why,
        )


def _is_environment(place: Place) -> bool:
    # A variable is text: DEBUG: on, VERSION: 1.10 and TIME: 12:30 are meant as they are written.
    return place[:1] == ("services",) and (len(place), *place[2:3]) in _VARIABLES


def place_text(place: Place) -> str:
    """Return a place as ``services.user.start[0]``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")
