"""How much the recorded contracts of the shop notice, as the page docs/reference/strength.md.

`python -m tests.integration.shop_contracts.strength_table` measures, and writes the page. No service is started.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from treaty.strength.change import Harm
from treaty.strength.places import generic, location
from treaty.strength.score import Tally, percent
from treaty.verify.locations import LocationInvalid, parse_path
from treaty_cli.bootstrap.measuring import InteractionMeasured, Measured, MeasurementEvent, PactMeasured, measure_pacts

ROOT: Final = Path(__file__).resolve().parents[3]
PACTS: Final = ROOT / "pacts"
PAGE: Final = ROOT / "docs" / "reference" / "strength.md"
_HEAD: Final = """\
# The strength of the shop's pacts

<!-- written by make strength; tests/integration/shop_contracts/test_strength.py fails when it is not what comes out -->

What `treaty strength pacts` says of the [recorded pacts of the shop](shop-pacts.md). [How strength is
measured](../explanation/strength.md) says what the numbers mean, and what they cannot show.

| pact | interactions | harmful changes | caught | score | harmless changes | false alarms | by type alone |
|---|--:|--:|--:|--:|--:|--:|--:|
"""


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} written")  # noqa: T201 - it talks to whoever runs it
    return 0


def page() -> str:
    """Measure the shop's pacts, and give the whole page."""
    events: list[MeasurementEvent] = []
    measure_pacts([PACTS], session=None, minimum=None, handle=events.append)
    finished = events[-1]
    assert isinstance(finished, Measured)
    rows = [_row(f"`{_name(pact)}`", pact.pact.interactions, pact.tally) for pact in finished.pacts]
    rows.append(_row("**all**", finished.interactions, finished.tally))
    kinds = [
        f"| {kind.value} | {count} | {caught} | {count - caught} |"
        for kind, (caught, count) in sorted(finished.kinds.items(), key=lambda each: each[0].value)
    ]
    parts = [_HEAD + "\n".join(rows), _KINDS + "\n".join(kinds), "\n".join(_survivors(events))]
    return "\n\n".join(parts) + "\n"


_KINDS: Final = """\
## By kind

| harmful change | number | caught | survived |
|---|--:|--:|--:|
"""


def _row(name: str, interactions: int, tally: Tally) -> str:
    score = "" if tally.score is None else f"{percent(tally.score)} %"
    cells = (tally.harmful, tally.caught, score, tally.harmless, tally.alarms, tally.undecided)
    return f"| {name} | {interactions} | {' | '.join(map(str, cells))} |"


def _name(measured: PactMeasured) -> str:
    return Path(measured.pact.source).name


def _survivors(events: list[MeasurementEvent]) -> Iterator[str]:
    """List what survived: for each place, whatever the element of a list, the kinds of changes."""
    found: dict[tuple[str, str, str], dict[Harm, None]] = {}
    for event in events:
        if isinstance(event, InteractionMeasured):
            pact = Path(event.pact.source).name
            for each in event.strength.survivors:
                key = (pact, event.strength.description, _any_index(each.location))
                found.setdefault(key, {})[each.kind] = None
    yield "## What survives"
    yield ""
    if not found:
        yield "Nothing."
        return
    yield "| pact | interaction | place | changes that pass |"
    yield "|---|---|---|---|"
    for (pact, description, place), kinds in found.items():
        changes = ", ".join(kind.value for kind in kinds)
        yield f"| `{pact}` | {description} | `{place}` | {changes} |"


def _any_index(place: str) -> str:
    if not place.startswith("body.$"):
        return place
    try:
        path = parse_path(place.removeprefix("body."))
    except LocationInvalid:
        return place
    steps = generic(tuple(step for step in path if isinstance(step, (str, int))))
    return location(steps).replace("[-1]", "[*]")


if __name__ == "__main__":
    sys.exit(main())
