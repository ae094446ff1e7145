"""Test cases of the specification: finding them, and asking the matching for its verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from treaty.contract.json_value import JsonInvalid
from treaty.pactfile.conformance import Case, Verdict, find_cases, run_case
from treaty.pactfile.node import Fault

REQUEST = {"method": "POST", "path": "/", "query": {"a": ["1"]}, "headers": {}, "body": {"id": 1}}
RESPONSE = {"status": 200, "body": {"id": 1}}
MESSAGE = {"contents": {"id": 1}, "metaData": {"topic": "orders"}}


def run(
    part: str, expected: dict[str, Any], actual: dict[str, Any], *, match: bool = True, version: str = "3"
) -> Verdict:
    case = {"match": match, "comment": "c", "expected": expected, "actual": actual}
    return run_case(json.dumps(case).encode(), version=version, part=part)


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", encoding="utf-8")


def test_cases_are_found_by_their_place_and_sorted(tmp_path: Path) -> None:
    """Other parts, unknown versions and other files are none."""
    put(
        tmp_path,
        "version-4/testcases/request/path/b.json",
        "version-1.1/testcases/response/body/a.json",
        "version-3/testcases/message/body/c.json",
        "version-3/testcases/message/body/c.xml",
        "version-3/testcases/plugin/body/c.json",
        "version-9/testcases/request/body/c.json",
        "version-3/testcases/request/c.json",
        "notes/testcases/request/body/c.json",
    )
    found = list(find_cases(tmp_path))
    assert [str(case) for case in found] == ["V1.1 response body/a", "V3 message body/c", "V4 request path/b"]
    assert found[0] == Case(
        version="1.1",
        part="response",
        name="body/a",
        path=tmp_path / "version-1.1/testcases/response/body/a.json",
    )


def test_a_folder_without_cases_has_none(tmp_path: Path) -> None:
    assert list(find_cases(tmp_path)) == []


@pytest.mark.parametrize(("part", "whole"), [("request", REQUEST), ("response", RESPONSE), ("message", MESSAGE)])
def test_each_part_is_compared_as_itself(part: str, whole: dict[str, Any]) -> None:
    """What is the same matches; a verdict is right or wrong, whatever the case says."""
    right = run(part, whole, whole)
    assert (right.passed, right.should_match, right.mismatches) == (True, True, ())
    assert not run(part, whole, whole, match=False).passed


@pytest.mark.parametrize(
    ("part", "whole", "change", "location"),
    [
        ("request", REQUEST, {"method": "PUT"}, "method"),
        ("request", REQUEST, {"path": "/x"}, "path"),
        ("request", REQUEST, {"query": {"a": ["2"]}}, "query.a[0]"),
        ("request", REQUEST, {"body": {"id": 2}}, "body.$.id"),
        ("request", REQUEST, {"query": None}, "query.a"),
        ("response", RESPONSE, {"status": 404}, "status"),
        ("response", RESPONSE, {"body": {"id": "1"}}, "body.$.id"),
        ("message", MESSAGE, {"contents": {"id": 2}}, "body.$.id"),
    ],
)
def test_a_difference_is_found(part: str, whole: dict[str, Any], change: dict[str, Any], location: str) -> None:
    """And a case that says so passes."""
    verdict = run(part, whole, {**whole, **change}, match=False)
    assert verdict.passed
    assert [mismatch.location for mismatch in verdict.mismatches] == [location]


def test_the_type_of_a_v4_body_stands_for_the_header() -> None:
    """A body that names its type needs no header."""

    def response(media_type: str) -> dict[str, Any]:
        return {"status": 200, "body": {"contentType": media_type, "encoded": False, "content": "1"}}

    found = run("response", response("text/plain"), response("text/html"), match=False, version="4")
    assert [mismatch.rule for mismatch in found.mismatches] == ["content type"]


def test_a_header_is_not_doubled_by_the_type_of_the_body() -> None:
    """Where both are written, one line comes."""
    body = {"contentType": "text/plain", "encoded": False, "content": "1"}
    whole = {"status": 200, "headers": {"content-type": ["text/plain"]}, "body": body}
    assert run("response", whole, whole, version="4").mismatches == ()


def test_rules_of_a_version_are_read_as_it_has_them() -> None:
    """Flat up to V2, by category from V3 on."""
    flat = {**RESPONSE, "matchingRules": {"$.body.id": {"match": "type"}}}
    listed = {**RESPONSE, "matchingRules": {"body": {"$.id": {"matchers": [{"match": "type"}]}}}}
    assert run("response", flat, {"status": 200, "body": {"id": 7}}, version="2").passed
    assert run("response", listed, {"status": 200, "body": {"id": 7}}, version="3").passed


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"{", JsonInvalid),
        (b"[]", Fault),
        (b'{"match": true, "actual": {}}', Fault),
        (b'{"match": "yes", "expected": {}, "actual": {}}', Fault),
    ],
)
def test_a_file_that_is_no_case_is_refused(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        run_case(data, version="3", part="request")


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(ValueError, match="'9'"):
        run_case(b"{}", version="9", part="request")
