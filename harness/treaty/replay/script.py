"""What is sent again: the calls of a session that came from outside, in their order, and what is known of their values.

Calls between the services follow by themselves. So values are followed through the outside calls alone: that is what
both the recording and the replay show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from treaty.normalize.changes import Changes, learn
from treaty.normalize.observations import Observation, observe, usable
from treaty.normalize.path_kinds import with_path_kinds
from treaty.normalize.references import with_references
from treaty.normalize.tokens import Flow, trace
from treaty.session.exchange import Edge, Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One call of the script: as it was recorded, and taken apart."""

    exchange: Exchange
    item: Observation

    @property
    def description(self) -> str:
        """Method and path, as recorded."""
        return f"{self.item.method} {self.item.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The outside calls of one run.

    Attributes:
        scenes: in order of their start.
        flow: the values that went from one to another.
        changes: what changes by itself, as far as outside calls can tell.
        left_out: calls that are not sent again, with the reason.

    """

    scenes: Sequence[Scene]
    flow: Flow
    changes: Changes
    left_out: Sequence[tuple[Exchange, str]]

    @property
    def edges(self) -> list[Edge]:
        """The edges that are called from outside, each once, in order of their first call."""
        return list(dict.fromkeys(scene.item.edge for scene in self.scenes))

    @property
    def providers(self) -> list[str]:
        """Who is called from outside, in order of the first call."""
        return list(dict.fromkeys(scene.item.edge.provider for scene in self.scenes))


def script_of(exchanges: Iterable[Exchange]) -> Script:
    """Write the script of a run.

    Args:
        exchanges: of one run, by the clock that its services ran at.

    """
    everything = list(exchanges)
    providers = {item.edge.provider for item in everything}
    outside = [item for item in everything if item.edge.consumer not in providers]
    by_number = {item.number: item for item in outside}
    # Templates are learned from all calls; a resource may be seen in many ways inside, and once from outside.
    observed = with_references(with_path_kinds(observe(everything)))
    observations = [item for item in observed if item.number in by_number]
    flow = trace(observations)
    return Script(
        scenes=[Scene(exchange=by_number[item.number], item=item) for item in observations],
        flow=flow,
        changes=_joined(learn(observations, flow), learn(observed, trace(observed))),
        left_out=[(item, _why_left_out(item)) for item in outside if not usable(item)],
    )


def _joined(outside: Changes, everywhere: Changes) -> Changes:
    """Join what changes by itself as seen from outside, where other services' calls are not seen, and by all calls."""
    keys = outside.steps.keys() | everywhere.steps.keys()
    steps = {key: outside.steps.get(key, frozenset()) | everywhere.steps.get(key, frozenset()) for key in keys}
    return replace(outside, steps=steps)


def _why_left_out(item: Exchange) -> str:
    if item.response is None:
        return item.error or "it had no answer"
    if item.response.status >= 500:
        return f"it was answered {item.response.status}"
    if not item.request.content.is_at_hand:
        return "its body was too large to be kept"
    return "a browser asked for leave (CORS)"
