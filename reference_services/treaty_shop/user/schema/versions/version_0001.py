"""Users."""

from typing import Final

from alembic import op
from sqlalchemy import UniqueConstraint

from treaty_shop.platform.engines.columns import LINE, TABLE_OPTIONS, numbered, required

revision: Final = "0001"
down_revision: Final = None


def upgrade() -> None:
    """Make the first table."""
    op.create_table(
        "users",
        numbered(),
        required("username", LINE),
        required("email", LINE),
        required("password_hash", LINE),
        UniqueConstraint("email", name="users_one_email"),
        **TABLE_OPTIONS,
    )
