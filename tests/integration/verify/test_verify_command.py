"""`treaty verify` against a real provider, with both engines."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.integration.verify import contracts
from tests.integration.verify.provider import RunningProvider, running_provider
from treaty_cli.app import main

pytest.importorskip("pact", reason="the extra 'official' is not installed")

ENGINE = ""
"""The engine of the test that runs."""

FAR_BELOW_THE_STALL = 20.0
"""Seconds; the official verifier alone would retry a failing state for 127."""


@pytest.fixture(name="engine", params=["treaty", "official"], autouse=True)
def _engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run every test with both engines."""
    name = str(request.param)
    monkeypatch.setattr(f"{__name__}.ENGINE", name)
    return name


@pytest.fixture(name="provider")
def _provider() -> Iterator[RunningProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture(name="pact")
def _pact(tmp_path: Path) -> Path:
    return contracts.write(tmp_path, contracts.pact(contracts.EVERYTHING))


def verify(provider: RunningProvider, *arguments: str | Path) -> int:
    return main(["verify", "--engine", ENGINE, "--provider", "shop", "--base-url", provider.url, *map(str, arguments)])


def events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_healthy_provider_keeps_every_promise_again_and_again(
    provider: RunningProvider, pact: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Three verifications of one process are green, because what must be unique is minted anew."""
    for _ in range(3):
        assert verify(provider, pact) == 0
        output, errors = capfd.readouterr()
        assert re.search(r"6 kept, 0 broken, 0 could not tell; \d set-up calls", output)
        assert output.count("kept    ") == 6
        assert "\x1b" not in output
        assert errors == ""


def test_ids_that_start_elsewhere_are_found(pact: Path) -> None:
    """The ids of the recording do not matter."""
    with running_provider(first_id=4711) as provider:
        assert verify(provider, pact) == 0
        assert "GET /users/4713" in provider.seen
        assert "GET /users/1" not in provider.seen


@pytest.mark.parametrize(
    ("fault", "description", "location", "got", "cause"),
    [
        ("drop", "GET /users/{id} -> 200", "body.$.email", "absent", "carried"),
        ("retype", "GET /users/{id} -> 200", "body.$.id", '"', "echo of path[1]"),
        ("enum", "GET /users/{id} -> 200", "body.$.role", '"guest"', "constant"),
        ("status", "POST /users -> 201", "status", "200", ""),
    ],
)
def test_a_changed_provider_is_broken_at_the_named_place(
    tmp_path: Path, pact: Path, fault: str, description: str, location: str, got: str, cause: str
) -> None:
    """A dropped field, another type, another status, a value outside the set: each is named with what came."""
    report = tmp_path / "events.jsonl"
    with running_provider(fault=fault) as provider:
        assert verify(provider, pact, "--json", report) == 1
    broken = [event for event in events(report) if event.get("verdict") == "broken"]
    assert [event["description"] for event in broken] == [description]
    (difference,) = broken[0]["differences"]
    assert difference["location"] == location
    assert difference["got"].startswith(got)
    assert difference["wanted"]
    assert difference["cause"] == cause


def test_a_state_that_fails_is_neither_broken_nor_kept_and_quick(
    tmp_path: Path, pact: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reason names the step, what was sent and what came back; the exit status is that of could not tell."""
    report = tmp_path / "events.jsonl"
    before = time.monotonic()
    with running_provider(fault="refuse") as provider:
        status = verify(provider, pact, "--state", "exists", "--json", report)
    assert time.monotonic() - before < FAR_BELOW_THE_STALL
    assert status == 3
    judged = [event for event in events(report) if event["event"] == "interaction"]
    assert [event["verdict"] for event in judged] == ["could not tell"] * 2
    assert judged[0]["reason"]["code"] == "state-failed"
    assert "step 1 of 1: POST /users -> 201" in judged[0]["reason"]["where"]
    assert '422 {"error":"sign-up is closed"}' in judged[0]["reason"]["why"]
    assert "as for 'POST /users -> 409' above" in capsys.readouterr().out


def test_an_await_that_is_never_met_could_not_be_told(tmp_path: Path) -> None:
    """The bound of the await holds, and the reason has the last answer."""
    states = json.loads(json.dumps(contracts.ALL_STATES))
    states[contracts.PAID]["steps"][2]["await"]["seconds"] = 1
    pact = contracts.write(tmp_path, contracts.pact([contracts.READ_PAYMENT], states=states))
    report = tmp_path / "events.jsonl"
    with running_provider(fault="stuck") as provider:
        assert verify(provider, pact, "--json", report) == 3
    reason = next(event for event in events(report) if event["event"] == "interaction")["reason"]
    assert 'body.$.status = "success" was awaited for 1 s' in reason["why"]
    assert '"processing"' in reason["why"]


def test_an_unknown_hash_says_that_the_steps_are_missing(
    tmp_path: Path, provider: RunningProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    """A tool that dropped our metadata leads to could not tell, and no request of the interaction is sent."""
    pact = contracts.write(tmp_path, contracts.pact([contracts.READ_USER], states={}))
    assert verify(provider, pact) == 3
    assert "no steps under this key" in capsys.readouterr().out
    assert provider.seen == []


def test_a_name_that_no_state_yields_is_not_replaced_by_the_example(tmp_path: Path, provider: RunningProvider) -> None:
    """The official engine alone would send the recorded id, and might even be green."""
    states = json.loads(json.dumps(contracts.ALL_STATES))
    del states[contracts.STATE]["steps"][0]["call"]["bind"]
    pact = contracts.write(tmp_path, contracts.pact([contracts.READ_USER], states=states))
    assert verify(provider, pact) == 3
    assert provider.seen == []


def test_a_manual_state_asks_for_a_handler(
    tmp_path: Path, provider: RunningProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    """A state that we have no steps for, without --state-url, could not be told."""
    manual = {**contracts.HEALTH, "providerStates": [{"name": "the moon is full"}]}
    assert verify(provider, contracts.write(tmp_path, contracts.pact([manual]))) == 3
    output = capsys.readouterr().out
    assert "nothing sets up the manual state 'the moon is full'" in output
    assert "--state-url" in output


def test_messages_are_not_counted_as_kept(tmp_path: Path, provider: RunningProvider) -> None:
    """What this version cannot verify is could not tell."""
    message = {"type": "Asynchronous/Messages", "description": "an event", "contents": contracts.json_body({"a": 1})}
    assert verify(provider, contracts.write(tmp_path, contracts.pact([message]))) == 3


def test_a_pending_interaction_that_breaks_does_not_fail_the_run(
    tmp_path: Path, provider: RunningProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is shown and counted apart."""
    pending = {**contracts.HEALTH, "pending": True, "response": {"status": 418}}
    assert verify(provider, contracts.write(tmp_path, contracts.pact([pending]))) == 0
    assert "1 pending broken" in capsys.readouterr().out


def test_nobody_at_the_base_url_is_unreachable(pact: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 3, with a code of its own, before anything is sent."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        assert main(["verify", "--provider", "shop", "--base-url", url, str(pact)]) == 3
    assert "[provider-unreachable]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"consumer": {"name": "web"}, "provider"', "line 1"),
        ('{"consumer": {"name": "web"}, "provider": {"name": "shop"}, "interactions": 3}', "/interactions"),
        ("[]", ""),
    ],
)
def test_an_unreadable_pact_is_named_with_the_place(
    tmp_path: Path, provider: RunningProvider, capsys: pytest.CaptureFixture[str], text: str, where: str
) -> None:
    """Exit status 2; nothing is sent."""
    path = tmp_path / "broken.json"
    path.write_text(text)
    assert verify(provider, path) == 2
    errors = capsys.readouterr().err
    assert "[pact-unreadable]" in errors
    assert str(path) in errors
    assert where in errors
    assert provider.seen == []


def test_steps_of_ours_that_are_malformed_are_named_by_pointer(
    tmp_path: Path, provider: RunningProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    """Our own part of the metadata is checked, too."""
    states = {contracts.STATE: {"name": "x", "steps": [{"call": {"request": {"method": "GET", "path": 7}}}]}}
    assert verify(provider, contracts.write(tmp_path, contracts.pact([contracts.READ_USER], states=states))) == 2
    assert f"/metadata/treaty/states/{contracts.STATE}/steps/0/call/request/path" in capsys.readouterr().err


def test_an_empty_selection_is_nothing_verified_unless_that_is_fine(
    provider: RunningProvider, pact: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 4, or 0 with --allow-empty."""
    assert verify(provider, pact, "--description", "DELETE") == 4
    assert "[nothing-verified]" in capsys.readouterr().err
    assert verify(provider, pact, "--description", "DELETE", "--allow-empty") == 0


def test_an_unknown_provider_gets_a_suggestion(
    provider: RunningProvider, pact: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2 and did-you-mean."""
    assert main(["verify", "--provider", "shpo", "--base-url", provider.url, str(pact)]) == 2
    errors = capsys.readouterr().err
    assert "[provider-unknown]" in errors
    assert "did you mean 'shop'?" in errors


def test_set_up_elsewhere_is_refused(pact: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A host that is not this machine must be allowed by name; the refusal comes before any connection."""
    arguments = ["verify", "--provider", "shop", "--base-url", "http://shop.invalid:9", str(pact)]
    assert main(arguments) == 2
    errors = capsys.readouterr().err
    assert "[writes-refused]" in errors
    assert "--allow-writes shop.invalid" in errors
    assert main([*arguments, "--allow-writes", "shop.invalid"]) == 3
    assert "[provider-unreachable]" in capsys.readouterr().err


def test_selection_by_consumer_description_and_state(
    tmp_path: Path, provider: RunningProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only what is selected is sent."""
    contracts.write(tmp_path, contracts.pact(contracts.EVERYTHING))
    contracts.write(tmp_path, contracts.pact([contracts.HEALTH], consumer="app"), "app-shop.json")
    contracts.write(tmp_path, contracts.pact([contracts.HEALTH], provider="other"), "web-other.json")
    assert verify(provider, tmp_path) == 0
    assert "7 kept" in capsys.readouterr().out
    assert verify(provider, tmp_path, "--consumer", "app") == 0
    assert "1 kept" in capsys.readouterr().out
    assert verify(provider, tmp_path, "--description", "409") == 0
    assert "1 kept" in capsys.readouterr().out
    assert verify(provider, tmp_path, "--state", "settled") == 0
    assert "1 kept" in capsys.readouterr().out


def test_given_headers_are_sent_and_never_shown(
    tmp_path: Path, provider: RunningProvider, capfd: pytest.CaptureFixture[str]
) -> None:
    """Even a provider that echoes the value in a broken answer does not bring it into any output."""
    echoing = json.loads(json.dumps(contracts.READ_USER))
    echoing["response"]["body"]["content"]["echo"] = "Bearer expected"
    pact = contracts.write(tmp_path, contracts.pact([echoing]))
    report, junit = tmp_path / "events.jsonl", tmp_path / "junit.xml"
    status = verify(
        provider, pact, "--header", "Authorization: Bearer s3cr3t-token", "--json", report, "--junit", junit
    )
    assert status == 1
    texts = [*capfd.readouterr(), report.read_text(), junit.read_text()]
    assert not any("s3cr3t-token" in text for text in texts)
    assert "body.$.echo" in texts[0]
    assert "<given on the command line>" in texts[0]


def test_junit_has_a_case_an_interaction(tmp_path: Path, pact: Path) -> None:
    """Broken is a failure, could not tell an error."""
    junit = tmp_path / "reports" / "junit.xml"
    with running_provider(fault="status") as provider:
        assert verify(provider, pact, "--junit", junit) == 1
    suite = ET.parse(junit).getroot().find("testsuite")  # noqa: S314 - our own file
    assert suite is not None
    assert suite.attrib["name"] == "web -> shop"
    assert (suite.attrib["tests"], suite.attrib["failures"], suite.attrib["errors"]) == ("6", "1", "3")
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.attrib["message"] == "broken at status"


def test_json_on_standard_output_is_nothing_but_json(
    provider: RunningProvider, pact: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text for people moves to standard error."""
    assert verify(provider, pact, "--json", "-") == 0
    output, errors = capsys.readouterr()
    lines = [json.loads(line) for line in output.splitlines()]
    assert [line["event"] for line in lines] == ["run-started", *["interaction"] * 6, "run-finished"]
    assert lines[-1]["kept"] == 6
    assert "6 kept" in errors


def test_an_old_pact_with_a_state_of_its_own_uses_the_users_handler(
    tmp_path: Path, provider: RunningProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    """A V2 file with a state is set up by --state-url; the provider itself plays the handler here and refuses."""
    content = {
        "consumer": {"name": "web"},
        "provider": {"name": "shop"},
        "interactions": [
            {
                "description": "health",
                "providerState": "all is well",
                "request": {"method": "GET", "path": "/health"},
                "response": {"status": 200, "body": {"ok": True}},
            }
        ],
        "metadata": {"pactSpecification": {"version": "2.0.0"}},
    }
    path = contracts.write(tmp_path, content)
    assert verify(provider, path, "--state-url", f"{provider.url}/users/77") == 3
    assert "the handler answered 405" in capsys.readouterr().out
