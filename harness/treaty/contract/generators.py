"""Generators as values: how a fresh value is made in place of an example (Pact specification V3 and V4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from treaty.contract.categories import Categories
from treaty.contract.json_value import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """One generator; a subclass for each kind. Keys that we do not know are kept in `unknown`."""

    name: ClassVar[str] = ""
    unknown: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomInt(Generator):
    """A whole number from `minimum` to `maximum`, both included."""

    name = "RandomInt"
    minimum: int = 0
    maximum: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomDecimal(Generator):
    """A number of `digits` digits with a decimal point among them."""

    name = "RandomDecimal"
    digits: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomHexadecimal(Generator):
    """A text of `digits` hexadecimal digits."""

    name = "RandomHexadecimal"
    digits: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomString(Generator):
    """A text of `size` letters and digits."""

    name = "RandomString"
    size: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RegexText(Generator):
    """A text that matches a regular expression."""

    name = "Regex"
    pattern: str


UUID_FORMATS: Final = ("simple", "lower-case-hyphenated", "upper-case-hyphenated", "URN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Uuid(Generator):
    """A random UUID in one of `UUID_FORMATS`; an empty format stands for lower case with hyphens."""

    name = "Uuid"
    format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Generator):
    """The present time in a Java date pattern, moved by an expression (``now + 1 day``); both may be empty."""

    pattern: str = ""
    expression: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateNow(Moment):
    """Today, moved."""

    name = "Date"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeNow(Moment):
    """The present time of day, moved."""

    name = "Time"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateTimeNow(Moment):
    """The present moment, moved; an expression has a date part and a time part around an ``@``."""

    name = "DateTime"


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomBoolean(Generator):
    """True or false."""

    name = "RandomBoolean"


@dataclass(frozen=True, slots=True, kw_only=True)
class FromProviderState(Generator):
    """A value that the set-up of a provider state returned.

    Attributes:
        expression: a bare name, or a text with ``${name}`` in it.
        data_type: ``RAW``, ``STRING``, ``INTEGER``, ``DECIMAL``, ``FLOAT``, ``BOOLEAN``, or empty.

    """

    name = "ProviderState"
    expression: str
    data_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MockServerUrl(Generator):
    """A URL whose base is replaced by that of the stub: the group of `pattern` is what stays."""

    name = "MockServerURL"
    example: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginGenerator(Generator):
    """A generator that only a plugin knows; the example stays."""

    name = "plugin"
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Generators(Categories[Generator]):
    """The generators of one request, response or message."""


NO_GENERATORS: Final = Generators()
