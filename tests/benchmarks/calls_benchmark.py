"""How many calls verification needs for each interaction: recorded flows, normalised, scheduled, and counted."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from treaty.contract.json_value import JsonValue, dumps
from treaty.normalize.pipeline import normalize
from treaty.pactfile import canonical_json
from treaty.session.exchange import CapturedRequest, CapturedResponse, Content, Edge, Exchange, Headers
from treaty.verify.document import PactDocument, read_document
from treaty.verify.schedule import Walk, make_schedule

BAR: Final = 3.0
"""So many calls an interaction are allowed."""

_EDGE: Final = Edge(consumer="web", provider="cart")
_START: Final = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
_LETTERS: Final = "ghkmnpqrstvwxyz"
_PACTS: Final = Path(__file__).resolve().parents[2] / "pacts"


def run(quick: bool) -> None:
    """Count and print the table."""
    sys.stdout.write(f"verify: calls for each interaction; the bar is {BAR:g}\n")
    sys.stdout.write(f"{'':<58}{'interactions':>14}{'calls':>8}{'each':>7}\n")
    long = 100 if quick else 300
    for name, session in (
        ("34 flows of a change and a read, 15 times", flows(34, 15)),
        ("one chain of 60 changes, each with side branches", chain(60)),
        (f"one chain of {long} changes, each with a refusal", chain(long, with_things=False)),
        ("one chain of 60 changes, all side branches at its end", chain(60, at_the_end=True)),
    ):
        _print(name, [normalized(session)])
    _print(
        "the pacts of the shop", [read_document(path.read_bytes(), source=path.name) for path in _PACTS.glob("*.json")]
    )


def normalized(session: list[Exchange]) -> PactDocument:
    """Give the one pact of a session."""
    return read_document(canonical_json(normalize(session).pacts[_EDGE]), source="web-cart.json")


def count_calls(document: PactDocument) -> int:
    """Count what is sent for a pact: steps, and requests of interactions; those with states of their own in full."""
    wanted = [each for each in document.interactions if each.is_http]
    schedule = make_schedule(document, wanted)
    found = 0
    for job in (*schedule.apart, *schedule.in_order):
        if isinstance(job, Walk):
            found += len(job.actions)
        else:
            keys = [state.key for state in job.interaction.states if state.key is not None]
            found += 1 + sum(len(document.states[key].steps) for key in keys)
    return found


def flows(count: int, changes: int) -> list[Exchange]:
    """Record so many flows: a cart is made, then changed and read in turn; no two changes are alike."""
    tape = _Tape()
    words = _words()
    for _ in range(count):
        cart = tape.make("/carts", {"kind": next(words)})
        for _ in range(changes):
            tape.call("PUT", f"/carts/{cart}/state", {"state": next(words)}, 200, {"done": True})
            tape.call("GET", f"/carts/{cart}", None, 200, {"id": cart})
    return tape.exchanges


def chain(changes: int, *, at_the_end: bool = False, with_things: bool = True) -> list[Exchange]:
    """Record one flow with side branches: things in the cart that are changed and read, and refused calls."""
    tape = _Tape()
    words = _words()
    cart = tape.make("/carts", {"kind": next(words)})
    things: list[int] = []
    for _ in range(changes):
        tape.call("PUT", f"/carts/{cart}/state", {"state": next(words)}, 200, {"done": True})
        if with_things:
            things.append(tape.make(f"/carts/{cart}/things", {"kind": next(words)}))
        tape.call("GET", f"/carts/{cart}", None, 200, {"id": cart})
        if not at_the_end:
            _branch(tape, cart, things[-1:], next(words))
    if at_the_end:
        for thing in things:
            _branch(tape, cart, [thing], next(words))
    return tape.exchanges


def _branch(tape: _Tape, cart: int, things: list[int], word: str) -> None:
    for thing in things:
        tape.call("PUT", f"/things/{thing}/state", {"state": word}, 200, {"done": True})
        tape.call("GET", f"/things/{thing}", None, 200, {"id": thing})
    tape.call("POST", f"/carts/{cart}/payments", {"means": word}, 409, {"error": "too_early"})


@dataclass(slots=True)
class _Tape:
    """A session under construction, and the next id."""

    exchanges: list[Exchange] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(4711))

    def make(self, path: str, sent: JsonValue) -> int:
        number = next(self.ids)
        self.call("POST", path, sent, 201, {"id": number})
        return number

    def call(self, method: str, path: str, sent: JsonValue, status: int, answered: JsonValue) -> None:
        number = len(self.exchanges) + 1
        started = _START + timedelta(seconds=number)
        self.exchanges.append(
            Exchange(
                number=number,
                edge=_EDGE,
                started=started,
                ended=started + timedelta(seconds=0.1),
                request=CapturedRequest(
                    method=method, path=path, query=None, headers=_headers(sent), content=_content(sent)
                ),
                response=CapturedResponse(status=status, headers=_headers(answered), content=_content(answered)),
            )
        )


def _headers(value: JsonValue) -> Headers:
    return () if value is None else (("Content-Type", "application/json"),)


def _content(value: JsonValue) -> Content:
    data = b"" if value is None else dumps(value).encode()
    return Content(data=data, size=len(data))


def _words() -> Iterator[str]:
    """Give ever new words that are no numbers in any base."""
    return ("".join(letters) for letters in itertools.product(_LETTERS, repeat=4))


def _print(name: str, documents: list[PactDocument]) -> None:
    interactions = sum(len(document.interactions) for document in documents)
    calls = sum(map(count_calls, documents))
    sys.stdout.write(f"{name:<58}{interactions:>14,}{calls:>8,}{calls / interactions:>7.2f}\n")
    sys.stdout.flush()
