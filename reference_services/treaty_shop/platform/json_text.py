"""JSON text with exact decimals, and Flask's hook for it."""

from decimal import Decimal
from typing import TypeAlias

import simplejson
from flask.json.provider import JSONProvider

Json: TypeAlias = "bool | int | Decimal | str | list[Json] | dict[str, Json] | None"
"""What JSON text holds once read; every number with a fraction is a `Decimal`."""


class NotJson(ValueError):
    """The text is not JSON."""


def read_json(text: str | bytes) -> Json:
    """Parse JSON text, keeping ``12.50`` as ``Decimal("12.50")``; raises `NotJson`."""
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        value: Json = simplejson.loads(decoded, use_decimal=True)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from error
    return value


def write_json(value: object, *, sort_keys: bool = False) -> str:
    """JSON text of plain values; a `Decimal` keeps its decimals."""
    return simplejson.dumps(value, use_decimal=True, ensure_ascii=False, sort_keys=sort_keys)


class ShopJsonProvider(JSONProvider):
    """Makes Flask read and write JSON with exact decimals."""

    def dumps(self, obj: object, **_options: object) -> str:
        """JSON text of an answer."""
        return write_json(obj)

    def loads(self, s: str | bytes, **_options: object) -> Json:
        """Return the value of a JSON text; raises `NotJson`."""
        return read_json(s)
