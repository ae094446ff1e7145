"""The specification's own test cases: reading one and asking the matching for its verdict.

A case is a file ``version-N/testcases/{request,response,message}/ASPECT/NAME.json`` with ``match``, ``comment``,
``expected`` and ``actual``; the last two are fragments of a Pact file of that version.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from treaty.contract.json_value import loads
from treaty.contract.matching import match_message, match_request, match_response
from treaty.contract.mismatch import Mismatch
from treaty.contract.model import (
    ActualMessage,
    ActualRequest,
    ActualResponse,
    Body,
    BodyState,
    HeaderLines,
    HeaderMap,
    header_value,
)
from treaty.contract.specification import Specification, find_specification
from treaty.pactfile.node import Node
from treaty.pactfile.reading import FragmentReader

PARTS: Final = ("request", "response", "message")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test case.

    Attributes:
        version: as in the name of its folder: ``1.1``, ``4``.
        part: one of `PARTS`.
        name: ``ASPECT/NAME`` without the ending.
        path: where it lies.

    """

    version: str
    part: str
    name: str
    path: Path

    def __str__(self) -> str:
        return f"V{self.version} {self.part} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came out of a case: whether the parts should match, and what the matching found."""

    should_match: bool
    mismatches: tuple[Mismatch, ...]

    @property
    def passed(self) -> bool:
        """Whether the matching agrees with the specification."""
        return self.should_match == (not self.mismatches)


def find_cases(folder: Path) -> Iterator[Case]:
    """Find the cases below a folder in this layout, sorted."""
    for path in sorted(folder.glob("version-*/testcases/*/*/*.json")):
        version, part, aspect = path.parts[-5].removeprefix("version-"), path.parts[-3], path.parts[-2]
        if part in PARTS and find_specification(version) is not None:
            yield Case(version=version, part=part, name=f"{aspect}/{path.stem}", path=path)


def run_case(data: bytes, *, version: str, part: str) -> Verdict:
    """Run one case.

    Raises:
        treaty.contract.json_value.JsonInvalid: when the file is not JSON.
        treaty.pactfile.node.Fault: when a fragment is not as a Pact file has it.
        ValueError: when there is no such version.

    """
    specification = find_specification(version)
    if specification is None:
        raise ValueError(f"there is no version {version!r} of the specification")
    node = Node(loads(data))
    expected = node.need("expected", "what was promised")
    actual = node.need("actual", "what came")
    return Verdict(
        should_match=node.need("match", "whether they match").flag(),
        mismatches=_compare(part, expected, actual, specification),
    )


def _compare(part: str, expected: Node, actual: Node, specification: Specification) -> tuple[Mismatch, ...]:
    reader = FragmentReader(specification, plugins=False)
    if part == "request":
        request = reader.request(actual)
        came = ActualRequest(
            method=request.method,
            path=request.path,
            query=request.query or {},
            headers=_lines(request.headers, request.body),
            body=_data(request.body),
        )
        return match_request(reader.request(expected), came)
    if part == "response":
        response = reader.response(actual)
        answer = ActualResponse(
            status=response.status, headers=_lines(response.headers, response.body), body=_data(response.body)
        )
        return match_response(reader.response(expected), answer)
    contents = reader.contents(actual)
    message = ActualMessage(
        body=_data(contents.contents), metadata=contents.metadata, content_type=contents.contents.content_type
    )
    return match_message(reader.contents(expected), message)


def _lines(headers: HeaderMap, body: Body) -> HeaderLines:
    lines = tuple((name, value) for name, values in headers.items() for value in values)
    if body.content_type and not header_value(headers, "content-type"):
        return (*lines, ("Content-Type", body.content_type))
    return lines


def _data(body: Body) -> bytes | None:
    return body.data if body.state is BodyState.PRESENT else None
