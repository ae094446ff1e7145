"""Rules of requests, compiled."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.stubs.examples import interaction, json_body, matches, read_interaction, received, regex
from treaty.contract.matching import match_request
from treaty_stubs.select.rules import (
    compile_rules,
    differences,
    is_interchangeable,
    kind_of,
    without_harmless,
)


def test_examples_that_rules_leave_open_are_of_one_kind() -> None:
    """Interactions that differ only where their rules do not look are judged once for all."""

    def kind(path: str, amount: object, rule: str = "integer") -> str:
        rules = {"path": regex(r"/o/\d+"), "body": {"$.amount": matches(rule)}}
        request = {"body": json_body({"amount": amount, "unit": "EUR"}), "matchingRules": rules}
        return kind_of(read_interaction(interaction("x", method="POST", path=path, request=request)).request)

    assert kind("/o/1", 5) == kind("/o/2", 6)
    assert kind("/o/1", 5) != kind("/o/1", 5, rule="number")
    assert kind("/o/1", 5, rule="type") != kind("/o/1", "5", rule="type")
    assert kind("/o/1", 5, rule="type") == kind("/o/1", 6, rule="type")


def test_a_rule_without_matchers_leaves_nothing_open() -> None:
    """The examples must be equal, so they tell the interactions apart."""
    nothing = {"combine": "AND", "matchers": []}

    def kind(path: str, amount: int, tag: str) -> str:
        rules = {"path": nothing, "body": {"$.amount": nothing}, "header": {"X-Tag": nothing}}
        request = {"body": json_body({"amount": amount}), "headers": {"X-Tag": [tag]}, "matchingRules": rules}
        return kind_of(read_interaction(interaction("x", method="POST", path=path, request=request)).request)

    assert len({kind("/o/1", 5, "a"), kind("/o/2", 5, "a"), kind("/o/1", 6, "a"), kind("/o/1", 5, "b")}) == 4


@given(
    st.integers(),
    st.integers(),
    st.sampled_from(["type", "integer", "equality"]),
    st.none() | st.integers() | st.text(),
)
def test_requests_of_one_kind_accept_the_same(first: int, second: int, rule: str, got: int | str | None) -> None:
    """Where the kinds are equal, so are the verdicts on any request."""
    one, other = (
        read_interaction(
            interaction(
                "x",
                method="POST",
                request={"body": json_body({"n": value}), "matchingRules": {"body": {"$.n": matches(rule)}}},
            )
        ).request
        for value in (first, second)
    )
    request = received("POST", body={"n": got})
    if kind_of(one) == kind_of(other):
        assert compile_rules(one)(request) == compile_rules(other)(request)
    assert compile_rules(one)(request) == (not match_request(without_harmless(one), request.actual))


def test_differences_name_all_places() -> None:
    """Everything that differs, apart from headers that do not matter."""
    request = read_interaction(
        interaction("x", method="PUT", path="/a", request={"headers": {"User-Agent": ["u"], "X-A": ["1"]}})
    ).request
    assert [each.location for each in differences(request, received("GET", "/b?c=d"))] == [
        "method",
        "path",
        "query.c",
        "header.X-A",
    ]


def test_interchangeable_answers_keep_each_other_s_promise() -> None:
    """Other examples under the same rules are the same answer; another status, constant or shape is not."""

    def answer(status: int, at: str, code: str) -> dict[str, object]:
        return interaction(
            "x",
            status=status,
            response={
                "body": json_body({"at": at, "code": code}),
                "matchingRules": {"body": {"$.at": matches("type")}},
            },
        )

    one, other, coded, missing = (
        read_interaction(written).response
        for written in (answer(200, "a", "x"), answer(200, "b", "x"), answer(200, "a", "y"), answer(404, "a", "x"))
    )
    assert is_interchangeable(one, other)
    assert not is_interchangeable(one, coded)
    assert not is_interchangeable(one, missing)
