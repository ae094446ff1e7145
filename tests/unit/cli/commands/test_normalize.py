"""`treaty normalize` as a command: sessions from folders, pacts into a folder, merged with what lies there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.harness.normalize.sessions import START, Session
from treaty.errors import ExitStatus
from treaty.session.exchange import Edge
from treaty.session.info import SessionInfo
from treaty.session.writer import SessionWriter
from treaty_cli.app import main

PACT = Path("pacts/web-user.json")
BASE = Path("pacts/.generated/web-user.json")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def users(first_id: int = 1, *, status: int = 200, name: str = "ann", greeting: str = "") -> Session:
    session = Session()
    session.call("web>user", "POST /users", {"name": name}, 201, {"id": first_id, "name": name})
    answer: dict[str, Any] = {"id": first_id, "name": name} | ({"greeting": greeting} if greeting else {})
    session.call("web>user", f"GET /users/{first_id}", None, status, answer)
    return session


def health() -> Session:
    session = Session()
    session.call("web>user", "GET /health", None, 200, {"status": "ok"}, at=100)
    return session


def record(folder: str, session: Session, *declared: Edge) -> str:
    with SessionWriter(Path(folder), SessionInfo(started=START, edges=declared)) as writer:
        for exchange in session.exchanges:
            writer.append(exchange)
    return folder


def descriptions(path: Path = PACT) -> list[str]:
    return [item["description"] for item in json.loads(path.read_text())["interactions"]]


def edit(change: Callable[[dict[str, Any]], None], path: Path = PACT) -> None:
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def remark(document: dict[str, Any]) -> None:
    document["interactions"][0].setdefault("comments", {})["text"] = ["mine"]


def test_a_session_becomes_one_pact_an_edge(capsys: pytest.CaptureFixture[str]) -> None:
    session = users()
    session.call("order>user", "GET /users/1", None, 200, {"id": 1, "name": "ann"})
    assert main(["normalize", record("s", session)]) == ExitStatus.KEPT
    assert sorted(path.name for path in Path("pacts").glob("*.json")) == ["order-user.json", "web-user.json"]
    assert descriptions() == ["GET /users/{id} -> 200", "POST /users -> 201"]
    assert BASE.read_bytes() == PACT.read_bytes()
    shown = capsys.readouterr().out
    assert "web -> user" in shown
    assert "2 interactions" in shown


def test_the_folder_of_the_pacts_can_be_chosen() -> None:
    assert main(["normalize", record("s", users()), "--out", "deep/er"]) == ExitStatus.KEPT
    assert descriptions(Path("deep/er/web-user.json"))


def test_the_same_traffic_with_other_ids_leaves_the_file_alone(capsys: pytest.CaptureFixture[str]) -> None:
    main(["normalize", record("s", users())])
    before = PACT.stat().st_mtime_ns, PACT.read_bytes()
    capsys.readouterr()
    assert main(["normalize", record("t", users(4711))]) == ExitStatus.KEPT
    assert (PACT.stat().st_mtime_ns, PACT.read_bytes()) == before
    assert "unchanged" in capsys.readouterr().out


def test_several_sessions_count_as_one() -> None:
    first, second = record("s", users()), record("t", health())
    assert main(["normalize", first, second]) == ExitStatus.KEPT
    assert descriptions() == ["GET /health -> 200", "GET /users/{id} -> 200", "POST /users -> 201"]


def test_sessions_whose_numbers_are_the_same_stay_apart() -> None:
    later = users(2, name="bob")
    later.exchanges = [
        replace(item, started=item.started + timedelta(hours=1), ended=item.ended + timedelta(hours=1))
        for item in later.exchanges
    ]
    assert main(["normalize", record("s", users()), record("t", later)]) == ExitStatus.KEPT
    assert descriptions() == ["GET /users/{id} -> 200", "POST /users -> 201"]


def test_a_session_without_promises_is_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["normalize", record("s", Session())]) == ExitStatus.NOTHING_TO_DO
    assert "the session holds no exchange" in capsys.readouterr().err
    assert not Path("pacts").exists()
    assert main(["normalize", "s", "--allow-empty"]) == ExitStatus.KEPT


def test_an_edge_that_always_fails_is_said_to(capsys: pytest.CaptureFixture[str]) -> None:
    session = Session()
    session.call("web>user", "GET /users", None, 503, {"error": "down"})
    declared = Edge(consumer="web", provider="mail")
    assert main(["normalize", record("s", session, declared)]) == ExitStatus.NOTHING_TO_DO
    complaint = capsys.readouterr().err
    assert "web -> user: every call failed" in complaint
    assert "web -> mail: declared, but nothing went over it" in complaint


def test_findings_are_shown_beside_the_pacts(capsys: pytest.CaptureFixture[str]) -> None:
    session = users()
    session.call("web>user", "GET /users/1/avatar", None, 500, {"error": "x"})
    session.call("web>user", "GET /users/1/avatar", None, 500, {"error": "x"})
    assert main(["normalize", record("s", session)]) == ExitStatus.KEPT
    assert (
        "GET /users/{id}/avatar answered 500: left out of the pact (2 times), as in #3, #4  [server-error]"
        in capsys.readouterr().out
    )


@pytest.mark.parametrize("make", [lambda: None, lambda: Path("s").mkdir(), lambda: Path("s").write_text("x")])
def test_what_is_no_session_is_refused(make: Callable[[], object]) -> None:
    make()
    assert main(["normalize", "s"]) == ExitStatus.USAGE
    assert not Path("pacts").exists()


def test_no_session_at_all_is_a_mistake_of_usage() -> None:
    assert main(["normalize"]) == ExitStatus.USAGE


def test_a_torn_last_line_is_reported_and_the_rest_counts(capsys: pytest.CaptureFixture[str]) -> None:
    record("s", users())
    with Path("s/exchanges.jsonl").open("ab") as file:
        file.write(b'{"torn')
    assert main(["normalize", "s"]) == ExitStatus.KEPT
    assert "line 3: the last line is torn and was skipped" in capsys.readouterr().out
    assert len(descriptions()) == 2


def test_an_edit_by_hand_stays(capsys: pytest.CaptureFixture[str]) -> None:
    main(["normalize", record("s", users())])
    edit(remark)
    capsys.readouterr()
    assert main(["normalize", "s"]) == ExitStatus.KEPT
    assert json.loads(PACT.read_text())["interactions"][0]["comments"]["text"] == ["mine"]
    assert "edited by hand, kept" in capsys.readouterr().out


def test_a_change_on_both_sides_is_a_conflict_and_the_humans_stays(capsys: pytest.CaptureFixture[str]) -> None:
    def own_greeting(document: dict[str, Any]) -> None:
        document["interactions"][0]["response"]["body"]["content"]["greeting"] = 7

    main(["normalize", record("s", users())])
    edit(own_greeting)
    capsys.readouterr()
    changed = record("t", users(greeting="good morning"))
    for _ in range(2):
        assert main(["normalize", changed]) == ExitStatus.BROKEN
        assert json.loads(PACT.read_text())["interactions"][0]["response"]["body"]["content"]["greeting"] == 7
        told = capsys.readouterr().out
        assert "1 interaction changed by hand and by the recording: yours was kept" in told
        assert "response.body.content.greeting: yours 7, recorded" in told


def test_a_remark_and_a_change_of_the_answer_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    main(["normalize", record("s", users())])
    edit(remark)
    assert main(["normalize", record("t", users(greeting="good morning"))]) == ExitStatus.KEPT
    interaction = json.loads(PACT.read_text())["interactions"][0]
    assert interaction["comments"]["text"] == ["mine"]
    assert "greeting" in interaction["response"]["body"]["content"]
    assert "1 interaction edited by hand, kept" in capsys.readouterr().out


def test_without_the_base_an_edit_is_a_conflict() -> None:
    main(["normalize", record("s", users())])
    edit(remark)
    BASE.unlink()
    assert main(["normalize", "s"]) == ExitStatus.BROKEN
    assert json.loads(PACT.read_text())["interactions"][0]["comments"]["text"] == ["mine"]


def test_what_was_deleted_by_hand_stays_deleted() -> None:
    main(["normalize", record("s", users())])
    edit(lambda document: document["interactions"].pop(0))
    for _ in range(2):
        assert main(["normalize", "s"]) == ExitStatus.KEPT
        assert descriptions() == ["POST /users -> 201"]


def test_what_was_not_seen_is_kept_and_pruned_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    main(["normalize", record("s", users())])
    capsys.readouterr()
    assert main(["normalize", record("t", health())]) == ExitStatus.KEPT
    assert len(descriptions()) == 3
    assert "2 interactions not seen this time, kept" in capsys.readouterr().out
    assert main(["normalize", "t", "--prune"]) == ExitStatus.KEPT
    assert descriptions() == ["GET /health -> 200"]
    assert "2 interactions not seen this time, taken out" in capsys.readouterr().out


@pytest.mark.parametrize("damage", [b"{", b"[]", b"\xff\xfe\x00"])
@pytest.mark.parametrize("path", [PACT, BASE])
def test_a_pact_that_cannot_be_read_is_not_overwritten(
    path: Path, damage: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(damage)
    assert main(["normalize", record("s", users())]) == ExitStatus.USAGE
    assert path.read_bytes() == damage
    assert "[pact-unreadable]" in capsys.readouterr().err
    assert {found.name for found in Path("pacts").rglob("*.json")} == {"web-user.json"}


def test_one_pact_that_cannot_be_read_leaves_all_others_as_they_were() -> None:
    session = users()
    session.call("a>user", "GET /users/1", None, 200, {"id": 1, "name": "ann"})
    PACT.parent.mkdir()
    PACT.write_text("{")
    assert main(["normalize", record("s", session)]) == ExitStatus.USAGE
    assert [path.name for path in Path("pacts").rglob("*")] == ["web-user.json"]


def test_a_folder_that_is_a_file_cannot_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    Path("pacts").write_text("mine")
    assert main(["normalize", record("s", users())]) == ExitStatus.USAGE
    assert Path("pacts").read_text() == "mine"
    assert "pacts" in capsys.readouterr().err


@pytest.mark.parametrize("path", [PACT, BASE])
def test_a_pact_that_is_a_folder_cannot_be_merged(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.mkdir(parents=True)
    assert main(["normalize", record("s", users())]) == ExitStatus.USAGE
    assert str(path) in capsys.readouterr().err
    assert path.is_dir()


def test_nothing_temporary_stays_behind() -> None:
    main(["normalize", record("s", users())])
    assert sorted(str(path) for path in Path("pacts").rglob("*") if path.is_file()) == [
        "pacts/.generated/web-user.json",
        "pacts/web-user.json",
    ]


def test_pacts_follow_the_umask() -> None:
    before = os.umask(0o027)
    try:
        main(["normalize", record("s", users())])
    finally:
        os.umask(before)
    assert PACT.stat().st_mode & 0o777 == 0o640


def test_an_older_version_of_the_specification_is_written_and_says_what_it_lacks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    session = record("one", users())
    assert main(["normalize", session, "--spec", "3"]) == 0
    assert json.loads(PACT.read_text())["metadata"]["pactSpecification"]["version"] == "3.0.0"
    assert "cannot say" in capsys.readouterr().out
    before = PACT.read_bytes()
    assert main(["normalize", session, "--spec", "3"]) == 0
    assert PACT.read_bytes() == before
    seen = descriptions()
    for spec in ("4", "2", "4"):
        assert main(["normalize", session, "--spec", spec]) == 0
        assert descriptions() == seen


def test_strictness_comes_from_the_command_line_or_the_configuration() -> None:
    session = record("one", users(greeting="Welcome to the shop"))
    rules = []
    for arguments in ([], ["--strictness", "replay"]):
        assert main(["normalize", session, *arguments, "--prune"]) == 0
        rules.append(PACT.read_text().count('"match"'))
    Path("treaty.yaml").write_text("strictness: replay\n")
    assert main(["normalize", session]) == 0
    rules.append(PACT.read_text().count('"match"'))
    assert rules[0] > rules[1] == rules[2]
