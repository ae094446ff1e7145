"""Stubs from Python: addresses, expectations, states, resets, and nothing left behind."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

import treaty_stubs
from tests.unit.stubs.examples import interaction, json_body, matches, pact, regex
from treaty.errors import ConfigInvalid, FileMissing, NothingToDo, PortTaken, ProviderUnknown, UsageError
from treaty.session.reader import open_session
from treaty_stubs import Stub, Unexpected

PATH = {"matchingRules": {"path": regex(r"/users/\d+")}}
USERS = pact(
    interaction("a user", path="/users/1", request=PATH, response={"body": json_body({"name": "ada"})}),
    interaction("no user", path="/users/1", status=404, request=PATH, states=[{"name": "the user is gone"}]),
    interaction("sign up", method="POST", path="/users", status=201, request={"body": json_body({"name": "ada"})}),
    provider="user",
)
ORDERS = pact(interaction("all orders", path="/orders"), consumer="shop", provider="order")


@pytest.fixture(name="users")
def _users() -> Iterator[Stub]:
    with Stub(USERS) as stub:
        yield stub


def get(url: str, **options: Any) -> requests.Response:
    return requests.get(url, timeout=30, **options)


def test_it_stands_in_while_the_block_runs() -> None:
    threads = threading.active_count()
    with Stub(USERS, provider="user") as stub:
        assert get(f"{stub.url}/users/7").json() == {"name": "ada"}
        url = stub.url
    with pytest.raises(requests.ConnectionError):
        get(f"{url}/users/7")
    assert threading.active_count() == threads
    stub.close()


def test_each_provider_has_an_address_of_its_own() -> None:
    with Stub(USERS, ORDERS) as stubs:
        assert list(stubs.urls) == ["order", "user"]
        assert get(f"{stubs.urls['order']}/orders").status_code == 200
        assert get(f"{stubs.urls['user']}/orders").status_code == 501
        with pytest.raises(UsageError, match="several addresses"):
            _ = stubs.url
        assert [asked.provider for asked in stubs.asked()] == ["order", "user"]
        stubs.expect_called("GET /orders", provider="order", times=1)
    with pytest.raises(UsageError, match="no address"):
        _ = stubs.url


def test_requests_are_found_by_what_they_were(users: Stub) -> None:
    get(f"{users.url}/users/7", headers={"X-Trace": "a"})
    get(f"{users.url}/users/8?page=2")
    requests.post(f"{users.url}/users", json={"name": "ada"}, timeout=30)
    assert [each.entry.received.path for each in users.asked("GET /users/{id}")] == ["/users/7", "/users/8"]
    assert len(users.expect_called("a user", times=1, headers={"x-trace": "a"})) == 1
    users.expect_called("POST /users", body={"name": "ada"}, at_most=1)
    users.expect_called("GET /users/{id}", query={"page": "2"})
    users.expect_called("DELETE /users/{id}", times=0)


def test_what_did_not_come_is_told_with_what_came(users: Stub) -> None:
    get(f"{users.url}/users/7")
    with pytest.raises(Unexpected) as caught:
        users.expect_called("GET /users/{id}", times=2)
    first, second = str(caught.value).splitlines()
    assert first == "GET /users/{id} was expected exactly 2 times, and came once"
    assert second == "  asked  GET /users/7 -> 200"


def test_it_waits_for_requests_that_come_later(users: Stub) -> None:
    later = threading.Thread(target=lambda: get(f"{users.url}/users/7"))
    later.start()
    assert len(users.expect_called("GET /users/7", within=60)) == 1
    later.join()
    with pytest.raises(Unexpected):
        users.expect_called("GET /users/7", times=2, within=0.01)


def test_requests_that_nothing_accepts_are_complained_about(users: Stub) -> None:
    users.check()
    get(f"{users.url}/users/none")
    with pytest.raises(Unexpected, match="no interaction accepts 1 request"):
        users.check()
    users.check(allow_unmatched=True)
    users.reset()
    users.check()
    assert users.asked() == ()


def test_a_state_is_preferred_until_another_one_is() -> None:
    with Stub(USERS, state="the user is gone") as stub:
        assert get(f"{stub.url}/users/7").status_code == 404
        stub.choose_state(None)
        assert get(f"{stub.url}/users/7").status_code == 200
        stub.reset()
        assert get(f"{stub.url}/users/7").status_code == 404
        with pytest.raises(UsageError, match="the user is gon'") as caught:
            stub.choose_state("the user is gon")
        assert "the user is gone" in caught.value.hint


def test_faults_are_played_while_they_are_asked_for() -> None:
    """As declared, then others, then none; `reset` goes back to what was declared."""
    with Stub(USERS, faults=[{"path": "/users/{id}", "status": 503}]) as stub:
        url = f"{stub.url}/users/7"
        assert get(url).status_code == 503
        stub.play({"name": "cut", "connection": "reset"})
        with pytest.raises(requests.ConnectionError):
            get(url)
        stub.play()
        assert get(url).status_code == 200
        with pytest.raises(ConfigInvalid):
            stub.play({"connection": "tangled"})
        with pytest.raises(UsageError, match="meets no interaction"):
            stub.play({"path": "/user/{id}", "status": 500})
        stub.reset()
        assert get(url).status_code == 503
    with pytest.raises(ConfigInvalid):
        Stub(USERS, faults={"faults": [{"name": "x", "sttus": 503}]})


def test_answers_vary_within_the_contract() -> None:
    loose = pact(
        interaction(
            "a user",
            path="/users/1",
            response={"body": json_body({"name": "ada"}), "matchingRules": {"body": {"$.name": matches("type")}}},
        ),
        provider="user",
    )
    with Stub(loose, vary=True, seed=1) as stub:
        names = {get(f"{stub.url}/users/1").json()["name"] for _ in range(20)}
    assert len(names) > 1
    assert all(isinstance(name, str) for name in names)


def test_only_what_was_promised_to_a_consumer_is_served() -> None:
    with Stub(USERS, ORDERS, consumer="shop") as stub:
        assert list(stub.urls) == ["order"]


def test_pacts_are_read_from_files_and_folders(tmp_path: Path) -> None:
    document = {
        "consumer": {"name": "web"},
        "provider": {"name": "clock"},
        "interactions": [{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 204}}],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }
    import json

    (tmp_path / "web-clock.json").write_text(json.dumps(document))
    for given in (tmp_path, str(tmp_path / "web-clock.json")):
        with Stub(given) as stub:
            assert get(stub.url).status_code == 204


def test_what_cannot_be_served_is_said() -> None:
    with pytest.raises(FileMissing):
        Stub("no/such/folder")
    with pytest.raises(ProviderUnknown) as caught:
        Stub(USERS, provider="usr")
    assert "user" in caught.value.hint
    with pytest.raises(UsageError, match="state 'unknown'"):
        Stub(USERS, state="unknown")
    with pytest.raises(NothingToDo):
        Stub(USERS, consumer="nobody")
    with pytest.raises(ProviderUnknown), Stub(USERS) as stub:
        stub.asked(provider="order")


def test_a_port_that_is_taken_is_said_and_nothing_is_left(users: Stub) -> None:
    threads = threading.active_count()
    with pytest.raises(PortTaken):
        Stub(USERS, port=int(users.url.rpartition(":")[2])).start()
    assert threading.active_count() == threads
    with pytest.raises(UsageError, match="started before"):
        users.start()


def test_the_package_alone_costs_nothing() -> None:
    script = "import sys, treaty_stubs; print('treaty_stubs.stub' in sys.modules); print(treaty_stubs.Stub.__name__)"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "Stub"]
    with pytest.raises(AttributeError):
        _ = treaty_stubs.Stubs


def test_what_nothing_accepts_goes_to_a_fallback_and_is_recorded(tmp_path: Path) -> None:
    """By its provider's name where there are several; a miss stays one where there is none."""
    with Stub(ORDERS) as real, Stub(USERS, ORDERS, fallback={"user": real.url}, folder=tmp_path) as stubs:
        assert get(f"{stubs.urls['user']}/orders").status_code == 200
        assert get(f"{stubs.urls['order']}/users").status_code == 501
        real.expect_called("GET /orders", times=1)
    assert stubs.recorded is not None
    assert stubs.recorded.parent == tmp_path / ".treaty" / "sessions"
    reader = open_session(stubs.recorded)
    assert reader.info.ended is not None
    assert [each.request.path for each in reader] == ["/orders"]
    with pytest.raises(ProviderUnknown, match="no stub of provider 'usr'"):
        Stub(USERS, fallback={"usr": "http://real.test"})


def test_a_stub_never_falls_back_to_itself(users: Stub) -> None:
    port = int(users.url.rpartition(":")[2])
    users.close()
    with pytest.raises(UsageError, match="a stub of this run"):
        Stub(USERS, port=port, fallback=f"http://localhost:{port}").start()


def test_a_client_that_trusts_the_authority_speaks_tls(tmp_path: Path) -> None:
    with Stub(USERS, tls=True, tls_names="stub.test", folder=tmp_path) as stub:
        assert stub.url.startswith("https://127.0.0.1:")
        assert stub.authority == tmp_path / ".treaty" / "tls" / "ca.pem"
        assert get(f"{stub.url}/users/7", verify=str(stub.authority)).json() == {"name": "ada"}
    assert Stub(USERS).authority is None


def test_pages_of_an_origin_may_read_answers() -> None:
    with Stub(USERS, cors="http://page.test") as stub:
        answer = get(f"{stub.url}/users/7", headers={"Origin": "http://page.test"})
        assert answer.headers["Access-Control-Allow-Origin"] == "http://page.test"
    with pytest.raises(UsageError, match="is not an origin"):
        Stub(USERS, cors=["page.test"])


@pytest.mark.parametrize("text", ["users/{id}", "GET users/{id}", "a usr"])
def test_what_names_no_request_is_never_said_to_have_come_no_times(users: Stub, text: str) -> None:
    """A typing error would otherwise pass as `times=0`."""
    with pytest.raises(UsageError, match="names no request"):
        users.expect_called(text, times=0)
    users.expect_called("a user", times=0)
