"""The tables of the inventory service."""

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from treaty_shop.platform.engines.columns import (
    INSTANT,
    LINE,
    MONEY,
    TABLE_OPTIONS,
    WHOLE,
    WORD,
    new_metadata,
    numbered,
    required,
)

METADATA: Final = new_metadata()

PRODUCTS: Final = Table(
    "products",
    METADATA,
    required("id", LINE),
    required("name", LINE),
    required("price", MONEY),
    required("quantity", WHOLE),
    required("version", WHOLE),
    PrimaryKeyConstraint("id"),
    CheckConstraint("quantity >= 0", name="products_never_negative"),
    **TABLE_OPTIONS,
)

RESERVATIONS: Final = Table(
    "reservations",
    METADATA,
    numbered("position"),
    required("id", LINE),
    required("order_id", WHOLE, index=True),
    # The order, as long as this reservation holds pieces for it: null once it gave them back.
    Column("claimed_order_id", WHOLE),
    required("status", WORD),
    required("expires_at", INSTANT),
    required("created_at", INSTANT),
    required("updated_at", INSTANT),
    UniqueConstraint("id"),
    UniqueConstraint("claimed_order_id"),
    Index("reservations_by_status_expires_at", "status", "expires_at"),
    **TABLE_OPTIONS,
)

RESERVATION_LINES: Final = Table(
    "reservation_lines",
    METADATA,
    required("reservation_id", LINE),
    required("product_id", LINE),
    required("quantity", WHOLE),
    required("price", MONEY),
    PrimaryKeyConstraint("reservation_id", "product_id"),
    ForeignKeyConstraint(["reservation_id"], ["reservations.id"]),
    ForeignKeyConstraint(["product_id"], ["products.id"]),
    **TABLE_OPTIONS,
)
