"""What our own engine does beyond the official one, and without it: causes, sharing, workers, pacts of others."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.integration.verify.provider import running_provider
from treaty.verify.events import Event, InteractionJudged
from treaty.verify.outcome import Outcome, Verdict
from treaty_cli.bootstrap.verification import VerificationRequest, verify

SECONDS = 5.0


def outcomes_of(pact: Path, url: str, *, engine: str = "treaty", **more: Any) -> list[Outcome]:
    events: list[Event] = []
    provider = json.loads(pact.read_text())["provider"]["name"]
    request = VerificationRequest(
        provider=provider, pacts=[pact], base_url=url, engine=engine, seconds=SECONDS, allow_empty=True, **more
    )
    verify(request, events.append)
    return [event.outcome for event in events if isinstance(event, InteractionJudged)]


@dataclass
class Twisted:
    """A provider whose answers have all the right types; `twist` is what is wrong with them."""

    twist: str = ""
    seen: list[str] = field(default_factory=list)
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    provider: Twisted

    def do_GET(self) -> None:
        self._answer(200, self._order(int(self.path.rpartition("/")[2])))

    def do_POST(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        items = given["items"][1:] if self.provider.twist == "items" else given["items"]
        self._answer(201, {**self._order(4711), "items": items})

    def _order(self, number: int) -> dict[str, Any]:
        twist = self.provider.twist
        shift = {"clock": timedelta(hours=1), "unset": -timedelta(days=9000)}.get(twist, timedelta())
        return {
            "id": number + (twist == "echo"),
            "owner": 4711 + (twist == "carried"),
            "total": 66.5 if twist == "number" else 66.0,
            "created_at": (datetime.now(UTC) + shift).isoformat(),
        }

    def _answer(self, status: int, value: Any) -> None:
        self.provider.seen.append(f"{self.command} {self.path}")
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given by the standard library
        """Keep standard error clean."""


@contextmanager
def twisted(twist: str = "") -> Iterator[Twisted]:
    provider = Twisted(twist=twist)
    handler = type("Handler", (_Handler,), {"provider": provider})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        provider.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()


CREATE: dict[str, Any] = {
    "call": {
        "request": {
            "method": "POST",
            "path": "/orders",
            "headers": contracts.JSON_HEADERS,
            "body": contracts.json_body({"items": []}),
        },
        "status": 201,
        "bind": {"order": "body.$.id"},
    }
}
ORDER = {"id": 9007001, "owner": 9007001, "total": 66, "created_at": "2000-01-01T00:00:00.000000+00:00"}
TYPES = contracts.rules(
    id={"match": "integer"}, owner={"match": "integer"}, total={"match": "number"}, created_at={"match": "type"}
)
NOTES = {
    "body.$.id": {"cause": "echo", "of": "path[1]"},
    "body.$.owner": {"cause": "carried", "of": "${order}"},
    "body.$.total": {"cause": "constant", "number": "66.00"},
    "body.$.created_at": {"cause": "clock"},
}
READ_ORDER = contracts.interaction(
    "GET /orders/{id} -> 200",
    {"method": "GET", "path": "/orders/1", "generators": {"path": contracts.from_state("/orders/${order}")}},
    {"status": 200, "body": contracts.json_body(ORDER), "matchingRules": TYPES},
    providerStates=contracts.ours("an order exists", "0rder"),
    comments={"treaty": {"response": NOTES}},
)
PLACE_ORDER = contracts.interaction(
    "POST /orders -> 201",
    {
        "method": "POST",
        "path": "/orders",
        "headers": contracts.JSON_HEADERS,
        "body": contracts.json_body({"items": [{"n": 1}, {"n": 2}]}),
    },
    {
        "status": 201,
        "body": contracts.json_body({"items": [{"n": 1}, {"n": 2}]}),
        "matchingRules": {"body": {"$.items": {"combine": "AND", "matchers": [{"match": "type", "min": 1}]}}},
    },
    comments={"treaty": {"response": {"body.$.items[*].n": {"cause": "echo", "of": "body.$.items[*].n"}}}},
)


@pytest.fixture(name="orders")
def _orders(tmp_path: Path) -> Path:
    states = {"0rder": {"name": "an order exists", "steps": [CREATE]}}
    return contracts.write(tmp_path, contracts.pact([READ_ORDER, PLACE_ORDER], states=states))


@pytest.mark.parametrize("engine", ["treaty", "official"])
def test_a_provider_that_is_right_is_right_for_both_engines(orders: Path, engine: str) -> None:
    if engine == "official":
        pytest.importorskip("pact", reason="the extra 'official' is not installed")
    with twisted() as provider:
        assert [each.verdict for each in outcomes_of(orders, provider.url, engine=engine)] == [Verdict.KEPT] * 2


@pytest.mark.parametrize(
    ("twist", "position", "location", "rule", "cause"),
    [
        ("echo", 0, "body.$.id", "echo", "echo of path[1]"),
        ("carried", 0, "body.$.owner", "carried", "carried of ${order}"),
        ("number", 0, "body.$.total", "number", "constant"),
        ("clock", 0, "body.$.created_at", "clock", "clock"),
        ("unset", 0, "body.$.created_at", "clock", "clock"),
        ("items", 1, "body.$.items[0].n", "echo", "echo of body.$.items[*].n"),
    ],
)
def test_what_only_our_engine_can_see_is_named_with_its_cause(
    orders: Path, twist: str, position: int, location: str, rule: str, cause: str
) -> None:
    """The standard part of the pact holds, so the official engine stays green."""
    with twisted(twist) as provider:
        found = outcomes_of(orders, provider.url)
    assert [each.position for each in found if each.verdict is Verdict.BROKEN] == [position]
    first = found[position].differences[0]
    assert (first.location, first.rule, first.cause) == (location, rule, cause)


@pytest.mark.parametrize("twist", ["echo", "carried", "number", "clock", "items"])
def test_the_official_engine_cannot_see_it(orders: Path, twist: str) -> None:
    """Else our keys would not be needed."""
    pytest.importorskip("pact", reason="the extra 'official' is not installed")
    with twisted(twist) as provider:
        found = outcomes_of(orders, provider.url, engine="official")
    assert [each.verdict for each in found] == [Verdict.KEPT] * 2


def test_reads_on_one_state_send_its_calls_once(tmp_path: Path) -> None:
    """Many interactions with the same hash, one set-up."""
    states = {"0rder": {"name": "an order exists", "steps": [CREATE]}}
    many = [{**READ_ORDER, "description": f"read {number}"} for number in range(50)]
    with twisted() as provider:
        found = outcomes_of(contracts.write(tmp_path, contracts.pact(many, states=states)), provider.url)
        assert sum(each.setup_calls for each in found) == 1
        assert provider.seen.count("POST /orders") == 1
    assert {each.verdict for each in found} == {Verdict.KEPT}


@pytest.mark.parametrize("workers", [1, 4])
def test_the_report_has_the_order_of_the_pact_with_any_workers(tmp_path: Path, workers: int) -> None:
    """With faults in between."""
    interactions = [
        each
        for number in range(10)
        for each in (
            {**contracts.READ_USER, "description": f"read {number}"},
            {**contracts.CREATE_USER, "description": f"create {number}"},
            {**contracts.DUPLICATE, "description": f"duplicate {number}"},
            {**contracts.HEALTH, "description": f"health {number}", "response": {"status": 418}},
        )
    ]
    pact = contracts.write(tmp_path, contracts.pact(interactions))
    with running_provider() as provider:
        found = outcomes_of(pact, provider.url, workers=workers)
    assert [each.position for each in found] == list(range(40))
    assert [each.verdict for each in found] == [*[Verdict.KEPT] * 3, Verdict.BROKEN] * 10


BLOCKED = ("pact", "pact_ffi", "mitmproxy", "flask", "schemathesis", "hypothesis", "werkzeug")
ALONE = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Blocked())
from treaty_cli.app import main
status = main(["verify", "--provider", "shop", "--base-url", {url!r}, {pact!r}])
assert not [name for name in {blocked!r} if name in sys.modules]
sys.exit(status)
"""


def test_the_base_installation_verifies(tmp_path: Path) -> None:
    """What the extras bring is not imported, and need not be there."""
    pact = contracts.write(tmp_path, contracts.pact(contracts.EVERYTHING))
    with running_provider() as provider:
        script = ALONE.format(blocked=BLOCKED, url=provider.url, pact=str(pact))
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path
        )
    assert done.returncode == 0, done.stderr
    assert "6 kept" in done.stdout
