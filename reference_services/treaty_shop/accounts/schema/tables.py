"""The tables of the accounts service."""

from typing import Final

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Table, UniqueConstraint

from treaty_shop.platform.engines.columns import (
    INSTANT,
    MONEY,
    TABLE_OPTIONS,
    WHOLE,
    WORD,
    new_metadata,
    numbered,
    required,
)

METADATA: Final = new_metadata()

ACCOUNTS: Final = Table(
    "accounts",
    METADATA,
    Column("user_id", WHOLE, nullable=False, autoincrement=False),
    required("balance", MONEY),
    required("created_at", INSTANT),
    required("updated_at", INSTANT),
    PrimaryKeyConstraint("user_id"),
    CheckConstraint("balance >= 0", name="accounts_never_negative"),
    **TABLE_OPTIONS,
)

MOVEMENTS: Final = Table(
    "movements",
    METADATA,
    numbered(),
    required("user_id", WHOLE, index=True),
    required("kind", WORD),
    # What the money went for: an order is debited once. Null where money came.
    Column("order_id", WHOLE),
    required("amount", MONEY),
    required("balance", MONEY),
    required("created_at", INSTANT),
    UniqueConstraint("order_id"),
    ForeignKeyConstraint(["user_id"], ["accounts.user_id"]),
    CheckConstraint("amount > 0", name="movements_above_zero"),
    **TABLE_OPTIONS,
)
