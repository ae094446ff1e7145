"""What the notes of an interaction say."""

from __future__ import annotations

from tests.unit.stubs.examples import interaction, json_body, read_interaction
from treaty.contract.path import ANY_INDEX, parse_path
from treaty_stubs.render.causes import Causes, covers


def test_causes_by_place() -> None:
    """Places of the body with wildcards, headers in any case, and the whole body."""
    causes = Causes(
        read_interaction(
            interaction(
                "x",
                response={"body": json_body({})},
                causes={
                    "body.$.items[*].id": {"cause": "created"},
                    "body.$.items[0].at": {"cause": "clock"},
                    "header.Location": {"cause": "echo", "of": "path[0]"},
                    "body": {"cause": "random"},
                },
            )
        )
    )
    assert causes
    found = causes.at(("items", 3, "id"))
    assert found is not None
    assert found.kind == "created"
    assert causes.at(("items", ANY_INDEX, "id")) == found
    assert causes.at(("items", 1, "at")) is None
    assert causes.at(("items", "x", "id")) is None
    header = causes.of_header("location")
    assert header is not None
    assert header.of is not None
    assert (header.kind, header.of.part, header.of.index) == ("echo", "path", 0)
    whole = causes.of_body()
    assert whole is not None
    assert whole.kind == "random"


def test_the_list_that_is_followed() -> None:
    """The part of the request's path before the wildcard that stands at the same depth."""
    causes = Causes(
        read_interaction(interaction("x", causes={"body.$.a[*].b[*].c": {"cause": "echo", "of": "body.$.p[*].q[*].r"}}))
    )
    assert causes.followed(("a",)) == parse_path("$.p")
    assert causes.followed(("a", ANY_INDEX, "b")) == parse_path("$.p[*].q")
    assert causes.followed(("a", ANY_INDEX)) is None
    assert causes.followed(("other",)) is None


def test_paths_cover_places() -> None:
    assert covers(parse_path("$.a[*].*"), ("a", 0, "x"))
    assert covers(parse_path("$.a[1]"), ("a", 1))
    assert not covers(parse_path("$.a[1]"), ("a", 2))
    assert not covers(parse_path("$.a"), ("a", 0))


def test_no_notes() -> None:
    assert not Causes(read_interaction(interaction("x")))
