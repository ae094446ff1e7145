"""A verification as JUnit XML, as CI servers read it: a suite a pact and round, a case an interaction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from treaty.errors import counted
from treaty.report.failures import failure_text
from treaty.verify.outcome import Outcome, Unanswered, Verdict
from treaty_cli.output.verification_run import Run

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(run: Run) -> bytes:
    """Build the document.

    Broken is a failure, could not tell is an error, what is pending and not kept is skipped. What is known about the
    whole run stands in the properties of each suite, findings in the output of the first. A run that was cut short, or
    never began, has an error of its own: otherwise it would look like one that is complete.
    """
    root = ET.Element("testsuites", name="treaty verify")
    for pact, number in dict.fromkeys((outcome.pact, outcome.round) for outcome in run.outcomes):
        cases = [outcome for outcome in run.outcomes if (outcome.pact, outcome.round) == (pact, number)]
        again = f" (round {number})" if number > 1 else ""
        suite = _suite(
            root,
            f"{cases[0].consumer} -> {cases[0].provider}{again}",
            tests=len(cases),
            failures=sum(outcome.fails for outcome in cases),
            errors=sum(outcome.verdict is Verdict.COULD_NOT_TELL and not outcome.pending for outcome in cases),
            skipped=sum(_is_skipped(outcome) for outcome in cases),
            seconds=sum(outcome.seconds for outcome in cases),
        )
        # Only a suite may name a file: schemas in use refuse it at a case.
        suite.set("file", _clean(pact))
        _properties(suite, run)
        for outcome in cases:
            _case(suite, outcome)
        if run.findings and suite is root[0]:
            ET.SubElement(suite, "system-out").text = _clean("\n".join(map(_finding, run.findings)))
    if not run.has_ended:
        _cut_short(root, run)
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _suite(
    root: ET.Element, name: str, *, tests: int, failures: int, errors: int, skipped: int, seconds: float
) -> ET.Element:
    return ET.SubElement(
        root,
        "testsuite",
        name=_clean(name),
        tests=str(tests),
        failures=str(failures),
        errors=str(errors),
        skipped=str(skipped),
        time=f"{seconds:.3f}",
    )


def _properties(suite: ET.Element, run: Run) -> None:
    element = ET.SubElement(suite, "properties")
    for name, value in _known(run):
        ET.SubElement(element, "property", name=name, value=_clean(value))


def _known(run: Run) -> Iterator[tuple[str, str]]:
    if run.start is not None:
        yield "provider", run.start.provider
        yield "base_url", run.start.base_url
        yield "engine", run.start.engine
        if run.start.clock:
            yield "clock", run.start.clock
        yield from (("note", note) for note in run.start.notes)
    if run.end is not None:
        yield "conclusion", run.headline


def _finding(finding: Unanswered) -> str:
    places = f", differs at {', '.join(finding.places)}" if finding.places else ""
    nearest = f" (nearest: {finding.nearest}{places})" if finding.nearest else ""
    return f"finding: no pact answers {finding.consumer} -> {finding.dependency} {finding.request}{nearest}"


def _case(suite: ET.Element, outcome: Outcome) -> None:
    given = f" (given {' and '.join(outcome.states)})" if outcome.states else ""
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_clean(f"{outcome.consumer}.{outcome.provider}"),
        name=_clean(f"{outcome.description}{given}"),
        time=f"{outcome.seconds:.3f}",
    )
    if outcome.verdict is Verdict.KEPT:
        return
    what, code = _in_short(outcome)
    if outcome.pending:
        element = ET.SubElement(case, "skipped", message=_clean(f"pending, does not count: {what}"))
    elif outcome.verdict is Verdict.COULD_NOT_TELL:
        element = ET.SubElement(case, "error", type=code, message=_clean(what))
    else:
        element = ET.SubElement(case, "failure", type=code, message=_clean(what))
    element.text = _clean(failure_text(outcome) or what)


def _in_short(outcome: Outcome) -> tuple[str, str]:
    if outcome.verdict is Verdict.COULD_NOT_TELL:
        reason = outcome.reason
        return ("no reason is known", "could-not-tell") if reason is None else (reason.what, reason.code)
    return f"broken at {_places(outcome)}", "broken"


def _places(outcome: Outcome) -> str:
    return ", ".join(dict.fromkeys(difference.location for difference in outcome.differences))


def _is_skipped(outcome: Outcome) -> bool:
    return outcome.pending and outcome.verdict is not Verdict.KEPT


def _cut_short(root: ET.Element, run: Run) -> None:
    judged = f"{len(run.outcomes)} of {counted(run.planned, 'interaction')} judged"
    what = judged if run.failure is None else run.failure.what
    suite = _suite(root, "the whole run", tests=1, failures=0, errors=1, skipped=0, seconds=0)
    case = ET.SubElement(suite, "testcase", classname=_clean(run.provider), name="runs to its end", time="0.000")
    code = "cut-short" if run.failure is None else run.failure.code
    error = ET.SubElement(case, "error", type=code, message=_clean(what))
    error.text = _clean(f"{run.headline}: {judged}" + ("" if run.failure is None else f"\n{run.failure}"))


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
