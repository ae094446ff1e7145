from __future__ import annotations

from tests.unit.cli.output.verification_events import OUTCOMES, events
from treaty_cli.output.verification_run import Run, run_of


def test_events_are_put_together() -> None:
    """With all that a report at the end needs."""
    run = run_of(events())
    assert tuple(run.outcomes) == OUTCOMES
    assert (run.provider, run.planned, len(run.findings)) == ("shop", 5, 1)
    assert run.end is not None


def test_a_run_that_never_began_has_nothing() -> None:
    """Because a flag was wrong, or the provider did not start."""
    assert run_of([]) == Run()
    assert (Run().provider, Run().planned, Run().has_ended) == ("the provider", 0, False)


def test_the_headline_tells_what_was_cut_short_from_what_never_began() -> None:
    assert Run().headline == "Nothing was verified"
    assert run_of(events()[:2]).headline == "The verification of shop was cut short"
    assert run_of(events()).headline == "shop breaks 1 promise"
