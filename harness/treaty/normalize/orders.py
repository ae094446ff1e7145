"""An order among drafts that looks at what was said, never at when, or under which ids (DESIGN 4.9).

Of like exchanges one becomes the example of its interaction, and any choice must be the same for each recording. So
calls are compared by their *outline*: the request as a pact would write it, with marks in place of values that flow.
Two drafts of the same order have the same state and the same request in every byte, without either being written.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.calls import example_writer, request_of
from treaty.normalize.dependencies import Answer
from treaty.normalize.examples import Examples, general_example
from treaty.normalize.observations import Observation
from treaty.normalize.slices import Step
from treaty.normalize.states import bound_by
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

Order: TypeAlias = tuple[tuple[str, ...], tuple[int, ...], tuple[str, ...], str]
"""The outlines, which values are the same, of what kind they are, and what the set-up binds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A call with marks for values that flow.

    Attributes:
        text: the call.
        tokens: the values, in the order of their marks.
        asked: those among them that the request is written with.
        is_plain: whether no text of the request holds such a value unseen.

    """

    text: str
    tokens: tuple[Token, ...]
    asked: tuple[Token, ...]
    is_plain: bool


class _Marks(Examples):
    """Examples that only count."""

    def of_token(self, token: Token) -> JsonValue:
        return self._given.setdefault(token, f"\0{len(self._given)}")

    def given(self) -> dict[Token, JsonValue]:
        return self._given


@dataclass(slots=True, kw_only=True)
class Orders:
    """Tells the order of drafts; outlines each call once.

    Args:
        flow: the tokens.

    """

    flow: Flow
    _outlines: dict[int, Outline] = field(default_factory=dict)
    _kinds: dict[Token, str] = field(default_factory=dict)

    def order(
        self, item: Observation, steps: Sequence[Step], answers: Sequence[Answer], varied: Collection[Token]
    ) -> Order:
        """Give the order of an exchange with its set-up.

        Args:
            item: the exchange.
            steps: its set-up.
            answers: what stand-ins must answer.
            varied: the values that the set-up binds or mints.

        """
        texts: list[str] = []
        numbers: dict[Token, int] = {}
        marks: list[int] = []
        for observation, said in [
            *((answer.observation, repr(answer.codes)) for answer in answers),
            *((step.observation, repr(step.until)) for step in steps),
            (item, ""),
        ]:
            outline = self.outline(observation)
            texts += (outline.text, said)
            marks.extend(numbers.setdefault(token, len(numbers)) for token in outline.tokens)
        bound = bound_by(steps, self.flow)
        binds = [(numbers.setdefault(token, len(numbers)), *bound[token]) for token in varied if token in bound]
        # What was asked counts first, then what was done right before it.
        return tuple(reversed(texts)), tuple(marks), tuple(map(self._kind, numbers)), repr(binds)

    def outline(self, item: Observation) -> Outline:
        """Outline a call."""
        known = self._outlines.get(item.number)
        if known is None:
            known = self._outlines[item.number] = self._outlined(item)
        return known

    def _outlined(self, item: Observation) -> Outline:
        marks = _Marks(find=partial(self.flow.named, item.run))
        request = request_of(item, self.flow, example_writer(item, marks))
        asked = tuple(marks.given())
        places = [(place, marks.of_token(token)) for place, token in self.flow.tokens_of(item.number, "request.")]
        slots = [self.flow.slot(item.number, leaf.location) for leaf in item.request] if self.flow.slots else []
        call = (item.edge.provider, str(item.template), item.status, request, places, slots)
        whole = {self.flow.at(item.number, f"request.{leaf.location}") for leaf in item.request}
        return Outline(
            text=repr(call), tokens=tuple(marks.given()), asked=asked, is_plain=all(token in whole for token in asked)
        )

    def _kind(self, token: Token) -> str:
        """Write what decides on a token's variable and example, but for the place in the row of them."""
        known = self._kinds.get(token)
        if known is None:
            made = token.location.partition(".")[0]
            # What is made anew each time goes before what must not be there.
            parts = (token.absent, token.unique, str(token.name), token.shape.value, token.provider, made)
            known = self._kinds[token] = repr((*parts, general_example(token)))
        return known
