"""The real order service with stubs in place of user, payment and notification, driven by the shop's own client.

What a stub cannot know is left out of the day: whether payment refuses an order (it asks the order service), what a
refund makes of an order (payment tells the order service, later), and batches (their answers name nothing). The calls
that payment makes by itself are made here, as the pact of payment and order has them.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from treaty_shop.driver import notifications, orders, payments, sign_ups
from treaty_shop.driver.calls import Client
from treaty_shop.driver.control import Control
from treaty_shop.driver.day import Day
from treaty_shop.platform.names import ServiceName
from treaty_shop.together import Together
from treaty_stubs import Stub
from treaty_stubs.platform import Asked

ROOT = Path(__file__).parents[3]
ORDER, NOTIFICATION = ServiceName.ORDER, ServiceName.NOTIFICATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Where everybody is, and what the client's day needs."""

    stubs: Stub
    day: Day


@pytest.fixture(name="shop")
def _shop(tmp_path: Path) -> Iterator[Shop]:
    with Stub(ROOT / "pacts", stateful=True) as stubs:
        others = {f"{name.upper()}_URL": url for name, url in stubs.urls.items() if name != ORDER}
        database = f"sqlite:///{tmp_path}/order.db"
        together = Together(
            {**os.environ, **others, "DATABASE_URL": database, "SHOP_TIME_SCALE": "0.02"},
            host="127.0.0.1",
            ports={ORDER: 0},
        )
        together.start(())
        try:
            urls = {**{ServiceName(name): url for name, url in stubs.urls.items()}, **together.urls}
            with payment_at_work(stubs, urls[ORDER], urls[NOTIFICATION]):
                client, control = Client(urls), Control(urls)
                yield Shop(stubs=stubs, day=Day(client=client, control=control, say=lambda _line: None))
                client.close()
                control.close()
        finally:
            together.stop()


class payment_at_work:  # noqa: N801 - it reads as what it does
    """Makes the calls that the payment service makes after it took a payment."""

    def __init__(self, stubs: Stub, order: str, notification: str) -> None:
        self._taken: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._order, self._notification = order, notification
        self._thread = threading.Thread(target=self._work)
        stubs.platform.listen(self._heard)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._taken.put(None)
        self._thread.join()

    def _heard(self, asked: Asked) -> None:
        received = asked.entry.received
        if (received.method, received.path, asked.entry.status) == ("POST", "/api/v1/payments", 201):
            body: Any = received.json
            self._taken.put(body)

    def _work(self) -> None:
        for payment in iter(self._taken.get, None):
            order = f"{self._order}/api/v1/orders/{payment['order_id']}/status"
            for status in ("processing", "completed"):
                requests.put(order, json={"status": status}, timeout=60).raise_for_status()
            receipt = {
                "user_id": payment["user_id"],
                "type": "email",
                "title": "Payment received",
                "content": "Thank you.",
                "recipient": "ada@example.com",
            }
            requests.post(f"{self._notification}/api/v1/notifications", json=receipt, timeout=60).raise_for_status()


def test_the_clients_day_passes_with_stubs_around_the_order_service(shop: Shop) -> None:
    """Every answer is what the driver expects, and whatever order asks of others is answered from its pacts."""
    day = shop.day
    sign_ups.look_at_health(day)
    people = sign_ups.sign_up(day)
    orders.follow_one(day, people.ada)
    orders.go_wrong(day, people.ada)
    orders.list_and_cancel(day, people.ada, people.ben)
    order_id, payment_id = payments.pay(day, people.ada, "credit_card")
    payments.look_up(day, people.ada, order_id, payment_id)
    payments.pay(day, people.ben, "alipay")
    sign_ups.leave(day, people.cleo)
    notifications.send_mail(day, people.ada)
    notifications.send_short_message(day, people.ada)
    notifications.go_wrong(day, people.ben)
    assert day.client.count > 50
    expect: Callable[..., object] = shop.stubs.expect_called
    expect("GET /api/v1/users/{id}", provider="user", headers={"User-Agent": "shop-order"})
    expect("POST /api/v1/payments", provider="payment", headers={"User-Agent": "shop-order"}, times=1)
    expect("POST /api/v1/notifications", provider="notification", headers={"User-Agent": "shop-order"}, at_least=6)
    unmatched = {asked.entry.received.path for asked in shop.stubs.asked() if asked.entry.missed}
    assert unmatched <= {"/control/work"}
    shop.stubs.check(allow_unmatched=True)
