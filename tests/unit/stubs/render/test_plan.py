"""Where values come from, in which precedence."""

from __future__ import annotations

import random

from tests.unit.stubs.examples import interaction, json_body, matches, read_interaction, received
from treaty_stubs.render.context import Context
from treaty_stubs.render.generated import generated
from treaty_stubs.render.plan import AnswerPlan, place_path

_WRITTEN = interaction(
    "x",
    response={
        "body": json_body({"a": "aaaaaaa1", "b": "2024-05-06T07:08:09Z", "c": 9007001, "d": "n", "e": "is 9007001"}),
        "matchingRules": {"body": {"$.*": matches("type")}},
        "generators": {"body": {f"$.{key}": {"type": "RandomString", "size": 3} for key in "abcd"}},
    },
    causes={
        "body.$.a": {"cause": "echo", "of": "path[0]"},
        "body.$.b": {"cause": "clock"},
        "body.$.c": {"cause": "created"},
    },
)


def test_precedence() -> None:
    """An echo, the clock and a fresh identity come before a generator; texts with an identity inside come last."""
    promise = read_interaction(_WRITTEN)
    content = promise.response.body.json()
    plan = AnswerPlan(promise, content)
    context = Context(received=received(target="/echoed"), chance=random.Random(3))
    assert isinstance(content, dict)

    def value(key: str) -> object:
        source = plan.source((key,), content[key])
        assert source is not None
        return source(context, ())

    assert value("a") == "echoed"
    assert str(value("b")).startswith(f"{context.now:%Y-%m-%dT%H:}")
    fresh = value("c")
    assert isinstance(fresh, int)
    assert fresh != 9007001
    assert len(str(value("d"))) == 3
    assert value("e") == f"is {fresh}"


def test_kept_places_have_no_source() -> None:
    """A place that is to be kept keeps its example, and no longer counts as an identity elsewhere."""
    promise = read_interaction(_WRITTEN)
    plan = AnswerPlan(promise, promise.response.body.json(), frozenset({"body.$.a", "body.$.c"}))
    assert plan.source(("a",), "aaaaaaa1") is None
    assert plan.source(("c",), 9007001) is None
    assert plan.source(("e",), "is 9007001") is None


def test_generators_of_provider_states_have_no_source() -> None:
    promise = read_interaction(
        interaction(
            "x",
            response={
                "body": json_body({"a": "x"}),
                "generators": {"body": {"$.a": {"type": "ProviderState", "expression": "a"}}},
            },
        )
    )
    entry = promise.response.generators.body["$.a"]
    assert generated(entry, "x") is None


def test_places_are_written_as_paths() -> None:
    assert str(place_path(("a", 0, "odd key"))) == "$.a[0]['odd key']"
