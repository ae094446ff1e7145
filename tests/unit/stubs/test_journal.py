"""The journal counts everything and keeps the last."""

from __future__ import annotations

from tests.unit.stubs.examples import received
from treaty_stubs.journal import FORWARDED, LONGEST_BODY, Entry, Journal, Near, Totals


def _add(journal: Journal, interaction: int | None, **more: object) -> None:
    values = {"time": 1.0, "received": received(), "status": 200, "why": "rules", **more}
    journal.add(interaction=interaction, **values)  # type: ignore[arg-type]  # brevity


def test_counts_outlive_the_ring() -> None:
    """Served, missed, tied and unused are counted over all requests, of which the last are kept."""
    journal = Journal(size=3, misses=2)
    for _ in range(5):
        _add(journal, 1)
    _add(journal, 0, tie=("other",))
    near = Near(consumer="web", interaction="x", state="", differences=())
    for number in range(4):
        _add(journal, None, status=501, why="", nearest=(near,), time=float(number))
    assert (journal.served, journal.missed, journal.ties) == (6, 4, 1)
    assert (journal.count(1), journal.count(0), journal.count(7)) == (5, 1, 0)
    assert [entry.number for entry in journal.entries] == [8, 9, 10]
    assert [entry.time for entry in journal.misses] == [2.0, 3.0]
    assert all(entry.missed and entry.nearest == (near,) for entry in journal.misses)


def test_served_traffic_does_not_wash_out_misses() -> None:
    journal = Journal(size=2)
    _add(journal, None)
    for _ in range(10):
        _add(journal, 0)
    assert [entry.number for entry in journal.misses] == [1]
    assert not any(entry.missed for entry in journal.entries)


def test_long_bodies_are_cut() -> None:
    """What is kept is bounded, whatever is sent."""
    journal = Journal()
    _add(journal, 0, received=received("POST", body=b"x" * (LONGEST_BODY + 1)))
    assert len(journal.entries[0].received.body) == LONGEST_BODY


def test_listeners_hear_every_entry() -> None:
    journal = Journal()
    heard: list[Entry] = []
    journal.listen(heard.append)
    _add(journal, 0)
    _add(journal, None)
    assert heard == list(journal.entries)


def test_a_cleared_journal_counts_anew_and_its_numbers_go_on() -> None:
    journal = Journal()
    _add(journal, 0, tie=("other",))
    _add(journal, None)
    journal.clear()
    assert (journal.entries, journal.misses, journal.served, journal.missed, journal.ties) == ((), (), 0, 0, 0)
    assert journal.count(0) == 0
    _add(journal, 0)
    assert [entry.number for entry in journal.entries] == [3]


def test_totals_outlive_a_clearing_and_new_numbers() -> None:
    """What is said at the end of a run is about all of it."""
    journal = Journal()
    _add(journal, 0, tie=("other",))
    _add(journal, 2)
    _add(journal, None)
    journal.clear()
    _add(journal, 1)
    journal.renumber({0: 5, 1: 1})
    assert journal.totals == Totals(served=3, missed=1, ties=1, used=frozenset({1, 5}))
    assert journal.served == 1


def test_what_is_kept_holds_every_request_once_and_the_rest_is_counted() -> None:
    journal = Journal(size=2, misses=1)
    for interaction in (None, None, 0, 0, None):
        _add(journal, interaction)
    assert [entry.number for entry in journal.kept] == [4, 5]
    assert journal.forgotten == 3
    _add(journal, 0)
    _add(journal, 0)
    assert [entry.number for entry in journal.kept] == [5, 6, 7]
    assert journal.forgotten == 4


def test_a_listener_can_be_ignored() -> None:
    journal = Journal()
    heard: list[Entry] = []
    journal.listen(heard.append)
    journal.ignore(heard.append)
    _add(journal, 0)
    assert heard == []


def test_what_was_parsed_is_not_kept() -> None:
    """An entry holds what came over the wire; it is parsed again for whoever looks."""
    journal = Journal()
    request = received("POST", "/a", headers={"X-A": "1"}, body={"a": [1, 2]})
    parsed = request.json
    assert request.header("x-a") == "1"
    _add(journal, 1, received=request)
    (entry,) = journal.entries
    assert entry.received.json == parsed
    assert entry.received.json is not parsed
    assert entry.received.header("x-a") == "1"


def test_counts_follow_interactions_to_their_new_numbers() -> None:
    """After pacts were read again; what is gone is counted no more."""
    journal = Journal()
    for number in (0, 3, 3, 5):
        _add(journal, number)
    journal.renumber({3: 9, 0: 1})
    assert [journal.count(number) for number in (0, 1, 3, 5, 9, 100)] == [0, 1, 0, 0, 2, 0]


def test_what_a_real_provider_answered_is_counted_apart() -> None:
    """It is no miss, and stays what it is when pacts are read again."""
    journal = Journal()
    _add(journal, FORWARDED)
    _add(journal, 3)
    journal.renumber({3: 1})
    assert (journal.served, journal.forwarded, journal.missed) == (2, 1, 0)
    assert [entry.interaction for entry in journal.entries] == [FORWARDED, 1]
