"""Requests as documents."""

from __future__ import annotations

from tests.unit.stubs.admin.calling import ORDERS, USERS
from tests.unit.stubs.examples import received
from treaty_stubs.admin.documents import RequestDocuments
from treaty_stubs.answering import Answering
from treaty_stubs.journal import FORWARDED
from treaty_stubs.platform import Platform
from treaty_stubs.repertoire import Repertoire
from treaty_stubs.select.candidate import gather_candidates


def test_a_request_whose_interaction_is_gone_says_so() -> None:
    """After pacts were read again that lack it."""
    stub = Answering(gather_candidates([USERS]), provider="user")
    platform = Platform([stub])
    stub(received(target="/users/1"))
    documents = RequestDocuments(platform)
    before = documents.line(platform.journal()[0])
    assert isinstance(before["interaction"], dict)
    assert before["interaction"]["name"] == "a user"
    stub.take_up(Repertoire(gather_candidates([ORDERS])))
    after = documents.line(platform.journal()[0])
    assert (after["interaction"], after["missed"], after["why"]) == (None, False, "default state")


def test_the_time_is_in_utc() -> None:
    stub = Answering(gather_candidates([USERS]), provider="user")
    platform = Platform([stub])
    stub.journal.add(time=0.25, received=received(), status=200, interaction=0, why="rules", tie=("other",))
    line = RequestDocuments(platform).line(platform.journal()[0])
    assert (line["time"], line["tie"]) == ("1970-01-01T00:00:00.250+00:00", ("other",))


def test_what_was_done_to_an_answer_is_told() -> None:
    """Faults, variations, and that a real provider gave it."""
    stub = Answering(gather_candidates([USERS]), provider="user")
    platform = Platform([stub])
    common = {"time": 0.0, "received": received(), "status": 200, "why": "rules"}
    stub.journal.add(interaction=0, fault="down", variation=7, **common)  # type: ignore[arg-type]  # brevity
    stub.journal.add(interaction=FORWARDED, **common)  # type: ignore[arg-type]  # brevity
    changed, forwarded = RequestDocuments(platform).lines(platform.journal())
    assert isinstance(changed, dict)
    assert (changed["fault"], changed["vary"], "forwarded" in changed) == ("down", 7, False)
    assert isinstance(forwarded, dict)
    assert (forwarded["forwarded"], forwarded["missed"], forwarded["interaction"]) == (True, False, None)
