"""Content codings of answers."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.stubs.examples import received
from treaty_stubs.http.answer_coding import SHORTEST_CODED, code_answer
from treaty_stubs.message import Answer

_JSON = b"Content-Type: application/json\r\n"
_LONG = b"x" * SHORTEST_CODED


@pytest.mark.parametrize("accepted", ["gzip", "deflate, GZIP;q=0.5", "*", "br;q=0, x-gzip"])
def test_long_texts_are_compressed_when_asked(accepted: str) -> None:
    """The answer says so, and that it depends on Accept-Encoding."""
    coded = code_answer(Answer(200, _JSON, _LONG), received(headers={"Accept-Encoding": accepted}))
    assert gzip.decompress(coded.body) == _LONG
    assert coded.head == _JSON + b"Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n"


def test_an_answer_to_head_has_the_headers_of_one_to_get() -> None:
    """Its length, too, which the server tells by the content that it leaves out."""
    answer = Answer(200, _JSON, _LONG)
    coded = {
        method: code_answer(answer, received(method, headers={"Accept-Encoding": "gzip"})) for method in ("GET", "HEAD")
    }
    assert coded["HEAD"] == coded["GET"] != answer


@pytest.mark.parametrize(
    ("accepted", "answer"),
    [
        ("", Answer(200, _JSON, _LONG)),
        ("br", Answer(200, _JSON, _LONG)),
        ("gzip;q=0", Answer(200, _JSON, _LONG)),
        ("gzip; q=0.00, *", Answer(200, _JSON, _LONG)),
        ("gzip", Answer(200, _JSON, _LONG[1:])),
        ("gzip", Answer(206, _JSON, _LONG)),
        ("gzip", Answer(200, b"", _LONG)),
        ("gzip", Answer(200, b"Content-Type: image/png\r\n", _LONG)),
        ("gzip", Answer(200, _JSON + b"Content-Encoding: br\r\n", _LONG)),
        ("gzip", Answer(200, _JSON + b'ETag: "v1"\r\n', _LONG)),
        ("gzip", Answer(200, _JSON + b"Cache-Control: max-age=5, no-transform\r\n", _LONG)),
    ],
)
def test_what_would_not_pay_or_not_be_true_is_left(accepted: str, answer: Answer) -> None:
    """Not asked for, too short, no text, or with headers that speak of the very bytes."""
    headers = {"Accept-Encoding": accepted} if accepted else {}
    assert code_answer(answer, received(headers=headers)) is answer


@given(st.binary(min_size=SHORTEST_CODED, max_size=4096))
def test_compressed_contents_come_back(content: bytes) -> None:
    coded = code_answer(Answer(200, _JSON, content), received(headers={"Accept-Encoding": "gzip"}))
    assert gzip.decompress(coded.body) == content
