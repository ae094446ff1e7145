"""What recorded runs of the same script disagree in: a replay need not agree with one of them there."""

from __future__ import annotations

from collections.abc import Sequence

from treaty.normalize.leaves import wildcard
from treaty.replay.binding import Bindings
from treaty.replay.comparing import Comparer, Given, leaves_of
from treaty.replay.script import Scene, Script
from treaty.verify.calls import Answer


def noise(script: Script, others: Sequence[Script]) -> frozenset[tuple[int, str]]:
    """Find the places in which other runs answered otherwise.

    Args:
        script: the run that is played again.
        others: further runs; one with other calls says nothing.

    Returns:
        Numbers of exchanges of `script` with places, ``[*]`` for every index.

    """
    found: set[tuple[int, str]] = set()
    for other in others:
        if [_call(scene) for scene in script.scenes] == [_call(scene) for scene in other.scenes]:
            found |= _differing(script, other)
    return frozenset(found)


def _call(scene: Scene) -> tuple[str, str, str, int]:
    item = scene.item
    return (item.edge.provider, item.method, str(item.template), item.status)


def _differing(script: Script, other: Script) -> set[tuple[int, str]]:
    comparer = Comparer(script=script, bindings=Bindings(flow=script.flow, fresh=True))
    found = set()
    for ours, theirs in zip(script.scenes, other.scenes, strict=True):
        response = theirs.item.answer
        answer = Answer(status=response.status, headers=response.headers, body=response.content.data)
        comparer.bindings.learn(ours.item, leaves_of(answer, ours.item.response_payload))
        given = Given(
            item=ours.item,
            answer=answer,
            at=theirs.item.ended,
            written={leaf.location: leaf.value for leaf in theirs.item.request},
        )
        found |= {(ours.item.number, wildcard(each.place)) for each in comparer.differences(given)}
    return found
