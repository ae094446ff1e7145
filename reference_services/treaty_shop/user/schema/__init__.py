"""The tables of the user service: what describes them, and how they came to be."""

from pathlib import Path
from typing import Final

from treaty_shop.platform.database import Schema

SCHEMA: Final = Schema(service="user", package=__name__, folder=Path(__file__).parent, numbered=("users",))
