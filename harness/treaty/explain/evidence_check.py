"""Whether a JSON value is evidence as `treaty.normalize.evidence_form` writes it: files can be torn or foreign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.evidence_form import EVIDENCE_FORMAT

Form: TypeAlias = Any
"""A type, a list with the form of every member, or a mapping; in it a key with ``?`` may be absent, ``*`` is any."""

_SEEN: Final[Form] = {"count": int, "first": [int], "runs": [int]}
_SOURCE: Final[Form] = {"exchange": int, "location": str, "call": str}
_PLACE: Final[Form] = {
    "causes": [str],
    "exact": bool,
    "values": int,
    "forms": [str],
    "exchanges": _SEEN,
    "is_token?": bool,
    "by_itself?": bool,
    "missing?": int,
    "of?": [str],
    "along?": [str],
    "links?": [{**_SOURCE, "method": str, "confidence": str}],
    "dropped?": [{**_SOURCE, "why": str}],
    "doubt?": {"degree": int, "why": str},
    "change?": str,
}
_INTERACTION: Final[Form] = {
    "description": str,
    "state": str,
    "exchanges": _SEEN,
    "example": int,
    "looked_at": int,
    "steps": [{"call": str, "exchange": int, "why": str}],
    "places": {"*": _PLACE},
    "left_out?": int,
    "redacted?": [str],
}
_DOCUMENT: Final[Form] = {
    "format": int,
    "sessions": [{"name": str, "added": int}],
    "edges": [{"consumer": str, "provider": str, "interactions": {"*": _INTERACTION}}],
    "findings": [
        {"kind": str, "consumer": str, "provider": str, "text": str, "count": int, "examples": [int]},
    ],
}


def is_evidence(value: JsonValue) -> bool:
    """Tell whether a value is evidence of the format that this version writes."""
    return _fits(value, _DOCUMENT) and isinstance(value, Mapping) and value["format"] == EVIDENCE_FORMAT


def _fits(value: JsonValue, form: Form) -> bool:
    if isinstance(form, list):
        return isinstance(value, list) and all(_fits(member, form[0]) for member in value)
    if isinstance(form, dict):
        return isinstance(value, Mapping) and _fits_mapping(value, form)
    return isinstance(value, form) and (form is bool or not isinstance(value, bool))


def _fits_mapping(value: Mapping[str, JsonValue], form: Mapping[str, Form]) -> bool:
    if "*" in form:
        return all(_fits(member, form["*"]) for member in value.values())
    for key, inner in form.items():
        name = key.removesuffix("?")
        if name not in value:
            if not key.endswith("?"):
                return False
        elif not _fits(value[name], inner):
            return False
    return True
