from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.json_value import JsonValue, Number
from treaty.verify.variables import (
    VariableUnknown,
    as_text,
    names_in_expression,
    substitute_json,
    substitute_text,
)

VALUES: dict[str, JsonValue] = {"id": 7, "email": "a@b", "price": Number("1.10"), "flag": True}


def test_names_inside_texts_become_texts() -> None:
    """Numbers keep their spelling."""
    assert substitute_text("/u/${id}?p=${price}&f=${flag}", VALUES) == "/u/7?p=1.10&f=true"


def test_an_escaped_name_stays() -> None:
    """`$${` is how a literal `${` is written."""
    assert substitute_text("$${id} ${id}", VALUES) == "${id} 7"
    assert substitute_json("$${id}", VALUES) == "${id}"


def test_a_leaf_that_is_one_name_keeps_the_type() -> None:
    """An int stays an int, inside a longer text it becomes text, keys are texts."""
    body: JsonValue = {"user": "${id}", "label": "user ${id}", "by": {"${email}": ["${flag}", None, 1, Number("2.50")]}}
    assert substitute_json(body, VALUES) == {
        "user": 7,
        "label": "user 7",
        "by": {"a@b": [True, None, 1, Number("2.50")]},
    }


def test_an_unknown_name_is_an_error_that_names_it() -> None:
    """Nothing is guessed."""
    with pytest.raises(VariableUnknown) as raised:
        substitute_json({"a": ["${missing}"]}, VALUES)
    assert str(raised.value) == "missing"


def test_values_are_quoted_but_the_text_around_is_not() -> None:
    """The quoting of a place concerns only what is put in."""
    assert substitute_text("a/${email}", VALUES, quote=lambda value: value.replace("@", "%40")) == "a/a%40b"


def test_names_of_an_expression() -> None:
    """Without a `${` the whole expression is one name, as the official verifier takes it."""
    assert names_in_expression("/u/${a}/x/${b}") == {"a", "b"}
    assert names_in_expression("plain") == {"plain"}
    assert names_in_expression("$${a}") == frozenset()


@given(st.text())
def test_escaping_and_substituting_gives_the_text_back(text: str) -> None:
    """Whatever text a recording has, its escaped form yields it again."""
    assert substitute_text(text.replace("${", "$${"), {}) == text


@given(st.integers() | st.text() | st.booleans())
def test_a_whole_name_yields_the_very_value(value: int | str | bool) -> None:
    """Substitution neither converts nor copies a value that stands alone."""
    assert substitute_json("${name}", {"name": value}) is value
    assert substitute_text("<${name}>", {"name": value}) == f"<{as_text(value)}>"
