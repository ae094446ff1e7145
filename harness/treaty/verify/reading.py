"""Reading JSON values of the types that a pact must have, with an error that names the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.errors import PactUnreadable
from treaty.verify.locations import Location, LocationInvalid, parse_location


class Reader:
    """Reads JSON values of the types that a pact must have; every method raises PactUnreadable with a pointer."""

    def __init__(self, *, source: str) -> None:
        self._source: Final = source

    def fault(self, pointer: str, why: str, *, hint: str = "") -> PactUnreadable:
        """Build the error for a place."""
        return PactUnreadable(f"{self._source} is not a Pact file we can read", where=pointer, why=why, hint=hint)

    def mapping(self, value: JsonValue, pointer: str) -> Mapping[str, JsonValue]:
        """Expect an object."""
        if not isinstance(value, Mapping):
            raise self.fault(pointer, "an object is needed here")
        return value

    def sequence(self, value: JsonValue, pointer: str) -> Sequence[JsonValue]:
        """Expect a list."""
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self.fault(pointer, "a list is needed here")
        return value

    def text(self, value: JsonValue, pointer: str) -> str:
        """Expect a text."""
        if not isinstance(value, str):
            raise self.fault(pointer, "a text is needed here")
        return value

    def whole(self, value: JsonValue, pointer: str) -> int:
        """Expect a whole number."""
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.fault(pointer, "a whole number is needed here")
        return value

    def location(self, value: JsonValue, pointer: str) -> Location:
        """Expect the name of a place in an answer."""
        try:
            return parse_location(self.text(value, pointer))
        except LocationInvalid as fault:
            raise self.fault(pointer, str(fault)) from None

    def texts(self, value: JsonValue, pointer: str) -> Mapping[str, tuple[str, ...]]:
        """Expect an object whose values are texts or lists of texts."""
        found: dict[str, tuple[str, ...]] = {}
        for name, item in self.mapping(value, pointer).items():
            place = f"{pointer}/{name}"
            if isinstance(item, str):
                found[name] = (item,)
            else:
                found[name] = tuple(self.text(one, place) for one in self.sequence(item, place))
        return found
