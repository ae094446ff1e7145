from __future__ import annotations

from tests.unit.harness.strength import pacts
from treaty.strength.reply import BodyKind


def test_an_interaction_is_seen_with_its_states() -> None:
    subject = pacts.subject()
    assert [state.name for state in subject.states] == ["an order exists"]
    assert subject.examples == {"user_id": 9007001, "order_id": 9007002}
    assert subject.is_told
    assert subject.is_scoped
    assert subject.is_made_here
    assert subject.example.document == subject.contract.response.body.json()


def test_a_variable_that_only_the_answer_shows_is_known_by_it() -> None:
    causes = {"body.$.id": {"cause": "carried", "of": "${late}"}, "body.$.a[*]": {"cause": "carried", "of": "${many}"}}
    subject = pacts.subject(pacts.interaction({"id": 5, "a": [1, 2]}, causes=causes))
    assert subject.examples == {"late": 5}


def test_pacts_of_other_tools_tell_no_causes() -> None:
    subject = pacts.subject(pacts.interaction({"id": 5}), ours=False)
    assert not subject.is_told


def test_what_nobody_made_here_may_be_of_any_age() -> None:
    """A read without a set-up, and a state that somebody else sees to."""
    assert not pacts.subject(pacts.interaction({})).is_made_here
    manual = pacts.interaction({}, providerStates=[{"name": "an admin was here"}])
    assert not pacts.subject(manual).is_made_here
    assert pacts.subject(pacts.interaction({}, line="POST /orders")).is_made_here


def test_lists_that_nothing_scopes_are_open() -> None:
    assert pacts.subject(pacts.interaction([{"id": 5}])).in_open_list((0, "id"))
    assert not pacts.subject(pacts.interaction({"id": 5})).in_open_list(("id",))
    assert not pacts.subject().in_open_list(("items", 0, "sku"))


def test_the_example_is_the_answer_as_it_was() -> None:
    """Of JSON, text, bytes, or no body; a media type that only the body tells is a header on the wire."""
    assert pacts.subject(pacts.interaction()).example.kind is BodyKind.NONE
    text = pacts.interaction()
    text["response"]["body"] = {"contentType": "text/plain", "encoded": False, "content": "ok"}
    example = pacts.subject(text).example
    assert (example.kind, example.text, example.header("content-type")) == (BodyKind.TEXT, "ok", "text/plain")
    image = pacts.interaction()
    image["response"]["body"] = {"contentType": "image/png", "encoded": "base64", "content": "iVBORw=="}
    assert pacts.subject(image).example.kind is BodyKind.BYTES
