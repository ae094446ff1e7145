"""The whole day, from sign-ups to the last mail."""

from collections.abc import Callable, Mapping

from treaty_shop.driver import notifications, orders, payments, sign_ups
from treaty_shop.driver.calls import Client
from treaty_shop.driver.control import Control
from treaty_shop.driver.day import Day
from treaty_shop.platform.names import ServiceName


def play(seen: Mapping[ServiceName, str], control: Mapping[ServiceName, str], say: Callable[[str], None]) -> None:
    """Play the day against base URLs; `control` ones go straight to the services.

    `say` gets a line for each part. Raises `DayFailed` at the first answer that is not expected.
    """
    client = Client(seen)
    try:
        strings = Control(control)
        try:
            day = Day(client=client, control=strings, say=say)
            _play(day)
            pace = f"gated, {strings.released} steps released" if day.gated else "timed"
            say(f"the day is over: {client.count} calls, {pace}")
        finally:
            strings.close()
    finally:
        client.close()


def _play(day: Day) -> None:
    day.part("health", lambda: sign_ups.look_at_health(day))
    before = day.client.count
    people = sign_ups.sign_up(day)
    day.say(f"sign-ups: {day.client.count - before} calls")
    ada, ben = people.ada, people.ben
    day.part("an order from placed to completed", lambda: orders.follow_one(day, ada))
    day.part("orders that go wrong", lambda: orders.go_wrong(day, ada))
    before = day.client.count
    cancelled = orders.list_and_cancel(day, ada, ben)
    day.say(f"orders listed and cancelled: {day.client.count - before} calls")
    day.part("an order cancelled before it is paid", lambda: orders.cancel_too_early_to_pay(day, ben))
    day.part("payments", lambda: _payments(day, people, cancelled))
    day.part("somebody leaves", lambda: sign_ups.leave(day, people.cleo))
    day.part("mail", lambda: notifications.send_mail(day, ada))
    day.part("short message", lambda: notifications.send_short_message(day, ada))
    day.part("many mails at once", lambda: notifications.send_many(day, ben))
    day.part("notifications that go wrong", lambda: notifications.go_wrong(day, ben))


def _payments(day: Day, people: sign_ups.People, cancelled: int) -> None:
    order_id, payment_id = payments.pay(day, people.ada, "credit_card")
    payments.look_up(day, people.ada, order_id, payment_id)
    payments.go_wrong(day, people.ben, cancelled)
    payments.refund(day, people.ada, order_id, payment_id)
    payments.pay(day, people.ben, "alipay")
