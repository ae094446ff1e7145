"""Keeping secrets out of everything that is shown or written: what a user gave, what answers hold."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from threading import RLock
from typing import Final, TypeVar

from treaty.errors import TreatyError
from treaty.redaction.bodies import redact_body, redact_json
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.verify.calls import Answer
from treaty.verify.events import Event, InteractionJudged
from treaty.verify.locations import LocationInvalid, parse_location
from treaty.verify.outcome import ABSENT, Difference, Outcome
from treaty.verify.sent_request import concealed_request

CONCEALED: Final = "<given on the command line>"
HIDDEN: Final = "<secret>"
_OF_THIS_RUN: Final = frozenset({"carried", "echo"})
"""Rules whose wanted value is no recorded example, but what this run made or was answered with."""
_SHORTEST_INSIDE: Final = 6
_MOST_COMPUTED: Final = 256
_LONGEST_BODY: Final = 65536
_SCHEMES: Final = {"Bearer", "bearer", "Digest", "digest", "Negotiate"}

Failure = TypeVar("Failure", bound=TreatyError)
Concealed = TypeVar("Concealed", str, bytes, InteractionJudged)


class Concealer:
    """Replaces given values and their longer words wherever they appear, and what is secret by name, shape or use.

    For several threads at once: the redactor learns from all of them.

    Args:
        values: what must not be shown; short ones are replaced only where they stand alone.
        redactor: finds secrets in answers, and knows those that it has found before.

    """

    def __init__(self, values: Sequence[str], redactor: Redactor) -> None:
        self._redactor: Final = redactor
        self._lock: Final = RLock()
        words = {word for value in values for word in value.split() if len(word) >= _SHORTEST_INSIDE} - _SCHEMES
        secrets = {*values, *words} - {""}
        patterns = [
            re.escape(secret) if len(secret) >= _SHORTEST_INSIDE else rf"(?<!\w){re.escape(secret)}(?!\w)"
            for secret in sorted(secrets, key=len, reverse=True)
        ]
        self._pattern: Final = re.compile("|".join(patterns)) if patterns else None
        self._computed: Final[OrderedDict[str, None]] = OrderedDict()

    @property
    def policy(self) -> RedactionPolicy:
        """Which names are secret."""
        return self._redactor.policy

    def learn(self, value: str) -> None:
        """Conceal one more value from now on, and its longer words; of many only the last ones are remembered.

        For values that hold for one request only, so that they cannot turn up much later.
        """
        words = {value, *value.split()} - _SCHEMES
        with self._lock:
            for word in words:
                if len(word) >= _SHORTEST_INSIDE:
                    self._computed[word] = None
            while len(self._computed) > _MOST_COMPUTED:
                self._computed.popitem(last=False)

    def text(self, text: str) -> str:
        """Conceal in a text."""
        with self._lock:
            # Given values first: what is left of them would get a stand-in, and nobody could tell where it is from.
            return self._forgotten(self._given(self._redactor.text(self._given(text))))

    def answer(self, answer: Answer) -> Answer:
        """Conceal in the body of an answer; what is found is known from then on."""
        media_type = next((value for name, value in answer.headers if name.lower() == "content-type"), "")
        with self._lock:
            body = self._forgotten(redact_body(self._redactor, answer.body, media_type)[0])
        return replace(answer, body=self._given(body.decode("utf-8", "replace")).encode())

    def target(self, target: str) -> str:
        """Conceal in the path and query of a request."""
        path, mark, query = target.partition("?")
        with self._lock:
            return self._forgotten(self._given(self._redactor.path(path) + mark + self._redactor.pairs(query)[0]))

    def event(self, event: Event) -> Event:
        """Conceal in whatever a provider may have echoed."""
        if not isinstance(event, InteractionJudged):
            return event
        with self._lock:
            return self._forgotten(InteractionJudged(outcome=self._outcome(event.outcome)))

    def _forgotten(self, concealed: Concealed) -> Concealed:
        """Empty the list of what was newly found, which recorders go by: nothing that was shown is taken back here."""
        self._redactor.fresh.clear()
        return concealed

    def _outcome(self, outcome: Outcome) -> Outcome:
        request = outcome.request
        if request is not None:
            # First, because its secrets are known from then on, and an answer may repeat them.
            request = concealed_request(request, redactor=self._redactor, given=self._given)
        answer = None if outcome.answer is None else self._whole_answer(outcome.answer)
        reason = None if outcome.reason is None else self.error(outcome.reason)
        differences = tuple(map(self._difference, outcome.differences))
        return replace(outcome, request=request, answer=answer, reason=reason, differences=differences)

    def _whole_answer(self, answer: Answer) -> Answer:
        headers = tuple((name, self._given(self._redactor.header(name, value))) for name, value in answer.headers)
        # Cut when all is concealed, so that no half of a secret is left.
        body = self.answer(answer).body[:_LONGEST_BODY].decode("utf-8", "ignore").encode()
        return replace(answer, headers=headers, body=body)

    def _given(self, text: str) -> str:
        for value in self._computed:
            text = text.replace(value, CONCEALED)
        return text if self._pattern is None else self._pattern.sub(CONCEALED, text)

    def _difference(self, difference: Difference) -> Difference:
        part, _, name = difference.location.partition(".")
        if part == "header":
            is_secret = self._redactor.header(name, difference.got) != difference.got
        else:
            is_secret = bool(self._redactor.policy.role(_last_key(difference.location)))
        wanted = difference.wanted
        if difference.rule in _OF_THIS_RUN:
            wanted = HIDDEN if is_secret else redact_json(self._redactor, wanted)[0]
        wanted = self._given(wanted)
        if is_secret and difference.got != ABSENT:
            message = "the value is secret, and not the wanted one"
            return replace(difference, wanted=wanted, got=HIDDEN, message=message)
        got, _ = redact_json(self._redactor, difference.got)
        return replace(
            difference,
            wanted=wanted,
            got=self._given(got),
            message=self.text(difference.message),
        )

    def _hint(self, hint: str) -> str:
        # Our own words: `--secret token=env:VARIABLE` only looks like a secret.
        with self._lock:
            return self._given(hint)

    def error(self, error: Failure) -> Failure:
        """Conceal in an error."""
        return type(error)(
            self.text(error.what),
            where=self.text(error.where),
            why=self.text(error.why),
            hint=self._hint(error.hint),
        )


def _last_key(location: str) -> str:
    part, _, rest = location.partition(".")
    if part == "metadata":
        return rest
    try:
        path = parse_location(f"body.{rest}" if part == "contents" and rest else location).path or ()
    except LocationInvalid:
        return ""
    return next((segment for segment in reversed(path) if isinstance(segment, str)), "")
