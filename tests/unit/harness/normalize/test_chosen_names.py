"""Which names at the end of paths a consumer chose."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Raw, Session
from treaty.normalize.chosen_names import chosen_names


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
