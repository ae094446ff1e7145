"""The table of the notification service."""

from typing import Final

from sqlalchemy import Column, Table, UniqueConstraint

from treaty_shop.platform.engines.columns import (
    INSTANT,
    LINE,
    TABLE_OPTIONS,
    TEXT,
    WHOLE,
    WORD,
    new_metadata,
    numbered,
    required,
)

METADATA: Final = new_metadata()

NOTIFICATIONS: Final = Table(
    "notifications",
    METADATA,
    # Counts up, so that a user's notifications have an order: their ids have none.
    numbered("position"),
    required("id", WORD),
    required("user_id", WHOLE, index=True),
    required("type", WORD),
    required("title", LINE),
    required("content", TEXT),
    required("recipient", LINE),
    required("status", WORD),
    Column("sent_at", INSTANT),
    required("created_at", INSTANT),
    required("updated_at", INSTANT),
    UniqueConstraint("id"),
    **TABLE_OPTIONS,
)
