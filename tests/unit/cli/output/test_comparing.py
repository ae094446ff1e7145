"""The difference of contracts, for people: who is told what."""

from __future__ import annotations

import io

import pytest

from treaty.contract.difference_changes import Change, Fate, InteractionDifference, PactDifference
from treaty_cli.bootstrap.comparing import Comparison
from treaty_cli.output.comparing import comparison_lines, show_comparison
from treaty_cli.output.terminal import Terminal


@pytest.mark.parametrize(
    ("breaking", "demand", "told"),
    [
        (True, False, "for the consumer: why"),
        (True, True, "for the consumer, and a demand on the provider: why"),
        (False, True, "for the consumer, but a demand on the provider: why"),
        (False, False, "for both: why"),
    ],
)
def test_each_change_says_for_whom(breaking: bool, demand: bool, told: str) -> None:
    stream = io.StringIO()
    comparison = _comparison(breaking=breaking, demand=demand)
    show_comparison(Terminal(stream), comparison)
    lines = stream.getvalue().splitlines()
    assert lines[1] == "  changed  GET / -> 200  given s, t"
    assert lines[2] == f"    {'breaking' if breaking else 'safe    '}  request path  /a -> /b"
    assert lines[3].strip() == told
    assert next(comparison_lines(comparison))["affects"] == ["consumer"] * breaking + ["provider"] * demand


def test_a_long_value_is_cut_for_people_alone() -> None:
    stream = io.StringIO()
    comparison = _comparison(breaking=True, demand=False, new="/" + "b" * 100_000)
    show_comparison(Terminal(stream), comparison)
    assert max(map(len, stream.getvalue().splitlines())) < 1100
    assert next(comparison_lines(comparison))["new"] == "/" + "b" * 100_000


def _comparison(*, breaking: bool, demand: bool, new: str = "/b") -> Comparison:
    change = Change(part="request", location="path", old="/a", new=new, breaking=breaking, demand=demand, reason="why")
    interaction = InteractionDifference(
        description="GET / -> 200", states=("s", "t"), fate=Fate.CHANGED, changes=(change,)
    )
    return Comparison(pacts=[PactDifference(consumer="c", provider="p", interactions=(interaction,), compared=1)])
