"""What ``comments.treaty`` of an interaction says about the values of its response (causes of DESIGN 4.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from treaty.contract.generators import FromProviderState
from treaty.contract.model import HttpInteraction
from treaty.contract.path import ANY_INDEX, AnyIndex, AnyStep, Field, Index, RulePath, Token
from treaty_stubs.render.document import Step, Way
from treaty_stubs.render.places import PlaceName, parse_place


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a value of the response is what it is.

    Attributes:
        place: of the response.
        kind: ``echo``, ``clock``, ``created`` and so on.
        of: the place of the request, or of the same answer, that the value repeats.

    """

    place: PlaceName
    kind: str
    of: PlaceName | None = None


class Causes:
    """The causes of one interaction's response. What is written in a form that we do not know is left aside."""

    def __init__(self, interaction: HttpInteraction) -> None:
        self._causes = tuple(_read(interaction))

    def __bool__(self) -> bool:
        return bool(self._causes)

    def at(self, way: Way) -> Cause | None:
        """Find the cause of a place of the JSON body."""
        for cause in self._causes:
            if cause.place.path is not None and not cause.place.inside and covers(cause.place.path, way):
                return cause
        return None

    def inside(self, way: Way) -> tuple[Cause, ...]:
        """Find the causes of values inside the text at a place of the JSON body."""
        return tuple(
            cause
            for cause in self._causes
            if cause.place.inside and cause.place.path is not None and covers(cause.place.path, way)
        )

    def inside_header(self, name: str) -> tuple[Cause, ...]:
        """Find the causes of values inside a header, named in lower case."""
        return tuple(
            cause
            for cause in self._causes
            if cause.place.inside and cause.place.part == "header" and cause.place.name == name
        )

    def of_header(self, name: str) -> Cause | None:
        """Find the cause of a header, named in lower case."""
        return self._of_part("header", name)

    def of_body(self) -> Cause | None:
        """Find the cause of a whole body that is not JSON."""
        return self._of_part("body", "")

    def followed(self, way: Way) -> RulePath | None:
        """Find the list of the request whose elements a list of the answer repeats; None when it repeats none."""
        for cause in self._causes:
            if cause.kind != "echo" or cause.place.path is None or cause.of is None or cause.of.path is None:
                continue
            if cause.of.answered:
                continue
            tokens = cause.place.path.tokens
            if len(tokens) > len(way) and tokens[len(way)] is ANY_INDEX and _fit(tokens[: len(way)], way):
                wildcards = sum(token is ANY_INDEX for token in tokens[: len(way)])
                prefix = _before_wildcard(cause.of.path, wildcards)
                if prefix is not None:
                    return prefix
        return None

    def _of_part(self, part: str, name: str) -> Cause | None:
        for cause in self._causes:
            place = cause.place
            if place.part == part and place.name == name and place.path is None and not place.inside:
                return cause
        return None


def covers(path: RulePath, way: Way) -> bool:
    """Tell whether a path with wildcards fits a place of an answer."""
    return len(path.tokens) == len(way) and _fit(path.tokens, way)


def _fit(tokens: tuple[Token, ...], way: Way) -> bool:
    return all(_fits(token, step) for token, step in zip(tokens, way, strict=True))


def _fits(token: Token, step: Step) -> bool:
    if isinstance(token, AnyStep):
        return True
    if isinstance(token, AnyIndex):
        return not isinstance(step, str)
    if isinstance(token, Index):
        return token.position == step
    assert isinstance(token, Field)
    return token.name == step


def _before_wildcard(path: RulePath, ordinal: int) -> RulePath | None:
    """Give the part of a path before its wildcard of a number, counted from 0."""
    seen = 0
    for position, token in enumerate(path.tokens):
        if token is ANY_INDEX:
            if seen == ordinal:
                return RulePath(path.tokens[:position])
            seen += 1
    return None


def _read(interaction: HttpInteraction) -> Iterator[Cause]:
    ours = interaction.comments.get("treaty")
    listed = ours.get("response") if isinstance(ours, Mapping) else None
    if not isinstance(listed, Mapping):
        return
    bound = dict(_bound(interaction))
    for text, entry in listed.items():
        kind = entry.get("cause") if isinstance(entry, Mapping) else None
        place = parse_place(text)
        if not isinstance(entry, Mapping) or not isinstance(kind, str) or place is None:
            continue
        of = entry.get("of")
        origin = None
        if isinstance(of, str):
            # What the set-up made comes back to us in the request, where the request needs it too.
            origin = parse_place(bound.get(of, of))
            kind = "echo" if of in bound else kind
        yield Cause(place=place, kind=kind, of=origin)


def _bound(interaction: HttpInteraction) -> Iterator[tuple[str, str]]:
    """Yield each ``${variable}`` that a place of the request holds alone, with the name of the place."""
    generators = interaction.request.generators
    if generators.path is not None and isinstance(generators.path, FromProviderState):
        for position, segment in enumerate(generators.path.expression.strip("/").split("/")):
            yield segment, f"path[{position}]"
    for name, entry in generators.query.items():
        if isinstance(entry, FromProviderState):
            yield entry.expression, f"query.{name}"
    for path, entry in generators.body.items():
        if isinstance(entry, FromProviderState):
            yield entry.expression, f"body.{path}"
