"""How generators are written in a Pact file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract import generators as kinds
from treaty.contract.generators import Generator, Generators
from treaty.contract.json_value import JsonValue
from treaty.pactfile.generators_form import read_generator, read_generators, write_generator, write_generators
from treaty.pactfile.node import Fault, Node

TEXTS = st.text(max_size=4)
UNKNOWN = st.dictionaries(st.sampled_from(["x-a", "x-b"]), st.integers() | TEXTS, max_size=2)
GENERATORS: st.SearchStrategy[Generator] = st.one_of(
    st.builds(kinds.RandomInt, minimum=st.integers(0, 9), maximum=st.integers(0, 99), unknown=UNKNOWN),
    st.builds(kinds.RandomDecimal, digits=st.integers(1, 9), unknown=UNKNOWN),
    st.builds(kinds.RandomHexadecimal, digits=st.integers(1, 9)),
    st.builds(kinds.RandomString, size=st.integers(0, 9)),
    st.builds(kinds.RegexText, pattern=TEXTS, unknown=UNKNOWN),
    st.builds(kinds.Uuid, format=TEXTS, unknown=UNKNOWN),
    st.builds(kinds.DateNow, pattern=TEXTS, expression=TEXTS),
    st.builds(kinds.TimeNow, pattern=TEXTS, expression=TEXTS),
    st.builds(kinds.DateTimeNow, pattern=TEXTS, expression=TEXTS, unknown=UNKNOWN),
    st.builds(kinds.RandomBoolean, unknown=UNKNOWN),
    st.builds(
        kinds.FromProviderState, expression=TEXTS, data_type=st.sampled_from(["", "INTEGER"]), unknown=UNKNOWN
    ).filter(lambda made: bool(made.expression)),
    st.builds(kinds.MockServerUrl, example=TEXTS, pattern=TEXTS, unknown=UNKNOWN),
)
NAMED = st.dictionaries(st.sampled_from(["$.a", "b", "c d"]), GENERATORS, max_size=2)
SETS = st.builds(
    Generators,
    method=st.none() | GENERATORS,
    path=st.none() | GENERATORS,
    status=st.none() | GENERATORS,
    query=NAMED,
    header=NAMED,
    body=NAMED,
    metadata=NAMED,
    unknown=st.dictionaries(st.just("future"), st.integers(), max_size=1),
)


def one(value: JsonValue, *, plugins: bool = False) -> Generator:
    return read_generator(Node(value), plugins=plugins)


def complaint(value: JsonValue) -> Fault:
    """Read a generator below a place; gives the complaint."""
    with pytest.raises(Fault) as caught:
        read_generator(Node(value, ("generators", "path")), plugins=False)
    return caught.value


@given(GENERATORS)
def test_a_generator_reads_back_the_same(generator: Generator) -> None:
    """With the keys that we do not know."""
    assert one(write_generator(generator)) == generator


@given(SETS)
def test_the_generators_of_a_request_read_back_the_same(generators: Generators) -> None:
    """By category; an unknown category is kept."""
    written = write_generators(generators)
    assert list(written) == sorted(written)
    assert read_generators(Node(written), plugins=False) == generators


@given(NAMED)
def test_the_body_of_a_message_has_a_category_of_its_own(body: dict[str, Generator]) -> None:
    """``content`` is read as the body."""
    written = write_generators(Generators(body=body), body="content")
    assert list(written) == (["content"] if body else [])
    assert read_generators(Node(written), plugins=False).body == body


@pytest.mark.parametrize("value", [None, {}])
def test_none_are_none(value: JsonValue) -> None:
    """Absent, null and an empty map are the same here."""
    assert read_generators(None, plugins=False) is kinds.NO_GENERATORS
    assert read_generators(Node(value), plugins=False) == kinds.NO_GENERATORS


@pytest.mark.parametrize(("category", "attribute"), [("headers", "header"), ("contents", "body"), ("content", "body")])
def test_other_names_of_categories_are_understood(category: str, attribute: str) -> None:
    """Some tools write them."""
    read = read_generators(Node({category: {"a": {"type": "Uuid"}}}), plugins=False)
    assert getattr(read, attribute) == {"a": kinds.Uuid()}


def test_a_single_value_may_be_written_as_a_map() -> None:
    """With an empty key, as some tools do; an empty map is no generator."""
    written: JsonValue = {"path": {"": {"type": "Uuid"}}, "status": {}}
    read = read_generators(Node(written), plugins=False)
    assert read.path == kinds.Uuid()
    assert read.status is None


@pytest.mark.parametrize(
    ("written", "generator"),
    [
        ({"type": "RandomInt"}, kinds.RandomInt(minimum=0, maximum=10)),
        ({"type": "RandomInt", "min": "3", "max": 4}, kinds.RandomInt(minimum=3, maximum=4)),
        ({"type": "RandomDecimal"}, kinds.RandomDecimal(digits=10)),
        ({"type": "RandomString"}, kinds.RandomString(size=10)),
        ({"type": "Uuid", "format": None}, kinds.Uuid()),
        ({"type": "DateTime"}, kinds.DateTimeNow()),
    ],
)
def test_what_is_not_said_has_the_usual_value(written: JsonValue, generator: Generator) -> None:
    assert one(written) == generator


def test_an_unknown_generator_is_a_fault_unless_plugins_may_know_it() -> None:
    """The nearest name is offered; for plugins it is kept as it is."""
    fault = complaint({"type": "RandomInteger"})
    assert fault.tokens == ("generators", "path", "type")
    assert fault.why == "'RandomInteger' is not a generator of Pact"
    assert fault.hint == "did you mean 'RandomInt'?"
    assert complaint({"type": "xyzzy"}).hint == ""
    written: JsonValue = {"type": "protobuf", "depth": 3}
    made = one(written, plugins=True)
    assert made == kinds.PluginGenerator(kind="protobuf", unknown={"depth": 3})
    assert write_generator(made) == written


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ({}, ()),
        ([], ()),
        ({"type": None}, ("type",)),
        ({"type": "RandomInt", "min": "many"}, ("min",)),
        ({"type": "RandomInt", "max": True}, ("max",)),
        ({"type": "Regex"}, ()),
        ({"type": "ProviderState"}, ()),
        ({"type": "Uuid", "format": []}, ("format",)),
    ],
)
def test_malformed_generators_are_named_by_place(written: JsonValue, tokens: tuple[str, ...]) -> None:
    assert complaint(written).tokens == ("generators", "path", *tokens)


def test_what_says_nothing_is_not_written() -> None:
    """Empty texts are left out, bounds never are."""
    assert write_generator(kinds.Uuid()) == {"type": "Uuid"}
    assert write_generator(kinds.DateNow(expression="+1 day")) == {"type": "Date", "expression": "+1 day"}
    assert write_generator(kinds.RandomInt()) == {"type": "RandomInt", "min": 0, "max": 10}
    assert write_generators(kinds.NO_GENERATORS) == {}
