"""Fields that keploy ignores and that are no times are named, as Treaty does not ignore them."""

from __future__ import annotations

from tests.unit.harness.record.captures.recordings import document, recorded
from treaty.record.captures.keploy_noise import plain_noise

ANSWER = (
    '{"at":"2025-03-09T12:00:00.1Z","token":"abc","rows":[{"made":1741523467,"colour":"red"}],"gone":null,'
    '"day":"Mon, 06 Oct 2025 09:00:00 GMT"}'
)


def noisy(*names: str) -> list[str]:
    item = document(answered=ANSWER, noise={name: [] for name in names})
    return [odd.detail for odd in plain_noise([recorded(item), recorded(item)])]


def test_times_need_no_word() -> None:
    assert noisy("body.at", "body.rows.made", "body.day", "header.Date") == []


def test_other_fields_are_named_once() -> None:
    assert noisy("body.token", "body.rows.colour", "body.at") == ["body.rows.colour", "body.token"]


def test_fields_that_are_not_there_need_no_word() -> None:
    assert noisy("body.nowhere", "body.token.deeper", "query.x") == []
    item = document(answered="no json", noise={"body.token": []})
    assert list(plain_noise([recorded(item)])) == []
