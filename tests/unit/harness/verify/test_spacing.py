"""Ids of two kinds that are the same number by chance are moved apart."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.unit.harness.verify.fakes import json_answer
from tests.unit.harness.verify.tales import call, document, interaction, state
from tests.unit.harness.verify.things import Things, verify
from treaty.verify.calls import Answer, Call
from treaty.verify.spacing import Origins, Spacing, is_small
from treaty.verify.step_tree import StepNode, StepTree


class Kinds(Things):
    """Counts the things of each kind from 1, and shows a loan as it was asked for, or swapped."""

    def __init__(self, *, swaps: bool = False, most: int = 100) -> None:
        super().__init__()
        self._counts: Counter[str] = Counter()
        self._swaps = swaps
        self._most = most

    def _answer(self, call: Call) -> Answer:
        kind, _, rest = call.target.removeprefix("/").partition("/")
        if call.method == "GET":
            first, second = map(int, rest.split("/"))
            user, book = (second, first) if self._swaps else (first, second)
            return json_answer(200, {"user": user, "book": book})
        if self._counts[kind] >= self._most:
            return json_answer(409, {})
        self._counts[kind] += 1
        return json_answer(201, {"id": self._counts[kind]})


def reading(user: dict[str, Any], book: dict[str, Any]) -> dict[str, Any]:
    notes = {name: {"cause": "carried", "of": "${" + name + "}"} for name in ("user", "book")}
    return interaction(
        "GET",
        "/loans/1/1",
        state(user, book),
        generated="/loans/${user}/${book}",
        comments={"treaty": {"response": {f"body.$.{name}": note for name, note in notes.items()}}},
    )


def made(name: str, path: str) -> dict[str, Any]:
    return call("POST", path, bind={name: "body.$.id"}, status=201)


LOAN = reading(made("user", "/users"), made("book", "/books"))


def test_a_swap_of_equal_ids_is_seen() -> None:
    """One more book is made, and with that it goes on."""
    kept, broken = Kinds(), Kinds(swaps=True)
    assert [each.verdict.value for each in verify(kept, [LOAN])] == ["kept"]
    assert kept.seen == ["POST /users", "POST /books", "POST /books", "GET /loans/1/2"]
    assert [each.verdict.value for each in verify(broken, [LOAN])] == ["broken"]


def test_what_belongs_to_others_stays_alone() -> None:
    """One more user is made, and then the set-up once more."""
    provider = Kinds(swaps=True)
    outcomes = verify(provider, [reading(made("user", "/users"), made("book", "/shelves/${user}"))])
    assert [each.verdict.value for each in outcomes] == ["broken"]
    assert provider.seen == [
        "POST /users", "POST /shelves/1", "POST /users", "POST /users", "POST /shelves/3", "GET /loans/3/2"
    ]  # fmt: skip


def test_what_cannot_be_made_twice_is_said_not_to_be_told_apart() -> None:
    provider = Kinds(swaps=True, most=1)
    (outcome,) = verify(provider, [LOAN])
    assert outcome.verdict.value == "kept"
    assert outcome.note == "book and user were both 1: a swap of the two would go unseen"


def test_ids_that_no_interaction_uses_together_are_left() -> None:
    alone = interaction("GET", "/loans/1/7", state(made("user", "/users"), made("book", "/books")))
    provider = Kinds()
    verify(provider, [alone])
    assert provider.seen.count("POST /books") == 1


def node(path: str, *, method: str = "POST") -> StepNode:
    content = interaction("GET", "/x", state(call(method, path, bind={"id": "body.$.id"}, status=201)))
    return StepTree().place(next(iter(document([content]).states.values()))).node


def test_each_kind_is_moved_a_few_times() -> None:
    spacing = Spacing()
    assert [spacing.claim(node("/users")) for _ in range(4)] == [True, True, True, False]
    assert spacing.claim(node("/books"))


@pytest.mark.parametrize("step", [node("/users", method="PUT"), node("/users/${user}/books")], ids=["put", "below"])
def test_what_is_no_new_thing_by_itself_is_never_moved(step: StepNode) -> None:
    assert not Spacing().claim(step)


@pytest.mark.parametrize(("value", "small"), [(1, True), (True, False), ("1", False), (-1, False), (10**6, False)])
def test_only_small_numbers_are_equal_by_chance(value: Any, small: bool) -> None:
    assert is_small(value) is small


def test_equal_ids_of_one_kind_are_no_chance() -> None:
    origins, user, book = Origins(), node("/users"), node("/books")
    origins.note("a", user, 1)
    origins.note("b", node("/users"), 1)
    assert not origins.has_equals
    origins.note("c", book, 1)
    assert origins.not_told_apart({"a", "c"}) == ("a", "c")
    origins.forget({"c"})
    assert origins.not_told_apart({"a", "c"}) is None
