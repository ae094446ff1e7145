"""The tables of the inventory service: what describes them, and how they came to be."""

from pathlib import Path
from typing import Final

from treaty_shop.platform.database import Schema

SCHEMA: Final = Schema(service="inventory", package=__name__, folder=Path(__file__).parent)
