"""Part of the day: people sign up and change their minds."""

from dataclasses import dataclass

from treaty_shop.driver.calls import check
from treaty_shop.driver.day import NOBODY, NOTIFICATION, ORDER, PAYMENT, USER, Day, Person, identity
from treaty_shop.platform.names import CORE


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Those who signed up."""

    ada: Person
    ben: Person
    cleo: Person


def look_at_health(day: Day) -> None:
    """Ask every service how it is."""
    for service in CORE:
        check(day.client.get(service, "/health"), "status", expect="ok")


def sign_up(day: Day) -> People:
    """Sign three people up, with what goes wrong on the way."""
    client = day.client
    ada = _sign_up(day, "ada", "ada@example.com", "correct horse 1")
    ben = _sign_up(day, "ben", "ben@example.com", "correct horse 2")
    cleo = _sign_up(day, "cleo", "cleo@example.com", "correct horse 3")
    again = {"username": "imposter", "email": ada.email, "password": "correct horse 4"}
    check(client.post(USER, "/api/v1/users", again, expect=409), "error", expect="email_taken")
    nameless = {"email": "dora@example.com", "password": "correct horse 5"}
    check(client.post(USER, "/api/v1/users", nameless, expect=400), "error", expect="missing_field")
    check(client.get(USER, f"/api/v1/users/{ada.id}"), "email", expect=ada.email)
    changed = {"username": "ben the second", "email": "ben.second@example.com"}
    check(client.put(USER, f"/api/v1/users/{ben.id}", changed), "email", expect=changed["email"])
    check(client.get(USER, f"/api/v1/users/{ben.id}"), "username", expect=changed["username"])
    check(client.get(USER, f"/api/v1/users/{NOBODY}", expect=404), "error", expect="user_not_found")
    check(client.put(USER, f"/api/v1/users/{NOBODY}", changed, expect=404), "error", expect="user_not_found")
    check(client.get(NOTIFICATION, f"/api/v1/notifications/user/{ada.id}"), "data", expect=[])
    return People(ada=ada, ben=Person(id=ben.id, username=changed["username"], email=changed["email"]), cleo=cleo)


def leave(day: Day, cleo: Person) -> None:
    """Delete somebody, under a gate while the payment of an order is on its way."""
    client = day.client
    order_id = None
    if day.gated:
        items = [{"name": "umbrella", "price": 24, "quantity": 1}]
        order_id = identity(client.post(ORDER, "/api/v1/orders", {"user_id": cleo.id, "items": items}))
        day.control.settle()
    path = f"/api/v1/users/{cleo.id}"
    check(client.delete(USER, path), "message", expect="User deleted successfully")
    check(client.get(USER, path, expect=404), "error", expect="user_not_found")
    check(client.delete(USER, path, expect=404), "error", expect="user_not_found")
    if order_id is not None:
        for step in ("payment.process", "payment.complete", "payment.receipt"):
            day.release(PAYMENT, step)
        check(client.get(ORDER, f"/api/v1/orders/{order_id}"), "status", expect="completed")
        day.expect_notifications(cleo.id, 0)


def _sign_up(day: Day, username: str, email: str, password: str) -> Person:
    body = {"username": username, "email": email, "password": password}
    answer = day.client.post(USER, "/api/v1/users", body)
    check(answer, "username", expect=username)
    check(answer, "email", expect=email)
    return Person(id=identity(answer), username=username, email=email)
