"""Headers that a user gives for every request, and the requests that keep what the pact says instead.

A given header is needed to get through: a fresh token, the key of a gateway. It must not change what an interaction is
about. So it is left out where this run made the value itself, and where the answer is a refusal because of the header.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from treaty.contract.model import HttpInteraction
from treaty.redaction.names import role_of_name
from treaty.redaction.policy import RedactionPolicy
from treaty.session.exchange import Headers
from treaty.verify.calls import Call
from treaty.verify.document import PactDocument
from treaty.verify.plan import Plan
from treaty.verify.sending import made_headers

_NOT_KNOWN: Final = frozenset({401, 407})
"""Who asks is not known, or not believed (RFC 9110 sections 15.5.2 and 15.5.8)."""

_FORBIDDEN: Final = 403
_CREDENTIALS: Final = frozenset({"cookie", "dpop"})
"""Beyond those whose names say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderRule:
    """Tells which requests a given header belongs to.

    Attributes:
        recorded: names, in lower case, of the headers that some request of the pacts has.
        policy: knows further names of credentials.

    """

    recorded: frozenset[str] = frozenset()
    policy: RedactionPolicy = field(default_factory=RedactionPolicy)

    @classmethod
    def of(cls, documents: Sequence[PactDocument], policy: RedactionPolicy) -> HeaderRule:
        """Build it for the pacts whose requests are sent."""
        contracts = (each for document in documents for each in document.contract.interactions)
        requests = [each.request for each in contracts if isinstance(each, HttpInteraction)]
        return cls(recorded=frozenset(name.lower() for each in requests for name in each.headers), policy=policy)

    def applies(self, name: str, call: Call, *, replaces_made: bool = False) -> bool:
        """Tell whether a header belongs to a call.

        Args:
            name: of the header.
            call: as the pact has it.
            replaces_made: whether it may take the place of a value that this run made.

        """
        lower = name.lower()
        if lower in call.made and not replaces_made:
            return False
        is_there = any(other.lower() == lower for other, _ in call.headers)
        if call.status in _NOT_KNOWN or (call.status == _FORBIDDEN and not is_there):
            is_what_it_is_about = self._is_credential(lower) or (not is_there and lower in self.recorded)
            return not is_what_it_is_about
        return True

    def _is_credential(self, name: str) -> bool:
        # A name whose values may be shown still says who asks.
        return name in _CREDENTIALS or "signature" in name or bool(role_of_name(name) or self.policy.role(name))

    def added(self, call: Call, given: Iterable[tuple[str, str]], *, replaces_made: bool = False) -> Headers:
        """Give those of the given headers that belong to a call; arguments as of `applies`."""
        return tuple(line for line in given if self.applies(line[0], call, replaces_made=replaces_made))


def recorded_call(contract: HttpInteraction) -> Call:
    """Give the call of an interaction as far as it is known before the run: without the values that are made in it."""
    request = contract.request
    return Call(
        method=request.method,
        target=request.path,
        headers=tuple((name, value) for name, values in request.headers.items() for value in values),
        made=made_headers(request),
        status=contract.response.status,
    )


def with_headers(headers: Headers, added: Sequence[tuple[str, str]]) -> Headers:
    """Add headers; those of the same name that were there are replaced."""
    names = {name.lower() for name, _ in added}
    return (*(line for line in headers if line[0].lower() not in names), *added)


def header_notes(plan: Plan, rule: HeaderRule, names: Sequence[str]) -> Iterator[str]:
    """Say of each given header to how many interactions it was added, where that is not all."""
    calls = [
        recorded_call(contract)
        for pact in plan.pacts
        for each in pact.possible
        if isinstance(contract := pact.document.contract.interactions[each.position], HttpInteraction)
    ]
    for name in dict.fromkeys(names):
        count = sum(rule.applies(name, call) for call in calls)
        if count < len(calls):
            yield (
                f"--header {name} was added to {count} of {len(calls)} interactions; the others promise a refusal "
                "without it, or set-up makes its value"
            )
