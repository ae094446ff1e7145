"""Orders and their items."""

from typing import Final

from alembic import op
from sqlalchemy import ForeignKeyConstraint

from treaty_shop.platform.engines.columns import INSTANT, LINE, MONEY, TABLE_OPTIONS, WHOLE, WORD, numbered, required

revision: Final = "0001"
down_revision: Final = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "orders",
        numbered(),
        required("user_id", WHOLE),
        required("total_amount", MONEY),
        required("status", WORD),
        required("created_at", INSTANT),
        required("updated_at", INSTANT),
        **TABLE_OPTIONS,
    )
    op.create_index("orders_by_user_id", "orders", ["user_id"])
    op.create_table(
        "order_items",
        numbered(),
        required("order_id", WHOLE),
        required("name", LINE),
        required("price", MONEY),
        required("quantity", WHOLE),
        ForeignKeyConstraint(["order_id"], ["orders.id"], name="order_items_order_id_known"),
        **TABLE_OPTIONS,
    )
    op.create_index("order_items_by_order_id", "order_items", ["order_id"])
