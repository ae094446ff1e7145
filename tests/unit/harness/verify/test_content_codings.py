from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.verify.calls import Answer, CallFailed
from treaty.verify.content_codings import decoded_body


def answer(body: bytes, coding: str) -> Answer:
    return Answer(status=200, headers=(("content-encoding", coding),), body=body)


def bare(data: bytes) -> bytes:
    """Deflate without the header of zlib."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@given(data=st.binary(min_size=1))
def test_codings_are_undone_in_the_reverse_order(data: bytes) -> None:
    assert decoded_body(answer(gzip.compress(data), "gzip")) == data
    assert decoded_body(answer(zlib.compress(data), "deflate")) == data
    assert decoded_body(answer(bare(data), "Deflate")) == data
    assert decoded_body(answer(gzip.compress(zlib.compress(data)), "deflate, x-gzip")) == data


@pytest.mark.parametrize("coding", ["br", "identity", ""])
def test_other_codings_leave_the_body(coding: str) -> None:
    """What cannot be undone shows as it is."""
    assert decoded_body(answer(b"x", coding)) == b"x"


def test_an_answer_without_a_body_has_none_in_any_coding() -> None:
    """A HEAD request is answered so."""
    assert decoded_body(answer(b"", "gzip")) == b""


@pytest.mark.parametrize("body", [b"plain", gzip.compress(b"x" * 99, mtime=0)[:-9]], ids=["plain", "cut off"])
def test_a_body_that_is_not_in_its_coding_cannot_be_judged(body: bytes) -> None:
    with pytest.raises(CallFailed, match="not in its coding gzip"):
        decoded_body(answer(body, "gzip"))


def test_what_grows_too_large_is_refused() -> None:
    """A bomb of 70 KB would fill 70 MB."""
    with pytest.raises(CallFailed, match="larger than"):
        decoded_body(answer(gzip.compress(bytes(70 * 1024 * 1024)), "gzip"))
