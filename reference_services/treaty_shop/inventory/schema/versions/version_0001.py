"""Products, reservations and their lines."""

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

from treaty_shop.platform.engines.columns import INSTANT, LINE, MONEY, TABLE_OPTIONS, WHOLE, WORD, numbered, required

revision: Final = "0001"
down_revision: Final = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "products",
        required("id", LINE),
        required("name", LINE),
        required("price", MONEY),
        required("quantity", WHOLE),
        required("version", WHOLE),
        PrimaryKeyConstraint("id", name="products_key"),
        CheckConstraint("quantity >= 0", name="products_never_negative"),
        **TABLE_OPTIONS,
    )
    op.create_table(
        "reservations",
        numbered("position"),
        required("id", LINE),
        required("order_id", WHOLE),
        Column("claimed_order_id", WHOLE),
        required("status", WORD),
        required("expires_at", INSTANT),
        required("created_at", INSTANT),
        required("updated_at", INSTANT),
        UniqueConstraint("id", name="reservations_one_id"),
        UniqueConstraint("claimed_order_id", name="reservations_one_claimed_order_id"),
        **TABLE_OPTIONS,
    )
    op.create_index("reservations_by_order_id", "reservations", ["order_id"])
    op.create_index("reservations_by_status_expires_at", "reservations", ["status", "expires_at"])
    op.create_table(
        "reservation_lines",
        required("reservation_id", LINE),
        required("product_id", LINE),
        required("quantity", WHOLE),
        required("price", MONEY),
        PrimaryKeyConstraint("reservation_id", "product_id", name="reservation_lines_key"),
        ForeignKeyConstraint(["reservation_id"], ["reservations.id"], name="reservation_lines_reservation_id_known"),
        ForeignKeyConstraint(["product_id"], ["products.id"], name="reservation_lines_product_id_known"),
        **TABLE_OPTIONS,
    )
