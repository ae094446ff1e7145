"""Accounts and their movements."""

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

from treaty_shop.platform.engines.columns import INSTANT, MONEY, TABLE_OPTIONS, WHOLE, WORD, numbered, required

revision: Final = "0001"
down_revision: Final = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "accounts",
        Column("user_id", WHOLE, nullable=False, autoincrement=False),
        required("balance", MONEY),
        required("created_at", INSTANT),
        required("updated_at", INSTANT),
        PrimaryKeyConstraint("user_id", name="accounts_key"),
        CheckConstraint("balance >= 0", name="accounts_never_negative"),
        **TABLE_OPTIONS,
    )
    op.create_table(
        "movements",
        numbered(),
        required("user_id", WHOLE),
        required("kind", WORD),
        Column("order_id", WHOLE),
        required("amount", MONEY),
        required("balance", MONEY),
        required("created_at", INSTANT),
        UniqueConstraint("order_id", name="movements_one_order_id"),
        ForeignKeyConstraint(["user_id"], ["accounts.user_id"], name="movements_user_id_known"),
        CheckConstraint("amount > 0", name="movements_above_zero"),
        **TABLE_OPTIONS,
    )
    op.create_index("movements_by_user_id", "movements", ["user_id"])
