"""Generated values: of the right form, typed like the example, repeatable, and applied where they belong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract import generators as kinds
from treaty.contract.applying import apply_to_message, apply_to_request, apply_to_response
from treaty.contract.date_expressions import ExpressionInvalid, move_moment
from treaty.contract.generating import Source, ValueMissing, generate, resolve
from treaty.contract.generators import Generator, Generators
from treaty.contract.json_value import JsonValue, Number, loads
from treaty.contract.model import Body, BodyState, MessageContents, Request, Response
from treaty.contract.regex_samples import sample
from treaty.contract.regexes import full_matcher

_NOW = datetime(2000, 1, 1, 10, 0, tzinfo=UTC)


def source(seed: int = 1, state: Mapping[str, JsonValue] | None = None, **more: object) -> Source:
    """Give a repeatable source at ten o'clock on the first of January 2000."""
    return Source(random=Random(seed), clock=lambda: _NOW, state=state or {}, **more)  # type: ignore[arg-type]  # fields of Source


@given(seed=st.integers(0, 10_000))
def test_random_values_have_their_form(seed: int) -> None:
    """Each random generator makes what it promises, for every seed."""
    made = source(seed)
    number = generate(kinds.RandomInt(minimum=5, maximum=9), 1, made)
    assert isinstance(number, int)
    assert 5 <= number <= 9
    decimal = generate(kinds.RandomDecimal(digits=6), Number("1.0"), made)
    assert isinstance(decimal, Number)
    assert re.fullmatch(r"(0|[1-9]\d*)\.\d+", decimal.text)
    assert len(decimal.text) == 7
    assert re.fullmatch("[0-9A-F]{8}", str(generate(kinds.RandomHexadecimal(digits=8), "", made)))
    assert re.fullmatch("[0-9A-Za-z]{12}", str(generate(kinds.RandomString(size=12), "", made)))
    assert isinstance(generate(kinds.RandomBoolean(), True, made), bool)


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("simple", "[0-9a-f]{32}"),
        ("lower-case-hyphenated", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("upper-case-hyphenated", r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"),
        ("URN", r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ],
)
def test_uuids_have_four_forms(form: str, pattern: str) -> None:
    """The format decides case, hyphens and prefix."""
    assert re.fullmatch(pattern, str(generate(kinds.Uuid(format=form), "", source())))


def test_a_text_example_stays_a_text() -> None:
    """Numbers are written as text where the example is one."""
    assert generate(kinds.RandomInt(minimum=7, maximum=7), "1", source()) == "7"


def test_the_same_seed_gives_the_same_values() -> None:
    """A stub with a seed repeats itself."""
    recipes: list[Generator] = [kinds.Uuid(), kinds.RandomString(), kinds.RegexText(pattern="[a-z]{5}")]
    first, second = source(7), source(7)
    assert [generate(one, "", first) for one in recipes] == [generate(one, "", second) for one in recipes]


@pytest.mark.parametrize(
    "pattern",
    [
        r"\d{3}-[A-F]{2}",
        "(red|green|blue)",
        "[^a-z]+x?",
        r"ORD-\d+(-[a-z]+)*",
        r"[0-9a-f]{8}-[0-9a-f]{4}",
        r"\w+@\w+\.(com|org)",
        "^abc$",
        r"(?:a|b){2,3}c",
        r"[\w.-]+",
        "[[:alpha:]]{4}",
        r"\u0041\x42",
        "",
    ],
)
@given(seed=st.integers(0, 1000))
def test_samples_match_their_expression(pattern: str, seed: int) -> None:
    """A text made from an expression matches it."""
    text = sample(pattern, Random(seed))
    assert text is not None
    assert full_matcher(pattern)(text)


@pytest.mark.parametrize("pattern", ["((a{0,100}){50,100}){50,100}", "(?<a>[ab]\\g<a>)", "a{1000000000}", "(" * 4000])
def test_a_sample_that_would_never_be_done_is_none(pattern: str) -> None:
    """Repetitions multiply when they are nested."""
    assert sample(pattern, Random(1)) is None


@pytest.mark.parametrize("kind", ["INTEGER", "DECIMAL", "FLOAT"])
@pytest.mark.parametrize("value", ["1e400", "nan", "inf", Number("1e999999999")])
def test_a_value_of_a_state_that_is_no_number_stays_as_it_is(kind: str, value: JsonValue) -> None:
    """What floating point cannot hold would be written as no JSON."""
    given_state = {"id": value}
    made = generate(kinds.FromProviderState(expression="id", data_type=kind), 1, source(state=given_state))
    assert made == value


@pytest.mark.parametrize("pattern", ["(", r"(?=x)y", r"(a)\1b\1"])
def test_without_a_sample_the_example_stays(pattern: str) -> None:
    """What cannot be made does not become nonsense."""
    assert generate(kinds.RegexText(pattern=pattern), "example", source()) == "example"


@pytest.mark.parametrize(
    ("expression", "moved"),
    [
        ("", "2000-01-01T10:00:00"),
        ("now", "2000-01-01T10:00:00"),
        ("yesterday", "1999-12-31T10:00:00"),
        ("tomorrow+ 4 years", "2004-01-02T10:00:00"),
        ("+ 1 day - 2 weeks", "1999-12-19T10:00:00"),
        ("next fortnight", "2000-01-15T10:00:00"),
        ("next monday", "2000-01-03T10:00:00"),
        ("next saturday", "2000-01-08T10:00:00"),
        ("last wednesday", "1999-12-29T10:00:00"),
        ("next jan", "2001-01-01T10:00:00"),
        ("last december + 2 weeks", "1999-12-15T10:00:00"),
        ("last january", "1999-01-01T10:00:00"),
        ("next june", "2000-06-01T10:00:00"),
        ("+ 1 month", "2000-02-01T10:00:00"),
        ("@ midnight + 4 minutes", "2000-01-01T00:04:00"),
        ("@ noon", "2000-01-01T12:00:00"),
        ("@ 2 o'clock", "2000-01-01T14:00:00"),
        ("@ 1 o'clock pm", "2000-01-01T13:00:00"),
        ("@ 12 o'clock am", "2000-01-01T00:00:00"),
        ("now @ + 15 minutes", "2000-01-01T10:15:00"),
        ("next week @ next hour", "2000-01-08T11:00:00"),
        ("- 2 weeks @ now + 1 hour - 4 seconds", "1999-12-18T10:59:56"),
    ],
)
def test_expressions_move_the_present(expression: str, moved: str) -> None:
    """Dates and times are relative to the clock."""
    assert move_moment(_NOW, expression).strftime("%Y-%m-%dT%H:%M:%S") == moved


@pytest.mark.parametrize(
    "expression", ["nonsense", "+ 1", "+ x days", "next", "+ 99999999 days", "@ 13 o'clock", "now now", "+ 9000 years"]
)
def test_what_is_no_expression_is_said(expression: str) -> None:
    """Malformed and boundless expressions are errors, and leave the example of a generator."""
    with pytest.raises(ExpressionInvalid):
        move_moment(_NOW, expression)
    assert generate(kinds.DateTimeNow(expression=expression), "example", source()) == "example"


def test_moments_are_written_in_their_pattern() -> None:
    """Without a pattern the ISO form is used."""
    assert generate(kinds.DateNow(expression="+ 30 days"), "", source()) == "2000-01-31"
    assert generate(kinds.TimeNow(), "", source()) == "10:00:00"
    assert generate(kinds.DateTimeNow(pattern="yyyy/MM/dd HH:mm"), "", source()) == "2000/01/01 10:00"


class TestProviderState:
    def test_values_keep_or_take_their_type(self) -> None:
        """A lone name keeps the type of its value; a data type converts it."""
        state: dict[str, JsonValue] = {"id": 9007199254740993, "name": "x", "price": Number("1.10")}
        made = source(state=state)
        pick = kinds.FromProviderState
        assert generate(pick(expression="id"), 1, made) == 9007199254740993
        assert generate(pick(expression="${id}"), 1, made) == 9007199254740993
        assert generate(pick(expression="${id}", data_type="STRING"), "", made) == "9007199254740993"
        assert generate(pick(expression="/a/${id}/${name}", data_type="STRING"), "", made) == "/a/9007199254740993/x"
        assert generate(pick(expression="price"), 1, made) == Number("1.10")
        assert resolve("sid=${id}; csrf=${name}", state) == "sid=9007199254740993; csrf=x"

    def test_a_missing_value_is_an_error_unless_lenient(self) -> None:
        """Nobody tests with an example in place of a value that was not returned."""
        recipe = kinds.FromProviderState(expression="/a/${gone}")
        with pytest.raises(ValueMissing, match="gone"):
            generate(recipe, "/a/1", source())
        assert generate(recipe, "/a/1", source(lenient=True)) == "/a/1"


def test_a_mock_server_url_keeps_its_path() -> None:
    """The base is the stub's, what the group takes stays."""
    recipe = kinds.MockServerUrl(example="http://localhost:1/orders/7", pattern=r".*(/orders/\d+)$")
    assert generate(recipe, "x", source(base_url="http://127.0.0.1:9000/")) == "http://127.0.0.1:9000/orders/7"
    assert generate(recipe, "x", source()) == "x"


class TestApplying:
    def test_every_part_of_a_request_can_be_generated(self) -> None:
        """Path, query, headers and a JSON body with wildcards take values of the provider state."""
        pick = kinds.FromProviderState
        request = Request(
            method="PUT",
            path="/orders/1",
            query={"user": ("1", "2")},
            headers={"Authorization": ("Bearer example",)},
            body=Body(
                state=BodyState.PRESENT, data=b'{"l":[{"id":1},{"id":2}],"n":1.10}', content_type="application/json"
            ),
            generators=Generators(
                path=pick(expression="/orders/${id}"),
                query={"user": pick(expression="id")},
                header={"authorization": pick(expression="Bearer ${token}")},
                body={"$.l[*].id": pick(expression="id"), "$.absent": pick(expression="id")},
            ),
        )
        made = apply_to_request(request, source(state={"id": 4711, "token": "t"}))
        assert made.path == "/orders/4711"
        assert made.query == {"user": ("4711", "4711")}
        assert made.headers == {"Authorization": ("Bearer t",)}
        assert made.body.data == b'{"l":[{"id":4711},{"id":4711}],"n":1.10}'

    def test_forms_and_texts_can_be_generated(self) -> None:
        """A form has fields by name, a text is replaced as a whole."""
        pick = kinds.FromProviderState(expression="id")
        form = Body(state=BodyState.PRESENT, data=b"user=1&b=2", content_type="application/x-www-form-urlencoded")
        text = Body(state=BodyState.PRESENT, data=b"1", content_type="text/plain")
        bodies = [
            apply_to_request(Request(body=body, generators=Generators(body={path: pick})), source(state={"id": 7})).body
            for body, path in ((form, "$.user"), (text, "$"))
        ]
        assert [body.data for body in bodies] == [b"user=7&b=2", b"7"]

    def test_responses_and_messages_can_be_generated(self) -> None:
        """Status, headers, body and metadata take generated values; the examples stay untouched."""
        body = Body(state=BodyState.PRESENT, data=b'{"id":"x"}', content_type="application/json")
        response = Response(
            body=body,
            headers={"X-Id": ("x",)},
            generators=Generators(
                status=kinds.RandomInt(minimum=201, maximum=201),
                header={"X-Id": kinds.RandomInt(minimum=5, maximum=5)},
                body={"$.id": kinds.RandomInt(minimum=7, maximum=7)},
            ),
        )
        made = apply_to_response(response, source())
        assert (made.status, made.headers, made.body.data) == (201, {"X-Id": ("5",)}, b'{"id":"7"}')
        assert response.body.data == b'{"id":"x"}'
        message = MessageContents(
            contents=body,
            metadata={"key": "x"},
            generators=Generators(metadata={"key": kinds.RandomInt(minimum=3, maximum=3)}),
        )
        assert apply_to_message(message, source()).metadata == {"key": "3"}

    def test_without_generators_nothing_is_copied(self) -> None:
        """A request without generators is the same object, and bytes that are not JSON stay."""
        request = Request(path="/a")
        broken = Request(
            body=Body(state=BodyState.PRESENT, data=b"{", content_type="application/json"),
            generators=Generators(body={"$.a": kinds.Uuid()}),
        )
        assert apply_to_request(request, source()) is request
        assert apply_to_request(broken, source()).body.data == b"{"
        assert loads(b"[]") == []


@pytest.mark.parametrize(
    ("document", "path", "filled"),
    [
        ("<a><b>1</b></a>", "$.a.b['#text']", "<a><b>4711</b></a>"),
        ('<a k="1"/>', "$.a['@k']", '<a k="4711"/>'),
        ('<D:a xmlns:D="d:"><D:b>1</D:b></D:a>', "$['D:a']['D:b']['#text']", '<D:a xmlns:D="d:"><D:b>4711</D:b></D:a>'),
        ('<a xmlns="DAV:"><b>1</b></a>', "$.a.b['#text']", '<a xmlns="DAV:"><b>4711</b></a>'),
        ("<a><b>1</b><b>2</b></a>", "$.a.b['#text']", "<a><b>4711</b><b>4711</b></a>"),
        ("<a><b>1</b><b>2</b></a>", "$.a.b[1]['#text']", "<a><b>1</b><b>4711</b></a>"),
        ("<a><b>1</b></a>", "$.a.b[0]['#text']", "<a><b>4711</b></a>"),
        ("<a><b>1</b></a>", "$.a.other['#text']", "<a><b>1</b></a>"),
        ("<p>one <b>two</b></p>", "$.p.b['#text']", "<p>one <b>two</b></p>"),
        ("<a/>", "$", "4711"),
    ],
)  # fmt: skip
def test_places_in_xml_are_filled(document: str, path: str, filled: str) -> None:
    """Named as the document writes its elements, as in the official engine, whether alone or among others."""
    generator = kinds.FromProviderState(expression="${id}", data_type="STRING")
    request = Request(
        headers={"Content-Type": ("application/soap+xml",)},
        body=Body(state=BodyState.PRESENT, data=document.encode(), content_type="application/soap+xml"),
        generators=Generators(body={path: generator}),
    )
    assert apply_to_request(request, source(state={"id": 4711})).body.data.decode() == filled


def test_one_value_of_a_parameter_goes_before_all_of_them() -> None:
    """Whatever the order of the keys."""
    made = {name: kinds.FromProviderState(expression=f"${{{name}}}", data_type="STRING") for name in ("one", "two")}
    query = {"$['ids[]'][1]": made["two"], "ids[]": made["one"]}
    request = Request(query={"ids[]": ("1", "2", "3")}, generators=Generators(query=query))
    assert apply_to_request(request, source(state={"one": 7, "two": 8})).query == {"ids[]": ("7", "8", "7")}
