"""Documents of faults: what they may say, what is wrong with others, and that writing gives them back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from treaty.contract.json_value import Number
from treaty.errors import ConfigInvalid
from treaty_stubs.faults.document import accept_faults, load_schema, parse_faults, write_faults
from treaty_stubs.faults.model import Curve, Fault, Latency
from treaty_stubs.message import Ending


class _Times:
    """A recording in which only /slow was called."""

    def curve(self, fault: Fault) -> Curve:
        return ((50.0, 0.1), (100.0, 0.4)) if fault.path == "/slow" else ()


def _why(*faults: dict[str, Any]) -> Sequence[str]:
    return [problem.why for problem in parse_faults({"faults": list(faults)})[1]]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(load_schema())


def test_every_key_of_a_fault_is_described() -> None:
    """The reference page is made from these descriptions."""
    schema = load_schema()
    described = {**schema["properties"], **schema["$defs"]["fault"]["properties"]}
    assert [name for name, each in described.items() if "description" not in each] == []


def test_a_fault_says_whom_it_meets_and_what_it_does() -> None:
    faults, problems = parse_faults(
        {
            "faults": [
                {"name": "late", "provider": "user", "method": "get", "path": "/users/{id}", "latency": "200ms"},
                {"share": "30%", "times": 2, "status": 503, "headers": {"Retry-After": "1"}, "body": {"a": 1.5}},
                {"on": False, "connection": "reset", "drip": "2s", "malformed": True, "content_type": "text/html"},
                {"latency": {"p99": "1s", "p50": "20ms"}},
            ]
        }
    )
    assert problems == ()
    assert faults == (
        Fault(name="late", provider="user", method="GET", path="/users/{id}", latency=Latency(curve=((100.0, 0.2),))),
        Fault(
            name="fault-2",
            share=0.3,
            times=2,
            status=503,
            headers={"Retry-After": "1"},
            body={"a": Number("1.5")},
        ),
        Fault(
            name="fault-3",
            on=False,
            connection=Ending.RESET,
            drip=2.0,
            malformed=True,
            content_type="text/html",
        ),
        Fault(name="fault-4", latency=Latency(curve=((0.0, 0.0), (50.0, 0.02), (99.0, 1.0)))),
    )


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"name": "a"}, "the fault does nothing"),
        ({"body": "x", "malformed": True}, "'body' belongs to an answer with a status of its own"),
        ({"latency": "11m"}, "'11m' is not a duration such as 200ms, 1.5s or 2m, of at most 10m"),
        ({"drip": "99999s"}, "'99999s' is not a duration such as 200ms, 1.5s or 2m, of at most 10m"),
        ({"latency": {"p50": "2s", "p90": "1s"}}, "a higher percentile has a shorter time than a lower one"),
        (
            {"latency": 5},
            "'5' is not a duration such as 200ms, percentiles such as {p50: 20ms, p99: 1s}, or recorded",
        ),
        ({"latency": "recorded"}, "there is no recording to take times from"),
        ({"statuss": 500}, "'statuss' is not a key of a fault"),
        ({"status": 99}, "'99' is not a status from 200 to 599"),
        ({"connection": "drop"}, "'drop' is none of reset, empty, truncated"),
        ({"status": 500, "share": 3}, "'3' is not a portion such as 0.3 or 30%"),
        ({"status": 500, "headers": {"A": "b\r\nC: d"}}, "'b\r\nC: d' is not a text in one line"),
        ({"status": 500, "headers": {"A": "b\n"}}, "'b\n' is not a text in one line"),
        ({"status": 500, "headers": {"A\n": "b"}}, "'A\n' is not the name of a header"),
        ({"status": 500, "name": "a\n"}, "'a\n' is not a name of letters, digits, '.', '_', '-' and spaces"),
        ({"status": 500, "method": "GET\n"}, "'GET\n' is not a method of HTTP"),
        ({"content_type": "text/html\n"}, "'text/html\n' is not a media type"),
        ({"status": 500, "body": float("nan")}, "the body is not JSON: NaN is not JSON"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_said(fault: dict[str, Any], why: str) -> None:
    assert _why(fault) == [why]


def test_names_are_unique() -> None:
    """Also against the names that faults get by their place."""
    assert _why({"name": "fault-2", "malformed": True}, {"malformed": True}) == [
        "'fault-2' is the name of fault 1 of the list too"
    ]


def test_recorded_times_are_those_of_the_calls_that_a_fault_meets() -> None:
    slow: dict[str, Any] = {"path": "/slow", "latency": "recorded"}
    (fault,), problems = parse_faults({"faults": [slow]}, times=_Times())
    assert fault.latency == Latency(curve=((50.0, 0.1), (100.0, 0.4)), recorded=True)
    assert problems == ()
    assert write_faults((fault,)) == {"faults": [{"name": "fault-1", **slow}]}
    _, problems = parse_faults({"faults": [{**slow, "path": "/other"}]}, times=_Times())
    assert [(problem.place, problem.why) for problem in problems] == [
        (("faults", 0, "latency"), "the session holds no call that the fault is about")
    ]


def test_a_program_may_not_name_a_recording() -> None:
    """It would have the stub read files."""
    with pytest.raises(ConfigInvalid, match="not faults") as caught:
        accept_faults({"session": "x", "faults": []})
    assert caught.value.where == "session"


NAMES = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
FAULTS = st.builds(
    Fault,
    name=NAMES,
    provider=st.none() | NAMES,
    method=st.sampled_from([None, "GET", "POST"]),
    path=st.sampled_from([None, "/a/{id}", "/**"]),
    share=st.integers(0, 100).map(lambda percent: percent / 100),
    times=st.none() | st.integers(1, 9),
    on=st.booleans(),
    latency=st.none()
    | st.integers(0, 5000).map(lambda ms: Latency(curve=((100.0, ms / 1000),)))
    | st.lists(st.integers(0, 5000), min_size=2, max_size=2).map(
        lambda ms: Latency(curve=((0.0, 0.0), (50.0, min(ms) / 1000), (99.5, max(ms) / 1000)))
    ),
    status=st.just(503),
    headers=st.dictionaries(NAMES, NAMES, max_size=2),
    body=st.sampled_from([None, "text", [1, {"a": True}], Number("1.5")]),
    content_type=st.sampled_from([None, "text/html"]),
    malformed=st.booleans(),
    connection=st.sampled_from(list(Ending)),
    drip=st.none() | st.integers(1, 5000).map(lambda ms: ms / 1000),
)


@given(st.lists(FAULTS, max_size=3, unique_by=lambda fault: fault.name))
def test_faults_that_are_written_are_read_again(faults: list[Fault]) -> None:
    assert accept_faults(write_faults(faults)) == tuple(faults)
