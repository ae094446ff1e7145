"""The provider's clock, as far as it is known: set by us, or told by the Date of answers (RFC 9110 section 6.6.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from treaty.verify.calls import Answer

_EXACTNESS: Final = timedelta(seconds=2)
"""A Date has whole seconds, and some servers make one only each second."""


def real_now() -> datetime:
    """Give the present by our clock, with a time zone."""
    return datetime.now(UTC)


class ProviderClock:
    """Tells what time it is for the provider; for several threads at once.

    Args:
        shift: how far it was set ahead of ours; None when nobody here set it.
        ask: sends something harmless, whose answer is then given to `heard`; called at most once, and only when the
            time is needed before any answer has told it.
        now: our clock, with a time zone.

    """

    def __init__(
        self,
        *,
        shift: timedelta | None = None,
        ask: Callable[[], Answer | None] | None = None,
        now: Callable[[], datetime] = real_now,
    ) -> None:
        self._shift = timedelta() if shift is None else shift
        self._ask = ask if shift is None else None
        self._now: Final = now

    @property
    def shift(self) -> timedelta:
        """How far the provider's clock lies ahead of ours, as far as that is known."""
        return self._shift

    def now(self) -> datetime:
        """Give the present by the provider's clock, with a time zone."""
        ask, self._ask = self._ask, None
        if ask is not None:
            answer = ask()
            if answer is not None:
                self.heard(answer)
        return self._now() + self._shift

    def at(self, moment: datetime) -> datetime:
        """Give what the provider's clock told at a moment of ours."""
        return moment + self._shift

    def heard(self, answer: Answer) -> None:
        """Take over the time that an answer tells, which came just now."""
        told = date_of(answer)
        if told is None:
            return
        self._ask = None
        ahead = told - (self._now() + self._shift)
        if abs(ahead) > _EXACTNESS:
            self._shift += ahead


def date_of(answer: Answer) -> datetime | None:
    """Read the header Date; None when there is none, or none that can be read."""
    text = next((value for name, value in answer.headers if name.lower() == "date"), "")
    try:
        told = parsedate_to_datetime(text)
    except ValueError:
        return None
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)
