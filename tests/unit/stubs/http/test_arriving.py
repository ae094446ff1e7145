"""Bodies on their way, counted over all connections."""

from __future__ import annotations

from treaty_stubs.http.arriving import Arriving


def test_pieces_are_joined() -> None:
    pieces = Arriving().begin()
    assert [pieces.take(piece) for piece in (b"ab", b"", b"c")] == [True] * 3
    assert pieces.whole() == b"abc"


def test_all_bodies_together_are_bounded_and_give_their_room_back() -> None:
    """Whoever comes too late is refused; when another one is done, or gone, there is room again."""
    arriving = Arriving(10)
    first, second = arriving.begin(), arriving.begin()
    assert first.take(b"x" * 8)
    assert not second.take(b"x" * 3)
    assert second.take(b"x" * 2)
    assert arriving.held == 10
    del first
    assert arriving.held == 2
    assert second.take(b"x" * 3)
    assert second.whole() == b"x" * 5
