"""Reading and checking the fields of a request body."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from treaty_shop.platform.errors import BadRequest
from treaty_shop.platform.json_text import Json
from treaty_shop.platform.money import NotMoney, to_money

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_ID: Final = re.compile(r"[0-9]{1,18}")
_PRICE: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
_LARGEST_ID: Final = 10**18

Choice = TypeVar("Choice", bound=StrEnum)


def is_email(text: str) -> bool:
    """Whether the text has the form of an email address."""
    return _EMAIL.fullmatch(text) is not None


def parse_id(segment: str) -> int | None:
    """Return the integer id in a path segment, or None when it cannot be one."""
    return int(segment) if _ID.fullmatch(segment) else None


class Fields:
    """The fields of one JSON object; every reader raises `BadRequest` naming the field."""

    def __init__(self, values: Mapping[str, Json], path: str = "") -> None:
        self._values = values
        self._path = path

    @classmethod
    def of(cls, value: Json, path: str = "") -> "Fields":
        """Return the fields of what must be a JSON object."""
        if not isinstance(value, dict):
            where = path or "the request body"
            raise BadRequest("invalid_body", f"{where} must be a JSON object")
        return cls(value, f"{path}." if path else "")

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._values.get(name) is not None

    def text(self, name: str, *, limit: int = 200, lines: bool = False) -> str:
        """Return a text that is not blank; `lines` allows line breaks."""
        value = self._required(name)
        if not isinstance(value, str):
            raise self._invalid(name, "must be a string")
        if not value.strip():
            raise self._invalid(name, "must not be blank")
        if len(value) > limit:
            raise self._invalid(name, f"must have at most {limit} characters")
        allowed = {"\n", "\t", "\r"} if lines else set()
        if not all(char.isprintable() or char in allowed for char in value):
            raise self._invalid(name, "must not hold control characters")
        return value

    def email(self, name: str) -> str:
        """Return an email address."""
        value = self.text(name)
        if not is_email(value):
            raise self._invalid(name, "must be an email address")
        return value

    def identifier(self, name: str) -> int:
        """Return a positive integer id."""
        value = self._required(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < _LARGEST_ID:
            raise self._invalid(name, "must be a positive integer")
        return value

    def integer(self, name: str, *, lowest: int, highest: int) -> int:
        """Return an integer in a range, both ends included."""
        value = self._required(name)
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise self._invalid(name, f"must be an integer from {lowest} to {highest}")
        return value

    def money(self, name: str, *, negative: bool = False) -> Decimal:
        """Return an amount above zero with at most two decimals; `negative` also allows less."""
        value = self._required(name)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self._invalid(name, "must be a number")
        try:
            amount = to_money(value)
        except NotMoney:
            raise self._invalid(name, "must be an amount with at most two decimals") from None
        if amount == 0 or (amount < 0 and not negative):
            raise self._invalid(name, "must be above zero")
        return amount

    def price(self, name: str) -> Decimal:
        """Return an amount above zero that is written as a decimal text, such as ``"12.50"``."""
        value = self.text(name)
        if not _PRICE.fullmatch(value) or (amount := to_money(Decimal(value))) == 0:
            raise self._invalid(name, 'must be an amount above zero, written as text such as "12.50"')
        return amount

    def choice(self, name: str, words: type[Choice], *, without: frozenset[str] = frozenset()) -> Choice:
        """One of the words of an enumeration."""
        value = self._required(name)
        valid = [word for word in words if word.value not in without]
        for word in valid:
            if word.value == value:
                return word
        raise self._invalid(name, f"must be one of {', '.join(valid)}")

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a boolean, or the default when it is not there."""
        if not self.has(name):
            return default
        value = self._values[name]
        if not isinstance(value, bool):
            raise self._invalid(name, "must be true or false")
        return value

    def objects(self, name: str, *, most: int) -> Iterator["Fields"]:
        """Return the objects of a list that is not empty."""
        value = self._required(name)
        if not isinstance(value, list):
            raise self._invalid(name, "must be a list")
        if not 0 < len(value) <= most:
            raise self._invalid(name, f"must have from 1 to {most} elements")
        for index, element in enumerate(value):
            yield Fields.of(element, f"{self._path}{name}[{index}]")

    def _required(self, name: str) -> Json:
        if not self.has(name):
            raise BadRequest("missing_field", f"{self._path}{name} is required")
        return self._values[name]

    def _invalid(self, name: str, rule: str) -> BadRequest:
        return BadRequest("invalid_field", f"{self._path}{name} {rule}")
