from __future__ import annotations

import base64
from typing import Any

import pytest

from treaty.contract.json_value import JsonValue, Number
from treaty.verify.calls import Call
from treaty.verify.setup_steps import StepBody, StepRequest
from treaty.verify.step_calls import build_call
from treaty.verify.variables import VariableUnknown

VALUES: dict[str, JsonValue] = {"id": 7, "email": "a b/c+d@x.org", "where": "http://host:1/orders/7?x=1", "t": "tok"}


def build(**parts: Any) -> Call:
    request = StepRequest(**{"method": "POST", "path": "/", "query": {}, "headers": {}, "body": None, **parts})
    return build_call(request, VALUES)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/users/${id}", "/users/7"),
        ("/by/${email}/x", "/by/a%20b%2Fc+d@x.org/x"),
        ("/caf%C3%A9/é", "/caf%C3%A9/%C3%A9"),
        ("${where}", "/orders/7?x=1"),
    ],
)
def test_paths_are_encoded_and_a_whole_url_becomes_its_path(path: str, target: str) -> None:
    """A value put into a path stays one segment; a Location that was bound can be followed on the provider."""
    assert build(path=path).target == target


def test_queries_keep_order_and_repetition() -> None:
    """Names and values are encoded."""
    query = {"q": ("a&b", "${email}"), "n": ("${id}",)}
    assert build(path="/s", query=query).target == "/s?q=a%26b&q=a%20b%2Fc%2Bd@x.org&n=7"


def test_a_bare_name_is_sent_without_an_equals_sign() -> None:
    """``?acl`` and ``?acl=`` are two requests."""
    assert build(path="/s", query={"acl": (None,), "empty": ("",)}).target == "/s?acl&empty="


def test_headers_are_filled_and_those_of_the_connection_are_left_out() -> None:
    """The client sends its own Host and lengths."""
    headers = {"Authorization": ("Bearer ${t}",), "Host": ("old",), "Content-Length": ("3",), "X": ("1", "2")}
    assert build(headers=headers).headers == (("Authorization", "Bearer tok"), ("X", "1"), ("X", "2"))


@pytest.mark.parametrize(
    ("media_type", "encoded", "content", "sent"),
    [
        ("application/json", "", {"u": "${id}", "p": Number("1.10")}, b'{"u":7,"p":1.10}'),
        ("application/json", "", "a ${t}", b'"a tok"'),
        ("application/vnd.x+json; charset=utf-8", "", "${id}", b"7"),
        ("", "json", "${id}", b"7"),
        ("text/plain", "", "hi ${id}", b"hi 7"),
        ("application/x-www-form-urlencoded", "", "e=${email}&x=1", b"e=a+b%2Fc%2Bd%40x.org&x=1"),
        ("image/png", "base64", "AP8k", b"\x00\xff$"),
    ],
)
def test_bodies_are_written_as_their_type_says(media_type: str, encoded: str, content: JsonValue, sent: bytes) -> None:
    """JSON keeps types and number texts, forms are encoded, base64 is not touched."""
    call = build(body=StepBody(media_type=media_type, encoded=encoded, content=content))
    assert call.body == sent
    assert [value for name, value in call.headers if name == "Content-Type"] == ([media_type] if media_type else [])


def test_a_recorded_content_type_is_not_doubled() -> None:
    """The header wins over the body's media type."""
    body = StepBody(media_type="text/plain", encoded="", content="x")
    assert build(body=body, headers={"content-type": ("text/csv",)}).headers == (("content-type", "text/csv"),)


def test_faults_are_not_sent() -> None:
    """An unbound name and a broken base64 text are errors."""
    with pytest.raises(VariableUnknown):
        build(path="/${unbound}")
    with pytest.raises(ValueError, match="base64"):
        build(body=StepBody(media_type="", encoded="base64", content="?"))


def test_values_are_escaped_in_xml() -> None:
    """In texts as in attributes."""
    body = StepBody(media_type="application/soap+xml; charset=utf-8", encoded="", content='<a k="${t}">${t}</a>')
    request = StepRequest(method="POST", path="/", query={}, headers={}, body=body)
    assert build_call(request, {"t": '<"&'}).body == b'<a k="&lt;&quot;&amp;">&lt;&quot;&amp;</a>'


_PARTS = (
    b'--b\r\nContent-Disposition: form-data; name="to"\r\n\r\n%s\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n--b--\r\n'
)


def test_values_of_a_binary_body_in_parts_stand_beside_it() -> None:
    """What has names in it is put to its place, and what files hold stays."""
    content = base64.b64encode(_PARTS % (b"-", b"-", b"\xff${t}")).decode()
    body = StepBody(
        media_type="multipart/form-data; boundary=b",
        encoded="base64",
        content=content,
        values={"$.to[0]": "no. ${id}", "$.file[0].filename": "${t}-1.0.gz"},
    )
    assert build(body=body).body == _PARTS % (b"no. 7", b"tok-1.0.gz", b"\xff${t}")


def test_a_text_in_parts_takes_values_in_fields_and_names_of_files_only() -> None:
    body = StepBody(
        media_type="multipart/form-data; boundary=b",
        encoded="",
        content=(_PARTS % (b"${id}", b"${t}.x", b"${t}")).decode(),
    )
    assert build(body=body).body == _PARTS % (b"7", b"tok.x", b"${t}")


def test_values_without_a_body_in_parts_are_told() -> None:
    body = StepBody(media_type="image/png", encoded="base64", content="/w==", values={"$.to[0]": "${id}"})
    with pytest.raises(ValueError, match="no places for its values"):
        build(body=body)
