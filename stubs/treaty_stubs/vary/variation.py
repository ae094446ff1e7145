"""Variations of the answers of one interaction: drawn by a number, and each held against the whole contract."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from treaty.contract.json_value import JsonInvalid, JsonValue, dumps, loads
from treaty.contract.matching import ResponseCheck, compile_response
from treaty.contract.matching_headers import group_headers
from treaty.contract.model import ActualResponse, BodyState, HttpInteraction, Request
from treaty.contract.scopes import Scope, root_scope
from treaty.verify.calls import Call
from treaty.verify.closed_world import find_untrue
from treaty.verify.moments import Window
from treaty.verify.relations import Evidence, find_broken
from treaty.verify.sending import Sent
from treaty_stubs.message import Answer, Received
from treaty_stubs.vary.bounds import Bounds
from treaty_stubs.vary.edits import Edit, apply, shape_edits, value_edits
from treaty_stubs.vary.headers import Lines, header_edits, read_lines, write_lines

_MOST_TRIALS: Final = 60
_LARGEST: Final = 1024 * 1024


class Variation:
    """The variations of one interaction's answers.

    Args:
        interaction: the promise.

    """

    def __init__(self, interaction: HttpInteraction) -> None:
        self._interaction = interaction
        self._bounds = Bounds(interaction)

    @cached_property
    def _check(self) -> ResponseCheck:
        return compile_response(self._interaction.response)

    @cached_property
    def _scope(self) -> Scope:
        return root_scope(self._interaction.response.rules.body)

    def vary(self, answer: Answer, received: Received, chance: random.Random) -> Answer:
        """Give another answer that the contract allows; the same one where there is no other.

        Args:
            answer: as the stub would give it, with its echoes and times.
            received: the request.
            chance: where it is drawn from; the same chance gives the same variation.

        """
        trial = _Trial(self._check, self._interaction, received, answer)
        lines = trial.lines
        for edit in header_edits(lines, self._interaction.response.rules.header, self._bounds, chance):
            edited = edit(lines)
            if trial.accepts_head(edited):
                lines = edited
        answer = answer._replace(head=write_lines(lines))
        response = self._interaction.response
        if (
            response.body.state is not BodyState.PRESENT
            or not response.media_type().is_json
            or len(answer.body) > _LARGEST
        ):
            return answer
        try:
            before = loads(answer.body)
        except JsonInvalid:
            return answer
        return answer._replace(body=dumps(self._vary_document(before, trial, chance)).encode("utf-8"))

    def _vary_document(self, before: JsonValue, trial: _Trial, chance: random.Random) -> JsonValue:
        shapes = list(shape_edits(before, self._scope, self._bounds, chance))
        shaped = apply(_accepted(shapes, lambda edits: trial.accepts_body(apply(edits, before))), before)
        values = list(value_edits(shaped, before, self._scope, self._bounds, chance))
        return apply(_accepted(values, lambda edits: trial.accepts_body(apply(edits, shaped))), shaped)


class _Trial:
    """Holds variations of one answer against the contract: they may break nothing that the answer itself keeps."""

    def __init__(self, check: ResponseCheck, interaction: HttpInteraction, received: Received, answer: Answer) -> None:
        self._check = check
        self._interaction = interaction
        self._answer = answer
        self._left = _MOST_TRIALS
        self.lines = read_lines(answer.head)
        request = interaction.request
        call = Call(
            method=received.method, target=received.target, headers=received.header_lines, body=received.body or None
        )
        headers = {name: tuple(values) for name, values in received.headers.items()}
        self._sent = Sent(call, Request(method=request.method, path=received.path, headers=headers, body=request.body))
        self._now = datetime.now(tz=UTC)
        self._broken = self._faults(self.lines, answer.body)

    def accepts_head(self, lines: Lines) -> bool:
        """Tell whether the answer may have these header lines."""
        return self._faults(lines, self._answer.body) <= self._broken

    def accepts_body(self, document: JsonValue) -> bool:
        """Tell whether the answer may have this body; no longer, once too many were tried."""
        self._left -= 1
        return self._left > 0 and self._faults(self.lines, dumps(document).encode("utf-8")) <= self._broken

    def _faults(self, lines: Lines, body: bytes) -> frozenset[str]:
        actual = ActualResponse(status=self._answer.status, headers=lines, body=body)
        found = {mismatch.location for mismatch in self._check(actual)}
        if "treaty" in self._interaction.comments:
            evidence = self._evidence(lines, body)
            relations = (
                *find_broken(self._interaction, evidence),
                *find_untrue(self._interaction, evidence, in_full=False),
            )
            found |= {finding.location for finding in relations}
        return frozenset(found)

    def _evidence(self, lines: Lines, body: bytes) -> Evidence:
        try:
            document = loads(body)
        except JsonInvalid:
            document = None
        return Evidence(
            sent=self._sent,
            variables={},
            document=document,
            text=body.decode("utf-8", "replace"),
            headers=group_headers(lines),
            window=Window(begun=None, ended=self._now),
        )


def _accepted(edits: Sequence[Edit], accepts: Callable[[Sequence[Edit]], bool]) -> Sequence[Edit]:
    """Keep as many edits as can be made together, by halving: most variations need one trial."""
    if not edits or accepts(edits):
        return edits
    if len(edits) == 1:
        return ()
    middle = len(edits) // 2
    first = _accepted(edits[:middle], accepts)
    second = _accepted(edits[middle:], accepts)
    if not first or not second:
        return first or second
    both = (*first, *second)
    return both if accepts(both) else first
