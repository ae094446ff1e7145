"""What stands in for secrets, and what to do about each."""

from __future__ import annotations

from tests.unit.harness.explain.explained import document_of, evidence_of, interactions_of
from tests.unit.harness.normalize.sessions import Session
from treaty.contract.model import HttpInteraction
from treaty.explain.redactions import Redaction, redactions_of


def asking() -> Session:
    session = Session()
    session.call(
        "a>b", "GET /reports?api_key=stand-in-1", None, 200, {"token": "stand-in-2", "id": 4},
        redacted=("request.query.api_key[0]", "response.body.$.token"),
    )  # fmt: skip
    return session


def the_only(session: Session) -> HttpInteraction:
    (found,) = interactions_of(document_of(session))
    assert isinstance(found, HttpInteraction)
    return found


def test_stand_ins_of_the_session_come_with_the_option_that_allows_them() -> None:
    session = asking()
    (evidence,) = evidence_of(session).values()
    found = redactions_of(the_only(session), evidence=evidence, slots=())
    assert found[:2] == (
        Redaction(
            place="request.query.api_key[0]",
            advice="--allow-secret api_key records it as it is, where it is none",
        ),
        Redaction(
            place="response.body.$.token",
            advice="--allow-secret token records it as it is, where it is none",
        ),
    )


def test_without_a_session_the_notes_of_the_pact_tell() -> None:
    found = redactions_of(the_only(asking()), evidence=None, slots=())
    assert "response.body.$.token" in [each.place for each in found]


def test_slots_say_how_they_are_filled() -> None:
    found = redactions_of(the_only(asking()), evidence={"redacted": []}, slots={"password", "api_key"})
    assert [(each.place, each.advice) for each in found] == [
        ("${secret.api_key}", "treaty verify --secret api_key=env:VARIABLE fills it"),
        ("${secret.password}", "treaty verify --secret password=env:VARIABLE fills it"),
    ]


def test_what_has_no_name_can_only_be_allowed_with_all_else() -> None:
    found = redactions_of(the_only(asking()), evidence={"redacted": ["request.path"]}, slots=())
    assert found[0].advice.startswith("found by its form; --no-redact")
