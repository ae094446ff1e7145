"""The official engine as an oracle, called through its C interface; only for tests.

`match_contents` asks it to compare the contents of two messages under rules; `check_regex` and `validate_datetime`
ask it about single values. The interface is private to pact-python: these few functions are all that is used of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from pact_ffi.ffi import ffi, lib

from treaty.contract.json_value import JsonValue, dumps, loads

_V3 = 4
"""The number that the interface gives to specification V3, the only one it takes messages of."""


def match_contents(
    expected: JsonValue, actual: JsonValue, rules: Mapping[str, JsonValue], *, content_type: str = "application/json"
) -> list[str]:
    """Give the official mismatches of one message's contents against another's under body rules of V3."""
    metadata: JsonValue = {"contentType": content_type}
    wanted: JsonValue = {
        "description": "d",
        "contents": expected,
        "metadata": metadata,
        "matchingRules": {"body": rules},
    }
    got: JsonValue = {"description": "d", "contents": actual, "metadata": metadata}
    left, right = _message(wanted), _message(got)
    mismatches = lib.pactffi_match_message(left, right)
    try:
        return _read(mismatches)
    finally:
        lib.pactffi_mismatches_delete(mismatches)  # the messages were consumed by the comparison


def _message(document: JsonValue) -> object:
    message = lib.pactffi_message_new_from_json(0, dumps(document).encode(), _V3)
    if message == ffi.NULL:
        raise ValueError(dumps(document))
    return message


def _read(mismatches: object) -> list[str]:
    iterator = lib.pactffi_mismatches_get_iter(mismatches)
    texts: list[str] = []
    try:
        while True:
            mismatch = lib.pactffi_mismatches_iter_next(iterator)
            if mismatch == ffi.NULL:
                return texts
            text = lib.pactffi_mismatch_to_json(mismatch)
            found = loads(ffi.string(text))
            assert isinstance(found, dict)
            texts.append(dumps(found.get("mismatch", "")))
            lib.pactffi_string_delete(text)
    finally:
        lib.pactffi_mismatches_iter_delete(iterator)


def check_regex(pattern: str, text: str) -> bool:
    """Ask whether a pattern matches a text."""
    return bool(lib.pactffi_check_regex(pattern.encode(), text.encode()))


def validate_datetime(text: str, pattern: str) -> bool:
    """Ask whether a text is a moment in a pattern."""
    return int(lib.pactffi_validate_datetime(text.encode(), pattern.encode())) == 0
