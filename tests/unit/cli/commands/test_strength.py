"""`treaty strength` as a command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.harness.strength import pacts
from treaty.contract.json_value import dumps
from treaty.errors import ExitStatus
from treaty_cli.app import main


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, *interactions: dict[str, Any]) -> str:
    Path(name).write_text(dumps(pacts.document(*interactions).raw), encoding="utf-8")
    return name


def tight() -> dict[str, Any]:
    return pacts.interaction({"status": "open", "count": 3}, line="GET /things/7")


def loose() -> dict[str, Any]:
    return pacts.interaction({"status": "open"}, line="GET /things/8", rules={"$.status": "type"})


def test_the_score_of_each_pact_and_what_survived_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """With the place, the change, and the rule that would catch it."""
    assert main(["strength", write("a.json", tight()), write("b.json", loose())]) == ExitStatus.KEPT
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "web -> shop"
    assert shown[1].startswith("   100.0 %  ")
    assert shown[1].endswith("0 of 6 harmless ones raised a false alarm  a.json")
    assert shown[4].endswith("GET /things/8 -> 200")
    assert shown[5] == "    survived  code word changed: body.$.status"
    assert shown[6] == '              "open" -> "something_else"; it is a code word'
    assert shown[7] == "              caught by: equality, or a regex of the words that may come"
    assert "survivors by kind" in shown


def test_each_pact_has_to_reach_the_minimum(capsys: pytest.CaptureFixture[str]) -> None:
    """A strong one does not make up for a weak one; reaching it exactly is enough."""
    strong, weak = write("a.json", tight()), write("b.json", loose())
    assert main(["strength", strong, "--min", "100"]) == ExitStatus.KEPT
    capsys.readouterr()
    assert main(["strength", strong, weak, "--min", "95.5"]) == ExitStatus.BROKEN
    assert capsys.readouterr().out.splitlines()[-1] == "below 95.5 %: web -> shop"
    assert main(["strength", strong, weak, "--min", "50"]) == ExitStatus.KEPT


def test_a_pact_that_refuses_its_own_example_reaches_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """It would be red on every provider."""
    refusing = pacts.interaction({"id": 9007001}, line="POST /a", causes={"body.$.id": {"cause": "created"}})
    path = write("a.json", refusing)
    assert main(["strength", path]) == ExitStatus.KEPT
    assert "not measured: it refuses its own example" in capsys.readouterr().out
    assert main(["strength", path, "--min", "1"]) == ExitStatus.BROKEN


def test_json_lines_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """To a file, or to standard output; then people read standard error."""
    path = write("b.json", loose())
    main(["strength", path, "--json", "deep/er.jsonl"])
    lines = [json.loads(line) for line in Path("deep/er.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["interaction", "pact", "finished"]
    assert {each["kind"] for each in lines[0]["survivors"]} == {"code word changed", "code word in other case"}
    assert lines[1]["score"] == lines[2]["score"] < 100
    assert lines[2]["kinds"]["code word changed"] == {"caught": 0, "harmful": 2}
    capsys.readouterr()
    main(["strength", path, "--json", "-"])
    captured = capsys.readouterr()
    assert [json.loads(line) for line in captured.out.splitlines()] == lines
    assert "survived" in captured.err


def test_a_folder_is_measured_whole(capsys: pytest.CaptureFixture[str]) -> None:
    Path("pacts").mkdir()
    write("pacts/a.json", tight())
    write("pacts/b.json", loose())
    assert main(["strength", "pacts"]) == ExitStatus.KEPT
    assert capsys.readouterr().out.count("web -> shop") == 2


def test_without_a_reply_there_is_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    message = {"type": "Asynchronous/Messages", "description": "it happened", "contents": {"content": "x"}}
    assert main(["strength", write("a.json", message)]) == ExitStatus.NOTHING_TO_DO
    assert "[nothing-to-do]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["none.json"], "file-missing"),
        (["broken.json"], "pact-unreadable"),
        (["a.json", "--min", "101"], "usage"),
        (["a.json", "--session", "none"], "file-missing"),
        (["a.json", "--json", "a.json/x"], "output-unwritable"),
        ([], "usage"),
    ],
)
def test_what_cannot_be_read_is_an_error(arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]) -> None:
    write("a.json", tight())
    Path("broken.json").write_text("{", encoding="utf-8")
    assert main(["strength", *arguments]) == ExitStatus.USAGE
    assert f"[{code}]" in capsys.readouterr().err


def test_text_of_a_pact_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    written = {**loose(), "description": "a\x1b[31m\nb"}
    main(["strength", write("a.json", written)])
    shown = capsys.readouterr().out
    assert "a\\x1b[31m b" in shown
    assert "\x1b" not in shown
