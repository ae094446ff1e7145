"""Bodies: media types, and content that is no JSON."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.unit.harness.contract.promises import text_body
from treaty.contract import rules as kinds
from treaty.contract.difference_bodies import BodyPromise, body_gaps
from treaty.contract.difference_gaps import Gap
from treaty.contract.media_type import parse_media_type
from treaty.contract.rules import RuleList, rule_list
from treaty.contract.scopes import Rules


def _promise(
    data: bytes, media_type: str, rules: Mapping[str, RuleList] | None = None, type_pattern: str = ""
) -> BodyPromise:
    type_rules = Rules(rule_list(kinds.Regex(pattern=type_pattern))) if type_pattern else None
    return BodyPromise(text_body(data, media_type), parse_media_type(media_type), rules or {}, type_rules, strict=False)


def _gaps(narrow: BodyPromise, wide: BodyPromise) -> list[Gap]:
    return list(body_gaps(narrow, wide))


@pytest.mark.parametrize(
    ("narrow", "wide", "within"),
    [
        (("application/json", ""), ("application/json", ""), True),
        (("application/json; charset=utf-8", ""), ("application/json", ""), True),
        (("application/json", ""), ("application/json; charset=utf-8", ""), False),
        (("application/vnd.a+json", ""), ("application/json", ""), True),
        (("application/json", ""), ("application/vnd.a+json", ""), False),
        (("application/json", r"application/json(\s*;.*)?"), ("application/json", ""), True),
        (("application/json", ".*"), ("application/json", ""), False),
        (("application/json", "application/(json|a)"), ("application/json", "application/.*"), True),
    ],
)
def test_media_types_lie_within_each_other(narrow: tuple[str, str], wide: tuple[str, str], within: bool) -> None:
    found = _gaps(_promise(b"1", narrow[0], None, narrow[1]), _promise(b"1", wide[0], None, wide[1]))
    assert (found == []) is within


def test_a_type_that_differs_is_shown_with_its_parameters() -> None:
    """Without them the two would look the same."""
    (gap,) = _gaps(_promise(b"1", "application/json"), _promise(b"1", "application/json; charset=utf-8"))
    assert (gap.narrow, gap.wide) == ("application/json", "application/json; charset=utf-8")


def test_bytes_are_equal_or_typed() -> None:
    """Without rules bytes are what they are; a rule of the content type lets others through."""
    png, other = b"\x89PNG\r\n\x1a\n1", b"\x89PNG\r\n\x1a\n2"
    typed = {"$": rule_list(kinds.ContentType(value="image/png"))}
    (gap,) = _gaps(_promise(png, "image/png"), _promise(other, "image/png"))
    assert gap.extra == "its example"
    assert _gaps(_promise(png, "image/png"), _promise(other, "image/png", typed)) == []
    assert _gaps(_promise(png, "image/png", typed), _promise(other, "image/png", typed)) == []
    (gap,) = _gaps(_promise(png, "image/png", typed), _promise(png, "image/png"))
    assert gap.extra == ""


def test_xml_and_multipart_are_doubted_unless_they_are_the_same() -> None:
    xml, more = _promise(b"<a/>", "application/xml"), _promise(b"<a><b/></a>", "application/xml")
    assert _gaps(xml, xml) == []
    assert [gap.extra for gap in _gaps(xml, more)] == ["its example"]
    assert [gap.extra for gap in _gaps(more, xml)] == [""]
    parts = [_promise(b"--x\r\n\r\n" + letter + b"\r\n--x--", "multipart/mixed; boundary=x") for letter in (b"a", b"b")]
    assert _gaps(parts[0], parts[0]) == []
    assert [gap.extra for gap in _gaps(*parts)] == [""]


def test_text_and_forms_are_compared_by_their_rules() -> None:
    digits = {"$": rule_list(kinds.Regex(pattern=r"\d+"))}
    assert _gaps(_promise(b"12", "text/plain"), _promise(b"7", "text/plain", digits)) == []
    (gap,) = _gaps(_promise(b"7", "text/plain", digits), _promise(b"12", "text/plain"))
    assert gap.extra == '"7"'
    form = "application/x-www-form-urlencoded"
    (gap,) = _gaps(_promise(b"a=1", form), _promise(b"a=1&b=2", form))
    assert (gap.location, gap.extra) == ("body.$.b", "the parameter to be absent")


def test_what_is_not_what_it_says_is_a_doubt() -> None:
    """An example that is no JSON or no text decides nothing."""
    (gap,) = _gaps(_promise(b"{", "application/json"), _promise(b"1", "application/json"))
    assert gap.extra == ""
    assert len(_gaps(_promise(b"\xff", "text/plain"), _promise(b"a", "text/plain"))) == 1
