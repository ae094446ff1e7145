"""The stand-in over HTTP: the API, the page where a customer pays, and a look at what was told."""

from html import escape

from flask import Flask, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as PlainResponse

from treaty_shop.outside.stripe.account import Account, ApiCall
from treaty_shop.outside.stripe.errors import StripeError
from treaty_shop.outside.stripe.webhooks import Webhooks

_LARGEST_BODY = 1024 * 1024


def create_app(account: Account, webhooks: Webhooks) -> Flask:
    """Return the stand-in as a Flask app."""
    app = Flask("treaty_shop.outside.stripe", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    _add_api(app, account)
    _add_page(app, account)
    _add_control(app, account, webhooks)
    return app


def _add_api(app: Flask, account: Account) -> None:
    @app.route("/v1/<path:path>", methods=["GET", "POST", "DELETE"])
    def call(path: str) -> Response:
        key = request.headers.get("Idempotency-Key")
        outcome, repeated = account.call(
            ApiCall(
                method=request.method,
                path=path,
                form=request.query_string if request.method == "GET" else request.get_data(),
                key=_key(),
                idempotency_key=key,
            )
        )
        response = jsonify(outcome.body)
        response.status_code = outcome.status
        response.headers["Request-Id"] = outcome.request_id
        response.headers["Stripe-Version"] = request.headers.get("Stripe-Version", "")
        if key is not None:
            response.headers["Idempotency-Key"] = key
        if repeated:
            response.headers["Idempotent-Replayed"] = "true"
        return response


def _key() -> str | None:
    """Return the secret key of a call: a bearer token, or the user of basic authentication."""
    given = request.authorization
    if given is None:
        return None
    return given.token or given.username


def _add_page(app: Flask, account: Account) -> None:
    @app.get("/c/pay/<session>")
    def show(session: str) -> str:
        found = account.session(session)
        units, cents = divmod(found["amount_total"], 100)
        amount = f"{units}.{cents:02} {found['currency'].upper()}"
        if found["status"] != "open":
            return f"<!doctype html><title>Checkout</title><p>This page is {escape(found['status'])}."
        return (
            "<!doctype html><title>Checkout</title>"
            f'<h1>Pay {escape(amount)}</h1><form method="post"><button>Pay</button></form>'
        )

    @app.post("/c/pay/<session>")
    def pay(session: str) -> PlainResponse:
        return redirect(account.pay(session)["success_url"], 303)

    @app.errorhandler(StripeError)
    def refused(error: StripeError) -> tuple[str, int]:
        return f"<!doctype html><title>Checkout</title><p>{escape(str(error))}", error.status


def _add_control(app: Flask, account: Account, webhooks: Webhooks) -> None:
    @app.get("/control/deliveries")
    def deliveries() -> Response:
        made = [{"event": each.event, "type": each.type, "status": each.status} for each in webhooks.deliveries()]
        return jsonify({"data": made})

    @app.post("/control/events/<event>/resend")
    def resend(event: str) -> tuple[Response, int]:
        known = account.tell_again(event)
        return jsonify({"resent": known}), 202 if known else 404

    @app.get("/health")
    def health() -> Response:
        return jsonify({"status": "ok"})
