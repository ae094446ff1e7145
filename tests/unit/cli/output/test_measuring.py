from __future__ import annotations

import io
from fractions import Fraction

from treaty.strength.change import Harm, Harmless
from treaty.strength.score import FalseAlarm, InteractionStrength, Survivor, Tally
from treaty_cli.bootstrap.measuring import InteractionMeasured, Measured, MeasurementEvent, PactMeasured, PactStarted
from treaty_cli.output.measuring import measurement_line, show_measurement
from treaty_cli.output.terminal import Terminal

PACT = PactStarted(source="a.json", consumer="web", provider="shop", interactions=1)
TALLY = Tally(harmful=10, caught=9, harmless=4, alarms=1, undecided=2)


def shown(*events: MeasurementEvent) -> list[str]:
    stream = io.StringIO()
    terminal = Terminal(stream, environment={})
    for event in events:
        show_measurement(terminal, event)
    return stream.getvalue().splitlines()


def interaction(*, places: int = 0, alarm: bool = False, sampled: bool = False) -> InteractionMeasured:
    survivors = tuple(
        Survivor(kind=Harm.WORD, location=f"body.$.a[{index}]", before='"x"', after='"y"', because="it is a code word")
        for index in range(places)
    )
    alarms = FalseAlarm(
        kind=Harmless.PROSE,
        location="body.$.b",
        before='"p"',
        after='"q"',
        because="it is prose",
        complaints=(("body.$.b", "it is not p"),),
    )
    strength = InteractionStrength(
        position=0,
        description="GET /a -> 200",
        states=("it exists",),
        tally=TALLY,
        survivors=survivors,
        alarms=(alarms,) if alarm else (),
        sampled=sampled,
    )
    return InteractionMeasured(pact=PACT, strength=strength)


def test_an_interaction_without_findings_is_not_shown() -> None:
    assert shown(interaction()) == []


def test_places_with_the_same_survivor_share_a_line() -> None:
    assert shown(interaction(places=5, sampled=True)) == [
        "    90.0 %  GET /a -> 200  given it exists",
        "    survived  code word changed: body.$.a[0], body.$.a[1], body.$.a[2] and 2 more",
        '              "x" -> "y"; it is a code word',
        "              caught by: equality, or a regex of the words that may come",
        "            of long lists and large objects only some members were changed",
    ]


def test_a_false_alarm_is_shown_with_its_complaint() -> None:
    assert shown(interaction(alarm=True))[1:] == [
        "    false alarm  prose reworded: body.$.b",
        '                 "p" -> "q"; it is prose',
        "                 complaint: body.$.b: it is not p",
    ]


def test_the_sum_names_kinds_undecided_values_and_who_is_below() -> None:
    pact = PactMeasured(pact=PACT, tally=TALLY, refusing=0, below=True)
    kinds = {Harm.WORD: (1, 2), Harm.STATUS: (8, 8)}
    lines = shown(Measured(pacts=(pact,), tally=TALLY, kinds=kinds, minimum=Fraction(95, 100)))
    assert lines[0] == "survivors by kind"
    assert lines[1].split()[:6] == ["code", "word", "changed", "1", "of", "2"]
    assert not any("status" in line for line in lines)
    assert lines[3] == "90.0 %  9 of 10 harmful changes caught, 1 of 4 harmless ones raised a false alarm"
    assert lines[4] == "judged by their type alone, for nothing tells what they follow from: 2 values"
    assert lines[5] == "below 95.0 %: web -> shop"


def test_the_start_of_a_pact_is_no_line_of_json() -> None:
    assert measurement_line(PACT) is None


def test_an_interaction_is_one_line_of_json() -> None:
    line = measurement_line(interaction(places=1, alarm=True))
    assert line is not None
    assert (line["score"], line["harmful"], line["false_alarms"], line["undecided"]) == (90.0, 10, 1, 2)
    assert line["survivors"] == [
        {
            "kind": "code word changed",
            "location": "body.$.a[0]",
            "before": '"x"',
            "after": '"y"',
            "because": "it is a code word",
            "caught_by": "equality, or a regex of the words that may come",
        }
    ]
    assert line["alarms"][0]["complaints"] == [{"location": "body.$.b", "message": "it is not p"}]
