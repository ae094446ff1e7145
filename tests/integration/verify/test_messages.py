"""Messages asked of a handler by Pact's protocol: ours and the official engine on the same answers."""

from __future__ import annotations

import json
import shlex
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.integration.verify import contracts
from tests.integration.verify.message_handler import (
    JSON,
    PAID,
    PAID_V3,
    PRICED,
    Made,
    message,
    message_pact,
    running_handler,
)
from tests.integration.verify.provider import running_provider
from treaty.adapters.official_engine import run_worker
from treaty.errors import ProviderUnreachable, UsageError, WritesRefused
from treaty.report.curl import curl_command
from treaty.verify.events import Event, InteractionJudged
from treaty.verify.outcome import Outcome, Verdict
from treaty_cli.app import main
from treaty_cli.bootstrap.verification import VerificationRequest, verify

GOOD: dict[str, Made] = {
    PAID["description"]: message({"id": 5, "status": "paid"}, topic="orders"),
    PRICED["description"]: message({"order": 1, "price": 2.25}, topic="prices"),
}
PACTS: dict[str, dict[str, Any]] = {
    "V3": message_pact(PAID_V3),
    "V4": message_pact(PAID),
    "synchronous": message_pact(PRICED),
}


def answers(made: Mapping[str, Made]) -> Callable[[dict[str, Any]], Made]:
    return lambda request: made[request["description"]]


def outcomes_of(pact: Path, **request: Any) -> list[Outcome]:
    events: list[Event] = []
    content = json.loads(pact.read_text())
    name = content["provider"]["name"]
    given = VerificationRequest(provider=name, pacts=[pact], **{"seconds": 5, **request})
    verify(given, events.append)
    return [event.outcome for event in events if isinstance(event, InteractionJudged)]


def official_verdict(pact: Path, url: str, state_url: str) -> bool:
    pytest.importorskip("pact", reason="the extra 'official' is not installed")
    place = urlsplit(url)
    task: dict[str, Any] = {
        "provider": "order",
        "host": place.hostname,
        "port": place.port,
        "path": place.path,
        "scheme": place.scheme,
        "pact": str(pact),
        "state_url": state_url,
        "teardown": False,
        "timeout_milliseconds": 5000,
        "headers": [],
    }
    results = run_worker(task, bound=60)
    (result,) = results["interactionResults"]
    assert result["result"] == "OK" or result["mismatch"]["type"] == "mismatches"
    return bool(results["result"])


PLAIN_TEXT: dict[str, Any] = {
    **PAID,
    "contents": {"contentType": "text/plain", "encoded": False, "content": "paid"},
    "metadata": {},
    "matchingRules": {},
}
BINARY: dict[str, Any] = {
    **PLAIN_TEXT,
    "contents": {"contentType": "application/octet-stream", "encoded": "base64", "content": "AAEC"},
}
SILENT: dict[str, Any] = {"type": "Asynchronous/Messages", "description": PAID["description"]}
PAID_TWICE = {"id": 5, "status": "paid"}

CASES: dict[str, tuple[dict[str, Any], Made, tuple[str, ...]]] = {
    "good": (PAID, message(PAID_TWICE, topic="orders"), ()),
    "more than promised": (PAID, message({**PAID_TWICE, "note": 1}, topic="orders", more=True), ()),
    "type with a parameter": (PAID, message(PAID_TWICE, media_type=f"{JSON}; charset=utf-8", topic="orders"), ()),
    "type in the metadata only": (PAID, message(PAID_TWICE, media_type="", topic="orders", contentType=JSON), ()),
    "other value": (PAID, message({"id": 5, "status": "lost"}, topic="orders"), ("contents.$.status",)),
    "other type of value": (PAID, message({"id": "5", "status": "paid"}, topic="orders"), ("contents.$.id",)),
    "key missing": (PAID, message({"id": 5}, topic="orders"), ("contents.$.status",)),
    "other metadata": (PAID, message(PAID_TWICE, topic="users"), ("metadata.topic",)),
    "no metadata": (PAID, message(PAID_TWICE), ("metadata.topic",)),
    "other media type": (
        PAID,
        message(PAID_TWICE, media_type="text/plain", topic="orders"),
        ("metadata.contentType", "contents"),
    ),
    "not JSON": (PAID, message(b"paid", topic="orders"), ("contents",)),
    "no contents": (PAID, message(b"", topic="orders"), ("contents",)),
    "text": (PLAIN_TEXT, message(b"paid", media_type="text/plain"), ()),
    "other text": (PLAIN_TEXT, message(b"lost", media_type="text/plain"), ("contents",)),
    "bytes": (BINARY, message(b"\0\1\2", media_type="application/octet-stream"), ()),
    "other bytes": (BINARY, message(b"\0\1\3", media_type="application/octet-stream"), ("contents",)),
    "nothing promised": (SILENT, message({"any": "thing"}), ()),
    "answer to a message": (PRICED, message({"order": 1, "price": 9.75}, topic="prices"), ()),
    "other answer to a message": (PRICED, message({"order": 1, "price": 9}, topic="prices"), ("contents.$.price",)),
    "other metadata of an answer": (PRICED, message({"order": 1, "price": 9.5}, topic="x"), ("metadata.topic",)),
    "V3": (PAID_V3, message(PAID_TWICE, topic="orders"), ()),
    "V3, other value": (PAID_V3, message({"id": 5, "status": "lost"}, topic="orders"), ("contents.$.status",)),
}


@pytest.mark.parametrize(("entry", "made", "places"), CASES.values(), ids=CASES)
def test_both_engines_judge_the_same_answer_alike(
    tmp_path: Path, entry: dict[str, Any], made: Made, places: tuple[str, ...]
) -> None:
    """And ask for it in the same words; ours names the places that differ."""
    pact = contracts.write(tmp_path, message_pact(entry))
    with running_handler(lambda _: made) as handler:
        (outcome,) = outcomes_of(pact, message_url=handler.url, state_url=handler.state_url)
        assert tuple(each.location for each in outcome.differences) == places
        assert outcome.verdict is (Verdict.BROKEN if places else Verdict.KEPT)
        assert official_verdict(pact, handler.url, handler.state_url) is (not places)
        assert handler.asked[0] == handler.asked[1]


def test_messages_need_no_provider_beside_their_handler(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a base URL nor a configuration; what breaks has a command that asks for the message again."""
    pact = contracts.write(tmp_path, message_pact(PAID, PRICED))
    made = {**GOOD, PAID["description"]: message({"id": 5, "status": "lost"}, topic="orders")}
    with running_handler(answers(made)) as handler:
        flags = ["--message-url", handler.url, "--state-url", handler.state_url]
        status = main(["verify", "--provider", "order", str(pact), *flags])
    shown = capsys.readouterr().out
    assert status == 1
    assert 'contents.$.status  wanted "paid", got "lost"' in shown
    assert f"messages are asked for at {handler.url}" in shown
    assert "curl -i" in shown
    assert handler.url in shown.partition("to send it again:")[2]
    assert '--data-raw \'{"description":"an order was paid","providerStates":[' in shown
    assert [(each["action"], each["state"]) for each in handler.states] == [
        ("setup", "an order"),
        ("teardown", "an order"),
    ]


def test_messages_and_requests_of_one_file_keep_its_order(tmp_path: Path) -> None:
    """Whatever the workers, and with states of the recording."""
    paid = {**PAID, "providerStates": contracts.ours("a user exists", contracts.STATE)}
    entries = [PRICED, contracts.HEALTH, paid, contracts.READ_USER, PRICED, contracts.MISSING]
    pact = contracts.write(tmp_path, contracts.pact(entries))
    for workers in (1, 4):
        with running_provider() as provider, running_handler(answers(GOOD)) as handler:
            outcomes = outcomes_of(pact, base_url=provider.url, message_url=handler.url, workers=workers)
            assert [outcome.position for outcome in outcomes] == list(range(6))
            assert {outcome.verdict for outcome in outcomes} == {Verdict.KEPT}
            assert outcomes[2].setup_calls == 1
            assert provider.seen.count("POST /users") == 2


def test_a_message_that_is_asked_for_has_the_values_of_its_states(tmp_path: Path) -> None:
    """Generators fill the message that is to be answered, which the official engine leaves as it was recorded."""
    request = {
        **PRICED["request"],
        "generators": {"body": {"$.order": contracts.from_state("user_id_4f1c", "INTEGER")}},
    }
    entry = {**PRICED, "request": request, "providerStates": contracts.ours("a user exists", contracts.STATE)}
    pact = contracts.write(tmp_path, contracts.pact([entry]))
    with running_provider(first_id=4711) as provider, running_handler(answers(GOOD)) as handler:
        (outcome,) = outcomes_of(pact, base_url=provider.url, message_url=handler.url)
    assert outcome.verdict is Verdict.KEPT
    assert handler.asked[0]["request"]["contents"]["content"] == {"order": 4711}


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ((500, {}, b"no order\nin the database"), "it answered 500 no order in the database"),
        ((404, {}, b""), "it answered 404"),
        ((302, {"Location": "/"}, b""), "it answered 302"),
        ((200, {"Pact-Message-Metadata": "e30x"}, b"{}"), "not base64 of a JSON object"),
        ((200, {"Content-Encoding": "gzip"}, b"{}"), "gzip"),
    ],
    ids=["failing", "unknown", "moved", "metadata", "coding"],
)
def test_what_is_no_message_tells_nothing(tmp_path: Path, made: Made, why: str) -> None:
    """It is neither kept nor broken, and the report has the handler's own words."""
    pact = contracts.write(tmp_path, message_pact({**PAID, "providerStates": []}))
    with running_handler(lambda _: made) as handler:
        (outcome,) = outcomes_of(pact, message_url=handler.url)
    assert outcome.verdict is Verdict.COULD_NOT_TELL
    assert outcome.reason is not None
    assert why in outcome.reason.why
    assert outcome.request is not None
    assert outcome.request.url == handler.url


def test_a_handler_that_does_not_answer_in_time_tells_nothing(tmp_path: Path) -> None:
    """The bound of a request holds for messages, too."""
    pact = contracts.write(tmp_path, message_pact({**PAID, "providerStates": []}))
    over = threading.Event()

    def wait(_: dict[str, Any]) -> Made:
        over.wait(60)
        return message({})

    with running_handler(wait) as handler:
        try:
            (outcome,) = outcomes_of(pact, message_url=handler.url, seconds=0.3)
        finally:
            over.set()
    assert outcome.reason is not None
    assert "no complete answer within 0.3 s" in outcome.reason.why


def test_nobody_at_the_url_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    pact = contracts.write(tmp_path, message_pact(PAID))
    with running_handler(answers(GOOD)) as handler:
        url = handler.url
    with pytest.raises(ProviderUnreachable) as raised:
        outcomes_of(pact, message_url=url)
    assert "--message-url" in raised.value.hint


def test_messages_are_not_asked_for_elsewhere_unless_allowed(tmp_path: Path) -> None:
    """Making one may have an effect."""
    pact = contracts.write(tmp_path, message_pact(PAID))
    with pytest.raises(WritesRefused) as raised:
        outcomes_of(pact, message_url="http://staging.example/messages")
    assert raised.value.hint.endswith("--allow-writes staging.example")


def test_the_official_engine_refuses_them_by_name(tmp_path: Path) -> None:
    pact = contracts.write(tmp_path, message_pact(PAID))
    with pytest.raises(UsageError) as raised:
        outcomes_of(pact, message_url="http://127.0.0.1:1/", engine="official")
    assert raised.value.hint.startswith("--engine treaty")


@pytest.mark.parametrize("text", ["/_pact/message", "${url}/_pact/message", "http://127.0.0.1:${port}/_pact/message"])
def test_treaty_yaml_says_where_messages_are_asked_for(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a path on the service, or as a URL."""
    monkeypatch.chdir(tmp_path)
    pact = contracts.write(tmp_path, message_pact({**PAID, "providerStates": []}))
    with running_handler(answers(GOOD)) as handler:
        place = urlsplit(handler.url)
        settings = {"services": {"order": {"url": f"http://{place.netloc}", "messages": text}}}
        (tmp_path / "treaty.yaml").write_text(json.dumps(settings))
        (outcome,) = outcomes_of(pact)
    assert outcome.verdict is Verdict.KEPT


def test_messages_are_asked_of_the_provider_itself_when_nothing_else_is_said(tmp_path: Path) -> None:
    """As the official verifier does without a transport for messages."""
    pact = contracts.write(tmp_path, message_pact({**PAID, "providerStates": []}))
    with running_handler(answers(GOOD)) as handler:
        (outcome,) = outcomes_of(pact, base_url=handler.url)
    assert outcome.verdict is Verdict.KEPT


def test_a_handler_alone_may_be_all_that_treaty_yaml_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pact = contracts.write(tmp_path, message_pact({**PAID, "providerStates": []}))
    with running_handler(answers(GOOD)) as handler:
        (tmp_path / "treaty.yaml").write_text(json.dumps({"services": {"order": {"messages": handler.url}}}))
        (outcome,) = outcomes_of(pact)
    assert outcome.verdict is Verdict.KEPT


def test_the_command_of_a_failure_asks_in_the_same_words(tmp_path: Path) -> None:
    """Pasted into a shell it sends what was sent, to where it was sent."""
    pact = contracts.write(tmp_path, message_pact({**PRICED, "description": "the owner's price"}))
    with running_handler(lambda _: message({"order": 1})) as handler:
        (outcome,) = outcomes_of(pact, message_url=handler.url)
    assert outcome.request is not None
    words = shlex.split(curl_command(outcome.request).replace("\\\n", " "))
    assert words[:3] == ["curl", "-i", handler.url]
    assert words[words.index("-H") + 1] == "Content-Type: application/json"
    assert json.loads(words[words.index("--data-raw") + 1]) == handler.asked[0]


def test_given_headers_reach_the_handler_and_no_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As for requests, also when it gives them back; a secret of the metadata is hidden by its name."""
    entry = {**PAID, "providerStates": [], "metadata": {"token": "wanted", "key": "k"}, "contents": {}}

    def echo(_: dict[str, Any]) -> Made:
        return message({}, token="other-token", key=handler.headers[-1]["X-Gate"])

    pact = contracts.write(tmp_path, message_pact(entry))
    with running_handler(echo) as handler:
        flags = ["--message-url", handler.url, "--header", "X-Gate: hush-hush-hush"]
        flags += [
            "--json",
            str(tmp_path / "events"),
            "--html",
            str(tmp_path / "page"),
            "--junit",
            str(tmp_path / "xml"),
        ]
        assert main(["verify", "--provider", "order", str(pact), *flags]) == 1
    files = [(tmp_path / name).read_text() for name in ("events", "page", "xml")]
    shown = "\n".join([capsys.readouterr().out, *files])
    assert handler.headers[0]["X-Gate"] == "hush-hush-hush"
    assert "hush" not in shown
    assert "other-token" not in shown
    assert "metadata.key" in shown
    assert "X_GATE" in shown
