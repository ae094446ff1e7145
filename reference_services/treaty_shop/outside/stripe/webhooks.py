"""Telling the shop what happened, by signed calls (https://docs.stripe.com/webhooks/signature)."""

import hashlib
import hmac
import json
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

import requests

from treaty_shop.outside.stripe.objects import Object

_TIMEOUT: Final = 10.0
_DELAYS: Final = (1.0, 2.0)
"""Seconds before a call that was not taken is made again; Stripe itself goes on for days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One call that was made: `status` is None when there was no answer."""

    event: str
    type: str
    status: int | None


def signature(body: bytes, secret: str, timestamp: int) -> str:
    """Return the header ``Stripe-Signature`` of a body: HMAC-SHA256 over the time, a dot and the bytes."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


class Webhooks:
    """Makes the calls one after another on a thread of its own; without a URL it makes none."""

    def __init__(self, url: str | None, secret: str, clock: Callable[[], int]) -> None:
        """Call a URL; `clock` is in unix seconds."""
        self._url = url
        self._secret = secret
        self._clock = clock
        self._events: queue.Queue[Object | None] = queue.Queue()
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._deliveries: list[Delivery] = []
        self._thread = threading.Thread(target=self._loop, name="webhooks")

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, without what still waits."""
        self._ended.set()
        self._events.put(None)
        self._thread.join()

    def send(self, event: Object) -> None:
        """Tell of an event soon."""
        if self._url is not None:
            self._events.put(event)

    def deliveries(self) -> list[Delivery]:
        """Return the calls so far, oldest first."""
        with self._lock:
            return list(self._deliveries)

    def _loop(self) -> None:
        while (event := self._events.get()) is not None and not self._ended.is_set():
            for delay in (*_DELAYS, None):
                if self._deliver(event) or delay is None or self._ended.wait(delay):
                    break

    def _deliver(self, event: Object) -> bool:
        assert self._url is not None
        body = json.dumps(event, indent=2).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(body, self._secret, self._clock()),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        status: int | None = None
        try:
            answer = requests.post(self._url, data=body, headers=headers, timeout=_TIMEOUT, allow_redirects=False)
            status = answer.status_code
        except requests.RequestException:
            status = None
        with self._lock:
            self._deliveries.append(Delivery(event=event["id"], type=event["type"], status=status))
        return status is not None and status // 100 == 2
