"""`treaty diff` as a command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from treaty.errors import ExitStatus
from treaty_cli.app import main


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(path: str, *interactions: dict[str, Any], consumer: str = "web") -> str:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    document = {
        "consumer": {"name": consumer},
        "provider": {"name": "user"},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    file.write_text(json.dumps(document), encoding="utf-8")
    return path


def interaction(match: str = "integer", *, description: str = "GET /users/1 -> 200") -> dict[str, Any]:
    return {
        "type": "Synchronous/HTTP",
        "description": description,
        "request": {"method": "GET", "path": "/users/1"},
        "response": {
            "status": 200,
            "headers": {"Content-Type": ["application/json"]},
            "body": {"contentType": "application/json", "encoded": False, "content": {"id": 7}},
            "matchingRules": {"body": {"$.id": {"combine": "AND", "matchers": [{"match": match}]}}},
        },
    }


def test_a_breaking_change_is_said_with_place_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    """And the exit status is 1; the other way round it is safe, and a demand on the provider."""
    old, new = write("old.json", interaction()), write("new.json", interaction("number"))
    assert main(["diff", old, new]) == ExitStatus.BROKEN
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "web -> user"
    assert shown[1] == "  changed  GET /users/1 -> 200"
    assert shown[2] == "    breaking  response body.$.id  integer -> number"
    assert shown[3].startswith("              for the consumer: the new contract allows 0.")
    assert shown[-1] == "1 breaking, 0 safe; 1 interaction in 1 pact compared"
    assert main(["diff", new, old]) == ExitStatus.KEPT
    shown = capsys.readouterr().out.splitlines()
    assert shown[2] == "    safe      response body.$.id  number -> integer"
    assert "but a demand on the provider: the old contract allows" in shown[3]


def test_without_a_change_one_line_is_enough(capsys: pytest.CaptureFixture[str]) -> None:
    old = write("old.json", interaction())
    assert main(["diff", old, old]) == ExitStatus.KEPT
    assert capsys.readouterr().out == "no change; 1 interaction in 1 pact compared\n"


def test_folders_are_compared_by_consumer_and_provider(capsys: pytest.CaptureFixture[str]) -> None:
    """A pact that is gone is breaking, one that is new is not; the names of files do not matter."""
    write("old/a.json", interaction(), consumer="web")
    write("old/b.json", interaction(), consumer="app")
    write("new/c.json", interaction(), consumer="web")
    write("new/d.json", interaction(description="other"), consumer="batch")
    assert main(["diff", "old", "new"]) == ExitStatus.BROKEN
    shown = capsys.readouterr().out
    assert "app -> user\n  removed  GET /users/1 -> 200\n    breaking  for the consumer: nothing promises" in shown
    assert "batch -> user\n  added    other\n    safe      for the consumer, but a demand on the provider" in shown
    assert "web -> user" not in shown
    assert shown.endswith("1 breaking, 1 safe; 3 interactions in 3 pacts compared\n")


def test_json_lines_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """To a file, or to standard output; then people read standard error."""
    old, new = write("old.json", interaction()), write("new.json", interaction("number"))
    main(["diff", old, new, "--json", "deep/er.jsonl"])
    lines = [json.loads(line) for line in Path("deep/er.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines[0] | {"reason": ""} == {
        "event": "change",
        "consumer": "web",
        "provider": "user",
        "description": "GET /users/1 -> 200",
        "states": [],
        "fate": "changed",
        "part": "response",
        "location": "body.$.id",
        "old": "integer",
        "new": "number",
        "breaking": True,
        "affects": ["consumer"],
        "reason": "",
    }
    assert lines[1] == {"event": "finished", "breaking": 1, "safe": 0, "compared": 1, "exit_status": 1}
    capsys.readouterr()
    main(["diff", old, new, "--json", "-"])
    captured = capsys.readouterr()
    assert [json.loads(line) for line in captured.out.splitlines()] == lines
    assert "1 breaking, 0 safe" in captured.err


def test_what_cannot_be_read_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is missing or no pact, a folder without pacts, an output that cannot be written."""
    old = write("old.json", interaction())
    Path("empty").mkdir()
    Path("broken.json").write_text("{", encoding="utf-8")
    for new, code in (("none.json", "file-missing"), ("empty", "file-missing"), ("broken.json", "pact-unreadable")):
        assert main(["diff", old, new]) == ExitStatus.USAGE
        assert f"[{code}]" in capsys.readouterr().err
    assert main(["diff", old, old, "--json", "old.json/x"]) == ExitStatus.USAGE
    assert "[output-unwritable]" in capsys.readouterr().err


def test_text_of_a_pact_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    old, new = write("old.json"), write("new.json", interaction(description="a\x1b[31m\nb"))
    main(["diff", old, new])
    assert "  added    a\\x1b[31m b" in capsys.readouterr().out
