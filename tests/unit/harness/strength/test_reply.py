from __future__ import annotations

from treaty.contract.json_value import Number
from treaty.strength.reply import BodyKind, Reply

JSON = Reply(status=200, headers=(("Content-Type", "application/json"),)).with_document({"a": 1, "b": None})


def test_a_reply_is_given_as_an_answer() -> None:
    answer = JSON.answer()
    assert (answer.status, answer.body) == (200, b'{"a":1,"b":null}')
    assert JSON.text == '{"a":1,"b":null}'
    assert Reply(status=204).answer().body == b""


def test_half_a_surrogate_pair_can_be_sent() -> None:
    """JSON can hold it, as an escape, and UTF-8 cannot."""
    assert Reply(status=200).with_document("\ud800").body == b'"\\ud800"'


def test_headers_have_no_case() -> None:
    changed = JSON.with_header("content-type", "text/html")
    assert changed.header("Content-Type") == "text/html"
    assert len(changed.headers) == 1
    assert JSON.with_header("CONTENT-TYPE", None).headers == ()
    assert JSON.header("location") is None


def test_replies_are_one_when_they_mean_the_same() -> None:
    """The order of keys and headers does not count, the spelling of numbers neither; everything else does."""
    other = Reply(status=200, headers=(("content-type", "application/json"),)).with_document(
        {"b": None, "a": Number("1.0")}
    )
    assert JSON.means(other)
    assert not JSON.means(other.with_document({"a": 1}))
    assert not JSON.means(other.with_header("X", "1"))
    assert not JSON.means(Reply(status=201, headers=JSON.headers, kind=BodyKind.JSON, document=JSON.document))
    assert not JSON.means(JSON.with_bytes(JSON.body))
    assert Reply(status=200).with_text(b"a").means(Reply(status=200).with_text(b"a"))
    assert not Reply(status=200).with_text(b"a").means(Reply(status=200).with_text(b"b"))
