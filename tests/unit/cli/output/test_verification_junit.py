from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from tests.unit.cli.output.verification_events import DIFFERENCE, OUTCOMES, outcome
from treaty.verify.outcome import Verdict
from treaty.verify.sent_request import SentRequest
from treaty_cli.output.verification_junit import junit_xml


def test_broken_is_a_failure_could_not_tell_an_error_and_pending_is_skipped() -> None:
    """A suite a pact; characters that XML cannot hold are replaced."""
    first, second = ET.fromstring(junit_xml(OUTCOMES)).findall("testsuite")  # noqa: S314 - our own document
    assert {name: first.attrib[name] for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "3",
        "failures": "1",
        "errors": "1",
        "skipped": "0",
    }
    assert (second.attrib["errors"], second.attrib["skipped"]) == ("1", "1")
    failure = first.find("testcase/failure")
    assert failure is not None
    assert failure.text is not None
    assert failure.text == (
        'body.$.role  wanted "member", got "guest"\n  Expected \'guest\' to be a role [recorded as constant]'
    )
    assert {case.attrib["file"] for case in first.findall("testcase")} == {"pacts/web-shop.json"}
    error = second.find("testcase/error")
    assert error is not None
    assert error.attrib["type"] == "state-failed"
    assert [case.attrib["name"] for case in second] == ["GET /d -> 200", "GET /e\ufffd[31m -> 200"]


def test_each_round_has_suites_of_its_own() -> None:
    """So that no case stands twice in a suite."""
    outcomes = [outcome(Verdict.KEPT, "GET /a -> 200", round=number) for number in (1, 2)]
    suites = ET.fromstring(junit_xml(outcomes)).findall("testsuite")  # noqa: S314 - our own document
    assert [(suite.attrib["name"], suite.attrib["tests"]) for suite in suites] == [
        ("web -> shop", "1"),
        ("web -> shop (round 2)", "1"),
    ]


def test_a_failure_has_the_rule_and_the_request() -> None:
    """So that whoever reads it in CI can send it again."""
    request = SentRequest(method="DELETE", url="http://127.0.0.1:1/a")
    broken = outcome(
        Verdict.BROKEN, "DELETE /a -> 204", differences=(replace(DIFFERENCE, rule="regex"),), request=request
    )
    failure = ET.fromstring(junit_xml([broken])).find("testsuite/testcase/failure")  # noqa: S314 - our own document
    assert failure is not None
    assert failure.text is not None
    assert "[rule regex; recorded as constant]" in failure.text
    assert failure.text.endswith("curl -i -X DELETE http://127.0.0.1:1/a")


def test_no_outcomes_are_an_empty_document() -> None:
    """Still well-formed."""
    assert ET.fromstring(junit_xml([])).tag == "testsuites"  # noqa: S314 - our own document
