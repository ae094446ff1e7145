"""Requests written out."""

from __future__ import annotations

from functools import partial

import pytest

from tests.unit.harness.normalize.sessions import Raw, Session
from tests.unit.harness.normalize.views import flow_of, observed, view_of
from treaty.contract.json_value import JsonValue
from treaty.normalize.calls import example_writer, json_form, path_of, request_of
from treaty.normalize.examples import Examples
from treaty.normalize.leaves import rewritten


def written(session: Session) -> dict[str, JsonValue]:
    """Write the last request of a session with canonical examples."""
    item, flow = observed(session)[-1], flow_of(session)
    return request_of(item, flow, example_writer(item, Examples(find=partial(flow.named, item.run))))


def test_parts_that_are_absent_are_left_out() -> None:
    session = Session()
    session.call("a>b", "GET /x")
    assert written(session) == {"method": "GET", "path": "/x"}


def test_a_request_carries_examples_for_ids_and_times_and_the_recorded_rest() -> None:
    session = Session()
    session.call("a>b", "POST /users", {}, 201, {"id": 4})
    body: JsonValue = {"user_id": 4, "at": "2026-11-20T10:00:02Z", "kind": "fast", "text": "for user 4"}
    session.call("a>b", "POST /users/4/orders?user_id=4&kind=a&kind=b", body, headers=(("X-Run", "run-20261120"),))
    assert written(session) == {
        "method": "POST",
        "path": "/users/9007001/orders",
        "query": {"user_id": ["9007001"], "kind": ["a", "b"]},
        "headers": {"Content-Type": ["application/json"], "X-Run": ["run-9007001"]},
        "body": {
            "contentType": "application/json",
            "encoded": False,
            "content": {
                "user_id": 9007001,
                "at": "2000-01-01T00:00:00Z",
                "kind": "fast",
                "text": "for user 9007001",
            },
        },
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (Raw(b"a=1&b=x+y", "application/x-www-form-urlencoded"), (False, "a=1&b=x+y")),
        (Raw(b"hello there", "text/plain"), (False, "hello there")),
        (Raw(b"\x00\xff", "application/octet-stream"), ("base64", "AP8=")),
        (Raw(b"{bad", "application/json"), ("base64", "e2JhZA==")),
        (Raw(b"null", "application/json"), ("json", "null")),
        (Raw(b'""', "application/json"), ("json", '""')),
        (Raw(b'"text"', "application/json"), (False, "text")),
        (Raw(b"[]", "application/json"), (False, [])),
    ],
)
def test_bodies_are_written_so_that_a_reader_gets_the_same_bytes(body: Raw, expected: tuple[object, JsonValue]) -> None:
    session = Session()
    session.call("a>b", "POST /x", body)
    document = written(session)["body"]
    assert document == {"contentType": body.media_type, "encoded": expected[0], "content": expected[1]}


@pytest.mark.parametrize("path", ["/a%20b", "/a%2Fb/c", "/%C3%A4", "/a//b/", "/", "/a;v=1/b:c@d"])
def test_literal_segments_stay_as_they_were_sent(path: str) -> None:
    session = Session()
    session.call("a>b", f"GET {path}")
    assert path_of(observed(session)[0], {}) == path


def test_values_in_paths_are_encoded_where_they_must_be() -> None:
    session = Session()
    session.call("a>b", "GET /users/7")
    item = observed(session)[0]
    assert path_of(item, {"path[1]": "a/b c"}) == "/users/a%2Fb%20c"
    assert path_of(item, {"path[1]": "${user_id}"}) == "/users/${user_id}"


def test_secrets_stay_the_stand_ins_that_they_are() -> None:
    session = Session()
    places = ("request.body.$.password", "request.header.X-Key")
    session.call("a>b", "POST /x", {"password": "secret 1"}, headers=(("X-Key", "key-000001"),), redacted=places)
    document = written(session)
    assert document["headers"] == {"Content-Type": ["application/json"], "X-Key": ["key-000001"]}
    assert document["body"] == {
        "contentType": "application/json", "encoded": False, "content": {"password": "secret 1"},
    }  # fmt: skip


def test_other_scalars_are_put_at_their_locations_only() -> None:
    value: JsonValue = {"a": [1, {"b": 2}], "odd key": 3}
    assert rewritten(value, "body.$", {"body.$.a[1].b": 9, "body.$['odd key']": 8, "body.$.c": 7}) == {
        "a": [1, {"b": 9}],
        "odd key": 8,
    }


def test_a_json_body_without_a_value_is_encoded() -> None:
    assert json_form(None, "application/json")["encoded"] == "json"
    assert json_form(0, "application/json")["encoded"] is False


def test_a_body_without_a_content_type_gets_the_one_that_its_bytes_show() -> None:
    """Readers of the pact guess it in the same way when the request comes."""
    session = Session()
    session.call("a>b", "PUT /photos", Raw(b"<?xml version='1.0'?><a/>", ""), 200)
    request = view_of(session, "a>b", "PUT /photos -> 200").request
    assert request["body"]["contentType"] == "application/xml"
    assert "Content-Type" not in request.get("headers", {})


def test_a_bare_parameter_stays_bare() -> None:
    """``?acl`` and ``?acl=`` are two requests (the S3 protocol knows them apart)."""
    session = Session()
    session.call("a>b", "GET /photos?acl&empty=", None, 200)
    assert written(session)["query"] == {"acl": [None], "empty": [""]}


def test_a_signature_is_written_without_what_each_request_computes_anew() -> None:
    """Neither the signature nor the day of a signing key makes a pact differ; the region stays."""
    signed = f"AWS4-HMAC-SHA256 Credential=KEY/20261120/eu-west-1/s3/aws4_request, Signature={'ab12' * 16}"
    session = Session()
    header = (("Authorization", signed),)
    session.call("a>b", "GET /photos", headers=header, redacted=("request.header.Authorization",))
    assert written(session)["headers"] == {
        "Authorization": [f"AWS4-HMAC-SHA256 Credential=KEY/20000101/eu-west-1/s3/aws4_request, Signature={'0' * 64}"]
    }
