"""Payments."""

from typing import Final

from alembic import op
from sqlalchemy import Column, UniqueConstraint

from treaty_shop.platform.engines.columns import INSTANT, LINE, MONEY, TABLE_OPTIONS, WHOLE, WORD, numbered, required

revision: Final = "0001"
down_revision: Final = None


def upgrade() -> None:
    """Make the first table."""
    op.create_table(
        "payments",
        numbered(),
        required("order_id", WHOLE),
        Column("claimed_order_id", WHOLE),
        required("user_id", WHOLE),
        required("amount", MONEY),
        required("status", WORD),
        required("payment_type", WORD),
        Column("trade_no", LINE),
        Column("paid_at", INSTANT),
        required("created_at", INSTANT),
        required("updated_at", INSTANT),
        UniqueConstraint("claimed_order_id", name="payments_one_claimed_order_id"),
        **TABLE_OPTIONS,
    )
    op.create_index("payments_by_order_id", "payments", ["order_id"])
    op.create_index("payments_by_user_id", "payments", ["user_id"])
