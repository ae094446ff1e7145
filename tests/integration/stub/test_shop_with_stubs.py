"""The real order service with stubs in place of user, payment and notification, driven by the shop's own client.

The driver itself plays its whole day. What a stub cannot know is said by the test, as a consumer's team would: that
payment refuses an order that was cancelled (it asks the order service) by choosing the provider state, and the calls
that payment makes by itself by making them here, as the pact of payment and order has them. An order that nobody placed
has in requests the number that the pacts call it by.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from treaty_shop.driver import payments
from treaty_shop.driver.day import Day, Person
from treaty_shop.driver.play import play
from treaty_shop.platform.names import ServiceName
from treaty_shop.together import Together
from treaty_stubs import Stub
from treaty_stubs.platform import Asked

ROOT = Path(__file__).parents[3]
ORDER, NOTIFICATION = ServiceName.ORDER, ServiceName.NOTIFICATION
NOBODY_IN_PACTS = 9007199
ORDER_IS_CANCELLED = "a payment exists, order answers GET /api/v1/orders/{id} with status cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Where everybody is."""

    stubs: Stub
    urls: Mapping[ServiceName, str]


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
                yield Shop(stubs=stubs, urls=urls)
        finally:
            together.stop()


class payment_at_work:  # noqa: N801 - it reads as what it does
    """Makes the calls that the payment service makes after it took a payment, or gave one back."""

    def __init__(self, stubs: Stub, order: str, notification: str) -> None:
        self._taken: queue.SimpleQueue[tuple[str, dict[str, Any]] | None] = queue.SimpleQueue()
        self._order, self._notification = order, notification
        self._payments = stubs.urls["payment"]
        self._thread = threading.Thread(target=self._work)
        stubs.platform.listen(self._heard)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._taken.put(None)
        self._thread.join()

    def _heard(self, asked: Asked) -> None:
        received = asked.entry.received
        if received.method == "POST" and 200 <= asked.entry.status < 300 and asked.provider == "payment":
            body: Any = received.json
            self._taken.put((received.path, body))

    def _work(self) -> None:
        for path, body in iter(self._taken.get, None):
            if path.endswith("/refund"):
                payment = requests.get(f"{self._payments}{path.removesuffix('/refund')}", timeout=60).json()
                self._tell(payment["order_id"], "refunded")
                continue
            self._tell(body["order_id"], "processing")
            self._tell(body["order_id"], "completed")
            receipt = {
                "user_id": body["user_id"],
                "type": "email",
                "title": "Payment received",
                "content": "Thank you.",
                "recipient": "ada@example.com",
            }
            requests.post(f"{self._notification}/api/v1/notifications", json=receipt, timeout=60).raise_for_status()

    def _tell(self, order: int, status: str) -> None:
        url = f"{self._order}/api/v1/orders/{order}/status"
        requests.put(url, json={"status": status}, timeout=60).raise_for_status()


def test_the_clients_day_passes_with_stubs_around_the_order_service(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every answer is what the driver expects, and whatever order asks of others is answered from its pacts."""
    go_wrong = payments.go_wrong

    def go_wrong_with_stubs(day: Day, person: Person, cancelled: int) -> None:
        shop.stubs.choose_state(ORDER_IS_CANCELLED, provider="payment")
        with monkeypatch.context() as patched:
            patched.setattr(payments, "NOBODY", NOBODY_IN_PACTS)
            go_wrong(day, person, cancelled)
        shop.stubs.choose_state(None, provider="payment")

    monkeypatch.setattr(payments, "go_wrong", go_wrong_with_stubs)
    said: list[str] = []
    play(shop.urls, shop.urls, said.append)
    assert said[-1] == "the day is over: 71 calls, timed"
    expect: Callable[..., object] = shop.stubs.expect_called
    expect("GET /api/v1/users/{id}", provider="user", headers={"User-Agent": "shop-order"})
    expect("POST /api/v1/payments", provider="payment", headers={"User-Agent": "shop-order"}, times=1)
    expect("POST /api/v1/notifications", provider="notification", headers={"User-Agent": "shop-order"}, at_least=6)
    unmatched = {asked.entry.received.path for asked in shop.stubs.asked() if asked.entry.missed}
    assert unmatched <= {"/control/work"}
    shop.stubs.check(allow_unmatched=True)
