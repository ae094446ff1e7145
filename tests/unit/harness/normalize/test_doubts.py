"""How far a promise can be trusted, and what would change it."""

from __future__ import annotations

from typing import Any

import pytest

from treaty.normalize.doubts import DOUBTFUL, THIN, Rest, change_of, doubt_of, seen_in_words

BODY = "response.body.$.x"


def rest(**changed: Any) -> Rest:
    plain: dict[str, Any] = {
        "causes": ("constant",), "of": (), "along": (), "exact": True, "is_token": False, "values": 1,
        "forms": ("code",), "exchanges": 3, "missing": 0, "weak": False, "by_itself": False,
    }  # fmt: skip
    return Rest(**(plain | changed))


@pytest.mark.parametrize(
    ("place", "changed", "degree", "word"),
    [
        ("request.path[1]", {"causes": ("outside",)}, DOUBTFUL, "no recorded call made"),
        (BODY, {"causes": ("random",), "exact": False}, DOUBTFUL, "nothing else varied"),
        (BODY, {"causes": ("random",), "along": ("clock",), "exact": False}, DOUBTFUL, "as clock did"),
        (BODY, {"forms": ("null",)}, DOUBTFUL, "null"),
        (BODY, {"causes": ("echo", "constant")}, THIN, "echo, constant"),
        (BODY, {"weak": True, "causes": ("carried",), "is_token": True}, THIN, "its name"),
        (BODY, {"exchanges": 1}, THIN, "seen once"),
        (BODY, {"exchanges": 1, "causes": ("echo",)}, THIN, "asked"),
        (BODY, {"exchanges": 1, "causes": ("derived",)}, THIN, "lists"),
    ],
)
def test_what_speaks_against_a_promise_weighs_more_than_how_little_was_seen(
    place: str, changed: dict[str, Any], degree: int, word: str
) -> None:
    doubt = doubt_of(place, rest(**changed))
    assert doubt is not None
    assert doubt.degree == degree
    assert word in doubt.why


@pytest.mark.parametrize(
    ("place", "changed"),
    [
        (BODY, {}),
        (BODY, {"exchanges": 1, "exact": False}),
        (BODY, {"exchanges": 1, "by_itself": True, "forms": ("null",)}),
        (BODY, {"causes": ("created", "carried", "echo")}),
        (BODY, {"weak": True, "causes": ("echo",), "is_token": True}),
        ("request.path[1]", {"causes": ("carried",), "exchanges": 1}),
        ("response.header.etag", {"exchanges": 1}),
    ],
)
def test_most_promises_raise_no_doubt(place: str, changed: dict[str, Any]) -> None:
    assert doubt_of(place, rest(**changed)) is None


@pytest.mark.parametrize(
    ("place", "changed", "words"),
    [
        (BODY, {}, "another value here"),
        (BODY, {"exact": False}, "no input fixes it"),
        (BODY, {"missing": 1}, "may be absent"),
        (BODY, {"by_itself": True}, "not seen yet"),
        (BODY, {"causes": ("secret",)}, "--allow-secret"),
        (BODY, {"causes": ("carried",)}, "what the set-up sent"),
        (BODY, {"causes": ("carried",), "exact": False}, "another form"),
        (BODY, {"causes": ("carried", "echo"), "exact": False}, "another form"),
        (BODY, {"causes": ("clock",), "exact": False}, "another format"),
        ("request.path[1]", {"causes": ("outside",)}, "recording the call"),
        ("request.body.$.key", {"causes": ("secret",)}, "gives it out"),
        ("response.header.etag", {"values": 2}, "without it"),
    ],
)
def test_what_would_change_a_promise_is_said(place: str, changed: dict[str, Any], words: str) -> None:
    assert words in change_of(place, rest(**changed))


def test_how_often_a_place_was_seen_is_said_in_words() -> None:
    assert seen_in_words(rest(exchanges=1)) == "in 1 exchange"
    assert seen_in_words(rest(exchanges=3)) == "the same in 3 exchanges"
    assert seen_in_words(rest(exchanges=3, values=2)) == "2 values in 3 exchanges"
