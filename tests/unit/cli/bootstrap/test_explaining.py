"""Explanations with their files: pacts, what was generated of them, and sessions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.bootstrap.test_normalizing import WEB_USER, stored
from tests.unit.harness.normalize.sessions import Session
from treaty.errors import FileMissing, NothingToDo, UsageError
from treaty_cli.bootstrap.explaining import explain_pacts
from treaty_cli.bootstrap.normalizing import normalize_all, normalize_to


def users() -> Session:
    session = Session()
    session.call("web>user", "POST /users", {}, 201, {"id": 41, "role": "guest"})
    session.call("web>user", "GET /users/41", None, 200, {"id": 41, "role": "guest"})
    session.call("web>user", "GET /users/43", None, 500)
    return session


@pytest.fixture(name="pact")
def _pact(tmp_path: Path) -> Path:
    normalize_to(stored(tmp_path / "s", users()), tmp_path / "pacts")
    return tmp_path / "pacts" / "web-user.json"


def test_a_pact_is_explained_with_its_session_and_findings(pact: Path, tmp_path: Path) -> None:
    (found,) = explain_pacts(pact, interaction=None, session=tmp_path / "s").pacts
    assert (found.consumer, found.provider, found.of, found.generated) == ("web", "user", 2, True)
    assert all(each.evidence is not None for each in found.interactions)
    assert [each["kind"] for each in found.findings] == ["server-error"]


def test_evidence_that_is_not_beside_a_session_is_gathered_anew(pact: Path, tmp_path: Path) -> None:
    before = explain_pacts(pact, interaction=None, session=tmp_path / "s")
    (tmp_path / "s" / "evidence.json").unlink()
    assert explain_pacts(pact, interaction=None, session=tmp_path / "s") == before
    assert not (tmp_path / "s" / "evidence.json").exists()


def test_interactions_are_chosen_by_a_part_of_their_description_or_their_key(pact: Path) -> None:
    (found,) = explain_pacts(pact, interaction="get /USERS", session=None).pacts
    (interaction,) = found.interactions
    assert interaction.description == "GET /users/{id} -> 200"
    (by_key,) = explain_pacts(pact, interaction=interaction.key, session=None).pacts
    assert by_key.interactions == found.interactions


def test_an_unknown_interaction_is_an_error_with_the_nearest_one(pact: Path) -> None:
    with pytest.raises(UsageError) as caught:
        explain_pacts(pact, interaction="GET /usrs/{id} -> 200", session=None)
    assert caught.value.hint == "did you mean 'GET /users/{id} -> 200'?"
    with pytest.raises(UsageError) as caught:
        explain_pacts(pact, interaction="zzz", session=None)
    assert caught.value.hint.startswith("it has, for instance: GET /users/{id} -> 200")


def test_without_what_was_generated_nothing_counts_as_edited(pact: Path) -> None:
    document = json.loads(pact.read_text("utf-8"))
    document["interactions"][0]["response"]["status"] = 418
    pact.write_text(json.dumps(document), "utf-8")
    (found,) = explain_pacts(pact, interaction=None, session=None).pacts
    edited = [place.place for each in found.interactions for place in each.places if place.edited]
    assert edited == ["response.status"]
    (pact.parent / ".generated" / pact.name).unlink()
    (found,) = explain_pacts(pact, interaction=None, session=None).pacts
    assert not found.generated
    assert not any(place.edited for each in found.interactions for place in each.places)


def test_deleted_interactions_are_told(pact: Path) -> None:
    document = json.loads(pact.read_text("utf-8"))
    taken = document["interactions"].pop()
    pact.write_text(json.dumps(document), "utf-8")
    (found,) = explain_pacts(pact, interaction=None, session=None).pacts
    assert found.deleted == (taken["description"],)


def test_sessions_that_were_taken_as_one_keep_their_numbering(tmp_path: Path) -> None:
    folders = [stored(tmp_path / name, users(), WEB_USER) for name in ("one", "two")]
    normalize_all(folders, tmp_path / "pacts")
    found = explain_pacts(tmp_path / "pacts" / "web-user.json", interaction=None, session=folders[1])
    assert found.numbering == (("one", 0), ("two", 3))


def test_what_is_not_there_is_an_error(pact: Path, tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        explain_pacts(tmp_path / "none.json", interaction=None, session=None)
    with pytest.raises(FileMissing):
        explain_pacts(pact, interaction=None, session=tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingToDo):
        explain_pacts(tmp_path / "empty", interaction=None, session=None)


def test_versions_without_keys_are_joined_by_description_and_state(pact: Path, tmp_path: Path) -> None:
    document = json.loads(pact.read_text("utf-8"))
    for interaction in document["interactions"]:
        del interaction["key"]
    pact.write_text(json.dumps(document), "utf-8")
    (found,) = explain_pacts(pact, interaction=None, session=tmp_path / "s").pacts
    seen = {each.description: each.evidence["exchanges"]["first"] for each in found.interactions if each.evidence}
    assert seen == {"POST /users -> 201": [1], "GET /users/{id} -> 200": [2]}


def test_secret_slots_of_a_request_and_of_its_set_up_are_told(tmp_path: Path) -> None:
    session = Session()
    password = ("request.body.$.password",)
    session.call("web>user", "POST /login", {"password": "stand-in-1"}, 200, {"ok": True}, redacted=password)
    normalize_to(stored(tmp_path / "s", session), tmp_path / "pacts")
    (found,) = explain_pacts(tmp_path / "pacts", interaction=None, session=None).pacts
    assert [each.place for each in found.interactions[0].redactions] == ["${secret.password}"]


def test_a_set_up_that_was_changed_by_hand_is_told_where_it_is_used(pact: Path) -> None:
    document = json.loads(pact.read_text("utf-8"))
    for state in document["metadata"]["treaty"]["states"].values():
        state["name"] = "a better name"
    pact.write_text(json.dumps(document), "utf-8")
    (found,) = explain_pacts(pact, interaction="GET", session=None).pacts
    assert found.interactions[0].edited == ("the set-up of its provider state",)
