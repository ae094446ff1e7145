"""Which known defects of the shop its recorded contracts catch, as the table of docs/reference/faults.md.

`python -m tests.integration.shop_contracts.fault_table` switches each fault on, verifies, and writes the page.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.integration.shop_contracts.providers import PACTS, ROOT, Variant, Verification, verify_alone
from treaty.verify.outcome import Outcome, Verdict
from treaty_shop.platform.faults import FAULTS, Fault

PAGE: Final = ROOT / "docs" / "reference" / "faults.md"
NOT_READY: Final = "S3-14"
"""Its health check is elsewhere, so the start must not wait for it."""
NEVER_REACHED: Final = "S0-9"
"""A state that set-up awaits never comes; a second of waiting proves as much as the recorded bound."""

INSIDE: Final = tuple(fault for fault in FAULTS if not fault.needs)
"""Those that show between the services as they are recorded."""

_TESTS: Final = "tests/unit/reference_services/payment/test_stripe.py"
OUTSIDE: Final = {
    "S2-2": f"{_TESTS}::test_a_fault_erases_the_link",
    "S2-3": f"{_TESTS}::test_a_fault_applies_an_event_twice",
    "S3-2": f"{_TESTS}::test_faults_believe_any_signature_and_answer_elsewhere",
    "S3-5": f"{_TESTS}::test_faults_believe_any_signature_and_answer_elsewhere",
    "S3-15b": f"{_TESTS}::test_a_fault_cuts_the_amount",
}
"""The test that shows the effect of each fault which needs an outside service."""

UNSEEN: Final = {
    "S0-1": "The fault is in a call that `order` makes, not in an answer it gives. The stand-in for `notification`"
    " refuses the call, and `verify` lists it as a finding that names the field; the verdict on `order`'s own answers"
    " stays *kept*, because it never waits for that call. An engine that judges calls by their cause can turn it red.",
    "S0-3": "`payment` answers everything as before; with the fault it makes a call that it should not make, for a user"
    " who left while the payment was under way. No answer tells that case from the others, so no provider state is"
    " built for it. Needs stand-ins that answer by the interaction under test (`during`), and calls that are judged.",
    "S0-9": "The later status is never read, so the provider state that waits for it cannot be set up: *could not"
    " tell*, with the field that was awaited. Which of two reads is stale is no mismatch of a single answer; needs an"
    " engine that compares answers of different interactions.",
    "S3-6b": "As S0-1: the wrong amount is in a call that `order` makes. The stand-in for `payment` refuses it, the"
    " finding names the field.",
}
"""Why the first engine, the official verifier, is not red for a fault; for the next engine."""

_MOST_PLACES: Final = 4
_HEAD: Final = """\
# Known faults, and what the contracts say

<!-- written by make faults; tests/integration/shop_contracts/test_faults.py fails when a row is not what comes out -->

The [reference shop](../../reference_services/README.md) has known defects that can be switched on
(`python -m treaty_shop faults`). For each of them the faulty service was verified alone against the [healthy
pacts](shop-pacts.md), as `SHOP_FAULTS=ID treaty verify --provider NAME` does. *broken* is exit status 1, and
the last column holds the places that the output names; counts are interactions.

| fault | service | what is wrong | verdict | places that are named |
|---|---|---|---|---|
"""
_NOTES: Final = """
S3-14 is started without `ready: /health`; else the service counts as not started (exit status 3). For S0-9 the wait for
the awaited state is cut to a second.

## Not red, and why

"""
_OUTSIDE_HEAD: Final = """
## Outside services

These show only with what a shop uses outside itself. The checked-in pacts were recorded without, so nothing is verified
here; a test shows the effect of each on the wire.

| fault | service | what is wrong | needs | shown by |
|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came out for one fault."""

    fault: Fault
    verdict: str
    places: Sequence[str]

    def text(self) -> str:
        """Give the line of the table."""
        shown = [f"`{place}`" for place in self.places[:_MOST_PLACES]]
        if len(self.places) > _MOST_PLACES:
            shown.append(f"{len(self.places) - _MOST_PLACES} more")
        summary = f"{self.fault.summary}: {self.fault.effect}".replace("|", "\\|")
        cells = (self.fault.id, self.fault.service.value, summary, self.verdict, ", ".join(shown))
        return f"| {' | '.join(cells)} |"


def observe(fault: Fault, folder: Path, engine: str = "treaty") -> Verification:
    """Switch a fault on and verify its service; files go to a new folder."""
    pacts = _impatient(folder / "pacts") if fault.id == NEVER_REACHED else PACTS
    variant = Variant(environment={"SHOP_FAULTS": fault.id}, asks_health=fault.id != NOT_READY)
    return verify_alone(folder / "run", fault.service.value, variant, pacts=pacts, engine=engine)


def row(fault: Fault, verification: Verification) -> Row:
    """Tell what was observed of a fault."""
    return Row(fault=fault, verdict=_verdict(verification), places=list(_places(verification)))


def page(rows: Iterable[str]) -> str:
    """Give the whole page for the lines of its table."""
    table = "".join(f"{row}\n" for row in rows)
    reasons = "".join(f"- **{fault}**: {reason}\n" for fault, reason in UNSEEN.items())
    return f"{_HEAD}{table}{_NOTES}{reasons}{_OUTSIDE_HEAD}{''.join(_outside())}"


def _outside() -> Iterable[str]:
    for fault in FAULTS:
        if fault.needs:
            proof = f"[`{OUTSIDE[fault.id].rpartition('::')[2]}`](../../{OUTSIDE[fault.id].partition('::')[0]})"
            yield f"| {fault.id} | {fault.service} | {fault.summary}: {fault.effect} | `{fault.needs}` | {proof} |\n"


def _impatient(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for path in PACTS.glob("*.json"):
        text = re.sub(r'"seconds": \d+', '"seconds": 1', path.read_text(encoding="utf-8"))
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


def _verdict(verification: Verification) -> str:
    summary = verification.summary
    total = f"of {summary.total}"
    parts = [f"broken ({summary.broken} {total})"] if summary.broken else []
    parts += [f"could not tell ({summary.could_not_tell} {total})"] if summary.could_not_tell else []
    parts = parts or ["kept"]
    return ", ".join([*parts, "finding"] if verification.findings else parts)


def _places(verification: Verification) -> Iterable[str]:
    """Give each place once: of broken answers in the order of the report, else of what was awaited or not answered."""
    broken = [place for outcome in verification.outcomes for place in _broken_places(outcome)]
    awaited = [place for outcome in verification.outcomes for place in _awaited_places(outcome)]
    asked = [f"{each.request} {place}" for each in verification.findings for place in each.places]
    return dict.fromkeys(broken or [*awaited, *asked])


def _broken_places(outcome: Outcome) -> Iterable[str]:
    return (re.sub(r"\[\d+\]", "[*]", difference.location) for difference in outcome.differences)


def _awaited_places(outcome: Outcome) -> Iterable[str]:
    if outcome.verdict is Verdict.COULD_NOT_TELL and outcome.reason is not None:
        yield from re.findall(r"^(\S+) = .* was awaited", outcome.reason.why)


def main() -> int:
    """Write the page."""
    with tempfile.TemporaryDirectory(prefix="treaty-faults-") as scratch:
        rows = []
        for fault in INSIDE:
            rows.append(row(fault, observe(fault, Path(scratch) / fault.id)).text())
            sys.stdout.write(f"{rows[-1]}\n")
    PAGE.write_text(page(rows), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
