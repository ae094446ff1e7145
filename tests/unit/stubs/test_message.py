"""Requests as the stub sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.json_value import Number, loads
from treaty_stubs.message import NOT_JSON, Received, segments_of


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/a/b?c=d", "/a/b"),
        ("http://host:80/a?b", "/a"),
        ("http://host", "/"),
        ("*", "*"),
        ("/", "/"),
    ],
)
def test_the_path_of_a_target(target: str, path: str) -> None:
    """Origin form, absolute form and asterisk form are read (RFC 9112 section 3.2)."""
    assert Received(method="GET", target=target).path == path


def test_segments_are_decoded_one_by_one() -> None:
    """An encoded slash does not make two segments."""
    assert segments_of("/a%2Fb/c%20d/") == ("a/b", "c d", "")


def test_a_repeated_parameter_keeps_its_values_in_order() -> None:
    """A name without an equals sign has no value."""
    assert Received(method="GET", target="/?a=1&b&a=2%20x+y").query == {"a": ("1", "2 x y"), "b": (None,)}


def test_repeated_headers_are_joined() -> None:
    """Several lines of one name are one list (RFC 9110 section 5.3)."""
    request = Received(method="GET", target="/", raw_headers=[(b"X-A", b"1"), (b"x-a", b"2")])
    assert request.header("x-a") == "1, 2"
    assert request.header("x-b") is None
    assert request.first_header(b"x-a") == "1"


def test_json_null_and_no_json_differ() -> None:
    """A body of null is a document; an empty one is none."""
    assert Received(method="POST", target="/", body=b"null").json is None
    assert Received(method="POST", target="/", body=b"").json is NOT_JSON
    assert Received(method="POST", target="/", body=b"{'a':1}").json is NOT_JSON
    for constant in (b"NaN", b"Infinity", b"-Infinity"):
        assert Received(method="POST", target="/", body=b'{"a":%b}' % constant).json is NOT_JSON
    assert Received(method="POST", target="/", body=b"[" * 100_000).json is NOT_JSON


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_json_is_read_as_everywhere_else(value: object) -> None:
    """The quick way of reading gives the same document as the careful one."""
    import json

    data = json.dumps(value).encode()
    assert Received(method="POST", target="/", body=data).json == loads(data)


def test_numbers_keep_their_text() -> None:
    """Fractions are not turned into floats."""
    assert Received(method="POST", target="/", body=b"[1.10, 1e400, 7]").json == [Number("1.10"), Number("1e400"), 7]


def test_a_cut_request_keeps_all_but_the_end_of_its_body() -> None:
    """What the journal keeps of a long body is its beginning."""
    cut = Received(method="PUT", target="/a?b=c", raw_headers=[(b"A", b"b")], body=b"abcdef").cut(3)
    assert (cut.method, cut.target, cut.raw_headers, cut.body) == ("PUT", "/a?b=c", [(b"A", b"b")], b"abc")


def test_a_document_that_is_nested_too_deeply_is_none() -> None:
    """However it is nested; what looks deep by its brackets only is read."""
    for level in (b"[%s]", b'{"a":%s}'):
        deep, shallow = b"1", b"1"
        for _ in range(200):
            deep, shallow = level % deep, shallow + b"," + level % b"1"
        assert Received(method="POST", target="/", body=level % deep).json is NOT_JSON
        assert Received(method="POST", target="/", body=b"[%s]" % shallow).json is not NOT_JSON
