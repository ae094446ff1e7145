"""Whole requests, responses and messages: method, path, query, headers, status, bodies of all types."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.harness.contract.differences import VALUES, near, rules_for
from tests.unit.harness.contract.promises import JSON_LINES, compare_body, json_body, text_body
from treaty.contract import rules
from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.matching import compile_request, match_message, match_request, match_response
from treaty.contract.model import (
    EMPTY,
    NULL,
    ActualMessage,
    ActualRequest,
    ActualResponse,
    Body,
    HeaderLines,
    HeaderMap,
    MessageContents,
    QueryMap,
    Request,
    Response,
)
from treaty.contract.query import parse_query
from treaty.contract.rules import Combine, MatchingRules, RuleList, rule_list


def places(request: Request, actual: ActualRequest) -> list[str]:
    """Give the locations of all mismatches of a request."""
    return [mismatch.location for mismatch in match_request(request, actual)]


def headers(expected: HeaderMap, lines: HeaderLines, given: dict[str, RuleList] | None = None) -> list[str]:
    """Compare the headers of a response; gives the locations of mismatches."""
    promised = Response(headers=expected, rules=MatchingRules(header=given or {}))
    return [mismatch.location for mismatch in match_response(promised, ActualResponse(status=200, headers=lines))]


def query(expected: QueryMap | None, text: str, given: dict[str, RuleList] | None = None) -> list[str]:
    """Compare queries; gives the locations of mismatches."""
    promised = Request(query=expected, rules=MatchingRules(query=given or {}))
    return places(promised, ActualRequest(method="GET", path="/", query=parse_query(text)))


class TestRequestLine:
    def test_the_case_of_the_method_does_not_matter(self) -> None:
        """A method is the same in any case, and no other method is."""
        assert places(Request(method="GET"), ActualRequest(method="get", path="/")) == []
        assert places(Request(method="GET"), ActualRequest(method="POST", path="/")) == ["method"]

    @pytest.mark.parametrize(
        ("expected", "actual", "same"),
        [
            ("/a", "/a", True),
            ("/a", "/a/", False),
            ("/a b/~x", "/a%20b/%7Ex", True),
            ("/a/b", "/a%2Fb", False),
            ("/a%2fb", "/a%2Fb", True),
            ("/", "", False),
            ("/A", "/a", False),
        ],
    )
    def test_paths_are_equal_in_any_spelling(self, expected: str, actual: str, same: bool) -> None:
        """Percent-encoding does not matter, an encoded slash and the end of a path do."""
        assert (places(Request(path=expected), ActualRequest(method="GET", path=actual)) == []) is same

    def test_a_rule_decides_about_the_path(self) -> None:
        """A regular expression must match the whole path."""
        request = Request(path="/orders/1", rules=MatchingRules(path=rule_list(rules.Regex(pattern=r"/orders/\d+"))))
        assert places(request, ActualRequest(method="GET", path="/orders/99")) == []
        assert places(request, ActualRequest(method="GET", path="/orders/99/items")) == ["path"]


class TestQuery:
    def test_order_counts_within_a_parameter_only(self) -> None:
        """Parameters may come in any order, the values of one may not."""
        expected: QueryMap = {"a": ("1", "2"), "b": ("x",)}
        assert query(expected, "b=x&a=1&a=2") == []
        assert query(expected, "b=x&a=2&a=1") == ["query.a[0]", "query.a[1]"]

    def test_missing_and_unexpected_parameters_are_told(self) -> None:
        """The parameters must be those of the promise."""
        assert query({"a": ("1",)}, "b=2") == ["query.a", "query.b"]
        assert query(None, "b=2") == ["query.b"]
        assert query({"a": ("1",)}, "a=1&a=1") == ["query.a"]

    def test_a_rule_applies_to_each_value(self) -> None:
        """Under a rule a parameter may have more values, and numbers are read from text."""
        given = {"page": rule_list(rules.Integer())}
        assert query({"page": ("1",)}, "page=7&page=8", given) == []
        assert query({"page": ("1",)}, "page=x", given) == ["query.page[0]"]

    def test_a_name_without_a_value_is_an_empty_value(self) -> None:
        """``?flag`` and ``?flag=`` are the same."""
        assert query({"flag": (None,)}, "flag=") == []


class TestHeaders:
    def test_names_are_found_in_any_case_and_others_allowed(self) -> None:
        """Only the promised headers count."""
        assert headers({"X-Id": ("1",)}, (("x-id", "1"), ("Server", "x"))) == []
        assert headers({"X-Id": ("1",)}, (("x-id", "2"),)) == ["header.X-Id"]
        assert headers({"X-Id": ("1",)}, ()) == ["header.X-Id"]

    @pytest.mark.parametrize(
        ("expected", "actual", "same"),
        [
            ("application/json", "application/json; charset=utf-8", True),
            ("application/json; charset=utf-8", "application/json;charset=UTF-8", True),
            ("application/json; charset=utf-8", "application/json", False),
            ("text/html; a=1; b=2", "text/html; b=2; a=1", True),
            ("application/json", "text/html", False),
        ],
    )
    def test_content_types_are_compared_with_their_parameters(self, expected: str, actual: str, same: bool) -> None:
        """The promised parameters must be there, in any order; more may be."""
        assert (headers({"Content-Type": (expected,)}, (("Content-Type", actual),)) == []) is same

    def test_lists_are_lists_however_they_are_written(self) -> None:
        """Several lines and one line with commas are the same for headers that are lists."""
        expected = {"Accept": ("text/html", "text/plain")}
        assert headers(expected, (("Accept", "text/html, text/plain"),)) == []
        assert headers(expected, (("Accept", "text/html"), ("accept", "text/plain"))) == []
        assert headers(expected, (("Accept", "text/plain, text/html"),)) == ["header.Accept", "header.Accept"]

    def test_commas_elsewhere_are_part_of_the_value(self) -> None:
        """A date keeps its comma; blanks around commas do not matter."""
        assert headers({"Date": ("Mon, 01 Jan",)}, (("Date", "Mon, 01 Jan"),)) == []
        assert headers({"X": ("a,b",)}, (("X", "a, b"),)) == []

    def test_a_rule_is_found_in_any_case(self) -> None:
        """The case of a name in the rules does not matter either."""
        given = {"LOCATION": rule_list(rules.Regex(pattern=r"/orders/\d+"))}
        assert headers({"Location": ("/orders/1",)}, (("location", "/orders/77"),), given) == []
        assert headers({"Location": ("/orders/1",)}, (("location", "/"),), given) == ["header.Location"]


class TestStatus:
    @pytest.mark.parametrize(
        ("given", "accepted", "refused"),
        [
            (None, 200, 201),
            (rule_list(rules.StatusCode(status="success")), 204, 404),
            (rule_list(rules.StatusCode(status=(200, 404))), 404, 204),
            (rule_list(rules.StatusCode(status="nonError")), 302, 500),
            (rule_list(rules.Regex(pattern="20.")), 204, 304),
            (rule_list(rules.Equality(), rules.StatusCode(status="redirect"), combine=Combine.OR), 301, 404),
        ],
    )
    def test_status_is_equal_or_by_rule(self, given: RuleList | None, accepted: int, refused: int) -> None:
        """Without a rule the status must be the same."""
        promised = Response(status=200, rules=MatchingRules(status=given))
        assert match_response(promised, ActualResponse(status=accepted)) == ()
        (mismatch,) = match_response(promised, ActualResponse(status=refused))[:1]
        assert (mismatch.location, mismatch.got) == ("status", str(refused))


class TestBodies:
    @pytest.mark.parametrize(
        ("expected", "actual", "same"),
        [
            (Body(), b"anything", True),
            (Body(), None, True),
            (NULL, None, True),
            (NULL, b"x", False),
            (EMPTY, b"", True),
            (EMPTY, b"x", False),
            (text_body(b"x", "text/plain"), None, False),
        ],
    )
    def test_absent_null_and_empty_differ(self, expected: Body, actual: bytes | None, same: bool) -> None:
        """An absent promise accepts every body, a null or empty one none."""
        found = match_response(Response(body=expected), ActualResponse(status=200, body=actual))
        assert ([mismatch.location for mismatch in found] == []) is same

    def test_another_media_type_is_one_mismatch(self) -> None:
        """HTML instead of JSON is told as such, not as broken JSON."""
        answer = ActualResponse(status=200, headers=(("Content-Type", "text/html"),), body=b"<html></html>")
        (mismatch,) = match_response(Response(body=json_body({"a": 1})), answer)
        assert (mismatch.location, mismatch.rule, mismatch.wanted, mismatch.got) == (
            "body",
            "content type",
            "application/json",
            "text/html",
        )

    def test_a_rule_for_the_content_type_lets_others_pass(self) -> None:
        """With a rule on the header, the body is compared as the promised type."""
        promised = Response(
            headers={"Content-Type": ("application/json",)},
            body=json_body({"a": 1}),
            rules=MatchingRules(header={"content-type": rule_list(rules.Regex(pattern=".*"))}),
        )
        answer = ActualResponse(status=200, headers=(("Content-Type", "text/plain"),), body=b'{"a": 1}')
        assert match_response(promised, answer) == ()

    def test_a_vendor_type_stands_for_its_syntax(self) -> None:
        """application/json accepts a vendor's +json."""
        answer = ActualResponse(status=200, headers=(("Content-Type", "application/vnd.x+json"),), body=b'{"a": 1}')
        assert match_response(Response(body=json_body({"a": 1})), answer) == ()

    def test_broken_json_is_told(self) -> None:
        """A body that is not JSON is a mismatch of the whole body."""
        answer = ActualResponse(status=200, headers=JSON_LINES, body=b'{"a": ')
        (mismatch,) = match_response(Response(body=json_body({"a": 1})), answer)
        assert (mismatch.location, mismatch.rule) == ("body", "json")

    def test_text_is_compared_as_a_whole(self) -> None:
        """A rule at the root applies to all of the text."""
        assert compare_body(b"a", b"b", "text/plain") == [("body", "equality")]
        given = {"$": rule_list(rules.Regex(pattern="[a-z]+"))}
        assert compare_body(b"a", b"bcd", "text/plain", given) == []
        assert compare_body(b"a", b"\xff", "text/plain", given) == [("body", "regex [a-z]+")]

    def test_forms_are_compared_by_field(self) -> None:
        """Fields of a form may come in any order, and have rules by name."""
        form = "application/x-www-form-urlencoded"
        assert compare_body(b"a=1&b=x+y", b"b=x%20y&a=1", form) == []
        assert compare_body(b"a=1&b=2", b"a=2&c=1", form) == [
            ("body.$.a[0]", "equality"),
            ("body.$.b", "equality"),
            ("body.$.c", "equality"),
        ]
        assert compare_body(b"a=1", b"a=77", form, {"$.a": rule_list(rules.Regex(pattern=r"\d+"))}) == []

    def test_bytes_are_equal_or_of_a_type(self) -> None:
        """Binary bodies are compared byte by byte, or told by their beginning."""
        png, other = b"\x89PNG\r\n\x1a\n1", b"\x89PNG\r\n\x1a\n2"
        given = {"$": rule_list(rules.ContentType(value="image/png"))}
        assert compare_body(png, other, "image/png") == [("body", "equality")]
        assert compare_body(png, other, "image/png", given) == []
        assert compare_body(png, b"%PDF-1", "image/png", given) == [("body", "contentType image/png")]


class TestMessages:
    def test_contents_and_metadata_are_compared(self) -> None:
        """Metadata is compared by key; other keys are allowed."""
        metadata: dict[str, JsonValue] = {"contentType": "application/json", "topic": "orders"}
        promised = MessageContents(
            contents=json_body({"id": 1}),
            metadata=metadata,
            rules=MatchingRules(
                body={"$.id": rule_list(rules.Integer())}, metadata={"topic": rule_list(rules.Regex(pattern="ord.*"))}
            ),
        )
        good = ActualMessage(body=b'{"id": 7}', metadata={**metadata, "topic": "ordering", "more": 1})
        bad = ActualMessage(body=b'{"id": "x"}', metadata={"contentType": "application/json"})
        assert match_message(promised, good) == ()
        assert [mismatch.location for mismatch in match_message(promised, bad)] == ["metadata.topic", "body.$.id"]


def test_a_mismatch_says_what_was_wanted_and_what_came() -> None:
    """Location, rule, wanted, got and a sentence are all there."""
    promised = Response(body=json_body({"id": 1}), rules=MatchingRules(body={"$.id": rule_list(rules.Integer())}))
    (mismatch,) = match_response(promised, ActualResponse(status=200, headers=JSON_LINES, body=b'{"id": "x"}'))
    assert (mismatch.location, mismatch.rule, mismatch.wanted, mismatch.got) == ("body.$.id", "integer", "1", '"x"')
    assert mismatch.message == '"x" (string) is not an integer'


def test_a_compiled_request_is_used_again_and_again() -> None:
    """One compiled promise judges many requests, and many promises judge one request, each on its own."""
    promised = [compile_request(Request(method="POST", path="/", body=json_body({"n": number}))) for number in range(3)]
    came = [ActualRequest(method="POST", path="/", headers=JSON_LINES, body=b'{"n": %d}' % n) for n in range(3)]
    verdicts = [[check.accepts(request) for request in came] for check in promised]
    assert verdicts == [[row == column for column in range(3)] for row in range(3)]


@given(data=st.data(), example=VALUES, most=st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_a_bound_on_mismatches_changes_no_verdict(data: st.DataObject, example: JsonValue, most: int) -> None:
    """The first mismatches are those that come without a bound, and a last one counts what is left out."""
    promised = Request(
        method="POST",
        path="/",
        body=json_body(example),
        query={"a": ("1",)},
        rules=MatchingRules(body=data.draw(rules_for(example))),
    )
    query = data.draw(st.dictionaries(st.sampled_from("abcd"), st.just(("1",))))
    body = dumps(data.draw(near(example))).encode()
    came = ActualRequest(method="POST", path="/", query=query, headers=JSON_LINES, body=body)
    everything = match_request(promised, came)
    check = compile_request(promised, most=most)
    assert check.accepts(came) == (not everything)
    for part in ("query", "body"):
        whole = [mismatch for mismatch in everything if mismatch.location.startswith(part)]
        listed = [mismatch for mismatch in check(came) if mismatch.location.startswith(part)]
        last = [mismatch for mismatch in listed if mismatch.left]
        assert listed[: len(listed) - len(last)] == whole[: min(most, len(whole))]
        assert last in ([], listed[-1:])
        assert bool(last) >= (len(whole) > most)


@pytest.mark.parametrize(
    ("body", "content_type", "left"),
    [
        (b'{"a": 1, %s}' % b",".join(b'"k%d": 1' % number for number in range(1000)), "application/json", 950),
        (b'{"a": {"b": [%s]}}' % b",".join([b"1"] * 1000), "application/json", 950),
        (b"&".join(b"k%d=1" % number for number in range(1000)), "application/x-www-form-urlencoded", 950),
        (b"<a>%s</a>" % b"".join(b"<k%d/>" % number for number in range(1000)), "application/xml", 950),
        (b"<a>%s</a>" % (b"<c/>" * 1001), "application/xml", 950),
    ],
    ids=["members", "elements", "fields", "kinds of elements", "elements of a kind"],
)
def test_of_a_hostile_body_the_first_mismatches_are_listed(body: bytes, content_type: str, left: int) -> None:
    """The others are counted by one mismatch, so that what is told of a request does not grow with it."""
    examples = {
        "application/json": dumps({"a": {"b": ["x"]}} if b"b" in body else {"a": 1}).encode(),
        "application/x-www-form-urlencoded": b"",
        "application/xml": b"<a><c/></a>",
    }
    any_text = MatchingRules(body={"$.a.b": rule_list(rules.Type())} if content_type == "application/json" else {})
    example = text_body(examples[content_type] or b"x=1", content_type)
    promised = Request(method="POST", path="/", body=example, rules=any_text)
    lines = (("Content-Type", content_type),)
    came = ActualRequest(method="POST", path="/", headers=lines, body=body)
    found = compile_request(promised, most=50)(came)
    assert len(found) == 51
    assert [mismatch.left for mismatch in found[:-1]] == [0] * 50
    assert abs(found[-1].left - left) <= 1
    assert found[-1].got == f"{found[-1].left:,} more, not listed"
