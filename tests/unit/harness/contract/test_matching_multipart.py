"""Multipart bodies: parts by name, files by type, headers of parts."""

from __future__ import annotations

from tests.unit.harness.contract.promises import text_body
from treaty.contract import rules
from treaty.contract.matching import match_response
from treaty.contract.model import ActualResponse, Response
from treaty.contract.rules import MatchingRules, RuleList, rule_list


def form(boundary: str, *parts: tuple[str, str, str]) -> bytes:
    """Write a multipart form: name with further parameters, content type, content."""
    lines = []
    for name, content_type, content in parts:
        kind = f"Content-Type: {content_type}\r\n" if content_type else ""
        lines.append(f"--{boundary}\r\nContent-Disposition: form-data; {name}\r\n{kind}\r\n{content}\r\n")
    return ("".join(lines) + f"--{boundary}--\r\n").encode()


def compare(expected: bytes, actual: bytes, given: dict[str, RuleList] | None = None) -> list[str]:
    """Compare bodies whose boundaries are one and two; gives the locations of mismatches."""
    promised = Response(
        body=text_body(expected, "multipart/form-data; boundary=one"),
        headers={"Content-Type": ("multipart/form-data",)},
        rules=MatchingRules(
            body=given or {}, header={"Content-Type": rule_list(rules.Regex(pattern="multipart/form-data.*"))}
        ),
    )
    answer = ActualResponse(status=200, headers=(("Content-Type", "multipart/form-data; boundary=two"),), body=actual)
    return [mismatch.location for mismatch in match_response(promised, answer)]


_FIELD = ('name="title"', "", "hello")
_FILE = ('name="data"; filename="a.json"', "application/json", '{"id": 1}')


def test_parts_match_by_name_whatever_the_boundary_and_order() -> None:
    """Boundaries differ in every message; more parts are allowed."""
    assert compare(form("one", _FIELD, _FILE), form("two", _FILE, ('name="x"', "", "y"), _FIELD)) == []


def test_a_rule_of_the_content_type_may_ask_for_a_boundary() -> None:
    """The official libraries write this rule for uploads; which boundary it is says nothing."""
    promised = Response(
        body=text_body(form("one", _FIELD), "multipart/form-data; boundary=one"),
        headers={"Content-Type": ("multipart/form-data; boundary=one",)},
        rules=MatchingRules(
            header={
                "Content-Type": rule_list(
                    rules.Regex(pattern=r"multipart/form-data;(\s*charset=[^;]*;)?\s*boundary=.*")
                )
            }
        ),
    )
    headers = (("Content-Type", "multipart/form-data; boundary=two"),)
    same = ActualResponse(status=200, headers=headers, body=form("two", _FIELD))
    other = ActualResponse(status=200, headers=headers, body=form("two", ('name="title"', "", "bye")))
    assert match_response(promised, same) == ()
    assert [each.location for each in match_response(promised, other)] == ["body.$.title"]


def test_a_missing_or_different_part_is_told() -> None:
    """Each part has its place."""
    expected = form("one", _FIELD, _FILE)
    assert compare(expected, form("two", _FILE)) == ["body.$.title"]
    assert compare(expected, form("two", ('name="title"', "", "bye"), _FILE)) == ["body.$.title"]


def test_a_part_is_matched_as_its_type() -> None:
    """A JSON file has rules below the name of its part."""
    given = {"$.data.id": rule_list(rules.Integer())}
    other = ('name="data"; filename="b.json"', "application/json", '{"id": 7}')
    assert compare(form("one", _FILE), form("two", other), given) == []
    assert compare(form("one", _FILE), form("two", other)) == ["body.$.data.id"]


def test_a_field_is_no_file() -> None:
    """A part with a file name does not stand for one without."""
    assert compare(form("one", _FILE), form("two", ('name="data"', "", '{"id": 1}'))) == ["body.$.data"]


def test_a_body_without_its_boundary_is_told() -> None:
    """What is not multipart at all is one mismatch."""
    assert compare(form("one", _FIELD), b"hello") == ["body.$"]


def test_a_body_of_very_many_parts_is_not_read() -> None:
    """Reading each would keep everybody waiting; the bound is far beyond any form."""
    many = b"--two\r\n\r\n\r\n" * 10_001 + b"--two--\r\n"
    assert compare(form("one", _FIELD), many) == ["body.$"]
