"""Names of leaves, as an entity and a field: ``user_id`` and ``/users/{id}`` are both (user, id)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

IDENTIFIER_FIELDS: Final = frozenset({"id", "uuid", "guid", "key", "ref", "reference", "number", "token", "cursor"})
"""Last words of names whose whole numbers and texts identify something."""

UNIQUE_FIELDS: Final = frozenset(
    {"email", "mail", "username", "login", "slug", "handle", "phone", "sku", "nickname", "name", "title", "code"}
)
"""Last words of names that a provider may demand to be unique, most telling evidence aside."""

_IDS: Final = frozenset({"id", "uuid", "guid", "ids", "uuids", "guids"})
"""Words for an identity, and for a list of them."""

LOGIN_FIELDS: Final = frozenset({"id", "username", "user", "login", "name", "email", "mail", "account", "handle"})
"""Last words of names under which an account is made; their values log in later."""

KEY_FIELDS: Final = frozenset({"id", "name", "key", "slug", "username", "login", "handle", "sku", "code"})
"""Last words of names under which a body gives the key by which paths name a thing."""

FILE_NAME: Final = "filename"
"""What the name of a file in a part of a form is called (RFC 7578 section 4.2)."""

NUMBER_FIELDS: Final = IDENTIFIER_FIELDS - KEY_FIELDS
"""Last words of names under which people number things, and paths may name them: ``"ref": "TCK-00017"``."""

_WRAPPERS: Final = frozenset(
    {"data", "result", "results", "payload", "content", "value", "values", "objects", "records", "entries", "hits"}
    | {"response", "body", "page", "list", "embedded", "attributes", "links"}
    | {"params", "variables", "arguments", "input", "edges", "node", "nodes"}
)

_COLLECTION_KEYS: Final = frozenset(
    {"items", "rows", "docs", "documents", "nodes", "elements", "members", "collection", "array"}
)
"""Keys under which a collection holds its own things, where the object around has no identity."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Name:
    """An entity (``order``, may be empty) and the last word of the field (``id``)."""

    entity: str
    field: str

    def __str__(self) -> str:
        return f"{self.entity}_{self.field}" if self.entity and self.field != "email" else self.field


@lru_cache(maxsize=16384)
def words(text: str) -> tuple[str, ...]:
    """Split an identifier at case changes and separators: ``userId``, ``user-id``, ``USER_ID`` give ``(user, id)``."""
    spaced = re.sub(r"([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])", r"\1\3 \2", text)
    return tuple(word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word)


def singular(word: str) -> str:
    """Give the singular of a plural English noun; other words stay."""
    if not is_plural(word):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if re.search(r"(x|ch|sh|ss|z)es$", word):
        return word[:-2]
    return word[:-1]


def is_plural(word: str) -> bool:
    """Guess whether a word is a plural: ``users``, ``boxes``, not ``status``, ``address``, ``analysis``."""
    return len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is"))


@lru_cache(maxsize=16384)
def leaf_name(key: str, entity: str) -> Name:
    """Name a leaf by its key and by the entity of the object around it.

    Args:
        key: the key in the object, the query parameter or the header.
        entity: the entity of the enclosing object, used for keys of one word.

    """
    parts = words(key)
    if not parts:
        return Name(entity=entity, field="")
    if len(parts) > 1 and parts[-1] in IDENTIFIER_FIELDS | _IDS:
        return Name(entity=singular(parts[-2]), field="id" if parts[-1] in _IDS else parts[-1])
    if len(parts) == 1:
        return Name(entity=entity, field="id" if parts[0] in _IDS else parts[0])
    return Name(entity=entity, field="_".join(parts))


def nested_entity(key: str, entity: str) -> str:
    """Give the entity of the objects under a key: ``items`` holds items, ``data`` holds what the endpoint is about."""
    parts = words(key)
    if not parts or parts[-1] in _WRAPPERS:
        return entity
    return singular(parts[-1])


def is_collection_key(key: str) -> bool:
    """Tell whether a key names no kind of thing: ``items`` of ``/tickets`` are tickets."""
    return key.lower() in _COLLECTION_KEYS


def article(noun: str) -> str:
    """Put ``a`` or ``an`` before a noun."""
    return ("an " if noun[:1] in "aeiou" and not noun.startswith(("use", "uni")) else "a ") + noun
