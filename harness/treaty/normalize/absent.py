"""What is not there: keys of paths under which a provider found nothing, and that nobody ever made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from treaty.normalize.observations import Observation
from treaty.normalize.token_values import Place, Token


def mark_absent(observations: Iterable[Observation], places: Mapping[Place, Token]) -> None:
    """Mark what a read could not find although nobody ever made it; what the same provider found is there."""
    written: set[Token] = set()
    found: set[tuple[str, Token]] = set()
    for item in observations:
        for leaf in item.request if item.succeeded else ():
            token = places.get((item.number, f"request.{leaf.location}"))
            if token is not None and leaf.location.startswith("path["):
                found.add((item.edge.provider, token))
                if item.effectful:
                    written.add(token)
    for item in observations:
        if item.status == 404:
            for leaf in item.request:
                token = places.get((item.number, f"request.{leaf.location}"))
                if token is None or token.provider or not leaf.location.startswith("path["):
                    continue
                if token not in written and (item.edge.provider, token) not in found:
                    token.absent = True
