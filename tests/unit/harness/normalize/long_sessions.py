"""Long sessions in which the same things are done to other things again and again; what differs is told by a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from uuid import UUID

from tests.unit.harness.normalize.sessions import Session
from treaty.contract.json_value import JsonValue
from treaty.session.exchange import Exchange

AUTHORIZED: Final = (("Authorization", "Bearer abcDEF123456ghiJKL7890mnoPQR"),)


def orders(count: int) -> Sequence[Exchange]:
    """Orders of a few categories by one client that logged in: some are paid, some deleted, some looked at often."""
    session = Session()
    for number in (1, 2, 3):
        session.call("web>shop", "POST /categories", {"name": f"c{number}"}, 201, {"id": number, "name": f"c{number}"})
    session.call(
        "web>auth",
        "POST /login",
        {"user": "ann", "password": "x"},
        200,
        {"token": "abcDEF123456ghiJKL7890mnoPQR"},
        redacted=("request.body.$.password",),
    )
    for turn in range(count):
        order, category = 1_000 + turn, turn % 3 + 1
        seen: dict[str, JsonValue] = {"id": order, "category_id": category, "status": "new", "total": turn % 97}
        sent: JsonValue = {"category_id": category}
        session.call("web>shop", "POST /orders", sent, 201, seen, headers=AUTHORIZED)
        for _ in range(turn % 2):
            session.call("web>shop", f"GET /orders/{order}", None, 200, seen, headers=AUTHORIZED)
        if turn % 3 == 0:
            paid = seen | {"status": "paid"}
            session.call("web>shop", f"POST /orders/{order}/pay", {}, 200, paid, headers=AUTHORIZED)
            session.call("web>shop", f"GET /orders/{order}", None, 200, paid, headers=AUTHORIZED)
        if turn % 5 == 0:
            session.call("web>shop", f"DELETE /orders/{order}", None, 204, headers=AUTHORIZED)
            session.call("web>shop", f"GET /orders/{order}", None, 404, {"error": "no"}, headers=AUTHORIZED)
    return session.exchanges


def polls(count: int) -> Sequence[Exchange]:
    """Ask for the same all the time, while a setting is changed now and then."""
    session = Session()
    theme: JsonValue = "light"
    for turn in range(count):
        session.call("web>shop", "GET /users/1", None, 200, {"id": 1, "name": "Ann Example"})
        if turn % 25 == 0:
            theme = "dark" if theme == "light" else "light"
            session.call("web>shop", "PUT /settings", {"theme": theme}, 200, {"theme": theme})
        session.call("web>shop", "GET /settings", None, 200, {"theme": theme})
    return session.exchanges


def services(count: int) -> Sequence[Exchange]:
    """Orders that a service makes with the help of others, of which one is asked for nothing in particular."""
    session = Session()
    for turn in range(count):
        start, user = 10 * turn, str(UUID(int=turn * 7_919 << 64 | 1 << 79))
        made: JsonValue = {"id": turn + 1, "rate": 2, "user": user}
        sent: JsonValue = {"sku": "A-1", "user": user}
        session.call("web>order", "POST /orders", sent, 201, made, at=start, lasting=5)
        session.call("order>rates", "GET /rates/today", None, 200, {"rate": 2}, at=start + 1, lasting=0.5)
        seen: JsonValue = {"id": user, "active": True}
        session.call("order>user", f"GET /users/{user}", None, 200, seen, at=start + 2, lasting=0.5)
        session.call("web>order", f"GET /orders/{turn + 1}", None, 200, made, at=start + 7)
    return session.exchanges


def lists(count: int) -> Sequence[Exchange]:
    """Things to do, and pages of them that show those of many flows."""
    session = Session()
    known: list[JsonValue] = []
    for turn in range(count):
        key = str(UUID(int=turn * 104_729 << 64 | 1 << 79))
        known.append({"id": key, "title": ("Buy milk", "Call Bob")[turn % 2], "done": False})
        session.call("web>todo", "POST /todos", {"title": ("Buy milk", "Call Bob")[turn % 2]}, 201, known[-1])
        session.call("web>todo", f"GET /todos/{key}", None, 200, known[-1])
        if turn % 10 == 0:
            page: JsonValue = {"items": known[-20:], "total": len(known)}
            session.call("web>todo", "GET /todos?limit=20", None, 200, page)
    return session.exchanges


def accounts(count: int) -> Sequence[Exchange]:
    """Accounts under names that nobody else may have; some are wanted twice, all are renamed and searched for."""
    session = Session()
    for turn in range(count):
        mail, name = f"ann{turn}@mail.example", "Ann Example"
        account: dict[str, JsonValue] = {"id": turn + 1, "email": mail, "name": name}
        session.call("web>user", "POST /users", {"email": mail, "name": name}, 201, account)
        if turn % 7 == 0:
            session.call("web>user", "POST /users", {"email": mail, "name": name}, 409, {"error": "exists"})
        account["name"] = "Bob"
        session.call("web>user", f"PATCH /users/{turn + 1}", {"name": "Bob"}, 200, dict(account))
        session.call("web>user", f"GET /users?email={mail}", None, 200, [dict(account)])
    return session.exchanges


def carts(count: int) -> Sequence[Exchange]:
    """One cart, which is filled and changed again and again: each call comes after all before."""
    session = Session()
    session.call("web>cart", "POST /carts", {"name": "Ann Example"}, 201, {"id": 7_001, "status": "open"})
    for turn in range(count):
        item, status = 800_001 + turn, ("open", "held")[turn % 2]
        session.call("web>cart", "POST /carts/7001/items", {"sku": "A-1"}, 201, {"id": item, "cart_id": 7_001})
        session.call("web>cart", "PUT /carts/7001", {"status": status}, 200, {"id": 7_001, "status": status})
        session.call("web>cart", "GET /carts/7001", None, 200, {"id": 7_001, "status": status})
        latest = range(max(800_001, item - 4), item + 1)
        shown: JsonValue = [{"id": each, "cart_id": 7_001} for each in latest]
        session.call("web>cart", "GET /carts/7001/items?limit=5", None, 200, shown)
    return session.exchanges


def pastes(count: int) -> Sequence[Exchange]:
    """Texts under short keys that the provider makes up, which have no form of their own."""
    session = Session()
    for turn in range(count):
        key = "".join("bcdfghjkmn"[int(digit)] for digit in f"{turn * 7 % 1_000:03}")
        seen: JsonValue = {"slug": key, "text": "some words"}
        session.call("web>paste", "POST /pastes", {"text": "some words"}, 201, seen)
        session.call("web>paste", f"GET /pastes/{key}", None, 200, seen)
        if turn % 2:
            session.call("web>paste", f"DELETE /pastes/{key}", None, 204)
            session.call("web>paste", f"GET /pastes/{key}", None, 404, {"error": "no"})
    return session.exchanges


LONG: Final[Mapping[str, Callable[[int], Sequence[Exchange]]]] = {
    "accounts": accounts,
    "carts": carts,
    "lists": lists,
    "orders": orders,
    "pastes": pastes,
    "polls": polls,
    "services": services,
}
