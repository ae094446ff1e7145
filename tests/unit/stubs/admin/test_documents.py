"""Requests as documents."""

from __future__ import annotations

from tests.unit.stubs.admin.calling import ORDERS, USERS
from tests.unit.stubs.examples import received
from treaty_stubs.admin.documents import RequestDocuments
from treaty_stubs.answering import Answering
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
