"""Small recordings in keploy's layout, with everything that is special about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.imports.imported import Imported, import_capture

RECORDINGS = Path(__file__).with_name("recordings")
TOKEN = b"eyJzdWIiOiJyZWFkZXItNyJ9"


@pytest.fixture(name="shelf", scope="module")
def _shelf(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return import_capture(tmp_path_factory.mktemp("library"), "keploy", RECORDINGS, "--consumer", "desk")


def test_each_call_has_its_edge_and_one_that_both_saw_counts_once(shelf: Imported) -> None:
    assert shelf.edges == {"desk -> library": 2, "library -> catalogue": 1}


def test_what_is_odd_is_reported_one_by_one(shelf: Imported) -> None:
    assert [(event["place"], event["reason"], event["detail"]) for event in shelf.odd] == [
        (
            "library/test-set-0/tests/test-2.yaml",
            "its answer's body contradicts its Content-Length",
            "Content-Length 104, 115 bytes",
        ),
        (
            "library/test-set-0/mocks.yaml document 2 (mock-1)",
            "is Redis: only HTTP is imported",
            "",
        ),
        (
            "library",
            "keploy does not compare it, Treaty looks for its cause; see what it is in the pact",
            "body.id",
        ),
        (
            "library/test-set-0/mocks.yaml document 3 (mock-2)",
            "nothing says which service was called; name it: --service NAME=http://HOST/PATH",
            "",
        ),
    ]


def test_a_flag_names_the_service_that_nothing_else_does(tmp_path: Path) -> None:
    named = import_capture(tmp_path, "keploy", RECORDINGS, "--service", "post=http://mail.test/mails")
    assert named.edges["library -> post"] == 1


def test_no_token_is_written_or_shown(shelf: Imported) -> None:
    assert TOKEN in b"".join(file.read_bytes() for file in RECORDINGS.rglob("*.yaml"))
    assert TOKEN not in shelf.everything()


LINE = "POST /api/loans -> 201"
LOAN = {
    "id": "67cee08421a4448fb0561400",
    "book_id": 4,
    "reader": "Jo",
    "lent_at": "2027-01-01T00:00:00Z",
    "back": False,
}


def test_there_is_one_promise_for_each_kind_of_call(shelf: Imported) -> None:
    assert shelf.promises() == {
        "desk-library": ["GET /api/loans/{id} -> 200", LINE],
        "library-catalogue": ["GET /api/books/{id} -> 200"],
    }


def test_another_id_and_time_keep_a_promise(shelf: Imported) -> None:
    """keploy would ignore the times, and compare a fresh id byte by byte unless told to ignore it."""
    assert shelf.accepts("desk -> library", LINE, LOAN)


@pytest.mark.parametrize(
    "wrong", [{"id": None}, {"id": 12}, {"lent_at": "yesterday"}, {"book_id": "4"}, {"back": None}]
)
def test_another_kind_of_value_breaks_it(shelf: Imported, wrong: dict[str, object]) -> None:
    assert not shelf.accepts("desk -> library", LINE, LOAN, lambda body: body | wrong)
