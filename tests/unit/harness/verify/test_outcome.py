from __future__ import annotations

from typing import Any

import pytest

from treaty.errors import ExitStatus
from treaty.verify.outcome import Outcome, Summary, Verdict


def outcome(verdict: Verdict, **more: Any) -> Outcome:
    return Outcome(
        pact="a", consumer="web", provider="shop", position=0, description="d", states=(), verdict=verdict, **more
    )


def summary(*outcomes: Outcome) -> Summary:
    total = Summary()
    for each in outcomes:
        total = total.plus(each)
    return total


KEPT = outcome(Verdict.KEPT, setup_calls=2, seconds=0.5)
BROKEN = outcome(Verdict.BROKEN)
PENDING = outcome(Verdict.BROKEN, pending=True)
UNKNOWN = outcome(Verdict.COULD_NOT_TELL)
PENDING_UNKNOWN = outcome(Verdict.COULD_NOT_TELL, pending=True)


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ([KEPT], ExitStatus.KEPT),
        ([KEPT, PENDING], ExitStatus.KEPT),
        ([PENDING, PENDING_UNKNOWN], ExitStatus.KEPT),
        ([KEPT, UNKNOWN], ExitStatus.COULD_NOT),
        ([KEPT, UNKNOWN, BROKEN], ExitStatus.BROKEN),
        ([], ExitStatus.NOTHING_TO_DO),
    ],
)
def test_the_worst_verdict_decides(outcomes: list[Outcome], status: ExitStatus) -> None:
    """Broken, then could not tell, then nothing, then kept."""
    assert summary(*outcomes).exit_status() is status


def test_nothing_may_be_allowed() -> None:
    """With --allow-empty."""
    assert Summary().exit_status(allow_empty=True) is ExitStatus.KEPT


def test_everything_is_counted_once() -> None:
    """Pending ones that are not kept apart, and the set-up calls and seconds in all."""
    total = summary(KEPT, KEPT, BROKEN, PENDING, UNKNOWN, PENDING_UNKNOWN)
    assert (total.kept, total.broken, total.could_not_tell, total.total) == (2, 1, 1, 6)
    assert (total.pending_broken, total.pending_could_not_tell) == (1, 1)
    assert (total.setup_calls, total.seconds) == (4, 1.0)
