"""One identifying value of a session, and the places where such values stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.names import Name
from treaty.normalize.shapes import Shape

Place: TypeAlias = tuple[int, str]
"""Number of an exchange, and ``request`` or ``response`` with a location: ``request.path[3]``."""


@dataclass(eq=False, slots=True, kw_only=True)
class Token:
    """One identifying value of the session.

    Attributes:
        value: as it was first seen.
        name: what it was first called.
        origin: number of the exchange in which it first appeared.
        location: where in that exchange, with the side.
        provider: the service that made it; empty when a consumer did.
        shape: the form of the value.
        unique: whether its provider refused a second one.
        absent: whether it names something that nobody made (a read of it gave 404).
        moment: of a time that lay ahead, when it was sent (aware).

    """

    value: JsonValue
    name: Name
    origin: int
    location: str
    provider: str
    shape: Shape
    unique: bool = False
    absent: bool = False
    moment: datetime | None = None

    @property
    def is_of_the_clock(self) -> bool:
        """Whether a consumer spoke of a time that had yet to come, so that it is another one each time."""
        return self.moment is not None and not self.provider
