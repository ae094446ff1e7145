"""Stand-ins for providers, made of their pacts: `Stub` for tests in Python, and what `treaty stub` is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treaty_stubs.stub import Stub, Unexpected

__all__ = ["Stub", "Unexpected"]


def __getattr__(name: str) -> object:
    """Import what was asked for; the package alone costs nothing (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from treaty_stubs import stub  # noqa: PLC0415 - see above

    return getattr(stub, name)
