"""What the driver does behind the scenes: wait until the shop is at rest, let held steps go.

These calls go straight to the services and are not part of the day.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

import requests

from treaty_shop.driver.calls import DayFailed
from treaty_shop.platform.json_text import Json, NotJson, read_json
from treaty_shop.platform.names import ServiceName

_BOUND_SECONDS: Final = 60.0
_INTERVAL_SECONDS: Final = 0.003
_CALL_SECONDS: Final = 10.0


class Control:
    """Looks at the services' background work, and moves it on when they are gated."""

    def __init__(self, urls: Mapping[ServiceName, str], *, bound: float = _BOUND_SECONDS) -> None:
        """Ask the services how they are paced; raises `DayFailed` when they differ."""
        self._urls = urls
        self._bound = bound
        self._session = requests.Session()
        # A proxy in the environment is a recorder's: it must not see these calls.
        self._session.trust_env = False
        self._session.headers["User-Agent"] = "shop-control"
        answers = {self._send("GET", service, "/control/work")[0] == requests.codes.ok for service in urls}
        if len(answers) > 1:
            raise DayFailed("some services are gated (SHOP_PACE=gate) and some are not")
        self.gated = answers == {True}
        """Whether delayed steps wait to be released."""
        self.released = 0
        """How many held steps were let go."""

    def read(self, service: ServiceName, path: str) -> Json:
        """GET a path directly; raises `DayFailed` unless it is answered 200."""
        status, body = self._send("GET", service, path)
        if status != requests.codes.ok:
            raise DayFailed(f"GET {self._urls[service]}{path} (control): got {status}")
        return body

    def settle(self) -> None:
        """Wait until nothing runs anywhere; held steps may stay held. Only when gated.

        One look at each service is not enough: work may move from one that was not yet looked at
        to one that was. Two rounds that are equal, idle, and count the same work prove rest.
        """
        if not self.gated:
            return
        before: list[Json] = []

        def at_rest() -> bool:
            nonlocal before
            present = [self.read(service, "/control/work") for service in self._urls]
            idle = all(isinstance(state, dict) and state.get("running") == 0 for state in present)
            equal, before = present == before, present
            return idle and equal

        self._await(at_rest, "the shop does not come to rest")

    def advance(self, service: ServiceName, step: str) -> None:
        """Let the oldest held step of a service go, and settle; raises `DayFailed` if it is another."""
        status, body = self._send("POST", service, "/control/advance")
        if status != requests.codes.ok or body != {"released": step}:
            raise DayFailed(f"expected {service} to hold {step}, got {status} {body!r}")
        self.released += 1
        self.settle()

    def until(self, service: ServiceName, path: str, holds: Callable[[Json], bool], what: str) -> None:
        """Wait until what is read under a path is as wanted; when gated it must be so already."""
        if not self.gated:
            self._await(lambda: holds(self.read(service, path)), what)
        elif not holds(self.read(service, path)):
            raise DayFailed(what)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _await(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + self._bound
        pause = threading.Event()
        while not condition():
            if time.monotonic() > deadline:
                raise DayFailed(f"{what} (waited {self._bound:.0f} s)")
            pause.wait(_INTERVAL_SECONDS)

    def _send(self, method: str, service: ServiceName, path: str) -> tuple[int, Json]:
        url = f"{self._urls[service]}{path}"
        try:
            response = self._session.request(method, url, timeout=_CALL_SECONDS)
        except requests.RequestException as error:
            raise DayFailed(f"{method} {url}: {type(error).__name__}, is the {service} service up?") from error
        try:
            return response.status_code, read_json(response.content)
        except NotJson as error:
            raise DayFailed(f"{method} {url} (control): the answer is not JSON") from error
