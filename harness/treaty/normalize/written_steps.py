"""Steps of set-ups as they are written, kept for the next state that begins with the same ones (DESIGN 4.4).

States of one session share most of their steps: what was done to an order before its tenth change was done before its
eleventh, too. A step is the same wherever the values in its request have the same variables or examples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from treaty.contract.json_value import dumps
from treaty.normalize.orders import Orders
from treaty.normalize.slices import Step
from treaty.normalize.states import Entry, Writing, Written, each_step, write_step

_Key: TypeAlias = tuple[int, str, tuple[str, ...], tuple[tuple[str, str], ...]]


@dataclass(slots=True, kw_only=True)
class WrittenSteps:
    """Writes steps, and remembers them.

    Args:
        orders: outlines calls.

    """

    orders: Orders
    _known: dict[_Key, Written] = field(default_factory=dict)

    def write(self, steps: Sequence[Step], writing: Writing) -> Sequence[Written]:
        """Write all steps of a state under plain variable names."""
        # Names that a consumer chose may stand inside any text, and credentials hold them out of sight.
        if writing.logins or any(token.unique for token in writing.names):
            return each_step(steps, writing)
        binds = writing.binds()
        return [self._step(step, writing, binds.get(index, {})) for index, step in enumerate(steps)]

    def _step(self, step: Step, writing: Writing, bind: Mapping[str, str]) -> Written:
        outline = self.orders.outline(step.observation)
        if not outline.is_plain:
            return _with_text(write_step(step, writing, bind))
        names, examples = writing.names, writing.examples
        values = [names[token] if token in names else repr(examples.of_token(token)) for token in outline.asked]
        key = (step.observation.number, repr(step.until), tuple(values), tuple(bind.items()))
        if key not in self._known:
            self._known[key] = _with_text(write_step(step, writing, bind))
        return self._known[key]


def _with_text(step: Entry) -> Written:
    return step, dumps(step, sort_keys=True)
