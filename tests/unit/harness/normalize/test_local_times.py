"""Times without an offset, of providers that are not in UTC."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.harness.normalize.sessions import START, Session
from tests.unit.harness.normalize.views import observed, pact_of
from treaty.contract.json_value import JsonValue
from treaty.normalize.local_times import with_local_times


def booked(zone: timedelta, *, told: str = "created_at") -> Session:
    """Book a table in a time zone, whose answers say when that was and how long it holds."""
    session = Session()

    def local(seconds: int, ahead: timedelta = timedelta()) -> str:
        return (START + timedelta(seconds=seconds) + zone + ahead).strftime("%Y-%m-%d %H:%M:%S.250")

    table: dict[str, JsonValue] = {"id": 7, told: local(1), "held_until": local(1, timedelta(minutes=15))}
    session.call("a>b", "POST /tables", {"starts": local(1, timedelta(days=2))}, 201, table)
    session.call("a>b", "GET /tables/7", None, 200, {**table, "founded": "1990-05-01 00:00:00"})
    return session


@pytest.mark.parametrize("hours", [-8, 1, 5.75, 14])
def test_the_zone_of_a_recording_leaves_no_trace(hours: float) -> None:
    assert pact_of(booked(timedelta(hours=hours)), "a>b") == pact_of(booked(timedelta()), "a>b")


def test_without_a_word_for_the_present_a_time_means_what_it_says() -> None:
    """Where nothing says when something was made, an hour ahead is an hour ahead."""
    session = booked(timedelta(hours=1), told="expires_at")
    assert with_local_times(observed(session)) == observed(session)


def test_what_is_far_away_and_what_has_an_offset_stays() -> None:
    session = booked(timedelta(hours=5))
    session.call("a>b", "GET /clock", None, 200, {"at": "2026-11-20T15:00:03+05:00"})
    values = {leaf.location: leaf.value for item in with_local_times(observed(session)) for leaf in item.response}
    assert values["body.$.founded"] == "1990-05-01 00:00:00"
    assert values["body.$.at"] == "2026-11-20T15:00:03+05:00"
    assert values["body.$.created_at"] == "2026-11-20 10:00:01.250"
