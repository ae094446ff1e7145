"""One day of a client, the same every time.

Names, emails and items are fixed, ids are taken from answers. Under a gate every intermediate
state is read; under a timer the transient ones are left out, since nobody could promise to see
them.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from treaty_shop.driver.calls import Client, DayFailed
from treaty_shop.driver.calls import field as find
from treaty_shop.driver.control import Control
from treaty_shop.platform.json_text import Json
from treaty_shop.platform.names import ServiceName

USER, ORDER = ServiceName.USER, ServiceName.ORDER
PAYMENT, NOTIFICATION = ServiceName.PAYMENT, ServiceName.NOTIFICATION

NOBODY = 999999
"""An id that nothing has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signed up."""

    id: int
    username: str
    email: str


@dataclass(slots=True, kw_only=True)
class Day:
    """The client, the strings behind the scenes, and what is known so far."""

    client: Client
    control: Control
    say: Callable[[str], None]
    _expected_notifications: Counter[int] = field(default_factory=Counter)

    @property
    def gated(self) -> bool:
        """Whether transient states can be read."""
        return self.control.gated

    def release(self, service: ServiceName, step: str) -> None:
        """Let a held step go; under a timer it goes by itself."""
        if self.gated:
            self.control.advance(service, step)

    def expect_notifications(self, person_id: int, count: int) -> None:
        """Have so many more notifications of a person delivered, and wait until they are."""
        self._expected_notifications[person_id] += count
        wanted = self._expected_notifications[person_id]
        for _ in range(count):
            self.release(NOTIFICATION, "notification.deliver")
        self.control.until(
            NOTIFICATION,
            f"/api/v1/notifications/user/{person_id}",
            lambda body: delivered(body) == wanted,
            f"user {person_id} does not get {wanted} notifications",
        )

    def until_status(self, service: ServiceName, path: str, status: str) -> None:
        """Wait until the resource under a path has a status."""
        self.control.until(
            service, path, lambda body: find(body, "status") == status, f"{path} does not become {status}"
        )

    def part(self, title: str, play: Callable[[], None]) -> None:
        """Play one part of the day and say how many calls it took."""
        before = self.client.count
        play()
        self.control.settle()
        self.say(f"{title}: {self.client.count - before} calls")


def delivered(body: Json) -> int:
    """Return how many of a list of notifications are sent or failed."""
    notifications = find(body, "data")
    if not isinstance(notifications, list):
        raise DayFailed("the list of notifications is no list")
    return sum(find(notification, "status") != "pending" for notification in notifications)


def identity(body: Json) -> int:
    """Return the integer id of a resource; raises `DayFailed`."""
    id_ = find(body, "id")
    if not isinstance(id_, int):
        raise DayFailed(f"expected an integer id, got {id_!r}")
    return id_
