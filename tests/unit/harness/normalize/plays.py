"""Plays small scripts against a simulated shop, and tells the session that a recorder would have written.

The same script can be played in different worlds: with other first ids, other random values, another clock, another
speed. What a pact may depend on is the script, never the world.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from tests.unit.harness.normalize.sessions import content, media_header
from treaty.contract.json_value import JsonValue, Number
from treaty.session.exchange import CapturedRequest, CapturedResponse, Edge, Exchange

NAMES: Final = ("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What differs between two recordings of the same script.

    Attributes:
        first_user, first_order: where the sequences of the two services start.
        seed: of uuids and hexadecimal ids.
        start: when the recording starts.
        pace: seconds between two calls.

    """

    first_user: int = 1
    first_order: int = 1
    seed: int = 0
    start: datetime = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    pace: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a script: what is done, and to which of the things that exist (taken modulo their number)."""

    kind: str
    who: int = 0


KINDS: Final = (
    "register", "register_twice", "read_user", "find_user", "read_missing_user", "list_users",
    "order", "read_order", "list_orders_of_user", "pay", "cancel", "read_cancelled",
    "upload", "read_upload", "bad_order",
)  # fmt: skip

scripts: Final = st.lists(
    st.builds(lambda kind, who: Step(kind=kind, who=who), st.sampled_from(KINDS), st.integers(0, 3)),
    min_size=1,
    max_size=14,
)
worlds: Final = st.builds(
    lambda user, order, seed, days, pace: World(
        first_user=user, first_order=order, seed=seed, start=World().start + timedelta(days=days), pace=pace
    ),
    st.integers(1, 8_000),
    st.integers(1, 8_000),
    st.integers(0, 2**31),
    st.integers(-3000, 3000),
    st.sampled_from([0.9, 1.0, 7.5]),
)


@dataclass(slots=True, kw_only=True)
class _Order:
    number: int
    user: int
    cents: int
    status: str
    created: str


@dataclass(slots=True, kw_only=True)
class _Play:
    world: World
    exchanges: list[Exchange] = field(default_factory=list)
    users: dict[int, str] = field(default_factory=dict)
    orders: list[_Order] = field(default_factory=list)
    uploads: list[tuple[str, str]] = field(default_factory=list)
    now: datetime = field(init=False)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.world.start
        self.chance = random.Random(self.world.seed)

    def call(
        self, edge: str, line: str, sent: JsonValue, status: int, answered: JsonValue, *, within: float = 0.0
    ) -> None:
        """Note one exchange; a call `within` another starts so many seconds after it and ends before it."""
        consumer, provider = edge.split(">")
        method, target = line.split(" ")
        path, mark, query = target.partition("?")
        started = self.now + timedelta(seconds=within)
        self.exchanges.append(
            Exchange(
                number=len(self.exchanges) + 1,
                edge=Edge(consumer=consumer, provider=provider),
                started=started,
                ended=started + timedelta(seconds=0.05 if within else 0.5),
                request=CapturedRequest(
                    method=method, path=path, query=query if mark else None,
                    headers=media_header(sent), content=content(sent),
                ),
                response=CapturedResponse(status=status, headers=media_header(answered), content=content(answered)),
            )
        )  # fmt: skip

    def stamp(self) -> str:
        return self.now.strftime("%Y-%m-%dT%H:%M:%S.123Z")

    def user(self, number: int) -> JsonValue:
        name = self.users[number]
        return {"id": number, "username": name, "email": f"{name}@example.com"}

    def pick_user(self, who: int) -> int | None:
        known = list(self.users)
        return known[who % len(known)] if known else None

    def pick_order(self, who: int, status: str = "") -> _Order | None:
        known = [order for order in self.orders if status in {"", order.status}]
        return known[who % len(known)] if known else None

    def register(self, _: int) -> None:
        if len(self.users) == len(NAMES):
            return
        number = self.world.first_user + len(self.users)
        name = NAMES[len(self.users)]
        self.users[number] = name
        sent: JsonValue = {"username": name, "email": f"{name}@example.com"}
        self.call("client>user", "POST /api/v1/users", sent, 201, self.user(number))

    def register_twice(self, who: int) -> None:
        number = self.pick_user(who)
        if number is not None:
            sent: JsonValue = {"username": f"other{len(self.exchanges)}", "email": f"{self.users[number]}@example.com"}
            refusal: JsonValue = {"error": "email_taken", "message": "email already exists"}
            self.call("client>user", "POST /api/v1/users", sent, 409, refusal)

    def read_user(self, who: int) -> None:
        number = self.pick_user(who)
        if number is not None:
            self.call("client>user", f"GET /api/v1/users/{number}", None, 200, self.user(number))

    def find_user(self, who: int) -> None:
        number = self.pick_user(who)
        if number is not None:
            found: JsonValue = {"data": [self.user(number)], "total": 1}
            self.call("client>user", f"GET /api/v1/users?user_id={number}", None, 200, found)

    def read_missing_user(self, _: int) -> None:
        refusal: JsonValue = {"error": "not_found", "message": "user 999999 not found"}
        self.call("client>user", "GET /api/v1/users/999999", None, 404, refusal)

    def list_users(self, _: int) -> None:
        self.call("client>user", "GET /api/v1/users", None, 200, {"data": [self.user(number) for number in self.users]})

    def shown(self, order: _Order) -> JsonValue:
        return {
            "id": order.number,
            "user_id": order.user,
            "total_amount": Number(f"{order.cents // 100}.{order.cents % 100:02d}"),
            "status": order.status,
            "created_at": order.created,
        }

    def order(self, who: int) -> None:
        user = self.pick_user(who)
        if user is None:
            return
        order = _Order(
            number=self.world.first_order + len(self.orders),
            user=user,
            cents=1150 * (1 + who),
            status="pending",
            created=self.stamp(),
        )
        self.orders.append(order)
        sent: JsonValue = {"user_id": user, "items": [{"name": "Desk", "price": Number("11.50"), "quantity": 1 + who}]}
        self.call("order>user", f"GET /api/v1/users/{user}", None, 200, self.user(user), within=0.1)
        self.call("order>notice", "POST /notices", {"order_id": order.number, "kind": "made"}, 202, None, within=0.2)
        self.call("client>order", "POST /api/v1/orders", sent, 201, self.shown(order))

    def bad_order(self, _: int) -> None:
        refusal: JsonValue = {"error": "invalid", "message": "items must not be empty"}
        self.call("client>order", "POST /api/v1/orders", {"items": []}, 422, refusal)

    def read_order(self, who: int) -> None:
        order = self.pick_order(who)
        if order is not None:
            self.call("client>order", f"GET /api/v1/orders/{order.number}", None, 200, self.shown(order))

    def list_orders_of_user(self, who: int) -> None:
        user = self.pick_user(who)
        if user is not None:
            found: JsonValue = [self.shown(order) for order in self.orders if order.user == user]
            self.call("client>order", f"GET /api/v1/orders/user/{user}", None, 200, found)

    def pay(self, who: int) -> None:
        order = self.pick_order(who, "pending")
        if order is not None:
            order.status = "paid"
            done: JsonValue = {"message": "order status updated"}
            self.call("payment>order", f"PUT /api/v1/orders/{order.number}/status", {"status": "paid"}, 200, done)

    def cancel(self, who: int) -> None:
        order = self.pick_order(who)
        if order is not None:
            self.orders.remove(order)
            self.orders.insert(0, replace(order, status="cancelled"))
            self.call("client>order", f"DELETE /api/v1/orders/{order.number}", None, 204, None)

    def read_cancelled(self, who: int) -> None:
        order = self.pick_order(who, "cancelled")
        if order is not None:
            self.call("client>order", f"GET /api/v1/orders/{order.number}", None, 200, self.shown(order))

    def upload(self, who: int) -> None:
        key = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        # A letter keeps it hexadecimal, and not a long number.
        digest = "a" + f"{self.chance.getrandbits(124):031x}"
        self.uploads.append((key, digest))
        made: JsonValue = {"id": key, "digest": digest, "kind": ("photo", "scan")[who % 2]}
        self.call("client>file", "POST /uploads", {"kind": ("photo", "scan")[who % 2]}, 201, made)

    def read_upload(self, who: int) -> None:
        if self.uploads:
            key, digest = self.uploads[who % len(self.uploads)]
            self.call("client>file", f"GET /uploads/{key}", None, 200, {"id": key, "digest": digest})


def play(script: Sequence[Step], world: World | None = None) -> list[Exchange]:
    """Play a script and give the session."""
    scene = _Play(world=world or World())
    for step in script:
        getattr(scene, step.kind)(step.who)
        scene.now += timedelta(seconds=scene.world.pace)
    return scene.exchanges
