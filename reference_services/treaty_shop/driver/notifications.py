"""Part of the day: the client has mails and short messages sent itself."""

from treaty_shop.driver.calls import DayFailed, check, field
from treaty_shop.driver.day import NOBODY, NOTIFICATION, Day, Person

_PATH = "/api/v1/notifications"


def send_mail(day: Day, person: Person) -> None:
    """Have a mail sent and see it sent."""
    path = _send(day, {**_mail(person), "title": "Your invoice", "content": "Please find it\nat the counter."})
    sent = day.client.get(NOTIFICATION, path)
    if field(sent, "status") == "failed":
        raise DayFailed("a mail failed: does SMTP_URL of the notification service name a mail server?")
    check(sent, "status", expect="sent")


def send_short_message(day: Day, person: Person) -> None:
    """Have a short message sent and see it fail: there is no gateway."""
    message = {
        "user_id": person.id,
        "type": "sms",
        "title": "Ready",
        "content": "Your order is ready.",
        "recipient": "+4915112345678",
    }
    path = _send(day, message)
    failed = day.client.get(NOTIFICATION, path)
    check(failed, "status", expect="failed")
    check(failed, "sent_at", expect=None)


def send_many(day: Day, person: Person) -> None:
    """Have a batch sent, and list it."""
    client = day.client
    batch = {"notifications": [{**_mail(person), "title": f"News {number}"} for number in (1, 2)]}
    answer = client.post(NOTIFICATION, f"{_PATH}/batch", batch)
    check(answer, "message", expect="notifications queued")
    day.control.settle()
    day.expect_notifications(person.id, 2)
    listed = client.get(NOTIFICATION, f"{_PATH}/user/{person.id}")
    check(listed, "data", -1, "title", expect="News 2")
    check(listed, "data", -1, "status", expect="sent")


def go_wrong(day: Day, person: Person) -> None:
    """Ask for what cannot be sent or found."""
    client = day.client
    nowhere = {name: value for name, value in _mail(person).items() if name != "recipient"}
    check(client.post(NOTIFICATION, _PATH, nowhere, expect=400), "error", expect="missing_field")
    half = {"notifications": [_mail(person), {**_mail(person), "type": "pigeon"}]}
    check(client.post(NOTIFICATION, f"{_PATH}/batch", half, expect=400), "error", expect="invalid_field")
    unknown = f"{_PATH}/{'f' * 24}"
    check(client.get(NOTIFICATION, unknown, expect=404), "error", expect="notification_not_found")
    check(client.get(NOTIFICATION, f"{_PATH}/user/{NOBODY}"), "data", expect=[])


def _send(day: Day, body: dict[str, object]) -> str:
    answer = day.client.post(NOTIFICATION, _PATH, body)
    check(answer, "status", expect="pending")
    check(answer, "sent_at", expect=None)
    day.control.settle()
    path = f"{_PATH}/{field(answer, 'id')}"
    if day.gated:
        check(day.client.get(NOTIFICATION, path), "status", expect="pending")
    user_id = field(answer, "user_id")
    if not isinstance(user_id, int):
        raise DayFailed(f"expected an integer user_id, got {user_id!r}")
    day.expect_notifications(user_id, 1)
    return path


def _mail(person: Person) -> dict[str, object]:
    return {
        "user_id": person.id,
        "type": "email",
        "title": "Hello",
        "content": "Thank you for shopping with us.",
        "recipient": person.email,
    }
