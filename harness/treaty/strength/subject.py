"""One interaction with all that strength needs to know of it before anything is mutated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from treaty.contract.json_value import JsonInvalid, JsonValue
from treaty.contract.model import BodyState, HttpInteraction, Response, header_value
from treaty.strength.closed_values import with_closed_values
from treaty.strength.inputs import Inputs, inputs_of, is_scoped, variable_examples
from treaty.strength.notes import Notes
from treaty.strength.places import Path, nodes
from treaty.strength.reply import BodyKind, Reply
from treaty.verify.document import Interaction, PactDocument
from treaty.verify.locations import Any
from treaty.verify.setup_steps import State
from treaty.verify.variables import VariableUnknown, substitute_json

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An interaction.

    Attributes:
        interaction: with its states.
        contract: what is promised.
        states: those of its states whose steps are known.
        examples: what the variables of the states are in the examples.
        notes: the causes that the pact tells.
        inputs: what the answer can follow from.
        example: the recorded answer.
        is_told: whether the pact tells causes at all; those of other tools do not.
        is_scoped: whether the request names by a key what it asks for.

    """

    interaction: Interaction
    contract: HttpInteraction
    states: tuple[State, ...]
    examples: Mapping[str, JsonValue]
    notes: Notes
    inputs: Inputs
    example: Reply
    is_told: bool
    is_scoped: bool

    @property
    def is_made_here(self) -> bool:
        """Whether the set-up or the request itself made what the answer is about, as the engine sees it."""
        keyed = all(state.key is not None for state in self.interaction.states)
        return keyed and (self.contract.request.method not in _READS or any(state.steps for state in self.states))

    def in_open_list(self, path: Path) -> bool:
        """Tell whether a place lies in a list that the request does not scope: it holds whatever the provider holds."""
        return not self.is_scoped and any(isinstance(step, int) for step in path)


def subject_of(document: PactDocument, interaction: Interaction) -> Subject:
    """Look at one interaction over HTTP of a pact."""
    contract = document.contract.interactions[interaction.position]
    assert isinstance(contract, HttpInteraction)
    states = tuple(
        document.states[state.key] for state in interaction.states if state.key and state.key in document.states
    )
    notes = Notes(contract)
    example = _example(contract.response)
    if example.kind is BodyKind.JSON:
        example = example.with_document(with_closed_values(example.document, contract))
    examples = variable_examples(contract.request, states)
    if example.kind is BodyKind.JSON:
        _add_carried(examples, notes, example.document)
    return Subject(
        interaction=interaction,
        contract=contract,
        states=states,
        examples=examples,
        notes=notes,
        inputs=inputs_of(contract, states, examples, example.document),
        example=example,
        is_told="treaty" in document.contract.metadata,
        is_scoped=is_scoped(contract.request),
    )


def _add_carried(examples: dict[str, JsonValue], notes: Notes, answer: JsonValue) -> None:
    """Learn the examples of variables that only the answer shows."""
    for path, value in nodes(answer, whole=True):
        note = notes.at(path)
        if note is None or not note.of.startswith("${") or not note.of.endswith("}") or note.of.count("${") != 1:
            continue
        name = note.of[2:-1]
        if name not in examples and not any(isinstance(segment, Any) for segment in note.place.path or ()):
            examples[name] = value


def is_known(expression: str, variables: Mapping[str, JsonValue]) -> bool:
    """Tell whether every variable of an expression has a value."""
    try:
        substitute_json(expression, variables)
    except VariableUnknown:
        return False
    return True


def _example(response: Response) -> Reply:
    headers = tuple((name, value) for name, values in response.headers.items() for value in values)
    body = response.body
    declared = header_value(response.headers, "content-type")
    if body.state is BodyState.PRESENT and not declared and body.content_type:
        headers = (*headers, ("Content-Type", body.content_type))
    reply = Reply(status=response.status, headers=headers)
    if body.state is not BodyState.PRESENT:
        return reply
    if body.is_json(declared):
        try:
            return reply.with_document(body.json())
        except JsonInvalid:
            return reply.with_bytes(body.data)
    media_type = body.media_type(declared)
    if media_type.is_text:
        return reply.with_text(body.data)
    return reply.with_bytes(body.data)
