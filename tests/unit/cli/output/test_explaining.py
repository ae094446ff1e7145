"""Explanations for people and for programs."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.unit.cli.bootstrap.test_normalizing import stored
from tests.unit.harness.normalize.sessions import Session
from treaty_cli.bootstrap.explaining import Explained, explain_pacts
from treaty_cli.bootstrap.normalizing import normalize_all, normalize_to
from treaty_cli.output.explaining import WIDTH, explanation_lines, explanation_report, finding_in_words, show_explained
from treaty_cli.output.terminal import Terminal


def orders() -> Session:
    session = Session()
    session.call("a>b", "POST /users", {}, 201, {"id": 1})
    session.call("a>b", "POST /orders", {"user_id": 1}, 201, {"id": 1, "tip": None})
    session.call(
        "a>b", "GET /orders/1", None, 200, {"id": 1, "token": "stand-in", "tip": None},
        redacted=("response.body.$.token",),
    )  # fmt: skip
    session.call("a>b", "GET /orders/9", None, 503)
    return session


def explained(tmp_path: Path, text: str | None = None) -> Explained:
    normalize_to(stored(tmp_path / "s", orders()), tmp_path / "pacts")
    return explain_pacts(tmp_path / "pacts" / "a-b.json", interaction=text, session=tmp_path / "s")


def shown(found: Explained) -> list[str]:
    stream = io.StringIO()
    show_explained(Terminal(stream, environment={}), found)
    return stream.getvalue().splitlines()


def test_the_doubtful_rules_are_listed_first(tmp_path: Path) -> None:
    lines = shown(explained(tmp_path))
    assert lines[1:4] == [
        "  2 rules in doubt:",
        "    response.body.$.tip of GET /orders/{id} -> 200",
        "    response.body.$.tip of POST /orders -> 201",
    ]


def test_an_interaction_shows_its_state_exchanges_set_up_and_secrets(tmp_path: Path) -> None:
    lines = shown(explained(tmp_path, "GET /orders"))
    start = lines.index("GET /orders/{id} -> 200")
    assert lines[start + 1 : start + 8] == [
        "  given    a user exists, an order exists",
        "  seen     1 exchange (#3)",
        "  set-up   POST /users -> 201 #1: makes the user id that a later call names",
        "  set-up   POST /orders -> 201 #2: makes the order id that a later call names",
        "  secret   response.body.$.token: --allow-secret token records it as it is,",
        "           where it is none",
        "  response.body.$.tip  (in doubt)",
    ]


def test_a_place_shows_rule_cause_links_and_what_would_change_it(tmp_path: Path) -> None:
    lines = shown(explained(tmp_path, "GET /orders"))
    start = lines.index("  response.body.$.id")
    assert lines[start + 1 : start + 9] == [
        "    rule     a whole number",
        "    cause    echo: it equals something that was asked (path[1])",
        "    seen     in 1 exchange (#3)",
        "    link     #2 response.body.$.id of POST /orders -> 201: by name and value,",
        "             likely",
        "    no link  #1 response.body.$.id of POST /users -> 201: equal, but a user id,",
        "             not an order id",
        "    changes  with an answer that differs from what was asked",
    ]


def test_everything_fits_a_terminal_of_eighty_columns(tmp_path: Path) -> None:
    """But for the line with the path of the file."""
    assert max(len(line) for line in shown(explained(tmp_path))[1:]) <= WIDTH


def test_places_with_long_names_fit_too(tmp_path: Path) -> None:
    session = Session()
    session.call("a>b", "GET /wide", None, 200, {"k" * 60: {"l" * 60: None, "m" * 12: None}})
    normalize_to(stored(tmp_path / "s", session), tmp_path / "pacts")
    lines = shown(explain_pacts(tmp_path / "pacts", interaction=None, session=None))
    assert max(len(line) for line in lines[1:]) <= WIDTH
    assert sum("(in doubt)" in line for line in lines) == 2


def test_one_doubt_of_several_states_is_listed_once(tmp_path: Path) -> None:
    session = Session()
    session.call("a>b", "GET /orders", None, 200, {"tip": None})
    session.call("a>b", "PUT /orders", {"kind": "fast"}, 200, {})
    session.call("a>b", "GET /orders", None, 200, {"tip": None})
    normalize_to(stored(tmp_path / "s", session), tmp_path / "pacts")
    lines = shown(explain_pacts(tmp_path / "pacts", interaction=None, session=None))
    assert lines[1:3] == [
        "  2 rules in doubt:",
        "    response.body.$.tip of GET /orders -> 200 (in 2 states)",
    ]


def test_findings_close_the_pact(tmp_path: Path) -> None:
    lines = shown(explained(tmp_path))
    start = lines.index("findings")
    assert "  GET /orders/{id} answered 503: left out of the pact, as in #4 [server-error]" in lines[start:]


def test_without_a_session_it_is_said_what_one_would_add(tmp_path: Path) -> None:
    normalize_to(stored(tmp_path / "s", orders()), tmp_path / "pacts")
    lines = shown(explain_pacts(tmp_path / "pacts", interaction=None, session=None))
    assert lines[-1] == "with --session DIR: which exchanges, runs and links each rule rests on"
    assert not any(line.strip().startswith("seen ") for line in lines)


def test_edits_by_hand_are_named(tmp_path: Path) -> None:
    normalize_to(stored(tmp_path / "s", orders()), tmp_path / "pacts")
    path = tmp_path / "pacts" / "a-b.json"
    document = json.loads(path.read_text("utf-8"))
    taken = document["interactions"].pop(0)["description"]
    document["interactions"][0]["description"] = "mine"
    document["interactions"][1]["key"] = "new"
    document["interactions"][0]["response"]["status"] = 299
    path.write_text(json.dumps(document), "utf-8")
    lines = shown(explain_pacts(path, interaction=None, session=None))
    assert "  by hand  description differs from what was generated" in lines
    assert "  by hand  it was not generated" in lines
    assert "  response.status  (edited by hand)" in lines
    assert f"  taken out by hand: {taken}" in lines


def test_exchanges_of_several_sessions_are_told_apart(tmp_path: Path) -> None:
    folders = [stored(tmp_path / name, orders()) for name in ("monday", "tuesday")]
    normalize_all(folders, tmp_path / "pacts")
    lines = shown(explain_pacts(tmp_path / "pacts", interaction="GET /orders", session=folders[0]))
    assert "  seen     2 exchanges (monday #3, tuesday #3, runs 1, 2)" in lines


def test_a_session_of_something_else_is_said_to_be_that(tmp_path: Path) -> None:
    normalize_to(stored(tmp_path / "s", orders()), tmp_path / "pacts")
    other = Session()
    other.call("x>y", "GET /health", None, 200, {})
    found = explain_pacts(tmp_path / "pacts", interaction=None, session=stored(tmp_path / "other", other))
    assert "  seen     not in this session" in shown(found)


def test_control_characters_of_a_pact_do_not_reach_the_terminal(tmp_path: Path) -> None:
    normalize_to(stored(tmp_path / "s", orders()), tmp_path / "pacts")
    path = tmp_path / "pacts" / "a-b.json"
    document = json.loads(path.read_text("utf-8"))
    document["interactions"][0]["description"] = "a\x1b[31mb"
    path.write_text(json.dumps(document), "utf-8")
    assert not any("\x1b" in line for line in shown(explain_pacts(path, interaction=None, session=None)))


def test_findings_are_sentences_with_examples() -> None:
    finding = {"text": "it failed", "count": 12, "kind": "server-error", "examples": [3, 7]}
    assert finding_in_words(finding) == "it failed (12 times), as in #3, #7  [server-error]"
    assert finding_in_words({"text": "it failed", "count": 1, "kind": "x"}) == "it failed  [x]"


def test_json_lines_hold_the_same(tmp_path: Path) -> None:
    lines = list(explanation_lines(explained(tmp_path)))
    assert [line["event"] for line in lines] == ["interaction", "interaction", "interaction", "finding", "finished"]
    first = lines[0]
    assert (first["consumer"], first["description"]) == ("a", "GET /orders/{id} -> 200")
    place = first["places"][0]
    assert (place["place"], place["degree"]) == ("response.body.$.tip", 2)
    assert lines[-1]["doubtful"] == sum(place["degree"] > 0 for line in lines[:3] for place in line["places"])


def test_json_lines_go_where_they_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = explained(tmp_path)
    with explanation_report(str(tmp_path / "out.jsonl")) as report:
        report(found)
    assert len((tmp_path / "out.jsonl").read_text("utf-8").splitlines()) == 5
    assert "a -> b" in capsys.readouterr().out
