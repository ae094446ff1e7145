from __future__ import annotations

import pytest

from treaty.report.conclusion import conclusion
from treaty.verify.outcome import Summary


@pytest.mark.parametrize(
    ("summary", "sentence"),
    [
        (Summary(kept=1), "shop keeps 1 promise"),
        (Summary(kept=2, pending_broken=1), "shop keeps 2 promises"),
        (Summary(kept=9, broken=2, could_not_tell=1), "shop breaks 2 promises"),
        (Summary(kept=9, could_not_tell=1), "It could not be told whether shop keeps 1 promise"),
        (Summary(pending_broken=1), "Nothing that counts was verified: 1 interaction, pending and not kept"),
        (
            Summary(pending_could_not_tell=1, pending_broken=1),
            "Nothing that counts was verified: 2 interactions, pending and not kept",
        ),
        (Summary(), "Nothing was verified"),
    ],
)
def test_the_worst_is_said(summary: Summary, sentence: str) -> None:
    assert conclusion(summary, provider="shop") == sentence
