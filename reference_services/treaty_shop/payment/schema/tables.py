"""The tables of the payment service."""

from typing import Final

from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Table, UniqueConstraint

from treaty_shop.platform.engines.columns import (
    INSTANT,
    LINE,
    MONEY,
    TABLE_OPTIONS,
    TEXT,
    WHOLE,
    WORD,
    new_metadata,
    numbered,
    required,
)

METADATA: Final = new_metadata()

PAYMENTS: Final = Table(
    "payments",
    METADATA,
    numbered(),
    required("order_id", WHOLE, index=True),
    # The order, as long as this payment is the one that counts for it: null once it has failed.
    Column("claimed_order_id", WHOLE),
    required("user_id", WHOLE, index=True),
    required("amount", MONEY),
    required("status", WORD),
    required("payment_type", WORD),
    Column("trade_no", LINE),
    Column("paid_at", INSTANT),
    required("created_at", INSTANT),
    required("updated_at", INSTANT),
    UniqueConstraint("claimed_order_id"),
    **TABLE_OPTIONS,
)

PAYMENT_KEYS: Final = Table(
    "payment_keys",
    METADATA,
    required("request_key", LINE),
    required("fingerprint", LINE),
    # The payment that the first request with the key has made.
    required("made", WHOLE),
    PrimaryKeyConstraint("request_key"),
    ForeignKeyConstraint(["made"], ["payments.id"]),
    **TABLE_OPTIONS,
)

CHARGES: Final = Table(
    "charges",
    METADATA,
    required("payment_id", WHOLE),
    # The page where the customer pays, where there is one.
    Column("session_id", LINE),
    Column("link", TEXT),
    # What the money was taken by: null until it was.
    Column("intent_id", LINE),
    Column("collected_at", INSTANT),
    PrimaryKeyConstraint("payment_id"),
    ForeignKeyConstraint(["payment_id"], ["payments.id"]),
    UniqueConstraint("session_id"),
    **TABLE_OPTIONS,
)

PROVIDER_EVENTS: Final = Table(
    "provider_events",
    METADATA,
    required("id", LINE),
    required("told_at", INSTANT),
    PrimaryKeyConstraint("id"),
    **TABLE_OPTIONS,
)
