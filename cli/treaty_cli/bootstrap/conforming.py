"""Wires `treaty conformance`: the test cases of a folder, run against our matching."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from treaty.contract.json_value import JsonInvalid
from treaty.errors import ExitStatus, FileMissing, PactUnreadable, UsageError
from treaty.pactfile.conformance import Case, Verdict, find_cases, run_case
from treaty.pactfile.node import Fault
from treaty.pactfile.reading import LARGEST_FILE, check_size

KNOWN: Final[Mapping[str, str]] = {
    "V4 request body/array with regular expression that does not match in element xml": (
        "its rule $.animals[*].alligator['@phoneNumber'] asks for a list between an element and its child; the case"
        " of V3 says $.animals.alligator['@phoneNumber'] and passes; the official engine accepts this one too"
    ),
}
"""Cases of the specification whose verdict is not ours, each with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A case whose verdict is not ours.

    Attributes:
        case: its name: version, part, aspect and file.
        should_match: what the case says.
        found: the first mismatch that we see; empty when we see none.
        known: the reason, when it is one that we know; else empty.

    """

    case: str
    should_match: bool
    found: str
    known: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """What came out of all cases.

    Attributes:
        total: how many cases there are, by version and part, in order.
        passed: how many agree with us, by version and part.
        differing: the others, in order.

    """

    total: Mapping[tuple[str, str], int]
    passed: Mapping[tuple[str, str], int]
    differing: Sequence[Differing]

    def exit_status(self) -> ExitStatus:
        """Give 1 when a case differs for no known reason, else 0."""
        return ExitStatus.KEPT if all(one.known for one in self.differing) else ExitStatus.BROKEN


def run_cases(folder: Path) -> Conformance:
    """Run all cases below a folder.

    Raises:
        FileMissing: when the folder is not there, or a case may not be read.
        UsageError: when there is no case in it.
        PactUnreadable: when a case is not as the layout has it.

    """
    if not folder.is_dir():
        raise FileMissing(f"{folder} is not a folder", where=str(folder))
    total: Counter[tuple[str, str]] = Counter()
    passed: Counter[tuple[str, str]] = Counter()
    differing = []
    for case in find_cases(folder):
        verdict = _run(case)
        total[case.version, case.part] += 1
        if verdict.passed:
            passed[case.version, case.part] += 1
        else:
            differing.append(_differing(case, verdict))
    if not total:
        raise UsageError(
            f"{folder} holds no test cases",
            where=str(folder),
            hint="cases lie in version-N/testcases/{request,response,message}/ASPECT/NAME.json below it",
        )
    return Conformance(total=dict(sorted(total.items())), passed=passed, differing=differing)


def _run(case: Case) -> Verdict:
    try:
        with case.path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
        check_size(data, source=str(case.path))
        return run_case(data, version=case.version, part=case.part)
    except OSError as fault:
        raise FileMissing(f"{case.path} cannot be read", where=str(case.path), why=fault.strerror or "") from None
    except (JsonInvalid, Fault) as fault:
        raise PactUnreadable(
            f"{case.path.name} is not a test case we can read", where=str(case.path), why=str(fault)
        ) from None


def _differing(case: Case, verdict: Verdict) -> Differing:
    first = verdict.mismatches[:1]
    return Differing(
        case=str(case),
        should_match=verdict.should_match,
        found="".join(f"{mismatch.location}: {mismatch.message}" for mismatch in first),
        known=KNOWN.get(str(case), ""),
    )
