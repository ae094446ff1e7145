"""Where a script may be played: calls with an effect go to this machine, or where somebody said so (DESIGN 4.5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from treaty.errors import WritesRefused
from treaty.normalize.observations import SAFE_METHODS
from treaty.replay.script import Scene, Script

_OVERWRITING: Final = frozenset({"DELETE", "PUT", "PATCH"})
_SHOWN: Final = 5


def check_permission(
    script: Script, *, provider: str, host: str, ours: bool, allowed: Collection[str], destructive: bool
) -> None:
    """Insist that nothing is written where that was not allowed, before anything is sent.

    Args:
        script: what will be sent.
        provider: whose calls are looked at.
        host: where it is.
        ours: whether Treaty started it, or it is on this machine.
        allowed: hosts that may be written to.
        destructive: whether even what the replay did not create may be deleted or overwritten there.

    Raises:
        WritesRefused: when it is not.

    """
    if ours:
        return
    scenes = [each for each in script.scenes if each.item.edge.provider == provider]
    writing = [each for each in scenes if each.item.method not in SAFE_METHODS]
    if writing and host not in allowed:
        raise WritesRefused(
            f"the replay would write to {host}",
            where=_list(writing),
            why="calls with an effect are only sent to a provider that Treaty started, or on loopback",
            hint=f"if {host} may be written to, say so: --allow-writes {host}",
        )
    lost = [each for each in writing if each.item.method in _OVERWRITING and not _is_of_this_replay(each, script)]
    if lost and not destructive:
        raise WritesRefused(
            f"what the replay did not create would be deleted or overwritten on {host}",
            where=_list(lost),
            why="the path has no value that this replay makes",
            hint="if that may be lost, say so: --destructive",
        )


def _is_of_this_replay(scene: Scene, script: Script) -> bool:
    made = {each.item.number for each in script.scenes if each.item.effectful}
    tokens = [token for _, token in script.flow.tokens_of(scene.item.number, "request.path")]
    return any(token.location.startswith("response.") and token.origin in made for token in tokens)


def _list(scenes: Sequence[Scene]) -> str:
    more = len(scenes) - _SHOWN
    return "\n".join([each.description for each in scenes[:_SHOWN]] + ([f"and {more} more"] if more > 0 else []))
