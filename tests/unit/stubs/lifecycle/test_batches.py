"""Batches: several items asked for at once, of which the answer tells no names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.unit.stubs.lifecycle.shop import Asked, candidates_of
from treaty_stubs.lifecycle.batches import elements_of, find_batches, without_batches
from treaty_stubs.lifecycle.calls import Call, Endpoint, Story, Value, Variable, Wait, read_story
from treaty_stubs.lifecycle.listings import find_lists
from treaty_stubs.lifecycle.model import Batch

BATCH = ("POST", ("api", "v1", "notifications", "batch"))
ALONE = ("POST", ("api", "v1", "notifications"))


def _mail(title: str, **more: Any) -> dict[str, Any]:
    words = {"type": "email", "content": "Hello", "recipient": "x@example.org"}
    return {"user_id": 77, "title": title, **words, **more}


def _stories() -> list[Story]:
    return [read_story(candidate) for candidate in candidates_of("notification")]


def test_a_list_that_shows_all_that_a_request_held_tells_that_it_made_them() -> None:
    stories = _stories()
    found = find_batches(stories, find_lists(stories))
    assert found == {BATCH: Batch(resource=ALONE, way=("notifications",), status=201)}


def test_a_request_of_which_the_list_shows_only_a_part_is_no_batch() -> None:
    """It is none either when its answer tells names: these are followed anyway."""
    for title in ("Something else", None):
        stories = [
            replace(
                story, before=tuple(_renamed(step, title) if isinstance(step, Call) else step for step in story.before)
            )
            for story in _stories()
        ]
        assert find_batches(stories, find_lists(stories)) == {}


def test_a_call_elsewhere_that_makes_one_and_names_it_not_is_known_too() -> None:
    """Its whole body has to be shown: other requests have bodies as well."""
    urgent = ("POST", ("api", "v1", "notifications", "urgent"))

    def found(**more: Value) -> object:
        stories = [replace(story, before=tuple(_apart(story, urgent, more))) for story in _stories()]
        return find_batches(stories, find_lists(stories))

    assert found() == {urgent: Batch(resource=ALONE, way=None, status=201)}
    assert found(**{"body.$.quickly": True}) == {}


def _apart(story: Story, endpoint: Endpoint, more: Mapping[str, Value]) -> Iterator[Call | Wait]:
    for step in story.before:
        if not isinstance(step, Call) or step.endpoint != BATCH:
            yield step
            continue
        for element in elements_of(step.values, ("notifications",)):
            values = {**{f"body.{place}": value for place, value in element.items()}, **more}
            yield Call(endpoint=endpoint, status=202, values=values, minted=step.minted)


def _renamed(call: Call, title: str | None) -> Call:
    """Say something else in the second element of a batch, or let its answer tell a name."""
    if call.endpoint != BATCH:
        return call
    place = "body.$.notifications[1].title"
    values = {**call.values, **({} if title is None else {place: title})}
    binds = {"some_id": "body.$.ids[0]"} if title is None else {}
    return Call(endpoint=call.endpoint, status=call.status, values=values, binds=binds, minted=call.minted)


def test_a_story_is_told_as_if_each_had_been_asked_for_alone() -> None:
    first: dict[str, Value] = {"body.$[0].to": "a", "body.$[0].user": Variable("u")}
    values = {**first, "body.$[1].to": "b", "path[0]": "mails"}
    call = Call(endpoint=("POST", ("mails", "many")), status=202, values=values)
    story = Story(candidate=candidates_of("notification")[0], before=(call,), own=call, conditional=False)
    batch = Batch(resource=("POST", ("mails",)), way=(), status=201)
    told = without_batches(story, {call.endpoint: batch}).before
    assert [step.values for step in told if isinstance(step, Call)] == [
        {"path[0]": "mails", "body.$.to": "a", "body.$.user": Variable("u")},
        {"path[0]": "mails", "body.$.to": "b"},
    ]
    assert {(step.endpoint, step.status) for step in told if isinstance(step, Call)} == {(batch.resource, 201)}
    assert elements_of(values, ("mails",)) == []


def test_what_a_batch_made_is_listed_and_shown_and_lives_on() -> None:
    asked = Asked("notification")
    assert asked.stub.keeps == ("POST /api/v1/notifications", "POST /api/v1/notifications/batch")
    asked("POST", "/api/v1/notifications", _mail("alone"))
    status, answer = asked("POST", "/api/v1/notifications/batch", {"notifications": [_mail("one"), _mail("two")]})
    assert (status, answer) == (201, {"message": "notifications queued"})
    listed = asked("GET", "/api/v1/notifications/user/77")[1]["data"]
    assert [(each["title"], each["status"]) for each in listed] == [
        (title, "pending") for title in ("alone", "one", "two")
    ]
    assert len({each["id"] for each in listed}) == 3
    assert asked("GET", f"/api/v1/notifications/{listed[2]['id']}")[1]["status"] == "sent"
    again = asked("GET", "/api/v1/notifications/user/77")[1]["data"]
    assert [each["status"] for each in again] == ["sent"] * 3


def test_a_batch_is_taken_whole_or_not_at_all() -> None:
    """With one element that nobody recorded, there is an answer that says so, and nothing was made."""
    asked = Asked("notification")
    some = [_mail("one"), _mail("two", type="pigeon")]
    status, problem = asked("POST", "/api/v1/notifications/batch", {"notifications": some})
    assert status == 501
    assert "of $.notifications[1] nobody can tell what it makes" in problem["detail"]
    assert asked("GET", "/api/v1/notifications/user/77")[1] == {"data": []}
