"""Content codings are undone in any pieces, and what is broken is kept as it came."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from treaty.adapters.recorder_codings import CodingBroken, decoded, decoder_of


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


CODINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "two gzip members": ("x-gzip", lambda data: gzip.compress(data[:3]) + gzip.compress(data[3:])),
    "deflate": ("deflate", zlib.compress),
    "deflate without its header": ("Deflate", _raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstandard.compress),
    "gzip in br": ("gzip, br", lambda data: brotli.compress(gzip.compress(data))),
    "identity": ("identity", bytes),
}


@pytest.mark.parametrize("name", CODINGS)
@given(data=st.binary(min_size=1, max_size=300), piece=st.integers(1, 40))
def test_a_coding_is_undone_in_any_pieces(name: str, data: bytes, piece: int) -> None:
    """However the bytes are cut, the plain ones come out."""
    coding, pack = CODINGS[name]
    packed = pack(data)
    decoder = decoder_of(coding)
    assert decoder is not None
    out = b"".join(decoder.feed(packed[start : start + piece]) for start in range(0, len(packed), piece))
    assert out + decoder.finish() == data


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "unheard-of"])
def test_what_is_not_of_its_coding_is_kept(coding: str) -> None:
    """Data that does not decode stays as it is, and no coding is claimed."""
    assert decoded(b"plainly no such thing", coding) == (b"plainly no such thing", "")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_cut_body_is_broken(coding: str) -> None:
    """Data that ends too early is not taken for a whole body."""
    packed = CODINGS[coding][1](b"some text that is long enough" * 20)[:-6]
    decoder = decoder_of(coding)
    assert decoder is not None
    decoder.feed(packed)
    with pytest.raises(CodingBroken):
        decoder.finish()


def test_the_name_of_the_coding_is_kept() -> None:
    """What was undone is named in lower case; identity is no coding."""
    assert decoded(gzip.compress(b"x"), " GZIP ") == (b"x", "gzip")
    assert decoded(b"x", "identity") == (b"x", "")
    assert decoded(b"", "gzip") == (b"", "")
