"""Stateful stubs of the shop's services, from their checked-in pacts, for tests that ask them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from treaty.adapters.pact_files import read_pacts
from treaty_stubs.answering import Answering
from treaty_stubs.lifecycle.spaces import SpaceBook
from treaty_stubs.message import Answer, Received
from treaty_stubs.select.candidate import Candidate, gather_candidates

PACTS = Path(__file__).resolve().parents[4] / "pacts"


NOTES = Path(__file__).with_name("web-notes.json")
"""Recorded of a service with notes (of which it computes a slug and a length), settings, a cart and a counter."""
MEMOS = Path(__file__).with_name("web-memo.json")
"""Recorded of a service with memos that are made alone, several at once, and by an import that tells nothing."""


@cache
def candidates_of(provider: str) -> tuple[Candidate, ...]:
    """Give the interactions of one of the shop's services, or of ``notes`` or ``memo``."""
    return gather_candidates(read_pacts([{"notes": NOTES, "memo": MEMOS}.get(provider, PACTS)]), provider=provider)


class Asked:
    """A stub of one service, with spaces of its own."""

    def __init__(self, provider: str, *, seed: int | None = None) -> None:
        self.spaces = SpaceBook()
        self.stub = Answering(candidates_of(provider), provider=provider, spaces=self.spaces, seed=seed)

    def answer(
        self, method: str, target: str, body: Any = None, *, space: str = "", state: str = "", if_match: str = ""
    ) -> Answer:
        """Send a request as the shop's client would."""
        headers = [(b"Accept", b"application/json")]
        headers += [(b"If-Match", if_match.encode())] if if_match else []
        headers += [(b"X-Treaty-Space", space.encode())] if space else []
        headers += [(b"X-Treaty-State", state.encode())] if state else []
        data = b""
        if body is not None:
            headers.append((b"Content-Type", b"application/json"))
            data = json.dumps(body).encode()
        return self.stub(Received(method=method, target=target, raw_headers=headers, body=data))

    def __call__(self, method: str, target: str, body: Any = None, *, space: str = "") -> tuple[int, Any]:
        """Give status and body."""
        answer = self.answer(method, target, body, space=space)
        return answer.status, json.loads(answer.body) if answer.body else None


def user(name: str) -> dict[str, str]:
    """Give what signs somebody up."""
    return {"username": name, "email": f"{name}@example.org", "password": "a long one"}


def order(user_id: int, *, pay: bool | None = None) -> dict[str, Any]:
    """Give what places an order of two kinds of things."""
    items = [{"name": "pen", "price": 1.5, "quantity": 2}, {"name": "cap", "price": 3, "quantity": 1}]
    return {"user_id": user_id, "items": items, **({} if pay is None else {"pay": pay})}
