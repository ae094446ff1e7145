"""Looks into normalised pacts for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.observations import Observation, observe
from treaty.normalize.pipeline import normalize
from treaty.normalize.tokens import Flow, trace
from treaty.session.exchange import Edge


@dataclass(frozen=True, slots=True)
class View:
    """One interaction of a pact, and the set-up that it refers to."""

    interaction: Mapping[str, Any]
    state: Mapping[str, Any]

    @property
    def request(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.interaction["request"]
        return found

    @property
    def answer(self) -> Any:
        return self.interaction["response"].get("body", {}).get("content")

    @property
    def steps(self) -> Sequence[str]:
        return [
            f"{kind} {step.get('description', '')}"
            for entry in self.state.get("steps", [])
            for kind, step in entry.items()
        ]

    @property
    def causes(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.interaction.get("comments", {}).get("treaty", {}).get("response", {})
        return found

    def rule(self, path: str, part: str = "body") -> list[str]:
        """Give the matchers at a path of the answer: a regular expression or the kind; none when it is exact."""
        rules = self.interaction["response"].get("matchingRules", {}).get(part, {})
        return [item.get("regex", item["match"]) for item in rules.get(path, {}).get("matchers", [])]

    def asked(self, part: str, path: str = "") -> list[str]:
        """Give the matchers of the request, as `rule` does."""
        rules = self.request.get("matchingRules", {}).get(part, {})
        found = rules.get(path, {}) if path else rules
        return [item.get("regex", item["match"]) for item in found.get("matchers", [])]

    def generator(self, part: str, path: str = "") -> str:
        """Give the expression of a generator of the request, empty when there is none."""
        found = self.request.get("generators", {}).get(part, {})
        found = found.get(path, {}) if path else found
        return str(found.get("expression", ""))


def pact_of(session: Session, edge: str) -> Mapping[str, Any]:
    """Normalise and give one pact."""
    consumer, provider = edge.split(">")
    return normalize(session.exchanges).pacts[Edge(consumer=consumer, provider=provider)]


def views_of(session: Session, edge: str) -> list[View]:
    """Normalise and give the interactions of one pact, in order."""
    pact = pact_of(session, edge)
    states = pact["metadata"]["treaty"].get("states", {})
    return [
        View(item, next((states[state["params"]["treaty"]] for state in item.get("providerStates", [])), {}))
        for item in pact["interactions"]
    ]


def view_of(session: Session, edge: str, description: str) -> View:
    """Give the only interaction with a description."""
    (found,) = (view for view in views_of(session, edge) if view.interaction["description"] == description)
    return found


def observed(session: Session) -> list[Observation]:
    """Observe a session."""
    return observe(session.exchanges)


def flow_of(session: Session) -> Flow:
    """Trace a session."""
    return trace(observe(session.exchanges))
