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
    assert (Run().provider, Run().planned) == ("the provider", 0)
