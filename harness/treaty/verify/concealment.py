"""Keeping values that a user gave in confidence (`--header`) out of everything that is shown or written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeVar

from treaty.errors import TreatyError
from treaty.verify.events import Event, InteractionJudged
from treaty.verify.outcome import Difference, Outcome

CONCEALED: Final = "<given by --header>"
_SHORTEST_INSIDE: Final = 6
_SCHEMES: Final = {"Bearer", "bearer", "Digest", "digest", "Negotiate"}

Failure = TypeVar("Failure", bound=TreatyError)


class Concealer:
    """Replaces given values, and their longer words, wherever they appear.

    Args:
        values: what must not be shown; short ones are replaced only where they stand alone.

    """

    def __init__(self, values: Sequence[str]) -> None:
        words = {word for value in values for word in value.split() if len(word) >= _SHORTEST_INSIDE} - _SCHEMES
        secrets = {*values, *words} - {""}
        patterns = [
            re.escape(secret) if len(secret) >= _SHORTEST_INSIDE else rf"(?<!\w){re.escape(secret)}(?!\w)"
            for secret in sorted(secrets, key=len, reverse=True)
        ]
        self._pattern: Final = re.compile("|".join(patterns)) if patterns else None

    def text(self, text: str) -> str:
        """Conceal in a text."""
        return text if self._pattern is None else self._pattern.sub(CONCEALED, text)

    def event(self, event: Event) -> Event:
        """Conceal in whatever a provider may have echoed."""
        if self._pattern is None or not isinstance(event, InteractionJudged):
            return event
        return InteractionJudged(outcome=self._outcome(event.outcome))

    def _outcome(self, outcome: Outcome) -> Outcome:
        reason = None if outcome.reason is None else self.error(outcome.reason)
        return replace(outcome, reason=reason, differences=tuple(map(self._difference, outcome.differences)))

    def _difference(self, difference: Difference) -> Difference:
        return replace(
            difference,
            wanted=self.text(difference.wanted),
            got=self.text(difference.got),
            message=self.text(difference.message),
        )

    def error(self, error: Failure) -> Failure:
        """Conceal in an error."""
        return type(error)(
            self.text(error.what),
            where=self.text(error.where),
            why=self.text(error.why),
            hint=self.text(error.hint),
        )
