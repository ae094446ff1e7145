from __future__ import annotations

import pytest

from treaty.errors import StateFailed
from treaty.verify.concealment import CONCEALED, Concealer
from treaty.verify.events import InteractionJudged, RunFinished
from treaty.verify.outcome import Difference, Outcome, Summary, Verdict


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
    assert Concealer(["Bearer s3cr3t-token", "1"]).text(text) == shown


def test_every_text_of_an_outcome_is_concealed() -> None:
    """Differences and the reason."""
    secret = "s3cr3t-token"
    difference = Difference(location="body.$.a", wanted=secret, got=f"x{secret}", message=f"not {secret}")
    reason = StateFailed(secret, where=secret, why=secret, hint=secret)
    outcome = Outcome(
        pact="a",
        consumer="web",
        provider="shop",
        position=0,
        description="d",
        states=(),
        verdict=Verdict.BROKEN,
        differences=(difference,),
        reason=reason,
    )
    event = Concealer([secret]).event(InteractionJudged(outcome=outcome))
    assert secret not in repr(event)
    assert isinstance(event, InteractionJudged)
    assert isinstance(event.outcome.reason, StateFailed)
    assert secret not in str(event.outcome.reason)


def test_without_values_nothing_changes() -> None:
    """Other events never do."""
    finished = RunFinished(summary=Summary())
    assert Concealer([]).text("text") == "text"
    assert Concealer(["secret-value"]).event(finished) is finished
