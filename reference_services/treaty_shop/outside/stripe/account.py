"""One account of the stand-in: who may call, what each call does, and what happens because of it."""

import copy
import hmac
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from treaty_shop.outside.stripe.catalogue import create_price, create_product
from treaty_shop.outside.stripe.errors import StripeError
from treaty_shop.outside.stripe.forms import MalformedForm, read_form
from treaty_shop.outside.stripe.idempotency import IdempotentCalls, Outcome
from treaty_shop.outside.stripe.intents import cancel_intent, confirm_intent, create_intent, create_refund
from treaty_shop.outside.stripe.objects import Object, Objects
from treaty_shop.outside.stripe.parameters import Parameters
from treaty_shop.outside.stripe.sessions import create_session, expire, pay

_API_VERSION: Final = "2026-10-28.endive"
_MOST_LISTED: Final = 100
_LISTED: Final = 10
_KINDS: Final = {
    "checkout/sessions": "checkout.session",
    "payment_intents": "payment_intent",
    "prices": "price",
    "products": "product",
    "refunds": "refund",
}
_TELLS: Final = {
    ("payment_intent", "succeeded"): "payment_intent.succeeded",
    ("payment_intent", "canceled"): "payment_intent.canceled",
    ("checkout.session", "complete"): "checkout.session.completed",
    ("checkout.session", "expired"): "checkout.session.expired",
}
_Action: TypeAlias = Callable[[Objects, str, Parameters], Object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """One call of the API: the path below ``/v1/``, and the form or query as it came."""

    method: str
    path: str
    form: bytes
    key: str | None = field(repr=False)
    idempotency_key: str | None = None


def _expired(objects: Objects, id_: str, parameters: Parameters) -> Object:
    parameters.only()
    return expire(objects, id_)


_ACTIONS: Final[Mapping[tuple[str, str], _Action]] = {
    ("checkout/sessions", "expire"): _expired,
    ("payment_intents", "confirm"): confirm_intent,
    ("payment_intents", "cancel"): cancel_intent,
}
_PATH: Final = re.compile(r"(checkout/sessions|payment_intents|prices|products|refunds)(?:/(\w+))?(?:/(\w+))?")


class Account:
    """Answers calls, one at a time; safe to share between threads."""

    def __init__(
        self,
        *,
        key: str,
        base_url: str,
        objects: Objects,
        request_id: Callable[[], str],
        tell: Callable[[Object], None],
    ) -> None:
        """Accept one secret key; pages to pay are below the base URL; `tell` gets each event."""
        self._key = key
        self._base_url = base_url
        self._objects = objects
        self._request_id = request_id
        self._tell = tell
        self._calls = IdempotentCalls()
        self._events: dict[str, Object] = {}
        self._lock = threading.Lock()

    def call(self, call: ApiCall) -> tuple[Outcome, bool]:
        """Return the answer, and whether it is that of an earlier call with the same idempotency key."""
        with self._lock:
            request_id = self._request_id()
            try:
                self._authenticate(call.key)
                before = None
                if call.idempotency_key is not None and call.method == "POST":
                    before = self._calls.find(call.idempotency_key, call.method, call.path, call.form)
            except StripeError as error:
                return Outcome(status=error.status, body=error.body, request_id=request_id), False
            if before is not None:
                return before, True
            outcome = self._answer(call, request_id)
            # What was refused before anything was done may be put right under the same key.
            if call.idempotency_key is not None and call.method == "POST" and outcome.status not in {400, 404}:
                self._calls.keep(call.idempotency_key, call.method, call.path, call.form, outcome)
            return outcome, False

    def pay(self, session_id: str) -> Object:
        """Pay a session as its customer does on its page; raises `StripeError`."""
        with self._lock:
            session = pay(self._objects, session_id)
            self._happened("payment_intent.succeeded", self._objects.get("payment_intent", session["payment_intent"]))
            self._happened("checkout.session.completed", session)
            return copy.deepcopy(session)

    def session(self, session_id: str) -> Object:
        """Return a session; raises `StripeError`."""
        with self._lock:
            return copy.deepcopy(self._objects.get("checkout.session", session_id, "session"))

    def tell_again(self, event_id: str) -> bool:
        """Tell of an event once more: False when there is none."""
        with self._lock:
            event = self._events.get(event_id)
        if event is not None:
            self._tell(event)
        return event is not None

    def _authenticate(self, key: str | None) -> None:
        if key is None:
            raise StripeError(
                401,
                "You did not provide an API key. You need to provide your API key in the Authorization header, "
                "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            )
        if not hmac.compare_digest(key.encode(), self._key.encode()):
            raise StripeError(401, f"Invalid API Key provided: {key[:7]}{'*' * 12}")

    def _answer(self, call: ApiCall, request_id: str) -> Outcome:
        try:
            body = self._do(call)
        except MalformedForm as error:
            refused = StripeError(400, f"Invalid request: {error}")
            return Outcome(status=refused.status, body=refused.body, request_id=request_id)
        except StripeError as error:
            self._failed(error)
            return Outcome(status=error.status, body=copy.deepcopy(error.body), request_id=request_id)
        return Outcome(status=200, body=copy.deepcopy(body), request_id=request_id)

    def _do(self, call: ApiCall) -> Object:
        match = _PATH.fullmatch(call.path)
        if match is None:
            raise _unrecognized(call)
        resource, id_, verb = match.groups()
        parameters = Parameters(read_form(call.form))
        if call.method == "GET" and verb is None:
            return self._read(resource, id_, parameters)
        if call.method == "POST" and id_ is None:
            return self._create(resource, parameters)
        action = _ACTIONS.get((resource, verb)) if call.method == "POST" and verb is not None else None
        if action is None:
            raise _unrecognized(call)
        return self._changed(action(self._objects, id_, parameters))

    def _read(self, resource: str, id_: str | None, parameters: Parameters) -> Object:
        kind = _KINDS[resource]
        if id_ is not None:
            parameters.only()
            return self._objects.get(kind, id_)
        parameters.only("limit")
        limit = parameters.integer("limit", default=_LISTED, least=1, most=_MOST_LISTED)
        found = self._objects.all(kind)
        more = len(found) > limit
        return {"object": "list", "data": found[:limit], "has_more": more, "url": f"/v1/{resource}"}

    def _create(self, resource: str, parameters: Parameters) -> Object:
        if resource == "checkout/sessions":
            return create_session(self._objects, parameters, self._base_url)
        if resource == "payment_intents":
            return self._changed(create_intent(self._objects, parameters))
        if resource == "refunds":
            refund = create_refund(self._objects, parameters)
            self._happened("charge.refunded", self._objects.get("charge", refund["charge"]))
            return refund
        return (create_product if resource == "products" else create_price)(self._objects, parameters)

    def _changed(self, changed: Object) -> Object:
        event = _TELLS.get((changed["object"], changed["status"]))
        if event is not None:
            self._happened(event, changed)
        return changed

    def _failed(self, error: StripeError) -> None:
        if error.status == 402:
            self._happened("payment_intent.payment_failed", error.more["payment_intent"])

    def _happened(self, type_: str, subject: Object) -> None:
        event = self._objects.add(
            "evt",
            "event",
            api_version=_API_VERSION,
            data={"object": copy.deepcopy(subject)},
            pending_webhooks=1,
            request={"id": None, "idempotency_key": None},
            type=type_,
        )
        self._events[event["id"]] = event
        self._tell(event)


def _unrecognized(call: ApiCall) -> StripeError:
    message = f"Unrecognized request URL ({call.method}: /v1/{call.path})."
    return StripeError(404, message)
