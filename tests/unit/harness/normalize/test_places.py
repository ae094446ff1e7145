"""What was written at a path, above it and below it, and reads that show it."""

from __future__ import annotations

from collections.abc import Sequence

from tests.unit.harness.normalize.sessions import Raw, Session
from treaty.normalize.observations import Observation, observe
from treaty.normalize.places import Places


def written(session: Session) -> tuple[Places, Sequence[Observation]]:
    items = observe(session.exchanges)
    places = Places()
    for item in items:
        if item.effectful:
            places.add(item)
    return places, items


def test_collections_above_are_found_and_siblings_are_not() -> None:
    session = Session()
    session.call("dav>files", "MKCOL /photos", None, 201)
    session.call("dav>files", "PUT /photos/cat.txt", Raw(b"cat", "text/plain"), 201)
    session.call("dav>files", "PUT /photos/dog.txt", Raw(b"dog", "text/plain"), 201)
    session.call("dav>files", "GET /photos/cat.txt", None, 200, Raw(b"cat", "text/plain"))
    places, items = written(session)
    assert [item.path for item in places.above(items[-1])] == ["/photos", "/photos/cat.txt"]


def test_names_are_found_in_an_answer_not_in_the_middle_of_words() -> None:
    session = Session()
    for name in ("red", "blue", "a-b", "%C3%A9"):
        session.call("web>shop", f"PUT /teams/{name}", {}, 201)
    session.call("web>shop", "GET /teams", None, 200, {"teams": ["redder", "blue", "a-b", "é"]})
    session.call("web>shop", "GET /teams", None, 200, {"teams": ["a-bc", "red"]})
    places, items = written(session)
    assert [item.path for item in places.shown(items[-2])] == ["/teams/blue", "/teams/a-b", "/teams/%C3%A9"]
    assert [item.path for item in places.shown(items[-1])] == ["/teams/red"]


def test_whole_paths_are_found_at_any_depth() -> None:
    session = Session()
    session.call("dav>files", "PUT /photos/2024/cat.txt", Raw(b"cat", "text/plain"), 201)
    session.call("dav>files", "GET /photos", None, 200, {"files": ["/photos/2024/cat.txt", "/photos/other.txt"]})
    places, items = written(session)
    assert [item.path for item in places.shown(items[-1])] == ["/photos/2024/cat.txt"]


def test_what_is_refused_or_changes_shows_nothing() -> None:
    session = Session()
    session.call("web>shop", "PUT /teams/red", {}, 201)
    session.call("web>shop", "POST /teams", {}, 200, {"teams": ["red"]})
    session.call("web>shop", "GET /teams", None, 403, {"teams": ["red"]})
    places, items = written(session)
    assert [list(places.shown(item)) for item in items[1:]] == [[], []]


def test_a_number_in_an_answer_is_no_name_of_what_lies_below() -> None:
    """Five votes are not the film of that id, which was deleted."""
    session = Session()
    session.call("web>shop", "DELETE /films/5", None, 204)
    session.call("web>shop", "GET /films", None, 200, {"films": [{"id": 6, "votes": 5}]})
    places, items = written(session)
    assert list(places.shown(items[-1])) == []
