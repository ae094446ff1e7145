"""Signed calls: the official library accepts the signature, and what is not taken is told again."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import stripe
from flask import Flask, request

from tests.unit.reference_services.doubles import await_true
from treaty_shop.outside.stripe import webhooks as subject
from treaty_shop.outside.stripe.webhooks import Webhooks, signature
from treaty_shop.outside.tls_serving import serving
from treaty_shop.platform.serving import base_url, listen

_SECRET = "whsec_1"


@contextmanager
def _receiver(statuses: list[int]) -> Iterator[tuple[str, list[tuple[bytes, str]]]]:
    """Answer calls with one status after another; yields the URL and what came."""
    app = Flask("receiver")
    came: list[tuple[bytes, str]] = []

    @app.post("/hook")
    def hook() -> tuple[str, int]:
        came.append((request.get_data(), request.headers["Stripe-Signature"]))
        return "", statuses.pop(0)

    with listen("127.0.0.1", 0) as listener, serving(app, listener, None):
        yield f"{base_url(listener)}/hook", came


def test_the_official_library_accepts_what_is_sent() -> None:
    with _receiver([200]) as (url, came), Webhooks(url, _SECRET, lambda: 1_700_000_000) as webhooks:
        webhooks.send({"id": "evt_1", "type": "charge.refunded", "object": "event"})
        await_true(lambda: bool(webhooks.deliveries()))
    ((body, header),) = came
    assert stripe.WebhookSignature.verify_header(body.decode(), header, _SECRET, tolerance=None)
    assert header == signature(body, _SECRET, 1_700_000_000)


def test_what_is_not_taken_is_told_again_until_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "_DELAYS", (0.0, 0.0))
    with _receiver([500, 200]) as (url, _), Webhooks(url, _SECRET, lambda: 1) as webhooks:
        webhooks.send({"id": "evt_1", "type": "x"})
        await_true(lambda: len(webhooks.deliveries()) == 2)
        assert [each.status for each in webhooks.deliveries()] == [500, 200]


def test_nobody_is_told_without_a_url() -> None:
    with Webhooks(None, _SECRET, lambda: 1) as webhooks:
        webhooks.send({"id": "evt_1", "type": "x"})
    assert webhooks.deliveries() == []
