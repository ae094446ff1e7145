"""The tables of the order service."""

from typing import Final

from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Table

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

ORDERS: Final = Table(
    "orders",
    METADATA,
    numbered(),
    required("user_id", WHOLE, index=True),
    required("total_amount", MONEY),
    required("status", WORD),
    required("created_at", INSTANT),
    required("updated_at", INSTANT),
    **TABLE_OPTIONS,
)

ORDER_ITEMS: Final = Table(
    "order_items",
    METADATA,
    numbered(),
    required("order_id", WHOLE, index=True),
    required("name", LINE),
    required("price", MONEY),
    required("quantity", WHOLE),
    # The inventory's id, where the client named one.
    Column("product_id", LINE),
    ForeignKeyConstraint(["order_id"], ["orders.id"]),
    **TABLE_OPTIONS,
)

ORDER_KEYS: Final = Table(
    "order_keys",
    METADATA,
    required("request_key", LINE),
    required("fingerprint", LINE),
    # The order that the first request with the key has made.
    required("made", WHOLE),
    PrimaryKeyConstraint("request_key"),
    ForeignKeyConstraint(["made"], ["orders.id"]),
    **TABLE_OPTIONS,
)
