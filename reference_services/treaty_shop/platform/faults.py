"""The known defects that can be switched on, each with its id and what it does.

They are known answers for measuring what a contract catches. Nothing is wrong by default.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from treaty_shop.platform.names import ServiceName

_USER, _ORDER = ServiceName.USER, ServiceName.ORDER
_PAYMENT, _NOTIFICATION = ServiceName.PAYMENT, ServiceName.NOTIFICATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One defect: where it sits, what is wrong in a line, and what is seen on the wire.

    `needs` is the setting without which nothing is seen, empty for most.
    """

    id: str
    service: ServiceName
    summary: str
    effect: str
    needs: str = ""


def _fault(id_: str, service: ServiceName, summary: str, effect: str, needs: str = "") -> Fault:
    return Fault(id=id_, service=service, summary=summary, effect=effect, needs=needs)


_STRIPE: Final = "PAYMENT_PROVIDER=stripe"


FAULTS: Final = (
    _fault("S0-1", _ORDER, "order forgets the recipient of its notifications",
           "POST notifications has no recipient and is answered 400"),
    _fault("S0-2", _ORDER, "a completed order cannot become refunded",
           "PUT order status refunded is answered 500 after completed"),
    _fault("S0-3", _PAYMENT, "payment notifies a deleted user with an empty address",
           'POST notifications with recipient "" is answered 400'),
    _fault("S0-4", _USER, "a duplicate email is an internal error",
           "POST and PUT users answer 500 instead of 409"),
    _fault("S0-4b", _ORDER, "order's business errors are internal errors",
           "409 and 422 of orders become 500"),
    _fault("S0-4c", _PAYMENT, "payment's business errors are internal errors",
           "409 and 422 of payments become 500"),
    _fault("S0-5", _ORDER, "one order is wrapped while the list is bare",
           'GET order answers {"data": order}, GET orders by user a bare list'),
    _fault("S0-6", _USER, "changing a user demands the password",
           "PUT user without password is answered 400"),
    _fault("S0-7", _PAYMENT, "one order can be paid twice",
           "the second POST payments for an order is answered 201"),
    _fault("S0-9", _NOTIFICATION, "a notification is cached and never refreshed",
           "GET notification stays as first read while the list moves on"),
    _fault("S1-7", _ORDER, "a field was renamed",
           "total_amount of orders is called total"),
    _fault("S1-7b", _USER, "a field was dropped",
           "users have no email"),
    _fault("S2-1", _ORDER, "errors of orders are answered 200",
           '4xx become 200 {"errno", "message", "data": null}'),
    _fault("S2-2", _PAYMENT, "the webhook erases the payment's link",
           "payment_link is null once the customer has paid", _STRIPE),
    _fault("S2-3", _PAYMENT, "an event that Stripe tells twice is applied twice",
           "PUT order status processing is sent twice, and answered 409", _STRIPE),
    _fault("S2-8", _ORDER, "an order can be read in another user's name",
           "GET orders/user/{other}/{id} is answered 200 instead of 404"),
    _fault("S3-1", _ORDER, "order is served without the version in the path",
           "routes are under /api, not /api/v1"),
    _fault("S3-2", _PAYMENT, "the webhook has its prefix twice",
           "POST /webhooks/stripe is 404, /webhooks/webhooks/stripe answers", _STRIPE),
    _fault("S3-5", _PAYMENT, "any signature of a webhook is accepted",
           "POST /webhooks/stripe with a wrong Stripe-Signature is answered 200", _STRIPE),
    _fault("S3-6", _PAYMENT, "amounts of payments are strings",
           '"amount": "12.50" in answers'),
    _fault("S3-6b", _ORDER, "order sends the amount to pay as a string",
           'POST payments with "amount": "12.50" is answered 400'),
    _fault("S3-7", _ORDER, "the status of orders is capitalised",
           '"status": "Pending"'),
    _fault("S3-14", _USER, "health is elsewhere",
           "GET /health is 404, /api/v1/health answers"),
    _fault("S3-15", _ORDER, "totals are computed in binary fractions and cut",
           "19.99 becomes 19.98 in total_amount and in the payment"),
    _fault("S3-15b", _PAYMENT, "amounts go to Stripe by binary fractions and cut",
           "19.99 is 1998 in POST /v1/payment_intents, not 1999", _STRIPE),
    _fault("S4-1", _ORDER, "orders cannot be listed",
           "GET orders by user is answered 405"),
    _fault("S4-2", _NOTIFICATION, "JSON is labelled as text",
           "Content-Type of answers is text/plain"),
    _fault("S4-3", _PAYMENT, "an unknown payment is an internal error",
           "404 becomes 500"),
    _fault("S4-8", _PAYMENT, "negative amounts can be paid",
           "POST payments with amount -1.00 is answered 201"),
    _fault("S4-9", _NOTIFICATION, "an empty list is null",
           '"data": null instead of []'),
    _fault("R0-4", _PAYMENT, "one endpoint writes decimals and dates its own way",
           "GET payment has the amount as string and created_at as HTTP date"),
    _fault("K6", _PAYMENT, "never is written as the year one",
           "paid_at of an unpaid payment is 0001-01-01T00:00:00Z, not null"),
    _fault("K7", _ORDER, "the total is the bit pattern of a float",
           "total_amount 66.00 is 4634344754052595712"),
)  # fmt: skip

_IDS: Final = tuple(fault.id for fault in FAULTS)


class UnknownFault(ValueError):
    """There is no fault with this id; the text is a sentence for the user."""


class Faults:
    """The faults that are switched on."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        """Raise `UnknownFault`."""
        self._ids = frozenset(ids)
        for id_ in sorted(self._ids):
            if id_ not in _IDS:
                near = get_close_matches(id_, _IDS, n=1)
                hint = f"did you mean {near[0]}?" if near else "`treaty_shop faults` lists them"
                raise UnknownFault(f"there is no fault {id_!r}; {hint}")

    def __contains__(self, id_: str) -> bool:
        """Whether this fault is on."""
        if id_ not in _IDS:
            raise UnknownFault(f"there is no fault {id_!r}")
        return id_ in self._ids

    def __iter__(self) -> Iterator[str]:
        """Return the ids that are on, in the order of the registry."""
        return (id_ for id_ in _IDS if id_ in self._ids)

    def __bool__(self) -> bool:
        """Whether any fault is on."""
        return bool(self._ids)

    def of(self, service: ServiceName) -> "Faults":
        """Those that sit in one service."""
        return Faults(fault.id for fault in FAULTS if fault.service is service and fault.id in self._ids)
