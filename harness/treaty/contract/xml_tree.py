"""XML as a tree of plain values, so that its places have names as those of JSON have: ``$.book['@id']``.

An element is a mapping: ``@name`` for attributes, ``#text`` for its text, and its elements by name; elements of one
name are a list where there are several. A name has its namespace before it: ``urn:x:name``, as in Pact's rule paths.
Numbers in their usual spelling are numbers.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape, quoteattr

import defusedxml.ElementTree
from defusedxml import DefusedXmlException

from treaty.contract.json_value import JsonValue, Number
from treaty.contract.matching_xml import XmlInvalid, own_text, parse_xml, qualified_name

_WHOLE: Final = re.compile(r"0|-?[1-9]\d{0,17}")
_DECIMAL: Final = re.compile(r"-?(0|[1-9]\d{0,17})\.\d{1,18}")
_DECLARATION: Final = re.compile(rb"\s*<\?xml\s[^>]*\?>")
_XML_NAMESPACE: Final = "http://www.w3.org/XML/1998/namespace"


class XmlElement(dict[str, JsonValue]):
    """One element of a tree."""


def xml_tree(data: bytes) -> XmlElement:
    """Read a document.

    Returns:
        A mapping of the root's name to the root.

    Raises:
        XmlInvalid: when it may not be read, or when a tree does not hold all that matters of it: texts beside
            elements, elements of several names in turns, a document type.

    """
    root = parse_xml(data)
    tree = XmlElement({qualified_name(root.tag): _element(root)})
    mixed = any(len(element) and own_text(element) for element in root.iter())
    if mixed or b"<!DOCTYPE" in data or _content(parse_xml(xml_text(tree, like=data).encode())) != _content(root):
        raise XmlInvalid("a tree does not hold all of it")
    return tree


def _element(element: Element) -> XmlElement:
    found = XmlElement({f"@{qualified_name(name)}": _typed(value) for name, value in element.attrib.items()})
    groups: dict[str, list[JsonValue]] = {}
    for child in element:
        groups.setdefault(qualified_name(child.tag), []).append(_element(child))
    text = own_text(element)
    if text or not len(element):
        found["#text"] = _typed(text)
    found.update({name: group if len(group) > 1 else group[0] for name, group in groups.items()})
    return found


def _typed(text: str) -> JsonValue:
    if _WHOLE.fullmatch(text):
        return int(text)
    return Number(text) if _DECIMAL.fullmatch(text) else text


def _content(root: Element) -> list[tuple[str, Mapping[str, str], str, str]]:
    return [
        (element.tag, element.attrib, (element.text or "").strip(), (element.tail or "").strip())
        for element in root.iter()
    ]


def prefixes_of(data: bytes) -> dict[str, str]:
    """Give the namespaces that a document declares, by prefix; the default one has an empty prefix.

    Raises:
        XmlInvalid: when a prefix stands for two of them, or the document may not be read.

    """
    found: dict[str, str] = {}
    try:
        for _, pair in defusedxml.ElementTree.iterparse(io.BytesIO(data), events=("start-ns",)):
            prefix, uri = pair
            if found.setdefault(prefix, uri) != uri:
                raise XmlInvalid(f"the prefix {prefix!r} stands for two namespaces")
    except (ParseError, DefusedXmlException, ValueError, LookupError) as fault:
        raise XmlInvalid(str(fault)) from None
    return found


def expanded(name: str, prefixes: Mapping[str, str]) -> str:
    """Put the namespace in place of the prefix of a name as documents write it: ``D:href`` is ``DAV::href``."""
    if name == "#text":
        return name
    mark = "@" if name.startswith("@") else ""
    prefix, colon, local = name.removeprefix("@").partition(":")
    if not colon:
        uri = "" if mark else prefixes.get("", "")
        return f"{mark}{uri}:{prefix}" if uri else name
    return f"{mark}{prefixes[prefix]}:{local}" if prefix in prefixes else name


def shortened(name: str, prefixes: Mapping[str, str]) -> str:
    """Write a name as a document does: the inverse of `expanded`."""
    mark = "@" if name.startswith("@") else ""
    uri, _, local = name.removeprefix("@").rpartition(":")
    if not uri:
        return name
    known = sorted(prefix for prefix, found in prefixes.items() if found == uri and (prefix or not mark))
    if uri == _XML_NAMESPACE:
        return f"{mark}xml:{local}"
    if not known:
        raise XmlInvalid(f"no prefix stands for {uri!r}")
    return f"{mark}{known[0]}:{local}" if known[0] else f"{mark}{local}"


def xml_text(tree: Mapping[str, JsonValue], *, like: bytes) -> str:
    """Write a tree as a document, without space between its elements.

    Args:
        tree: as `xml_tree` gives it.
        like: the document that it came from: its prefixes stay, and its declaration.

    Raises:
        XmlInvalid: when a namespace has no prefix there.

    """
    prefixes = prefixes_of(like)
    parts = ['<?xml version="1.0" encoding="UTF-8"?>'] if _DECLARATION.match(like) else []
    declared = "".join(f" xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in sorted(prefixes.items()) if prefix)
    for name, root in tree.items():
        parts.extend(_written(name, root, prefixes, declared, inherits=False))
    return "".join(parts)


def _written(
    name: str, value: JsonValue, prefixes: Mapping[str, str], declared: str = "", *, inherits: bool
) -> Iterator[str]:
    """Write an element; the default namespace is declared by the outermost elements in it (`inherits`: one around)."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            yield from _written(name, each, prefixes, inherits=inherits)
        return
    assert isinstance(value, Mapping)
    tag = shortened(name, prefixes)
    if ":" in name and ":" not in tag and not inherits:
        declared, inherits = f"{declared} xmlns={quoteattr(prefixes[''])}", True
    attributes = "".join(
        f" {shortened(key, prefixes).removeprefix('@')}={quoteattr(_text(child))}"
        for key, child in value.items()
        if key.startswith("@")
    )
    text = escape(_text(value["#text"])) if "#text" in value else ""
    children = [
        part
        for key, child in value.items()
        if key[0] not in "@#"
        for part in _written(key, child, prefixes, inherits=inherits)
    ]
    if not text and not children:
        yield f"<{tag}{declared}{attributes}/>"
    else:
        yield f"<{tag}{declared}{attributes}>{text}"
        yield from children
        yield f"</{tag}>"


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else value.text if isinstance(value, Number) else str(value)
