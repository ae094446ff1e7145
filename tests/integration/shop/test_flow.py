"""What a recorder sees of the shop at work."""

from decimal import Decimal

import pytest

from tests.integration.shop.rig import NOTIFICATION, ORDER, PAYMENT, Call, Mails, Shop, mail_server, running_shop
from treaty_shop.driver.calls import DayFailed, check
from treaty_shop.driver.play import play


def _lines(calls: list[Call]) -> list[str]:
    return [f"{call.consumer} {call.provider} {call.method} {call.path} {call.status}" for call in calls]


def test_one_order_makes_the_same_calls_every_time(shop: Shop) -> None:
    """In this order: nothing overtakes, and every follow-up comes after the reply."""
    user = shop.sign_up()
    shop.order(user)
    shop.complete_payment()
    assert _lines(shop.calls) == [
        "client user POST /api/v1/users 201",
        "order user GET /api/v1/users/1 200",
        "client order POST /api/v1/orders 201",
        "payment order GET /api/v1/orders/1 200",
        "order payment POST /api/v1/payments 201",
        "payment order PUT /api/v1/orders/1/status 200",
        "order user GET /api/v1/users/1 200",
        "order notification POST /api/v1/notifications 201",
        "payment order PUT /api/v1/orders/1/status 200",
        "order user GET /api/v1/users/1 200",
        "order notification POST /api/v1/notifications 201",
        "payment user GET /api/v1/users/1 200",
        "payment notification POST /api/v1/notifications 201",
    ]


def test_the_bodies_between_the_services_hold_what_was_agreed(shop: Shop) -> None:
    """Amounts with two decimals, statuses, recipients."""
    shop.order(shop.sign_up(), payment_type="credit_card")
    shop.complete_payment()
    sent = [call.body for call in shop.calls if call.consumer != "client" and call.body is not None]
    payment, processing, first, completed, second, receipt = sent
    assert payment == {"amount": Decimal("66.00"), "order_id": 1, "payment_type": "credit_card", "user_id": 1}
    assert [processing, completed] == [{"status": "processing"}, {"status": "completed"}]
    for notification in (first, second, receipt):
        assert isinstance(notification, dict)
        assert set(notification) == {"user_id", "type", "title", "content", "recipient"}
        assert notification["recipient"] == "ada@example.com"


def test_a_refund_takes_the_order_along(shop: Shop) -> None:
    """The status follows after the reply, and the user is told."""
    shop.order(shop.sign_up())
    shop.complete_payment()
    shop.client.post(PAYMENT, "/api/v1/payments/1/refund", {"reason": "too blue"}, expect=200)
    shop.control.settle()
    check(shop.client.get(ORDER, "/api/v1/orders/1"), "status", expect="completed")
    shop.control.advance(PAYMENT, "payment.refund")
    check(shop.client.get(ORDER, "/api/v1/orders/1"), "status", expect="refunded")
    listed = shop.client.get(NOTIFICATION, "/api/v1/notifications/user/1")
    check(listed, "data", -1, "title", expect="Order 1 is refunded")


def test_the_day_of_the_driver_is_the_same_every_day() -> None:
    """Two fresh shops see the same calls with the same bodies, in the same order."""
    days = []
    for _ in range(2):
        said: list[str] = []
        with mail_server() as mails, running_shop(smtp_url=mails.url) as shop:
            play(shop.urls, shop.urls, said.append)
            paths = [call.path.replace(_notification_id(call.path), "{id}") for call in shop.calls]
            days.append(
                [
                    (call.consumer, call.method, path, call.body, call.status)
                    for call, path in zip(shop.calls, paths, strict=True)
                ]
            )
        assert said[-1].startswith("the day is over")
    assert days[0] == days[1]


def _notification_id(path: str) -> str:
    last = path.rpartition("/")[2]
    return last if len(last) == 24 else "\0"


def test_the_day_uses_every_edge_and_sees_every_kind_of_answer(shop: Shop) -> None:
    """So that a recording of it is a whole contract."""
    play(shop.urls, shop.urls, lambda _line: None)
    assert {(call.consumer, call.provider) for call in shop.calls} == {
        ("client", "user"),
        ("client", "order"),
        ("client", "payment"),
        ("client", "notification"),
        ("order", "user"),
        ("order", "payment"),
        ("order", "notification"),
        ("payment", "order"),
        ("payment", "user"),
        ("payment", "notification"),
    }
    assert {call.status for call in shop.calls} == {200, 201, 400, 404, 409, 422}
    # The control calls apart, every step that was held was let go.
    for service in shop.urls:
        held = shop.control.read(service, "/control/work")
        check(held, "held", expect=[])


def test_the_day_starts_anywhere(mails: Mails) -> None:
    """The driver takes ids from answers."""
    with running_shop(smtp_url=mails.url, start_id=4711) as shop:
        play(shop.urls, shop.urls, lambda _line: None)
        assert shop.calls[4].path == "/api/v1/users"
        check(shop.client.get(ORDER, "/api/v1/orders/4711"), "id", expect=4711)


def test_the_day_needs_a_fresh_shop(shop: Shop) -> None:
    """A second one fails at the first sign-up, and says so."""
    shop.sign_up()
    with pytest.raises(DayFailed, match=r"expected 201, got 409 .*email_taken"):
        play(shop.urls, shop.urls, lambda _line: None)


def test_the_day_notices_a_fault(mails: Mails) -> None:
    """The first answer that is not what was expected ends it."""
    with running_shop("S3-7", smtp_url=mails.url) as shop, pytest.raises(DayFailed, match="expected status"):
        play(shop.urls, shop.urls, lambda _line: None)


def test_the_day_says_when_mails_are_not_sent() -> None:
    """Most likely no mail server is configured."""
    with running_shop() as shop, pytest.raises(DayFailed, match="SMTP_URL"):
        play(shop.urls, shop.urls, lambda _line: None)
