"""Content codings of requests."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty_stubs.http.coding import CodingBroken, CodingTooLarge, undo_coding


def _raw_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return engine.compress(data) + engine.flush()


@given(st.binary())
def test_codings_are_undone(data: bytes) -> None:
    """One, several in their order, and deflate with and without its wrapper."""
    assert undo_coding(gzip.compress(data), "gzip", limit=1000) == data
    assert undo_coding(zlib.compress(data), "deflate", limit=1000) == data
    assert undo_coding(_raw_deflate(data), "deflate", limit=1000) == data
    assert undo_coding(gzip.compress(zlib.compress(data)), "Deflate, identity, X-GZIP", limit=1000) == data


def test_unknown_codings_are_left() -> None:
    assert undo_coding(b"data", "br", limit=10) == b"data"


def test_the_bound_holds() -> None:
    assert undo_coding(gzip.compress(b"x" * 10), "gzip", limit=10) == b"x" * 10
    with pytest.raises(CodingTooLarge):
        undo_coding(gzip.compress(b"x" * 11), "gzip", limit=10)


@pytest.mark.parametrize(
    "data", [b"no gzip", gzip.compress(b"hello", mtime=0)[:-1], b""], ids=["none", "cut off", "empty"]
)
def test_broken_data_is_said(data: bytes) -> None:
    with pytest.raises(CodingBroken):
        undo_coding(data, "gzip", limit=10)
