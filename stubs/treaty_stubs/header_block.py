"""The header lines of a request, and what is read from them once for all requests that have the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from treaty.contract.matching_headers import GroupedHeaders, group_headers
from treaty.contract.model import HeaderLines

RawHeaders: TypeAlias = Sequence[tuple[bytes, bytes]]
"""Header lines as they came over the wire."""

STATE_HEADER: Final = b"x-treaty-state"
CONSUMER_HEADER: Final = b"x-treaty-consumer"
VARY_HEADER: Final = b"x-treaty-vary"
_OWN: Final = b"x-treaty-"
_OWN_LENGTHS: Final = frozenset(map(len, (STATE_HEADER, CONSUMER_HEADER, VARY_HEADER)))
_NONE: Final[Mapping[bytes, str]] = {}
_MOST_NAMES: Final = 1024
_LONGEST_NAME: Final = 64
_LOWERED: Final[dict[bytes, bytes]] = {}
"""Names of headers as clients write them, in lower case; a lookup is cheaper than making it anew."""


class HeaderBlock:
    """The header lines of a request, with what is read from them; requests that have the same ones may share it.

    Args:
        raw: the lines in order, as they came.
        is_shared: what was read is kept for further requests.

    Attributes:
        raw, is_shared: as given.

    """

    __slots__ = ("_grouped", "_own", "_single_lines", "is_shared", "raw")

    def __init__(self, raw: RawHeaders, *, is_shared: bool = False) -> None:
        self.raw = raw
        self.is_shared = is_shared
        self._grouped: GroupedHeaders | None = None
        self._single_lines: dict[bytes, bytes] | None = None
        self._own: Mapping[bytes, str] | None = None

    @property
    def lines(self) -> HeaderLines:
        """All lines as text."""
        return tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in self.raw])

    @property
    def grouped(self) -> GroupedHeaders:
        """The values of each header, by its name in lower case."""
        if self._grouped is None:
            self._grouped = group_headers(self.lines)
        return self._grouped

    @property
    def single_lines(self) -> Mapping[bytes, bytes]:
        """The values of the headers that came once, as they came, by their names in lower case."""
        lines = self._single_lines
        if lines is None:
            lines = {_LOWERED.get(name) or _lowered(name): value for name, value in self.raw}
            if len(lines) != len(self.raw):
                counts = Counter(name.lower() for name, _ in self.raw)
                lines = {name: value for name, value in lines.items() if counts[name] == 1}
            self._single_lines = lines
        return lines

    @property
    def own(self) -> Mapping[bytes, str]:
        """The first value of each header of Treaty's own, by its name in lower case; mostly there is none."""
        if self._own is None:
            found: dict[bytes, str] = {}
            for name, value in self.raw:
                if len(name) in _OWN_LENGTHS and name[:9].lower() == _OWN:
                    found.setdefault(name.lower(), value.decode("latin-1"))
            self._own = found or _NONE
        return self._own

    def forget(self) -> None:
        """Let go of what was read, unless other requests share it."""
        if not self.is_shared:
            self._grouped = self._single_lines = self._own = None


def _lowered(name: bytes) -> bytes:
    lowered = name.lower()
    if len(_LOWERED) < _MOST_NAMES and len(name) <= _LONGEST_NAME:
        _LOWERED[name] = lowered
    return lowered
