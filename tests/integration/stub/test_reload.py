"""Pacts are read again while requests come in."""

from __future__ import annotations

import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from tests.unit.stubs.examples import interaction, json_body, pact
from treaty.contract.model import Pact
from treaty_stubs.http.server import StubServer
from treaty_stubs.journal import GONE

_CLIENTS = 4
_REQUESTS = 400
_RELOADS = 25


def _version(number: int) -> Pact:
    """Make a pact whose two answers and their headers all say the same number."""
    content = json_body({"version": number, "text": "x" * 2000})
    shown = {"headers": {"X-Version": [str(number)]}, "body": content}
    extra = [interaction(f"extra {number}", path=f"/extra/{number}")] if number % 2 else []
    return pact(
        interaction("thing", path="/thing", response=shown),
        interaction("order", method="POST", path="/orders", request={"body": json_body({"a": 1})}, response=shown),
        *extra,
    )


def _ask(port: int, first: threading.Event, last: threading.Event) -> list[int]:
    """Ask for as long as pacts are read again, and at least so many times; give the versions that answered."""
    seen: list[int] = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for number in count():
        if number >= _REQUESTS and last.is_set():
            break
        if number % 2:
            connection.request("GET", "/thing", headers={"Accept-Encoding": "identity"})
        else:
            headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
            connection.request("POST", "/orders", json.dumps({"a": 1}), headers)
        answer = connection.getresponse()
        document = json.loads(answer.read())
        assert answer.status == 200
        assert answer.headers["X-Version"] == str(document["version"])
        seen.append(document["version"])
        first.set()
    connection.close()
    return seen


def test_no_request_is_lost_or_torn_while_pacts_are_read_again() -> None:
    """Each answer is wholly of one version, on connections that stay open; the journal counts them all."""
    begun, done = threading.Event(), threading.Event()
    with StubServer([_version(0)], provider="order") as stub, ThreadPoolExecutor(_CLIENTS) as pool:
        asking = [pool.submit(_ask, stub.port, begun, done) for _ in range(_CLIENTS)]
        assert begun.wait(30)
        try:
            for number in range(1, _RELOADS + 1):
                stub.reload([_version(number)])
        finally:
            done.set()
        seen = [version for each in asking for version in each.result()]
        assert {0, _RELOADS} <= set(seen) <= set(range(_RELOADS + 1))
        assert stub.journal.missed == 0
        assert stub.journal.served == len(seen)
        assert sum(stub.journal.count(each.number) for each in stub.answering.candidates) == len(seen)
        assert not stub.faults


def test_the_journal_follows_interactions_to_their_new_numbers() -> None:
    """Counts stay with the interaction; what is gone is said to be so."""
    one, two = interaction("one", path="/1"), interaction("two", path="/2")
    with StubServer([pact(one, two)], provider="order") as stub:
        for target in ("/1", "/2", "/2"):
            connection = http.client.HTTPConnection("127.0.0.1", stub.port, timeout=30)
            connection.request("GET", target)
            assert connection.getresponse().status == 200
            connection.close()
        stub.reload([pact(interaction("new"), two)])
        names = [candidate.name for candidate in stub.answering.candidates]
        assert stub.journal.count(names.index("two")) == 2
        assert stub.journal.count(names.index("new")) == 0
        assert [entry.interaction for entry in stub.journal.entries] == [GONE, names.index("two"), names.index("two")]
        assert stub.journal.served == 3
