"""The tables of the order service: what describes them, and how they came to be."""

from pathlib import Path
from typing import Final

from treaty_shop.platform.database import Schema

SCHEMA: Final = Schema(
    service="order", package=__name__, folder=Path(__file__).parent, numbered=("orders", "order_items")
)
