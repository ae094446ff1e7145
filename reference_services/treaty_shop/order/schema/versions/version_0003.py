"""Which product an item is."""

from typing import Final

from alembic import op
from sqlalchemy import Column

from treaty_shop.platform.engines.columns import LINE

revision: Final = "0003"
down_revision: Final = "0002"


def upgrade() -> None:
    """Add the column; items of before have none."""
    op.add_column("order_items", Column("product_id", LINE))
