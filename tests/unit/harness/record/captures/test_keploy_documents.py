"""Documents of keploy become calls; what they lost or contradict is reported."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.harness.record.captures.recordings import SOME_TIME, ZERO_TIME, document, oddities, recorded

AT = datetime(2025, 3, 9, 12, 31, 5, 59857, tzinfo=UTC)


def test_a_test_is_a_call_to_the_service_that_was_watched() -> None:
    found = recorded(
        document(headers={"Host": "stock:8081", "Accept": "*/*"}, noise={"header.Date": [], "body.at": []})
    )
    assert (found.service, found.is_mock, found.authority) == ("stock", False, "127.0.0.1:8081")
    assert (found.request.method, found.request.path, found.request.authority) == ("GET", "/books/7", "stock:8081")
    assert found.response.content.data == b'{"id":7}'
    assert (found.started, found.ended) == (AT, AT)
    assert found.noise == ("body.at",)


def test_a_mock_without_a_host_keeps_its_path_query_and_times() -> None:
    item = document("GET /books?page=2", at=ZERO_TIME, reqTimestampMock=SOME_TIME, resTimestampMock=SOME_TIME)
    found = recorded(item, mock=True)
    assert (found.authority, found.request.path, found.request.query) == ("", "/books", "page=2")
    assert found.started == found.ended == AT


def test_without_any_time_the_second_of_its_making_counts() -> None:
    found = recorded(document(at=ZERO_TIME))
    assert found.started == datetime.fromtimestamp(1741523467, UTC)
    assert recorded(document(at=ZERO_TIME, created="0")).started is None


def test_a_body_of_bytes_stays_bytes() -> None:
    assert recorded(document(answered=b"\xff\x00")).response.content.data == b"\xff\x00"


def test_a_wrong_length_is_reported_and_put_right() -> None:
    """A body that was edited by hand after recording shows so."""
    item = document(answered='{"data":[]}', answer_headers={"Content-Length": "2"})
    (odd,) = oddities(item)
    assert (odd.kept, odd.reason) == (True, "its answer's body contradicts its Content-Length")
    assert odd.detail == "Content-Length 2, 11 bytes"


def test_a_length_that_counts_a_coding_is_no_contradiction() -> None:
    item = document(answer_headers={"Content-Length": "2", "Content-Encoding": "gzip"})
    assert oddities(item) == []
    assert recorded(item).response.content.coding == "gzip"


def test_parts_of_a_form_are_a_missing_body() -> None:
    item = document("POST /books")
    item["spec"]["req"]["form"] = [{"key": "cover", "paths": ["a.png"]}]
    assert [odd.reason for odd in oddities(item)] == ["its request's body was not kept"]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("text", "is no document of keploy"),
        ({"version": "v1"}, "is no document of keploy"),
        (document(kind="Postgres"), "is Postgres: only HTTP is imported"),
        (document(kind=""), "is nothing: only HTTP is imported"),
        (document() | {"spec": {"req": {}}}, "has no request with an answer"),
        (document() | {"spec": None}, "has no request with an answer"),
        (document(status="0"), "has no method, URL or status that can be read"),
        (document("GET http://[/"), "has no method, URL or status that can be read"),
        (document(" /x"), "has no method, URL or status that can be read"),
    ],
)
def test_what_is_no_call_is_reported_with_its_reason(item: Any, reason: str) -> None:
    (odd,) = oddities(item)
    assert (odd.kept, odd.reason) == (False, reason)


def test_the_name_of_a_mock_is_part_of_its_place() -> None:
    (odd,) = oddities(document(kind="Redis") | {"name": "mock-3"}, mock=True)
    assert odd.place == "test-1.yaml (mock-3)"
