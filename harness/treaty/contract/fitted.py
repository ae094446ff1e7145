"""Steps into a document whose parts are not written as the step has it: single elements of XML, objects as entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.contract.xml_tree import XmlElement

KEY: Final = "#key"
VALUE: Final = "#value"
"""What an entry of an object has, where the object is taken as a list of entries: ``$.stock[0]['#key']``."""


def fitted(value: JsonValue, segment: object) -> JsonValue:
    """Let a step lead on: an element of XML may stand alone or among others, and an object is a list of its entries.

    Args:
        value: where the way has come to.
        segment: the next step: a name, or a position or wildcard.

    """
    if isinstance(segment, str):
        return value[0] if isinstance(value, list) and value and isinstance(value[0], XmlElement) else value
    if isinstance(value, XmlElement):
        return [value]
    if isinstance(value, Mapping):
        return [{KEY: key, VALUE: child} for key, child in value.items()]
    return value
