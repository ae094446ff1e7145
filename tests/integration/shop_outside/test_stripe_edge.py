"""The edge from payment to Stripe over TLS: recorded, verified on a fresh and a used provider, and stood in for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe

from tests.integration.shop.rig import ORDER, PAYMENT, USER, serving
from tests.unit.reference_services.doubles import await_true
from treaty_shop.outside.certificates import AUTHORITY, server_context
from treaty_shop.outside.stripe.running import running_stripe
from treaty_shop.platform.names import CORE, DEPENDENCIES, ServiceName
from treaty_shop.platform.serving import base_url, listen
from treaty_shop.platform.settings import Settings

_BOUND = 120
_NOBODY = "http://127.0.0.1:9"
_KEY = "sk_test_51abcDEF0123456789abcdEFGH"
_SECRET = "whsec_0123456789abcdef0123456789"


def _environment(**variables: str) -> dict[str, str]:
    unwanted = ("_URL", "SHOP_", "TREATY_", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
    kept = {name: text for name, text in os.environ.items() if not any(part in name for part in unwanted)}
    return {**kept, "STRIPE_API_KEY": _KEY, "STRIPE_WEBHOOK_SECRET": _SECRET, "PYTHONUNBUFFERED": "1", **variables}


@contextmanager
def _started(folder: Path, *arguments: str, says: str, **variables: str) -> Iterator[str]:
    """Run a program until the block ends; yields what it said up to the line that has a text."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env=_environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watchdog = threading.Timer(_BOUND, process.kill)
    watchdog.start()
    assert process.stdout is not None
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if says in line:
                break
        else:
            pytest.fail("".join(said))
        yield "".join(said)
    finally:
        process.terminate()
        process.communicate()
        watchdog.cancel()
    assert process.returncode in {0, -15}


def _last_word(said: str) -> str:
    return said.rsplit(maxsplit=1)[-1]


@contextmanager
def _outside(folder: Path, *arguments: str) -> Iterator[str]:
    """Run the stand-in for Stripe, whose authority goes to the folder; yields its URL."""
    command = ("treaty_shop", "outside", "stripe", "--tls", str(folder), *arguments)
    with _started(folder.parent, *command, says="ready stripe") as said:
        yield _last_word(said)


@contextmanager
def _recording(folder: Path, outside: str) -> Iterator[dict[str, str]]:
    """Record the edges of payment and of the customer; yields their URLs. The pacts are written at the end."""
    edges = [word for name in ("payment", "customer") for word in ("--edge", f"{name}:stripe={outside}")]
    command = ("treaty_cli", "record", *edges, "--session", str(folder / "session"), "--out", str(folder / "pacts"))
    trusted = str(folder / "tls" / AUTHORITY)
    with _started(folder, *command, says="until Ctrl-C", SSL_CERT_FILE=trusted) as said:
        yield dict(re.findall(r"recording (\w+) -> stripe at (\S+)", said))


def _treaty(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "treaty_cli", *arguments],
        capture_output=True,
        check=False,
        cwd=folder,
        env=_environment(**variables),
        text=True,
        timeout=_BOUND,
    )


@contextmanager
def _shop(api_base: str, authority: Path, listener: Any) -> Iterator[dict[ServiceName, str]]:
    """Run the four services in this process; payment on a listening socket, and with Stripe."""
    own = {
        "PAYMENT_PROVIDER": "stripe",
        "STRIPE_API_KEY": _KEY,
        "STRIPE_WEBHOOK_SECRET": _SECRET,
        "STRIPE_API_BASE": api_base,
        "STRIPE_CA_FILE": str(authority),
    }
    listeners = {name: listener if name is PAYMENT else listen("127.0.0.1", 0) for name in CORE}
    urls = {name: base_url(each) for name, each in listeners.items()}
    before = stripe.ca_bundle_path, stripe.enable_telemetry
    with ExitStack() as stack:
        for name in CORE:
            settings = Settings(
                service=name,
                dependencies={other: urls.get(other, _NOBODY) for other in DEPENDENCIES[name]},
                time_scale=0.0,
                own=own if name is PAYMENT else {},
            )
            stack.enter_context(serving(settings, None, listeners[name]))
        try:
            yield urls
        finally:
            stripe.ca_bundle_path, stripe.enable_telemetry = before


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Buys in a shop."""

    urls: dict[ServiceName, str]

    def pays(self, payment_type: str, price: float) -> dict[str, Any]:
        """Start the payment of a new order."""
        item = {"name": "atlas", "price": price, "quantity": 1}
        user = {"username": "ada", "email": f"ada{price}@example.com", "password": "correct horse"}
        user_id = self._post(USER, "users", user)["id"]
        order = self._post(ORDER, "orders", {"user_id": user_id, "items": [item], "pay": False})
        payment = {"order_id": order["id"], "user_id": user_id, "amount": price, "payment_type": payment_type}
        return self._post(PAYMENT, "payments", payment)

    def refunds(self, payment: dict[str, Any]) -> None:
        """Give a payment back."""
        self._post(PAYMENT, f"payments/{payment['id']}/refund", {"reason": "no"})

    def awaits(self, payment: dict[str, Any], status: str) -> None:
        """Wait until a payment has a status."""
        url = f"{self.urls[PAYMENT]}/api/v1/payments/{payment['id']}"
        is_there: Callable[[], bool] = lambda: requests.get(url, timeout=10).json()["status"] == status  # noqa: E731 (one line)
        await_true(is_there)

    def _post(self, service: ServiceName, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = requests.post(f"{self.urls[service]}/api/v1/{path}", json=body, timeout=30)
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture(name="recorded", scope="module")
def _recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Record two buyers who pay by page and by card, and get their money back: the folder of pacts and session."""
    folder = tmp_path_factory.mktemp("recorded")
    tls = folder / "tls"
    with ExitStack() as stack:
        listener = stack.enter_context(listen("127.0.0.1", 0))
        webhook = f"{base_url(listener)}/webhooks/stripe"
        outside = stack.enter_context(_outside(tls, "--webhook", webhook))
        recorder = stack.enter_context(_recording(folder, outside))
        urls = stack.enter_context(_shop(recorder["payment"], tls / AUTHORITY, listener))
        buyer = Buyer(urls=urls)
        for price in (19.99, 5.5):
            by_page = buyer.pays("alipay", price)
            page = by_page["payment_link"].removeprefix(outside)
            paid = requests.post(f"{recorder['customer']}{page}", timeout=30, allow_redirects=False)
            assert paid.status_code == 303
            by_card = buyer.pays("credit_card", price + 1)
            for payment in (by_page, by_card):
                buyer.awaits(payment, "success")
                buyer.refunds(payment)
                buyer.awaits(payment, "refunded")
    return folder


@pytest.fixture(name="pact", scope="module")
def _pact(recorded: Path) -> dict[str, Any]:
    pact: dict[str, Any] = json.loads((recorded / "pacts" / "payment-stripe.json").read_text(encoding="utf-8"))
    return pact


def test_no_secret_of_the_account_is_kept(recorded: Path) -> None:
    """Neither in the session nor in the pacts: not the key, nor what a browser would act with."""
    files = [file for part in ("session", "pacts") for file in (recorded / part).rglob("*") if file.is_file()]
    kept = b"".join(file.read_bytes() for file in files)
    assert b"payment_intents" in kept
    assert not re.search(rb"sk_test_\w|whsec_\w|_secret_\w", kept)


def test_forms_are_typed_and_ids_follow_from_the_calls_that_made_them(pact: dict[str, Any]) -> None:
    """The refund is of the intent that the paid page shows; each idempotency key is new."""
    interactions = {each["description"]: each for each in pact["interactions"]}
    opened = interactions["POST /v1/checkout/sessions -> 200"]["request"]
    assert "line_items%5B0%5D%5Bprice_data%5D%5Bunit_amount%5D=1999" in opened["body"]["content"]
    assert "$['line_items[0][price_data][unit_amount]'][*]" in opened["matchingRules"]["body"]
    assert opened["generators"]["header"]["Idempotency-Key"]["expression"].startswith("${idempotency_key")
    refunds = [each for each in pact["interactions"] if each["description"].startswith("POST /v1/refunds")]
    expressions = {each["request"]["generators"]["body"]["$.payment_intent[0]"]["expression"] for each in refunds}
    assert len(expressions) == 2
    assert any(expression.startswith("${session_payment_intent") for expression in expressions)


def test_a_fresh_provider_and_a_used_one_keep_what_was_recorded(recorded: Path, tmp_path: Path) -> None:
    context = server_context(tmp_path / "tls")
    with listen("127.0.0.1", 0) as listener, running_stripe(listener, context, key=_KEY) as outside:
        command = ("verify", "--provider", "stripe", "--base-url", outside, "--rounds", "2")
        secret = ("--secret", "token=env:STRIPE_API_KEY")
        trusted = str(tmp_path / "tls" / AUTHORITY)
        done = _treaty(tmp_path, *command, *secret, str(recorded / "pacts"), SSL_CERT_FILE=trusted)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^1[0-9] kept, 0 broken, 0 could not tell", done.stdout, re.MULTILINE)
    assert _KEY not in done.stdout + done.stderr


def test_a_shop_is_paid_by_the_stub_over_tls(recorded: Path, tmp_path: Path) -> None:
    """By card, whose intent the stub answers, and back."""
    command = ("treaty_cli", "stub", "--provider", "stripe", "--tls", str(recorded / "pacts"))
    with ExitStack() as stack:
        said = stack.enter_context(_started(tmp_path, *command, says="ready"))
        found = re.search(r"https://\S+", said)
        assert found is not None
        authority = tmp_path / ".treaty" / "tls" / "ca.pem"
        urls = stack.enter_context(_shop(found[0], authority, listen("127.0.0.1", 0)))
        buyer = Buyer(urls=urls)
        payment = buyer.pays("credit_card", 20.99)
        buyer.awaits(payment, "success")
        buyer.refunds(payment)
        buyer.awaits(payment, "refunded")
        opened = buyer.pays("alipay", 5.5)
        assert re.fullmatch(r"https://\S+/c/pay/\S+", opened["payment_link"])
