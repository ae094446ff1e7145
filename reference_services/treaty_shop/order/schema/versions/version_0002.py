"""What idempotency keys have made."""

from typing import Final

from alembic import op
from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint

from treaty_shop.platform.engines.columns import LINE, TABLE_OPTIONS, WHOLE, required

revision: Final = "0002"
down_revision: Final = "0001"


def upgrade() -> None:
    """Make the table of keys."""
    op.create_table(
        "order_keys",
        required("request_key", LINE),
        required("fingerprint", LINE),
        required("made", WHOLE),
        PrimaryKeyConstraint("request_key", name="order_keys_key"),
        ForeignKeyConstraint(["made"], ["orders.id"], name="order_keys_made_known"),
        **TABLE_OPTIONS,
    )
