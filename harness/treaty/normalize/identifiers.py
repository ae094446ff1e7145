"""Which values identify something: by their form and name, or because a provider refused a second one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import FILE_NAME, IDENTIFIER_FIELDS, UNIQUE_FIELDS, Name
from treaty.normalize.observations import Observation
from treaty.normalize.shapes import RARE, Shape, shape_of

_DIGESTS: Final = ("sha256", "sha512", "sha1", "md5")


_TAKEN: Final = re.compile(
    r"(?i)(already|in)[ _-](exist|taken|use|registered)|[ _-]taken\b|exists\b|duplicate|(not|be)[ _-]unique"
)


def unique_names(observations: Sequence[Observation]) -> frozenset[tuple[str, Name]]:
    """Find what a provider demands to be unique: fields that a 409 shared with an earlier success of the same call.

    A field counts only when no two successes of that call ever shared a value in it. Names that are known to be
    unique in many systems go before others; a shared identifier explains the conflict by itself. Keys that make a call
    happen once are to be unique without any conflict: with an old one, the answer would be an old one too.
    """
    successes: dict[tuple[str, str, str], list[Observation]] = {}
    found: set[tuple[str, Name]] = set()
    for item in observations:
        found.update((item.edge.provider, leaf.name) for leaf in item.request if is_idempotency_key(leaf))
        call = (item.edge.provider, item.method, str(item.template))
        if item.effectful:
            successes.setdefault(call, []).append(item)
        elif item.status == 409 or says_taken(item):
            earlier = successes.get(call, [])
            shared = [leaf for leaf in item.request if _shared_with_one(leaf, earlier)]
            about_one = item.template.names() and any(other.path == item.path for other in earlier)
            if about_one or any(is_identifier(leaf) for leaf in shared):
                continue
            texts = [
                leaf for leaf in shared if isinstance(leaf.value, str) and not item.is_secret("request", leaf.location)
            ]
            # A code that two calls share, as the kind of a payment, is seldom what a provider refuses.
            files = [leaf for leaf in texts if leaf.name.field == FILE_NAME]
            telling = (
                files
                or [leaf for leaf in texts if leaf.name.field in UNIQUE_FIELDS]
                or [leaf for leaf in texts if shape_of(leaf.value) is not Shape.CODE]
            )
            mails = [leaf for leaf in telling if shape_of(leaf.value) is Shape.EMAIL]
            found.update((item.edge.provider, leaf.name) for leaf in mails or telling)
    return frozenset(found)


def is_idempotency_key(leaf: Leaf) -> bool:
    """Tell whether a leaf names a call, so that the same call again is not made again.

    That is the header ``Idempotency-Key`` of draft-ietf-httpapi-idempotency-key-header, which payments often have.
    """
    return leaf.location.lower() in {"header.idempotency-key", "header.x-idempotency-key"}


def says_taken(item: Observation) -> bool:
    """Tell whether a refusal says that something is there already, whatever its status."""
    if item.status not in {400, 422} and not item.refused:
        return False
    texts = (str(leaf.value) for leaf in item.response if isinstance(leaf.value, str))
    return any(_TAKEN.search(text) for text in texts)


def _shared_with_one(leaf: Leaf, successes: Sequence[Observation]) -> bool:
    if not leaf.location.startswith("body") or leaf.value in {"", None}:
        return False
    holders = 0
    for item in successes:
        other = item.request_leaf(leaf.location)
        holders += other is not None and other.value == leaf.value
    return holders == 1


def is_identifier(leaf: Leaf) -> bool:
    """Tell whether a leaf identifies something: by its form, or by its name and a plain value."""
    if leaf.value is None or isinstance(leaf.value, bool):
        return False
    shape = shape_of(leaf.value)
    if shape in RARE:
        return True
    if leaf.location.startswith("path["):
        return True
    return leaf.name.field in IDENTIFIER_FIELDS and shape in {Shape.INTEGER, Shape.CODE, Shape.NUMBERED}


def keys_of_paths(observations: Sequence[Observation]) -> frozenset[tuple[str, str, JsonValue]]:
    """Give (provider, entity, text) of all texts by which paths name things."""
    return frozenset(
        (item.edge.provider, leaf.name.entity, leaf.value)
        for item in observations
        for leaf in item.request
        if leaf.location.startswith("path[") and isinstance(leaf.value, str)
    )


def is_digest(leaf: Leaf, item: Observation) -> bool:
    """Tell whether a header of a request is computed from its body: it identifies nothing by itself."""
    if not leaf.location.startswith("header.") or shape_of(leaf.value) is not Shape.HEX:
        return False
    data = item.request_payload.data
    return str(leaf.value).lower() in {hashlib.new(name, data, usedforsecurity=False).hexdigest() for name in _DIGESTS}
