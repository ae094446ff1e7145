"""How many exchanges a second become pacts, and in how much memory: sessions of 1,000 to 100,000 exchanges.

Each shape of session is written to a folder and normalised by a process of its own, as ``treaty normalize`` does it,
with reading, merging and evidence. Flows cost the same each, so the figures show whether work grows with the session;
what repeats should add little memory. In a chain each interaction has all changes before it as its set-up, so the pact
itself grows with the square of its length. Seconds are CPU seconds of that process: other work on the machine counts
little.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.unit.harness.normalize.long_sessions import lists, orders, polls
from tests.unit.harness.normalize.sessions import Session
from treaty.contract.json_value import JsonValue
from treaty.session.exchange import Exchange
from treaty.session.info import SessionInfo
from treaty.session.writer import SessionWriter

_SIZES: Final = (1_000, 10_000, 100_000)
_CHAINS: Final = (15, 30, 60)
_QUICK: Final = 10_000


def run(quick: bool) -> None:
    """Print the figures."""
    for name, (make, each) in _SHAPES.items():
        sys.stdout.write(f"normalise: {name}\n")
        for size in _SIZES:
            if not quick or size <= _QUICK:
                _show(make(round(size / each)))
    sys.stdout.write("normalise: one thing that is changed again and again, four exchanges a change\n")
    for length in _CHAINS:
        _show(chain(length))


def _show(exchanges: Sequence[Exchange]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        session = Path(folder) / "session"
        with SessionWriter(session, SessionInfo(started=datetime.now(UTC), edges=())) as writer:
            for item in exchanges:
                writer.append(item)
        module = [sys.executable, "-m", "tests.benchmarks.normalize_process"]
        said = subprocess.run([*module, str(session), str(Path(folder) / "pacts")], stdout=subprocess.PIPE, check=True)
    found = json.loads(said.stdout)
    sys.stdout.write(
        f"{found['exchanges']:>9} exchanges: {found['seconds']:>6.1f} s, "
        f"{found['exchanges'] / found['seconds']:>6.0f} a second, {found['interactions']:>4} interactions, "
        f"{found['megabytes']:>5.0f} MB ({found['before']:.0f} before the first)\n"
    )
    sys.stdout.flush()


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


_SHAPES: Final[Mapping[str, tuple[Callable[[int], Sequence[Exchange]], float]]] = {
    "independent flows, eight exchanges each": (flows, 8),
    "orders of one client, with a token and some categories": (orders, 2.57),
    "the same calls again and again, a setting changed now and then": (polls, 2.04),
    "things, and pages that show twenty of them": (lists, 2.1),
}
"""What makes a session of so many turns, and about how many exchanges a turn has."""
