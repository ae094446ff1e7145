"""Batches whose answers name each item that they made."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.stubs.lifecycle.shop import Asked, candidates_of
from treaty_stubs.lifecycle.batches import without_batches
from treaty_stubs.lifecycle.calls import Call, Story, read_story
from treaty_stubs.lifecycle.model import Batch
from treaty_stubs.lifecycle.named_batches import find_named_batches, told_of_all
from treaty_stubs.lifecycle.spaces import Item

BULK = ("POST", ("memos", "bulk"))
ALONE = ("POST", ("memos",))
BATCH = Batch(resource=ALONE, way=("memos",), status=201, told=("memos",), name=("id",), key="body.$.id")


def _stories() -> list[Story]:
    return [read_story(candidate) for candidate in candidates_of("memo")]


def test_names_that_are_used_as_those_of_single_ones_tell_a_batch() -> None:
    assert find_named_batches(_stories()) == {BULK: BATCH}


def test_names_that_nobody_used_so_tell_nothing() -> None:
    """Nor does an answer that does not repeat its request."""
    unused = [replace(story, own=replace(story.own, values={}), before=story.before[:1]) for story in _stories()]
    assert find_named_batches(unused) == {}
    unlike = [story for story in _stories() if story.own.endpoint != BULK]
    assert find_named_batches(unlike) == {}


def test_what_it_made_is_told_listed_and_found_by_its_name() -> None:
    asked = Asked("memo")
    assert asked("POST", "/memos", {"text": "alone", "rank": 1})[0] == 201
    several = [{"text": f"number {rank}", "rank": rank} for rank in (71, 72, 73)]
    status, answer = asked("POST", "/memos/bulk", {"memos": several})
    assert status == 201
    assert [each["rank"] for each in answer["memos"]] == [71, 72, 73]
    assert len({each["id"] for each in answer["memos"]}) == 3
    for each in answer["memos"]:
        assert asked("GET", f"/memos/{each['id']}") == (200, each)
    assert [each["rank"] for each in asked("GET", "/memos")[1]] == [1, 71, 72, 73]
    assert asked("DELETE", f"/memos/{answer['memos'][0]['id']}")[0] == 204
    assert [each["rank"] for each in asked("GET", "/memos")[1]] == [1, 72, 73]


def test_an_answer_may_hold_the_bare_names() -> None:
    bare = replace(BATCH, told=("ids",), name=())
    items = [
        Item(provider="memo", resource=ALONE, number=id_, given={}, made={"body.$.id": id_}, document={"id": id_})
        for id_ in (7, 8)
    ]
    assert told_of_all({"ids": [1]}, bare, items) == {"ids": [7, 8]}
    assert told_of_all({"ok": True}, replace(BATCH, told=None), items) == {"ok": True}


def test_a_call_with_names_is_told_as_several() -> None:
    """So that the name of each is known as that of one that was made alone."""
    (story,) = [story for story in _stories() if story.own.endpoint[0] == "DELETE"]
    told = [step for step in without_batches(story, {BULK: BATCH}).before if isinstance(step, Call)]
    assert [(step.endpoint, list(step.binds.values())) for step in told] == [(ALONE, ["body.$.id"]), (ALONE, [])]
