"""A small provider to verify: ids that it makes, e-mails that must be unique, payments that settle by themselves.

Run as a program it takes `--port N`, `--first-id N`, `--fault NAME` and serves until it is ended.
"""

from __future__ import annotations

import argparse
import itertools
import os
import smtplib
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.serving import WSGIRequestHandler, make_server

SETTLING_SECONDS: Final = 0.15


def create_app(*, first_id: int = 1, fault: str = "") -> Flask:
    """Build the provider; `fault` is one of drop, retype, status, enum, refuse, stuck, unlisted, or empty."""
    app = Flask("provider")
    ids = itertools.count(first_id)
    users: dict[int, dict[str, Any]] = {}
    payments: dict[int, dict[str, Any]] = {}

    @app.get("/health")
    def health() -> ResponseReturnValue:
        return jsonify(ok=True)

    @app.post("/users")
    def create_user() -> ResponseReturnValue:
        given = request.get_json()
        if fault == "refuse":
            return jsonify(error="sign-up is closed"), 422
        if any(user["email"] == given["email"] for user in users.values()):
            return jsonify(error="email taken"), 409
        user = {"id": next(ids), "name": given["name"], "email": given["email"], "role": "member"}
        user["created_at"] = datetime.now(UTC).isoformat()
        users[user["id"]] = user
        return jsonify(user), 200 if fault == "status" else 201

    @app.get("/users/<int:user_id>")
    def read_user(user_id: int) -> ResponseReturnValue:
        if user_id not in users:
            return jsonify(error="user not found"), 404
        user = dict(users[user_id])
        if fault == "drop":
            del user["email"]
        if fault == "retype":
            user["id"] = str(user["id"])
        if fault == "enum":
            user["role"] = "guest"
        user["echo"] = request.headers.get("Authorization", "")
        return jsonify(user)

    @app.post("/payments")
    def create_payment() -> ResponseReturnValue:
        given = request.get_json()
        if given["user_id"] not in users:
            return jsonify(error="user not found"), 404
        payment = {"id": next(ids), "user_id": given["user_id"], "since": time.monotonic()}
        payments[payment["id"]] = payment
        return jsonify(id=payment["id"], status="processing"), 201

    @app.get("/payments/<int:payment_id>")
    def read_payment(payment_id: int) -> ResponseReturnValue:
        payment = payments.get(payment_id)
        if payment is None:
            return jsonify(error="payment not found"), 404
        settled = time.monotonic() - payment["since"] > SETTLING_SECONDS and fault != "stuck"
        return jsonify(id=payment_id, user_id=payment["user_id"], status="success" if settled else "processing")

    @app.get("/balance/<int:user_id>")
    def balance(user_id: int) -> ResponseReturnValue:
        answer = requests.get(f"{os.environ['BANK_URL']}/accounts/{user_id}", timeout=10)
        if answer.status_code != 200:
            return jsonify(error=f"the bank answered {answer.status_code}"), 502
        return jsonify(balance=answer.json()["amount"])

    @app.post("/welcome")
    def welcome() -> ResponseReturnValue:
        place = urlsplit(os.environ["MAIL_URL"])
        with smtplib.SMTP(place.hostname or "", place.port or 25, timeout=10) as mail:
            mail.sendmail("shop@example.com", ["alice@example.com"], "Subject: welcome\r\n\r\nHello")
        return jsonify(sent=True)

    @app.get("/die")
    def die() -> ResponseReturnValue:
        sys.stderr.write("out of memory\n")
        sys.stderr.flush()
        os._exit(7)

    @app.get("/now")
    def now() -> ResponseReturnValue:
        return jsonify(year=datetime.now(UTC).year)

    return app


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningProvider:
    """Where the provider listens, and the request lines it has seen."""

    url: str
    port: int
    seen: list[str]


@contextmanager
def running_provider(*, first_id: int = 1, fault: str = "") -> Iterator[RunningProvider]:
    """Serve the provider in a thread while the context lasts."""
    app = create_app(first_id=first_id, fault=fault)
    seen: list[str] = []

    @app.before_request
    def note() -> None:
        seen.append(f"{request.method} {request.path}")

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
    thread.start()
    try:
        yield RunningProvider(url=f"http://127.0.0.1:{server.port}", port=server.port, seen=seen)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name is given by werkzeug
        """Keep standard error clean."""


def main() -> None:
    """Serve as a program."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--first-id", type=int, default=1)
    parser.add_argument("--fault", default="")
    options = parser.parse_args()
    make_server("127.0.0.1", options.port, create_app(first_id=options.first_id, fault=options.fault)).serve_forever()


if __name__ == "__main__":
    main()
