"""Contents that pass through a provider as they are: files in parts and binary bodies, with their digests and sizes."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf
from treaty.normalize.multipart_bodies import contents_of
from treaty.normalize.observations import Observation

_DIGESTS: Final = ("md5", "sha1", "sha256", "sha384", "sha512")
_BLAKE2_SIZES: Final = (32, 64)
_SIZE: Final = re.compile(r".*(size|length|bytes)")


def sent_contents(item: Observation) -> list[bytes]:
    """Give the contents that a request carries; a text counts as one, too."""
    payload = item.request_payload
    return [payload.data] if payload.kind == "text" else contents_of(payload)


@lru_cache(maxsize=256)
def digests_of(data: bytes) -> frozenset[str]:
    """Give what a content may be known by: its usual digests in hexadecimal (in lower case) and base64."""
    found: set[str] = set()
    for name in _DIGESTS:
        digest = hashlib.new(name, data, usedforsecurity=False).digest()
        found |= {digest.hex(), base64.b64encode(digest).decode()}
    found |= {hashlib.blake2b(data, digest_size=size).hexdigest() for size in _BLAKE2_SIZES}
    return frozenset(found)


def known_digests(observations: Iterable[Observation]) -> frozenset[str]:
    """Give the digests of all files and binary bodies that were sent or answered: they say what is in them."""
    return frozenset(digest for item in observations for data in _contents(item) for digest in digests_of(data))


def _contents(item: Observation) -> Iterator[bytes]:
    yield from sent_contents(item)
    yield from contents_of(item.response_payload)


def bare_digest(value: JsonValue) -> str:
    """Take what may be a digest out of a text: ``"abc"`` of an entity tag, ``sha256:abc``."""
    if not isinstance(value, str) or not 22 <= len(value) <= 160:
        return ""
    text = value.removeprefix("W/").strip('"')
    head, colon, tail = text.rpartition(":" if ":" in text else "=" if text.startswith(("sha", "md5")) else ":")
    text = tail if colon and head.lower().replace("-", "") in _DIGESTS else text
    return text.lower() if len(text) in {32, 40, 64, 96, 128} and not text.endswith("=") else text


def follows_from(leaf: Leaf, contents: Sequence[bytes]) -> str:
    """Say of what content a value of an answer is the digest or the size: ``digest``, ``size``, or nothing."""
    if not contents:
        return ""
    digest = bare_digest(leaf.value)
    if digest and any(digest in digests_of(data) for data in contents):
        return "digest"
    is_size = isinstance(leaf.value, int) and _SIZE.fullmatch(leaf.name.field) is not None
    return "size" if is_size and any(leaf.value == len(data) for data in contents) else ""


def tells_a_content(leaf: Leaf, digests: Collection[str]) -> bool:
    """Tell whether a value is one of the digests of files: the same file has the same one each time."""
    return bool(digests) and bare_digest(leaf.value) in digests
