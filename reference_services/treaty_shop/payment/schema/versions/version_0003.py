"""What the payment provider knows payments by, and what it has told."""

from typing import Final

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

from treaty_shop.platform.engines.columns import INSTANT, LINE, TABLE_OPTIONS, TEXT, WHOLE, required

revision: Final = "0003"
down_revision: Final = "0002"


def upgrade() -> None:
    """Make the tables of charges and events."""
    op.create_table(
        "charges",
        required("payment_id", WHOLE),
        Column("session_id", LINE),
        Column("link", TEXT),
        Column("intent_id", LINE),
        Column("collected_at", INSTANT),
        PrimaryKeyConstraint("payment_id", name="charges_key"),
        ForeignKeyConstraint(["payment_id"], ["payments.id"], name="charges_payment_id_known"),
        UniqueConstraint("session_id", name="charges_one_session_id"),
        **TABLE_OPTIONS,
    )
    op.create_table(
        "provider_events",
        required("id", LINE),
        required("told_at", INSTANT),
        PrimaryKeyConstraint("id", name="provider_events_key"),
        **TABLE_OPTIONS,
    )
