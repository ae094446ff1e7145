"""How many exchanges a second become pacts: independent flows of 400 to 100,000 exchanges, and chains of changes.

Flows cost the same each, so the figures show whether work grows with the session. In a chain each interaction has all
changes before it as its set-up, so the pact itself grows with the square of its length. Sessions are generated; time is
CPU time of this process, and memory its largest so far, so sizes go up.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Sequence
from typing import Final

from tests.unit.harness.normalize.sessions import Session
from treaty.contract.json_value import JsonValue
from treaty.normalize.pipeline import normalize
from treaty.session.exchange import Exchange

_FLOWS: Final = (50, 500, 2_500, 12_500)
_CHAINS: Final = (15, 30, 60)
_QUICK: Final = 500


def run(quick: bool) -> None:
    """Print the figures."""
    sys.stdout.write("normalise: independent flows, eight exchanges each\n")
    for count in _FLOWS:
        if not quick or count <= _QUICK:
            _show(f"{count:>6} flows", flows(count))
    sys.stdout.write("normalise: one thing that is changed again and again, four exchanges a change\n")
    for length in _CHAINS:
        _show(f"{length:>6} changes", chain(length))


def _show(label: str, exchanges: Sequence[Exchange]) -> None:
    start = time.process_time()
    found = normalize(exchanges)
    seconds = time.process_time() - start
    interactions = sum(len(pact["interactions"]) for pact in found.pacts.values())
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    sys.stdout.write(
        f"{label}: {len(exchanges):>7} exchanges, {len(exchanges) / seconds:>6.0f} a second, "
        f"{interactions:>4} interactions, {megabytes:>5.0f} MB\n"
    )


def flows(count: int) -> Sequence[Exchange]:
    """Generate users who order, pay, look and cancel, each with ids of their own."""
    session = Session()
    for turn in range(count):
        user, order = 1_000 + turn, 500_000 + turn
        account: dict[str, JsonValue] = {
            "id": user,
            "name": "Ann Example",
            "email": f"ann{turn}@example.com",
            "active": True,
            "created_at": "2026-11-20T10:00:00.123Z",
        }
        items: JsonValue = [{"sku": "A-1", "quantity": 2, "price": 12}]
        made: dict[str, JsonValue] = {
            "id": order,
            "user_id": user,
            "items": items,
            "total": 24,
            "status": "pending",
            "self": f"/orders/{order}",
        }
        session.call("client>user", "POST /users", {"name": account["name"], "email": account["email"]}, 201, account)
        session.call("client>user", f"GET /users/{user}", None, 200, account)
        session.call("client>order", "POST /orders", {"user_id": user, "items": items}, 201, made)
        session.call("client>order", f"GET /orders/{order}", None, 200, made)
        session.call("client>order", f"PUT /orders/{order}", {"status": "paid"}, 200, made | {"status": "paid"})
        session.call("client>order", f"GET /orders/{order}", None, 200, made | {"status": "paid"})
        session.call("client>order", f"DELETE /orders/{order}", None, 204)
        session.call("client>order", f"GET /orders/{order}", None, 404, {"error": "not found"})
    return session.exchanges


def chain(length: int) -> Sequence[Exchange]:
    """Generate one cart that is filled and changed, every time to another status, with its items beside."""
    session = Session()
    session.call("client>cart", "POST /carts", {"name": "Ann Example"}, 201, {"id": 7_001, "status": "open"})
    for turn in range(length):
        item, status = 800_001 + turn, f"s{turn}"
        session.call("client>cart", "POST /carts/7001/items", {"sku": "A-1"}, 201, {"id": item, "cart_id": 7_001})
        session.call("client>cart", "PUT /carts/7001", {"status": status}, 200, {"id": 7_001, "status": status})
        session.call("client>cart", "GET /carts/7001", None, 200, {"id": 7_001, "status": status})
        listed: JsonValue = [{"id": 800_001 + each, "cart_id": 7_001} for each in range(turn + 1)]
        session.call("client>cart", "GET /carts/7001/items", None, 200, listed)
    return session.exchanges
