"""A verification as JUnit XML, as CI servers read it: a suite a pact and round, a case an interaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from treaty.report.failures import failure_text
from treaty.verify.outcome import Outcome, Verdict

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(outcomes: Sequence[Outcome]) -> bytes:
    """Build the document.

    Broken is a failure, could not tell is an error, broken but pending is skipped.
    """
    root = ET.Element("testsuites", name="treaty verify")
    for pact, number in dict.fromkeys((outcome.pact, outcome.round) for outcome in outcomes):
        cases = [outcome for outcome in outcomes if (outcome.pact, outcome.round) == (pact, number)]
        again = f" (round {number})" if number > 1 else ""
        suite = ET.SubElement(
            root,
            "testsuite",
            name=_clean(f"{cases[0].consumer} -> {cases[0].provider}{again}"),
            tests=str(len(cases)),
            failures=str(sum(outcome.fails for outcome in cases)),
            errors=str(sum(outcome.verdict is Verdict.COULD_NOT_TELL for outcome in cases)),
            skipped=str(sum(outcome.verdict is Verdict.BROKEN and outcome.pending for outcome in cases)),
            time=f"{sum(outcome.seconds for outcome in cases):.3f}",
        )
        for outcome in cases:
            _case(suite, outcome)
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _case(suite: ET.Element, outcome: Outcome) -> None:
    given = f" (given {' and '.join(outcome.states)})" if outcome.states else ""
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_clean(f"{outcome.consumer}.{outcome.provider}"),
        name=_clean(f"{outcome.description}{given}"),
        file=_clean(outcome.pact),
        time=f"{outcome.seconds:.3f}",
    )
    if outcome.verdict is Verdict.COULD_NOT_TELL:
        what = "no reason is known" if outcome.reason is None else outcome.reason.what
        code = "could-not-tell" if outcome.reason is None else outcome.reason.code
        element = ET.SubElement(case, "error", type=code, message=_clean(what))
        element.text = _clean(failure_text(outcome) or what)
    elif outcome.verdict is Verdict.BROKEN:
        places = ", ".join(difference.location for difference in outcome.differences)
        tag = "failure" if outcome.fails else "skipped"
        element = ET.SubElement(case, tag, message=_clean(f"broken at {places}"))
        element.text = _clean(failure_text(outcome))


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
