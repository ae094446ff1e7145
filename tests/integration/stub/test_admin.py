"""The admin API of `treaty stub` as users meet it: a process, calls from elsewhere, and its page in a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.integration.chromium import BROWSER
from tests.integration.stub.browser import Page, browsing
from tests.unit.stubs.examples import interaction, regex

BOUND = 60
TOKEN = "0123456789abcdef-of-a-test"
STRANGE = "<img src=x onerror=\"document.title='broken'\">"
BY_RULE = {"matchingRules": {"path": regex(r"/users/\d+")}}
PACT = {
    "consumer": {"name": "web"},
    "provider": {"name": "user"},
    "interactions": [
        interaction("GET /users/{id} -> 200", path="/users/1", request=BY_RULE),
        interaction("no user", path="/users/1", request=BY_RULE, status=404, states=[{"name": "the user is gone"}]),
        interaction(STRANGE, path="/strange"),
    ],
    "metadata": {"pactSpecification": {"version": "4.0"}},
}
FAULTS = {"faults": [{"name": "slow", "latency": "1ms", "on": False}]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A ``treaty stub`` with an admin API."""

    process: subprocess.Popen[str]
    folder: Path
    lines: list[str]
    stub: str
    admin: str

    def ask(self, target: str) -> int:
        """Ask the stub, as a consumer would."""
        return requests.get(f"{self.stub}{target}", timeout=BOUND).status_code

    def wait_for(self, request: str, times: int) -> None:
        """Have the admin API wait until requests have come."""
        body = {"request": request, "times": times, "timeout": BOUND}
        assert requests.post(f"{self.admin}/verify", json=body, timeout=2 * BOUND).status_code == 200


@contextmanager
def running(folder: Path, *arguments: str, **environment: str) -> Iterator[Running]:
    (folder / "web-user.json").write_text(json.dumps(PACT), encoding="utf-8")
    (folder / "faults.yaml").write_text(json.dumps(FAULTS), encoding="utf-8")
    command = [sys.executable, "-m", "treaty_cli", "stub", "web-user.json", "--admin-port", "0", *arguments]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1", **environment}
    )
    assert process.stdout is not None
    lines: list[str] = []
    try:
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith("ready"):
                break
        urls = {match[1]: match[2] for line in lines if (match := re.match(r"(\w+)  (http://\S+)", line))}
        yield Running(process=process, folder=folder, lines=lines, stub=urls["user"], admin=urls["admin"])
    finally:
        process.kill()
        process.wait(BOUND)
        process.stdout.close()


def test_a_day_with_the_admin_api(tmp_path: Path) -> None:
    """It waits for requests, judges them, steers the answers, reads pacts again, and ends with the stubs."""
    with running(tmp_path) as stub:
        assert stub.lines[1] == f"admin  {stub.admin}  for you and your tests, not for the consumer"
        assert stub.ask("/users/7") == 200
        stub.wait_for("GET /users/{id}", 1)
        chosen = requests.put(f"{stub.admin}/state", json={"state": "the user is gone"}, timeout=BOUND)
        assert chosen.status_code == 200
        assert stub.ask("/users/7") == 404
        unmet = requests.post(f"{stub.admin}/verify", json={"request": "GET /users/{id}", "times": 1}, timeout=BOUND)
        assert unmet.status_code == 409
        assert "was expected exactly once, and came 2 times" in unmet.json()["detail"]
        assert requests.post(f"{stub.admin}/reset", timeout=BOUND).status_code == 204
        assert stub.ask("/users/7") == 200
        assert requests.get(f"{stub.admin}/journal", timeout=BOUND).json()["total"] == 1
        (tmp_path / "web-user.json").write_text("{", encoding="utf-8")
        broken = requests.post(f"{stub.admin}/reload", timeout=BOUND)
        assert (broken.status_code, broken.json()["code"]) == (422, "pact-unreadable")
        assert stub.ask("/users/7") == 200
        with requests.get(f"{stub.admin}/events", stream=True, timeout=BOUND) as events:
            assert next(events.iter_lines()) == b": treaty"
            stub.process.send_signal(signal.SIGTERM)
            rest, _ = stub.process.communicate(timeout=BOUND)
    assert stub.process.returncode == 0
    assert "user: 4 served, 0 missed, 1 interaction never used" in rest.splitlines()


def test_strangers_are_refused(tmp_path: Path) -> None:
    """With a token, on every address; a page of another site is refused with it, too."""
    with running(tmp_path, "--admin-host", "0.0.0.0", TREATY_ADMIN_TOKEN=TOKEN) as stub:
        admin = stub.admin.replace("0.0.0.0", "127.0.0.1")
        assert requests.get(f"{admin}/providers", timeout=BOUND).status_code == 401
        allowed = {"Authorization": f"Bearer {TOKEN}"}
        assert requests.get(f"{admin}/providers", headers=allowed, timeout=BOUND).status_code == 200
        foreign = {**allowed, "Origin": "http://elsewhere.test"}
        assert requests.post(f"{admin}/reset", headers=foreign, timeout=BOUND).status_code == 403
        assert not any(TOKEN in line for line in stub.lines)


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("admin")


@pytest.fixture(name="seen", scope="module")
def _seen(folder: Path) -> Iterator[tuple[Running, Page]]:
    with running(folder, "--faults", "faults.yaml", TREATY_ADMIN_TOKEN=TOKEN) as stub, browsing(folder / "x") as page:
        page.open(stub.admin)
        page.wait("!document.querySelector('#login').hidden")
        page.write("not the token of it")
        page.press_enter()
        page.wait("document.querySelector('#message').innerText.includes('not the token')")
        page.evaluate("document.querySelector('#token').value = ''")
        page.write(TOKEN)
        page.press_enter()
        page.wait("document.querySelector('#live').innerText === 'live'")
        yield stub, page


needs_browser = [
    pytest.mark.needs_server,
    pytest.mark.skipif(not shutil.which(BROWSER), reason="there is no chromium here (apt-get install chromium)"),
]


class TestPage:
    """What people see and do; one browser for all, so each test begins with a reset."""

    pytestmark = needs_browser

    @pytest.fixture(autouse=True)
    def _begin_anew(self, seen: tuple[Running, Page]) -> Iterator[None]:
        stub, page = seen
        headers = {"Authorization": f"Bearer {TOKEN}"}
        assert requests.post(f"{stub.admin}/reset", headers=headers, timeout=BOUND).status_code == 204
        page.click("#tab-journal")
        page.wait("document.querySelectorAll('#requests li').length === 0")
        yield
        assert page.complaints == []
        assert page.evaluate("document.title") == "Treaty stubs"

    def test_requests_appear_as_they_come_and_misses_with_their_differences(self, seen: tuple[Running, Page]) -> None:
        stub, page = seen
        assert page.text("#journal-empty") == "Nothing was asked yet."
        stub.ask("/users/7")
        stub.ask("/users/x")
        page.wait("document.querySelectorAll('#requests li').length === 2")
        assert "GET /users/{id} -> 200" in page.text("#requests li:nth-child(2)")
        page.click("#requests li.missed summary")
        page.wait("document.querySelector('#requests li.missed pre')")
        assert "/users/1\t/users/x" in page.text("#requests li.missed tbody")
        assert "GET /users/x" in page.text("#requests li.missed pre")
        page.wait("document.querySelector('#providers').innerText.match(/3\\t1\\t1\\t0\\t2/)")

    def test_the_journal_can_be_searched_and_cleared(self, seen: tuple[Running, Page]) -> None:
        stub, page = seen
        for target in ("/users/7", "/users/x", "/users/8"):
            stub.ask(target)
        page.wait("document.querySelectorAll('#requests li').length === 3")
        page.click("#journal-text")
        page.write("/USERS/8")
        page.wait("document.querySelector('#journal-count').innerText === '1 of the last 3 shown'")
        assert "/users/8" in page.text("#requests li:not([hidden])")
        page.evaluate("document.querySelector('#journal-text').value = ''")
        page.click("#clear")
        page.wait("document.querySelectorAll('#requests li').length === 0")

    def test_a_state_is_preferred_by_a_choice(self, seen: tuple[Running, Page]) -> None:
        stub, page = seen
        page.evaluate(
            "(() => { const choice = document.querySelector('#state-user'); choice.value = 'the user is gone';"
            " choice.dispatchEvent(new Event('change')); })()"
        )
        page.wait(
            "fetch('/providers', {headers: {Authorization: 'Bearer ' + sessionStorage.getItem('treaty-token')}})"
            ".then((answer) => answer.json()).then(({providers}) => providers[0].chosen_state)"
        )
        assert stub.ask("/users/7") == 404
        page.wait("document.querySelectorAll('#requests li').length === 1")

    def test_tabs_are_reached_by_keys_and_names_are_no_markup(self, seen: tuple[Running, Page]) -> None:
        _, page = seen
        page.press("ArrowRight")
        page.wait("document.querySelectorAll('#interactions-list li').length === 3")
        assert STRANGE in page.text("#interactions-list")
        page.click("#interactions-list summary")
        page.wait("document.querySelector('#interactions-list pre')?.innerText.includes('\"method\": \"GET\"')")
        page.press("End")

    def test_faults_are_switched_and_declared(self, seen: tuple[Running, Page]) -> None:
        stub, page = seen
        page.click("#tab-faults")
        page.wait("document.querySelector('#faults-note').innerText === '0 of 1 on'")
        page.click("#fault-slow")
        page.wait("document.querySelector('#faults-note').innerText === '1 of 1 on'")
        stub.ask("/users/7")
        page.click("#tab-journal")
        page.wait("document.querySelector('#requests .badge')?.innerText === 'fault slow'")
        page.click("#tab-faults")
        page.evaluate("document.querySelector('#faults-document').select()")
        page.write('{"faults": 1}')
        page.click("#faults-form button")
        page.wait("document.querySelector('#message').innerText.includes('not faults that we can play')")

    def test_stubs_without_states_say_how_to_have_them(self, seen: tuple[Running, Page]) -> None:
        _, page = seen
        page.click("#tab-spaces")
        page.wait("document.querySelector('#spaces-note').innerText.includes('--stateful')")
