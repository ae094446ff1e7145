"""Requests that may be sent again: a key in the header ``Idempotency-Key`` names what the first one made.

As draft-ietf-httpapi-idempotency-key-header has it: the same key with the same body is answered as the first time, with
another body it is refused. A service keeps the keys in a table of its own, written in the transaction that makes what
they stand for; so two requests at once make one thing.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from treaty_shop.platform.database import Transaction
from treaty_shop.platform.errors import BadRequest, KeyReused
from treaty_shop.platform.json_text import Json, write_json

FIELD: Final = "Idempotency-Key"
_KEY: Final = re.compile(r"[!-~]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """A client's key, and a digest of the body it came with."""

    text: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """What a key was used for: the digest of that body, and the id of what was made."""

    fingerprint: str
    made: int


def request_key(text: str | None, body: Json) -> RequestKey | None:
    """Return the key in a header, None without one; raises `BadRequest`. Bodies are compared as JSON values."""
    if text is None:
        return None
    if not _KEY.fullmatch(text):
        raise BadRequest("invalid_idempotency_key", f"{FIELD} must have from 1 to 64 visible ASCII characters")
    fingerprint = hashlib.sha256(write_json(body, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()
    return RequestKey(text=text, fingerprint=fingerprint)


def made_with(key: RequestKey, use: KeyUse | None) -> int | None:
    """Return the id of what a key has made before, None when nothing; raises `KeyReused` for another body."""
    if use is None:
        return None
    if use.fingerprint != key.fingerprint:
        raise KeyReused("idempotency_key_reused", "the key came with another body before")
    return use.made


def keep_key(transaction: Transaction, table: str, key: RequestKey, made: int) -> None:
    """Write down what a key has made; raises `Duplicate`."""
    transaction.put(table, {"request_key": key.text, "fingerprint": key.fingerprint, "made": made})


def find_key(transaction: Transaction, table: str, key: RequestKey) -> KeyUse | None:
    """Return what a key was used for, or None."""
    # The table is one of the service's own, never input.
    statement = f"SELECT fingerprint, made FROM {table} WHERE request_key = :text"  # noqa: S608 (see above)
    row = transaction.row(statement, text=key.text)
    return None if row is None else KeyUse(fingerprint=row.text("fingerprint"), made=row.integer("made"))
