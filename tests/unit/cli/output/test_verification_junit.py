from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from tests.unit.cli.output.verification_events import DIFFERENCE, REASON, events, finished, outcome
from treaty.errors import ExitStatus
from treaty.verify.events import RunFinished, RunStarted
from treaty.verify.outcome import Outcome, Summary, Verdict
from treaty.verify.sent_request import SentRequest
from treaty_cli.output.verification_junit import junit_xml
from treaty_cli.output.verification_run import Run, run_of


def xml(run: Run) -> ET.Element:
    return ET.fromstring(junit_xml(run))  # noqa: S314 - our own document


def of(*outcomes: Outcome) -> ET.Element:
    return xml(run_of(finished(*outcomes)))


def test_broken_is_a_failure_could_not_tell_an_error_and_pending_is_skipped() -> None:
    """A suite a pact; characters that XML cannot hold are replaced."""
    first, second = xml(run_of(events())).findall("testsuite")
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
    assert first.attrib["file"] == "pacts/web-shop.json"
    error = second.find("testcase/error")
    assert error is not None
    assert error.attrib["type"] == "state-failed"
    assert [case.attrib["name"] for case in second.findall("testcase")] == ["GET /d -> 200", "GET /e\ufffd[31m -> 200"]


def test_only_attributes_and_elements_that_ci_servers_know_are_used() -> None:
    """Those of junit-10.xsd, which the xunit plugin of Jenkins validates against."""
    start, *rest = events()
    assert isinstance(start, RunStarted)
    whole = xml(run_of([replace(start, notes=("slow",)), *rest[:-1]]))
    known = {
        "testsuites": {"name"},
        "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "file"},
        "properties": set(),
        "property": {"name", "value"},
        "testcase": {"name", "classname", "time"},
        "failure": {"type", "message"},
        "error": {"type", "message"},
        "skipped": {"message"},
        "system-out": set(),
    }
    assert {element.tag for element in whole.iter()} == set(known)
    assert all(set(element.attrib) <= known[element.tag] for element in whole.iter())


def test_each_round_has_suites_of_its_own() -> None:
    """So that no case stands twice in a suite."""
    outcomes = [outcome(Verdict.KEPT, "GET /a -> 200", round=number) for number in (1, 2)]
    suites = of(*outcomes).findall("testsuite")
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
    failure = of(broken).find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.text is not None
    assert "[rule regex; recorded as constant]" in failure.text
    assert failure.text.endswith("curl -i -X DELETE http://127.0.0.1:1/a")


def test_no_outcomes_are_an_empty_document() -> None:
    """Still well-formed."""
    assert len(xml(Run(end=RunFinished(summary=Summary(), exit_status=ExitStatus.KEPT)))) == 0


def test_what_is_known_of_the_whole_run_stands_in_each_suite() -> None:
    """The clock and the notes, too; findings stand once."""
    start, *rest = events()
    assert isinstance(start, RunStarted)
    suites = xml(run_of([replace(start, clock="2024 (+1d)", notes=("one worker", "slow")), *rest])).findall("testsuite")
    for suite in suites:
        properties = [(each.attrib["name"], each.attrib["value"]) for each in suite.findall("properties/property")]
        assert properties[2:] == [
            ("engine", "official"),
            ("clock", "2024 (+1d)"),
            ("note", "one worker"),
            ("note", "slow"),
            ("conclusion", "shop breaks 1 promise"),
        ]
    said = [suite.findtext("system-out", "") for suite in suites]
    assert said == [
        "finding: no pact answers shop -> bank GET /x (nearest: GET /y -> 200, differs at path[0])",
        "",
    ]


def test_what_is_pending_and_not_kept_is_skipped() -> None:
    """Also when nobody could tell; a kept one is a test like others."""
    (suite,) = of(
        outcome(Verdict.COULD_NOT_TELL, "GET /a -> 200", pending=True, reason=REASON),
        outcome(Verdict.KEPT, "GET /b -> 200", pending=True),
    )
    assert (suite.attrib["errors"], suite.attrib["skipped"]) == ("0", "1")
    (skipped,) = suite.findall("testcase/skipped")
    assert skipped.attrib["message"] == "pending, does not count: the state 'x' could not be set up"


def test_a_run_that_was_cut_short_is_an_error() -> None:
    """Otherwise it would look green."""
    start, first, *_ = events()
    error = xml(run_of([start, first])).find("testsuite[@name='the whole run']/testcase/error")
    assert error is not None
    assert error.attrib["message"] == "1 of 5 interactions judged"
    assert error.text == "The verification of shop was cut short: 1 of 5 interactions judged"
    assert xml(run_of(events())).find("testsuite[@name='the whole run']") is None


def test_a_run_that_never_began_is_an_error_that_says_why() -> None:
    error = xml(run_of([], failure=REASON)).find("testsuite/testcase/error")
    assert error is not None
    assert (error.attrib["type"], error.attrib["message"]) == ("state-failed", "the state 'x' could not be set up")
    assert (error.text or "").endswith("hint   look")
