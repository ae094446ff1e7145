"""The tables of the user service."""

from typing import Final

from sqlalchemy import Table, UniqueConstraint

from treaty_shop.platform.engines.columns import LINE, TABLE_OPTIONS, new_metadata, numbered, required

METADATA: Final = new_metadata()

USERS: Final = Table(
    "users",
    METADATA,
    numbered(),
    required("username", LINE),
    required("email", LINE),
    required("password_hash", LINE),
    UniqueConstraint("email"),
    **TABLE_OPTIONS,
)
