"""Which comparison the media types ask for, and whether they fit each other at all."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract import matching_bodies, rules
from treaty.contract.actual_body import ActualBody
from treaty.contract.json_value import dumps
from treaty.contract.matching_bodies import BodyCheck, compile_content
from treaty.contract.matching_json import compile_json
from treaty.contract.media_type import NO_MEDIA_TYPE, MediaType, parse_media_type
from treaty.contract.mismatch import Mismatch
from treaty.contract.model import ABSENT, EMPTY, NULL, Body, BodyState
from treaty.contract.rules import RuleList, rule_list
from treaty.contract.scopes import root_scope

FORM = "application/x-www-form-urlencoded"


def check(
    expected: bytes | Body,
    media_type: str = "",
    given_rules: dict[str, RuleList] | None = None,
    *,
    strict: bool = False,
) -> BodyCheck:
    """Promise a body."""
    body = expected if isinstance(expected, Body) else Body(state=BodyState.PRESENT, data=expected)
    return BodyCheck(body, parse_media_type(media_type), root_scope(given_rules or {}), strict=strict)


def came(data: bytes, media_type: str = "") -> ActualBody:
    """Make a body that came."""
    return ActualBody(data, parse_media_type(media_type))


def told(mismatches: tuple[Mismatch, ...]) -> list[tuple[str, str]]:
    return [(mismatch.location, mismatch.rule) for mismatch in mismatches]


@given(st.binary(max_size=5))
def test_where_nothing_is_promised_anything_may_come(data: bytes) -> None:
    assert check(ABSENT, "application/json")(came(data, "text/html")) == ()


@pytest.mark.parametrize("promised", [NULL, EMPTY])
def test_where_no_body_is_promised_none_may_come(promised: Body) -> None:
    """And what came is shown."""
    assert check(promised)(came(b"")) == ()
    (mismatch,) = check(promised)(came(b"null"))
    assert (mismatch.location, mismatch.got, mismatch.message) == ("body", "null", "no body was expected")


def test_content_of_any_type_is_compared_as_it_is() -> None:
    for came_as in ("", "text/plain", "application/json"):
        assert check(b"a", "*/*")(came(b"a", came_as)) == ()
        assert told(check(b"a", "*/*")(came(b"b", came_as))) == [("body", "equality")]


def test_a_body_that_is_missing_is_one_mismatch() -> None:
    """Whatever the rules are."""
    (mismatch,) = check(b"{}", "application/json", {"$": rule_list(rules.Type())})(came(b"", "application/json"))
    assert (mismatch.location, mismatch.wanted, mismatch.message) == ("body", "{}", "the body is missing")


@pytest.mark.parametrize(
    ("wanted", "got", "fits"),
    [
        ("application/json", "application/json", True),
        ("application/json", "application/json; charset=utf-8", True),
        ("application/json", "application/vnd.shop+json", True),
        ("application/vnd.shop+json", "application/json", False),
        ("application/json", "text/plain", False),
        ("application/json", "", True),
        ("", "application/json", True),
        ("application/json; charset=utf-8", "application/json", False),
    ],
)
def test_media_types_fit_or_are_the_mismatch(wanted: str, got: str, fits: bool) -> None:
    """A body of another type is not compared: one sentence says it."""
    found = check(b'{"a":1}', wanted)(came(b'{"a":1}', got))
    assert told(found) == ([] if fits else [("body", "content type")])


def test_a_type_that_differs_is_shown_with_its_parameters() -> None:
    """Without them the two would look the same."""
    (found,) = check(b"1", "application/json; charset=UTF-8")(came(b"1", "application/json"))
    assert found.message == "the body is application/json, not application/json; charset=UTF-8"


def test_a_rule_of_the_header_lets_another_type_pass() -> None:
    """Then the content is compared as the promised type."""

    def accepts(media_type: MediaType) -> bool:
        return media_type.essence == "text/plain"

    body = Body(state=BodyState.PRESENT, data=b'{"a":1}')
    tolerant = BodyCheck(body, parse_media_type("application/json"), root_scope({}), strict=False, accepts_type=accepts)
    assert tolerant(came(b'{ "a": 1 }', "text/plain")) == ()
    assert told(tolerant(came(b'{"a":2}', "text/plain"))) == [("body.$.a", "equality")]
    assert told(tolerant(came(b'{"a":1}', "text/html"))) == [("body", "content type")]


class TestContent:
    @pytest.mark.parametrize(
        ("media_type", "expected", "same", "other", "location"),
        [
            ("application/json", b'{"a":1,"b":2}', b'{ "b": 2, "a": 1 }', b'{"a":2,"b":2}', "body.$.a"),
            ("application/xml", b"<a><b>1</b></a>", b"<a> <b>1</b> </a>", b"<a><b>2</b></a>", "body.$.a.b['#text']"),
            (FORM, b"a=1&b=2", b"b=2&a=1", b"a=2&b=2", "body.$.a[0]"),
            ("text/plain", b"a", b"a", b"b", "body"),
            ("image/png", b"\x89PNG", b"\x89PNG", b"\x89PNg", "body"),
            ("", b"a", b"a", b"b", "body"),
        ],
    )
    def test_it_is_compared_as_its_type_asks(
        self, media_type: str, expected: bytes, same: bytes, other: bytes, location: str
    ) -> None:
        """Structured content by its parts, everything else as a whole."""
        promised = check(expected, media_type)
        assert promised(came(same, media_type)) == ()
        assert [mismatch.location for mismatch in promised(came(other, media_type))] == [location]

    def test_parts_of_a_multipart_body_are_compared_as_theirs(self) -> None:
        """Each side has its own boundary."""

        def body(boundary: str, content: str) -> bytes:
            lines = [
                f"--{boundary}",
                'Content-Disposition: form-data; name="order"; filename="o"',
                "Content-Type: application/json",
            ]
            return "\r\n".join([*lines, "", content, f"--{boundary}--", ""]).encode()

        promised = check(body("one", '{"id":1}'), "multipart/form-data; boundary=one")
        tolerant = BodyCheck(
            Body(state=BodyState.PRESENT, data=body("one", '{"id":1}')),
            parse_media_type("multipart/form-data; boundary=one"),
            root_scope({}),
            strict=False,
            accepts_type=lambda _: True,
        )
        assert promised(came(body("one", '{ "id": 1 }'), "multipart/form-data; boundary=one")) == ()
        assert tolerant(came(body("two", '{ "id": 1 }'), "multipart/form-data; boundary=two")) == ()
        (mismatch,) = tolerant(came(body("two", '{"id":2}'), "multipart/form-data; boundary=two"))
        assert (mismatch.wanted, mismatch.got) == ("1", "2")

    @pytest.mark.parametrize(("strict", "expected"), [(True, ["body.$.b"]), (False, [])])
    def test_members_more_are_faults_in_requests_only(self, strict: bool, expected: list[str]) -> None:
        promised = check(b'{"a":1}', "application/json", strict=strict)
        found = promised(came(b'{"a":1,"b":2}', "application/json"))
        assert [mismatch.location for mismatch in found] == expected

    def test_a_rule_of_the_content_looks_at_bytes_of_any_type(self) -> None:
        """Also where the promised type is one of text."""
        promised = check(b"x", "text/plain", {"$": rule_list(rules.ContentType(value="application/pdf"))})
        assert promised(came(b"%PDF-1\xff", "text/plain")) == ()
        assert told(promised(came(b"x", "text/plain"))) == [("body", "contentType application/pdf")]


class TestJson:
    def test_what_is_no_json_is_told_with_the_place(self) -> None:
        """Of the body that came, and of the example."""
        (mismatch,) = check(b"{}", "application/json")(came(b'{"a": ', "application/json"))
        assert (mismatch.location, mismatch.rule, mismatch.got) == ("body", "json", '{"a": ')
        assert mismatch.message.startswith("the body is not JSON: ")
        assert "line 1" in mismatch.message
        (mismatch,) = check(b"{", "application/json")(came(b"{}", "application/json"))
        assert mismatch.message.startswith("the example is not JSON: ")

    def test_a_promise_is_compiled_once_and_a_body_read_once(self) -> None:
        """One promise held against many bodies, and one body against many promises."""
        with patch.object(matching_bodies, "compile_json", wraps=compile_json) as compiled:
            promised = check(b'{"a":1}', "application/json")
            assert compiled.call_count == 0
            body = came(b'{"a":1}', "application/json")
            assert promised(body) == promised(body) == promised(came(b'{"a":1}')) == ()
        assert compiled.call_count == 1

    @given(st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=3), max_size=3))
    def test_a_document_fits_its_own_promise(self, document: dict[str, int | str]) -> None:
        """Written in one line or in several, as a request or as a response."""
        data = dumps(document).encode()
        spread = came(dumps(document, indent=2).encode(), "application/json")
        for strict in (True, False):
            assert check(data, "application/json", strict=strict)(spread) == ()

    def test_content_of_a_part_has_the_same_complaints(self) -> None:
        """The content of parts is compiled apart from whole bodies."""
        content = compile_content(parse_media_type("application/json"), b"{}", root_scope({}), strict=False)
        assert content(b"{ }") is None
        (fault,) = content(b"<a/>") or []
        assert (fault.rule, fault.message.partition(":")[0]) == ("json", "the content is not JSON")
        broken = compile_content(parse_media_type("application/json"), b"<a/>", root_scope({}), strict=False)
        (fault,) = broken(b"{}") or []
        assert fault.message.startswith("the example is not JSON: ")


def test_a_form_without_values_has_empty_ones() -> None:
    """``a`` and ``a=`` are the same, and what is no UTF-8 does not stop the comparison."""
    content = compile_content(parse_media_type(FORM), b"a&b=%C3%B6", root_scope({}), strict=True)
    assert content("b=ö&a=".encode()) is None
    assert [fault.place() for fault in content(b"a=&b=\xff") or []] == [("b", 0)]


def test_content_without_a_type_is_text() -> None:
    """Rules at the root apply to it."""
    content = compile_content(NO_MEDIA_TYPE, b"1", root_scope({"$": rule_list(rules.Integer())}), strict=False)
    assert content(b"22") is None
    assert [fault.rule for fault in content(b"x") or []] == ["integer"]
