"""Whether all elements of XML at a place are like the first of the example, whatever else comes beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from treaty.contract.matching_xml import XmlInvalid, match_element, parse_xml, qualified_name
from treaty.contract.mismatch import Mismatch, body_mismatches
from treaty.contract.path import Field, PathInvalid, parse_path
from treaty.contract.rules import RuleList
from treaty.contract.scopes import Scope, root_scope


def find_unlike(
    expected: bytes, actual: bytes, rules: Mapping[str, RuleList], places: Sequence[str]
) -> tuple[Mismatch, ...]:
    """Find the elements at some places that are not as the example's first one there.

    Args:
        expected: the example, with `rules`.
        actual: what came.
        rules: of the body, by path.
        places: paths of elements, such as ``$.books.book``.

    Returns:
        Nothing where one of the two cannot be read: that is told elsewhere.

    """
    try:
        example, root = parse_xml(expected), parse_xml(actual)
    except XmlInvalid:
        return ()
    found: list[Mismatch] = []
    for place in places:
        names = _names(place)
        scope = root_scope(rules)
        for name in names:
            scope = scope.step(name)
        first = next(_elements(example, names), None)
        if first is not None:
            found += _unlike(first, list(_elements(root, names)), scope, names)
    return tuple(found)


def _unlike(first: Element, elements: Sequence[Element], scope: Scope, names: Sequence[str]) -> Iterator[Mismatch]:
    for index, element in enumerate(elements):
        faults = match_element(first, element, scope, strict=False)
        for name in reversed(names):
            faults = [fault.at(name) for fault in faults]
        for mismatch in body_mismatches(faults):
            yield replace(mismatch, message=f"{mismatch.message}, in <{names[-1]}> {index + 1}")


def _names(place: str) -> tuple[str, ...]:
    try:
        return tuple(token.name for token in parse_path(place).tokens if isinstance(token, Field))
    except PathInvalid:
        return ()


def _elements(root: Element, names: Sequence[str]) -> Iterator[Element]:
    if not names or qualified_name(root.tag) != names[0]:
        return
    level = [root]
    for name in names[1:]:
        level = [child for parent in level for child in parent if qualified_name(child.tag) == name]
    yield from level
