from __future__ import annotations

from dataclasses import replace

import pytest

from treaty.errors import ExitStatus, StateFailed
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.verify.calls import Answer
from treaty.verify.concealment import CONCEALED, HIDDEN, Concealer
from treaty.verify.events import InteractionJudged, RunFinished
from treaty.verify.outcome import Difference, Outcome, Summary, Verdict
from treaty.verify.sent_request import SentRequest

BROKEN = Outcome(
    pact="a", consumer="web", provider="shop", position=0, description="d", states=(), verdict=Verdict.BROKEN
)


def redactor() -> Redactor:
    return Redactor(RedactionPolicy())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("got Bearer s3cr3t-token!", f"got {CONCEALED}!"),
        ("token s3cr3t-token", f"token {CONCEALED}"),
        ("Bearer of news", "Bearer of news"),
        ("1 of 12", f"{CONCEALED} of 12"),
    ],
)
def test_given_values_and_their_words_are_concealed(text: str, shown: str) -> None:
    """Short values only where they stand alone; the name of a scheme is no secret."""
    assert Concealer(["Bearer s3cr3t-token", "1"], redactor()).text(text) == shown


def test_what_was_concealed_is_not_listed_for_ever() -> None:
    """A verification of many interactions would hold every value of every answer otherwise; each is still known."""
    known = redactor()
    concealer = Concealer([], known)
    body = b'{"password": "correct-horse-battery"}'
    answer = Answer(status=200, headers=(("Content-Type", "application/json"),), body=body)
    concealer.event(InteractionJudged(outcome=replace(BROKEN, answer=answer)))
    assert "battery" not in concealer.text("it said correct-horse-battery")
    concealer.answer(answer)
    concealer.target("/a?password=another-horse-battery")
    assert known.fresh == []


def test_every_text_of_an_outcome_is_concealed() -> None:
    """Differences, the reason and the request."""
    secret = "s3cr3t-token"
    difference = Difference(location="body.$.a", wanted=secret, got=f"x{secret}", message=f"not {secret}")
    reason = StateFailed(secret, where=secret, why=secret, hint=secret)
    outcome = replace(
        BROKEN,
        differences=(difference,),
        reason=reason,
        answer=Answer(
            status=200, headers=(("Set-Cookie", "s=f0rty-two-secrets"), ("X-A", secret)), body=secret.encode()
        ),
        request=SentRequest(method="GET", url=f"http://h/{secret}", headers=(("X-A", secret),), body=secret.encode()),
    )
    event = Concealer([secret], redactor()).event(InteractionJudged(outcome=outcome))
    assert secret not in repr(event)
    assert "f0rty-two-secrets" not in repr(event)
    assert isinstance(event, InteractionJudged)
    assert isinstance(event.outcome.reason, StateFailed)
    assert secret not in str(event.outcome.reason)


def test_of_a_large_answer_only_the_beginning_is_kept() -> None:
    """Whole characters of it."""
    outcome = replace(
        BROKEN,
        answer=Answer(status=200, body=b"x" + "é".encode() * 100_000),
    )
    event = Concealer([], redactor()).event(InteractionJudged(outcome=outcome))
    assert isinstance(event, InteractionJudged)
    assert event.outcome.answer is not None
    assert event.outcome.answer.body.decode() == "x" + "é" * 32767


def test_without_values_nothing_changes() -> None:
    """Other events never do."""
    finished = RunFinished(summary=Summary(), exit_status=ExitStatus.KEPT)
    assert Concealer([], redactor()).text("text") == "text"
    assert Concealer(["secret-value"], redactor()).event(finished) is finished


def judged(concealer: Concealer, difference: Difference) -> Difference:
    outcome = replace(
        BROKEN,
        differences=(difference,),
    )
    event = concealer.event(InteractionJudged(outcome=outcome))
    assert isinstance(event, InteractionJudged)
    return event.outcome.differences[0]


def test_a_value_in_a_secret_place_is_not_shown() -> None:
    """Field and header names tell; that it is absent may be said."""
    concealer = Concealer([], redactor())
    for location in ("body.$.access_token", "body.$.users[0].password", "header.Set-Cookie"):
        got = "sid=hunter2-hunter2" if location.startswith("header") else '"hunter2-hunter2"'
        shown = judged(concealer, Difference(location=location, wanted="x", got=got, message=f"no {got}"))
        assert shown.got == HIDDEN
        assert "hunter2" not in repr(shown)
        absent = Difference(location=location, wanted="x", got="absent", message="missing")
        assert judged(concealer, absent).got == "absent"


def test_a_secret_of_an_answer_is_known_from_then_on() -> None:
    """A token that a login answered is not shown when it turns up elsewhere."""
    concealer = Concealer([], redactor())
    token = "q8Zr2LmT0vXw9KpY4sNd"
    answer = Answer(status=200, headers=(("Content-Type", "application/json"),), body=f'{{"token":"{token}"}}'.encode())
    assert token.encode() not in concealer.answer(answer).body
    shown = judged(concealer, Difference(location="body.$.note", wanted="", got=f'"{token}"', message=f"not {token}"))
    assert token not in repr(shown)
    assert token not in concealer.target(f"/sessions/{token}?q={token}")


def test_harmless_values_stay() -> None:
    """A report without values would help nobody."""
    difference = Difference(
        location="body.$.role", wanted='"member"', got='"guest"', message="Expected 'guest' to match"
    )
    assert judged(Concealer([], redactor()), difference) == difference


@pytest.mark.parametrize("rule", ["carried", "echo"])
def test_what_this_run_made_is_no_example_that_may_be_shown(rule: str) -> None:
    """The wanted value of a relation comes from the provider, or from the request."""
    concealer = Concealer([], redactor())
    token = "q8Zr2LmT0vXw9KpY4sNd"
    answer = Answer(status=200, headers=(("Content-Type", "application/json"),), body=f'{{"token":"{token}"}}'.encode())
    concealer.answer(answer)
    for location in ("body.$.access_token", "body.$.note"):
        for got in ('"other"', "absent"):
            difference = Difference(location=location, wanted=f'"{token}"', got=got, message="not it", rule=rule)
            shown = judged(concealer, difference)
            assert token not in repr(shown)
            assert shown.wanted
    plain = Difference(location="body.$.id", wanted="7", got="8", message="not it", rule=rule)
    assert judged(concealer, plain) == plain


def test_what_is_computed_for_a_request_is_concealed_from_then_on() -> None:
    """The last ones of many, whole and its longer words; its scheme is none."""
    concealer = Concealer([], Redactor(RedactionPolicy()))
    concealer.learn("Bearer f00d-cafe-f00d")
    assert concealer.text("got f00d-cafe-f00d, a Bearer") == f"got {CONCEALED}, a Bearer"
    for number in range(1000):
        concealer.learn(f"signature-{number}")
    assert concealer.text("signature-999") == CONCEALED
    assert concealer.text("got signature-1.") == "got signature-1."


@pytest.mark.parametrize("place", ["contents.$.login.token", "metadata.token"])
def test_secrets_of_messages_are_found_by_their_names(place: str) -> None:
    """In the contents as in a body, in the metadata as in headers."""
    found = Difference(location=place, wanted='"recorded"', got='"other"', message="'other' is not 'recorded'")
    other = Difference(location=place.replace("token", "topic"), wanted='"a"', got='"b"', message="'b' is not 'a'")
    outcome = replace(
        BROKEN,
        differences=(found, other),
    )
    event = Concealer([], redactor()).event(InteractionJudged(outcome=outcome))
    assert isinstance(event, InteractionJudged)
    assert [each.got for each in event.outcome.differences] == [HIDDEN, '"b"']


def test_a_hint_stays_as_it_was_written_but_for_given_values() -> None:
    """Hints are our own words: one on slots only looks like a secret."""
    hint = "--secret token=env:VARIABLE"
    concealer = Concealer(["hunter2-hunter2"], Redactor(RedactionPolicy()))
    error = concealer.error(StateFailed("what", hint=f"{hint} hunter2-hunter2"))
    assert error.hint == f"{hint} <given on the command line>"
