"""The request of an interaction in the form of a set-up step, to find the step that is the same call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from random import Random
from typing import Final

from treaty.contract.applying import apply_to_request
from treaty.contract.generating import Source
from treaty.contract.generators import FromProviderState, Generator, Generators
from treaty.contract.json_value import JsonInvalid, JsonValue
from treaty.contract.model import Body, BodyState, HttpInteraction
from treaty.contract.structured import is_json_like
from treaty.verify.setup_steps import CallStep, StepBody, StepRequest
from treaty.verify.variables import names_in_text


class _NamesForThemselves(Mapping[str, JsonValue]):
    """Has ``${name}`` as the value of every name."""

    def __getitem__(self, name: str) -> JsonValue:
        return f"${{{name}}}"

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


_NAMED: Final = Source(
    random=Random(0),  # noqa: S311 - nothing is drawn from it
    clock=lambda: datetime.fromtimestamp(0, UTC),
    state=_NamesForThemselves(),
)


def as_step(contract: HttpInteraction) -> CallStep | None:
    """Write the request of an interaction as a step, with ``${name}`` where it takes values from its states.

    None when it cannot be one: it takes no value from a state, other values are generated, or its body is binary.
    """
    generators = list(_all(contract.request.generators))
    if not generators or not all(isinstance(each, FromProviderState) for each in generators):
        return None
    request = apply_to_request(contract.request, _NAMED)
    try:
        body = _body(request.body)
    except (JsonInvalid, UnicodeDecodeError):
        return None
    if not any(names_in_text(each.expression) for each in generators if isinstance(each, FromProviderState)):
        return None
    return CallStep(
        description=contract.description,
        request=StepRequest(
            method=request.method,
            path=request.path,
            query=request.query or {},
            headers=request.headers,
            body=body,
        ),
        status=contract.response.status,
        bind={},
    )


def _all(generators: Generators) -> Iterator[Generator]:
    yield from (each for each in (generators.method, generators.path) if each is not None)
    for part in (generators.query, generators.header, generators.body):
        yield from part.values()


def _body(body: Body) -> StepBody | None:
    if body.state is not BodyState.PRESENT:
        return None
    is_json = is_json_like(body.media_type())
    content: JsonValue = body.json() if is_json else body.data.decode()
    encoded = "" if body.encoded in {"", "false"} else body.encoded
    return StepBody(media_type=body.content_type, encoded=encoded, content=content)
