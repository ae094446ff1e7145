"""Which names at the end of paths a consumer chose."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Raw, Session
from treaty.normalize.chosen_names import chosen_names, never_found


def chosen(*calls: tuple[str, int]) -> set[str]:
    """Give the paths that end with a chosen name."""
    session = Session()
    for line, status in calls:
        session.call("a>b", line, Raw(b"x", "text/plain"), status)
    return {path for _, path in chosen_names(session.exchanges)}


def test_several_things_that_were_put_beside_each_other_have_chosen_names() -> None:
    """And so have all other calls to them."""
    assert chosen(("PUT /kv/red", 201), ("PUT /kv/blue", 201), ("GET /kv/red", 200)) == {"/kv/red", "/kv/blue"}


def test_one_that_was_put_alone_may_be_part_of_the_template() -> None:
    """Unless it is called as a file is."""
    assert chosen(("PUT /settings/theme", 201)) == set()
    assert chosen(("PUT /dav/a.txt", 201)) == {"/dav/a.txt"}
    assert chosen(("PUT /kv/red", 204), ("PUT /kv/blue", 204)) == set()


def test_collections_are_made_under_chosen_names() -> None:
    """By methods that say so."""
    assert chosen(("MKCOL /dav/photos", 201), ("MKCOL /dav/other", 409)) == {"/dav/photos"}


def test_methods_that_no_standard_knows_make_things_at_their_own_path() -> None:
    """When the answer says so, by its Location or by two of them beside each other."""
    session = Session()
    place = (("Location", "/red"),)
    session.call("a>b", "MKTEAM /red", None, 201, answer_headers=place)
    session.call("a>b", "POST /blue", None, 201, answer_headers=(("Location", "/blue"),))
    assert {path for _, path in chosen_names(session.exchanges)} == {"/red"}
    assert chosen(("MKTEAM /red", 201), ("MKTEAM /blue", 201)) == {"/red", "/blue"}
    assert chosen(("POST /login", 201), ("POST /refresh", 201)) == set()


def test_a_path_that_was_never_found_is_told_from_one_that_was_there_once() -> None:
    session = Session()
    for line, status in (("GET /teams/x", 404), ("GET /teams/y", 404), ("PUT /teams/y", 201)):
        session.call("a>b", line, None, status)
    assert never_found(session.exchanges) == {("b", "/teams/x")}
