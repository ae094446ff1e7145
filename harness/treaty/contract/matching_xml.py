"""Matching XML. A place is named by the names of its elements, attributes as ``@name``, text as ``#text``.

Elements of one name share a path, as in the official engine: ``$.people.person['@id']``. A namespace is part of a name:
``urn:x:name``. Documents with entity declarations are refused, so nothing outside is read and nothing explodes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml import DefusedXmlException

from treaty.contract import rules as kinds
from treaty.contract.matching_text import compile_text
from treaty.contract.matching_values import describe_rule, text_test
from treaty.contract.mismatch import ALL, Fault, bounded, cut, show_bytes
from treaty.contract.rules import Matcher
from treaty.contract.scopes import Scope

_DEEPEST: Final = 200


class XmlInvalid(ValueError):
    """Content is not XML that may be read."""


def parse_xml(data: bytes) -> Element:
    """Parse a document.

    Raises:
        XmlInvalid: when it is not well formed, declares entities, or is nested deeper than 200.

    """
    try:
        root: Element = defusedxml.ElementTree.fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as fault:
        raise XmlInvalid(str(fault)) from None
    level = [root]
    for _ in range(_DEEPEST):
        level = [child for parent in level for child in parent]
        if not level:
            return root
    raise XmlInvalid("it is nested too deeply")


def compile_xml(
    expected: bytes, scope: Scope, *, strict: bool, most: int = ALL
) -> Callable[[bytes], list[Fault] | None]:
    """Compile an XML body; unexpected attributes and elements are faults in requests (`strict`).

    Of more than `most` faults the others are only counted.
    """
    try:
        example = parse_xml(expected)
    except XmlInvalid as fault:
        broken = Fault("xml", show_bytes(expected), "", f"the example is not XML: {fault}")
        return lambda _: [broken]
    name = qualified_name(example.tag)
    below = scope.step(name)

    def check(actual: bytes) -> list[Fault] | None:
        try:
            root = parse_xml(actual)
        except XmlInvalid as fault:
            return [Fault("xml", show_bytes(expected), show_bytes(actual), f"the body is not XML: {fault}")]
        return [fault.at(name) for fault in match_element(example, root, below, strict=strict, most=most)] or None

    return check


def match_element(expected: Element, actual: Element, scope: Scope, *, strict: bool, most: int = ALL) -> list[Fault]:
    """Match one element and all in it; the scope is that of its own place."""
    faults = _own(expected, actual, scope)
    if faults:
        return faults
    faults = [
        *_attributes(expected, actual, scope, strict=strict),
        *_children(expected, actual, scope, strict=strict, most=most),
        *_text(expected, actual, scope),
    ]
    return bounded(faults, most)


def _own(expected: Element, actual: Element, scope: Scope) -> list[Fault]:
    """Check the element itself: its name, and the number of its children."""
    rules = scope.rules
    wanted, got = qualified_name(expected.tag), qualified_name(actual.tag)
    if rules is None:
        return [] if wanted == got else [Fault("equality", wanted, got, f"<{got}> is not <{wanted}>")]
    faults = []
    for matcher in rules.matchers:
        reason = _own_reason(matcher, expected, actual, cascaded=scope.cascaded)
        if reason is not None:
            faults.append(Fault(describe_rule(matcher), wanted, got, reason))
        elif rules.any_of:
            return []
    return faults


def _own_reason(matcher: Matcher, expected: Element, actual: Element, *, cascaded: bool) -> str | None:
    wanted, got = qualified_name(expected.tag), qualified_name(actual.tag)
    match matcher:
        case kinds.Type() if matcher.minimum is not None or matcher.maximum is not None:
            count = _count_children(actual)
            if cascaded:
                return None
            if matcher.minimum is not None and count < matcher.minimum:
                return f"<{got}> has {count} children, at least {matcher.minimum} were expected"
            if matcher.maximum is not None and count > matcher.maximum:
                return f"<{got}> has {count} children, at most {matcher.maximum} were expected"
            return None
        case kinds.Type() | kinds.Equality():
            return None if wanted == got else f"<{got}> is not <{wanted}>"
        case kinds.Regex():
            return text_test(matcher)("", got.rpartition(":")[2])
        case kinds.NotEmpty():
            return None if _count_children(actual) else f"<{got}> is empty"
    return f"the matcher {matcher.name!r} does not apply to an element"


def _count_children(element: Element) -> int:
    """Count the child nodes, texts included."""
    texts = (element.text, *(child.tail for child in element))
    return len(element) + sum(1 for text in texts if text)


def _attributes(expected: Element, actual: Element, scope: Scope, *, strict: bool) -> list[Fault]:
    wanted = {qualified_name(name): value for name, value in expected.attrib.items()}
    got = {qualified_name(name): value for name, value in actual.attrib.items()}
    faults: list[Fault] = []
    for name, value in wanted.items():
        step = f"@{name}"
        if name not in got:
            faults.append(Fault("equality", value, "", f"the attribute {name!r} is missing").at(step))
            continue
        found = compile_text(value, scope.step(step).rules)(got[name])
        faults += [fault.at(step) for fault in found or ()]
    if strict:
        faults += [
            Fault("equality", "", cut(value), f"the attribute {name!r} was not expected").at(f"@{name}")
            for name, value in got.items()
            if name not in wanted
        ]
    return faults


def _children(expected: Element, actual: Element, scope: Scope, *, strict: bool, most: int) -> list[Fault]:
    wanted, got = _by_name(expected), _by_name(actual)
    if strict and not wanted and got:
        came = cut(", ".join(got))
        return [Fault("equality", "", came, f"expected no elements in it, got {came}")]
    faults: list[Fault] = []
    for position, (name, group) in enumerate(got.items(), 1):
        below = scope.step(name)
        if name in wanted:
            faults += [fault.at(name) for fault in _group(wanted[name], group, below, strict=strict, most=most)]
        elif strict or below.typed:
            faults.append(
                Fault("equality", ", ".join(wanted), cut(name), f"the element <{cut(name)}> was not expected")
            )
        if len(faults) >= most:
            return bounded(faults, most, left=len(got) - position)
    faults += [Fault("equality", name, "", f"the element <{name}> is missing") for name in wanted if name not in got]
    return faults


def _group(expected: list[Element], actual: list[Element], scope: Scope, *, strict: bool, most: int) -> list[Fault]:
    """Check the elements of one name: under a `type` rule each against the first example, else in pairs."""
    size = len(actual) if scope.typed else min(len(expected), len(actual))
    faults: list[Fault] = []
    for position in range(size):
        example = expected[0 if scope.typed else position]
        faults += match_element(example, actual[position], scope, strict=strict, most=most)
        if len(faults) >= most:
            return bounded(faults, most, left=len(actual) - position - 1)
    if scope.typed:
        return faults
    name = qualified_name(expected[0].tag)
    faults += [Fault("equality", name, "", f"an element <{name}> is missing") for _ in expected[len(actual) :]]
    if strict and len(actual) > len(expected):
        further = len(actual) - len(expected)
        reason = f"one more <{name}> was not expected"
        listed = [Fault("equality", "", name, reason) for _ in range(min(further, most))]
        return bounded(faults + listed, most, left=further - len(listed))
    return faults


def _text(expected: Element, actual: Element, scope: Scope) -> list[Fault]:
    found = compile_text(own_text(expected), scope.step("#text").rules)(own_text(actual))
    return [fault.at("#text") for fault in found or ()]


def own_text(element: Element) -> str:
    """Give the text of an element itself, without the space around it and between elements."""
    texts = (element.text, *(child.tail for child in element))
    return "".join(text.strip() for text in texts if text)


def _by_name(element: Element) -> dict[str, list[Element]]:
    groups: dict[str, list[Element]] = {}
    for child in element:
        groups.setdefault(qualified_name(child.tag), []).append(child)
    return groups


def qualified_name(tag: str) -> str:
    """Write a name with its namespace: ``urn:x:name``."""
    if tag.startswith("{"):
        namespace, _, local = tag[1:].rpartition("}")
        return f"{namespace}:{local}"
    return tag
