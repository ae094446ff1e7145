"""What an answer can follow from: values of the request and of the set-up, by field, and what is computed from them.

They are read from the examples of the pact alone, never from its matching rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import unquote

from treaty.contract.generators import FromProviderState
from treaty.contract.json_value import JsonInvalid, JsonValue, Number, decimal_of, is_number
from treaty.contract.model import BodyState, HttpInteraction, Request
from treaty.contract.query import parse_query
from treaty.normalize.names import singular, words
from treaty.normalize.shapes import RARE, shape_of
from treaty.strength.places import children, comparable, field_of, is_list, is_scalar, nodes
from treaty.verify.locations import LocationInvalid, LocationMissing, parse_path, value_at
from treaty.verify.setup_steps import CallStep, State
from treaty.verify.variables import VariableUnknown, names_in_text, substitute_json

_NAME: Final = re.compile(r"\$\{([^{}]+)\}")
_WHOLE: Final = re.compile(r"-?\d{1,30}")
_MOST_DIGITS: Final = 40
_COUNTS: Final = frozenset({"count", "total", "size", "length", "number", "num"})
_SUMS: Final = frozenset({"total", "sum", "amount", "subtotal", "price", "cost", "value"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What is known before an answer.

    Attributes:
        asked: the values of the request, by the last word of their field; as text too where they came as text.
        given: those that the calls of the set-up sent.
        computed: numbers that follow from lists, by the kind of field that they can explain: ``count`` or ``sum``.

    """

    asked: Mapping[str, frozenset[object]]
    given: Mapping[str, frozenset[object]]
    computed: Mapping[str, frozenset[Decimal]]

    def asks(self, field: str, value: JsonValue) -> bool:
        """Tell whether the request has this value under such a field."""
        return comparable(value) in self.asked.get(_key(field), frozenset())

    def gives(self, field: str, value: JsonValue) -> bool:
        """Tell whether the set-up sent this value under such a field."""
        return comparable(value) in self.given.get(_key(field), frozenset())

    def computes(self, field: str, value: int | Number) -> bool:
        """Tell whether a number of such a field follows from lists at hand."""
        number, parts = decimal_of(value), set(words(field))
        return (bool(parts & _COUNTS) and number in self.computed["count"]) or (
            bool(parts & _SUMS) and number in self.computed["sum"]
        )


def inputs_of(
    contract: HttpInteraction, states: Sequence[State], variables: Mapping[str, JsonValue], answer: JsonValue
) -> Inputs:
    """Collect the inputs of an interaction.

    Args:
        contract: the interaction, of which the examples count.
        states: those of its states whose steps are known.
        variables: the examples of what the states bind.
        answer: the body of the example answer.

    """
    document = request_document(contract.request)
    bodies = [body for state in states for body in _step_bodies(state, variables)]
    sums: set[Decimal] = set()
    counts: set[Decimal] = set()
    for value in (document, answer):
        for _, rows in nodes(value, whole=True):
            if is_list(rows):
                _compute([row for _, row in children(rows)], counts, sums)
    return Inputs(
        asked=_by_field((*_of_path(contract.request), *_of_query(contract.request), *_of_body(document))),
        given=_by_field(entry for body in bodies for entry in _of_body(body)),
        computed={"count": frozenset(counts), "sum": frozenset(sums)},
    )


def request_document(request: Request) -> JsonValue:
    """Give the example body of a request as JSON, a form as its fields; None when it is neither."""
    if request.body.state is not BodyState.PRESENT:
        return None
    if request.media_type().is_form:
        fields = parse_query(request.body.data.decode("utf-8", "replace"))
        return {name: list(values) for name, values in fields.items()}
    try:
        return request.body.json()
    except JsonInvalid:
        return None


def variable_examples(request: Request, states: Sequence[State]) -> dict[str, JsonValue]:
    """Find what the variables of an interaction are in its examples, by name.

    What is minted is like the recorded value; what is bound follows from the expressions of the request's generators.
    """
    found: dict[str, JsonValue] = {}
    for state in states:
        found.update({name: mint.like for name, mint in state.mint.items()})
    for expression, example in _generated(request):
        for name, value in _solved(expression, example).items():
            found.setdefault(name, value)
    return found


def is_scoped(request: Request) -> bool:
    """Tell whether an answer speaks of what its request names by a key, not of all that the provider holds."""
    if request.method.upper() not in {"GET", "HEAD"} or request.generators.path is not None:
        return True
    if request.generators.query:
        return True
    return any(_is_key(segment) for segment in _segments(request))


def _generated(request: Request) -> Iterator[tuple[str, JsonValue]]:
    generators = request.generators
    if isinstance(generators.path, FromProviderState):
        yield generators.path.expression, unquote(request.path)
    for name, generator in generators.query.items():
        values = (request.query or {}).get(name, ())
        if isinstance(generator, FromProviderState) and values:
            yield generator.expression, values[0]
    for name, generator in generators.header.items():
        lines = request.headers.get(name, ())
        if isinstance(generator, FromProviderState) and lines:
            yield generator.expression, lines[0]
    document = request_document(request)
    for path, generator in generators.body.items():
        if isinstance(generator, FromProviderState):
            try:
                yield generator.expression, value_at(document, parse_path(path))
            except (LocationInvalid, LocationMissing):
                continue


def _solved(expression: str, example: JsonValue) -> Mapping[str, JsonValue]:
    """Find the values with which an expression gives the example; a text of digits counts as a whole number."""
    if "${" not in expression:
        return {expression: example}
    if not isinstance(example, str):
        alone = _NAME.fullmatch(expression)
        return {alone[1]: example} if alone else {}
    names = list(names_in_text(expression))
    form = "(.+?)".join(re.escape(part) for part in _NAME.split(expression)[::2])
    found = re.fullmatch(form, example, re.DOTALL)
    if found is None:
        return {}
    return {name: _typed(text) for name, text in zip(names, found.groups(), strict=True)}


def _typed(text: str) -> JsonValue:
    return int(text) if _WHOLE.fullmatch(text) and str(int(text)) == text else text


def _segments(request: Request) -> list[str]:
    return [unquote(segment) for segment in request.path.split("?")[0].removeprefix("/").split("/")]


def _is_key(segment: str) -> bool:
    return bool(_WHOLE.fullmatch(segment)) or shape_of(segment) in RARE


def _of_path(request: Request) -> Iterator[tuple[str, JsonValue]]:
    before = ""
    for segment in _segments(request):
        if _is_key(segment):
            for field in ("id", f"{singular(before)}_id"):
                yield field, segment
                yield field, _typed(segment)
        before = segment


def _of_query(request: Request) -> Iterator[tuple[str, JsonValue]]:
    for name, values in (request.query or {}).items():
        for value in values:
            if value:
                yield name, value
                yield name, _typed(value)


def _of_body(document: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    for path, value in nodes(document, whole=True):
        if is_scalar(value) and value not in (None, "") and field_of(path):
            yield field_of(path), value


def _step_bodies(state: State, variables: Mapping[str, JsonValue]) -> Iterator[JsonValue]:
    for step in state.steps:
        body = step.request.body if isinstance(step, CallStep) else None
        if body is None or body.encoded:
            continue
        try:
            yield substitute_json(body.content, variables)
        except VariableUnknown:
            yield body.content


def _by_field(
    entries: Iterable[tuple[str, JsonValue]],
) -> dict[str, frozenset[object]]:
    found: dict[str, set[object]] = {}
    for field, value in entries:
        found.setdefault(_key(field), set()).add(comparable(value))
    return {field: frozenset(values) for field, values in found.items()}


def _key(field: str) -> str:
    return "_".join(words(field))


def _compute(rows: Sequence[JsonValue], counts: set[Decimal], sums: set[Decimal]) -> None:
    counts.add(Decimal(len(rows)))
    objects = [row for row in rows if isinstance(row, Mapping)]
    names = sorted({name for row in objects for name, value in row.items() if is_number(value)})
    columns = [[_number(row.get(name)) for row in objects] for name in names]
    for position, first in enumerate(columns):
        sums.add(sum(first, Decimal(0)))
        for second in columns[position:]:
            sums.add(sum((a * b for a, b in zip(first, second, strict=True)), Decimal(0)))


def _number(value: JsonValue) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, Number)):
        return Decimal(0)
    number = decimal_of(value)
    return number if number.is_finite() and abs(number.adjusted()) < _MOST_DIGITS else Decimal(0)
