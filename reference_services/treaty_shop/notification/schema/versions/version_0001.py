"""Notifications."""

from typing import Final

from alembic import op
from sqlalchemy import Column, UniqueConstraint

from treaty_shop.platform.engines.columns import INSTANT, LINE, TABLE_OPTIONS, TEXT, WHOLE, WORD, numbered, required

revision: Final = "0001"
down_revision: Final = None


def upgrade() -> None:
    """Make the first table."""
    op.create_table(
        "notifications",
        numbered("position"),
        required("id", WORD),
        required("user_id", WHOLE),
        required("type", WORD),
        required("title", LINE),
        required("content", TEXT),
        required("recipient", LINE),
        required("status", WORD),
        Column("sent_at", INSTANT),
        required("created_at", INSTANT),
        required("updated_at", INSTANT),
        UniqueConstraint("id", name="notifications_one_id"),
        **TABLE_OPTIONS,
    )
    op.create_index("notifications_by_user_id", "notifications", ["user_id"])
