"""Digests and sizes of what was uploaded."""

from __future__ import annotations

import base64
import hashlib

import pytest

from treaty.normalize.contents import bare_digest, digests_of, follows_from
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import Name

DATA = b"\x89PNG and so on"
SHA = hashlib.sha256(DATA).hexdigest()
MD5 = base64.b64encode(hashlib.md5(DATA, usedforsecurity=False).digest()).decode()


def leaf(field: str, value: object) -> Leaf:
    """Build a leaf of an answer."""
    assert isinstance(value, (int, str))
    return Leaf(location=f"body.$.{field}", value=value, name=Name(entity="file", field=field))


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        (SHA, SHA), (SHA.upper(), SHA), (f'"{SHA}"', SHA), (f'W/"{SHA}"', SHA), (f"sha256:{SHA}", SHA),
        (f"sha-256={SHA}", SHA), (MD5, MD5), ("short", ""), ("x" * 200, ""),
    ],
)  # fmt: skip
def test_a_digest_is_taken_out_of_what_is_around_it(text: str, bare: str) -> None:
    """Entity tags and names of the way it was made."""
    assert bare_digest(text) == bare


def test_what_is_no_text_has_no_digest() -> None:
    """Numbers are none."""
    assert bare_digest(7) == ""


def test_digests_and_sizes_follow_from_contents() -> None:
    """A size only under a name that says so: other numbers are equal by chance."""
    assert follows_from(leaf("sha", SHA), [DATA]) == "digest"
    assert follows_from(leaf("etag", f'"{MD5}"'), [b"", DATA]) == "digest"
    assert follows_from(leaf("size", len(DATA)), [DATA]) == "size"
    assert follows_from(leaf("file_size", len(DATA)), [DATA]) == "size"
    assert follows_from(leaf("count", len(DATA)), [DATA]) == ""
    assert follows_from(leaf("size", 3), [DATA]) == ""
    assert follows_from(leaf("sha", SHA), []) == ""
    assert SHA in digests_of(DATA)


def test_a_digest_by_blake2_is_known() -> None:
    """Package indexes ask for one of 32 bytes."""
    assert hashlib.blake2b(b"abc", digest_size=32).hexdigest() in digests_of(b"abc")
    assert hashlib.blake2b(b"abc").hexdigest() in digests_of(b"abc")
