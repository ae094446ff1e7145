"""A recording with everything that can be shown of one, for the tests of the outputs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from treaty.normalize.findings import Finding
from treaty.normalize.merge import Merged
from treaty.record.events import Stored
from treaty.session.exchange import Edge
from treaty_cli.bootstrap.normalizing import NormalizeSummary, PactOutcome
from treaty_cli.bootstrap.recording import Listening, RecordingSummary

WEB_USER = Edge(consumer="web", provider="user")
ORDER_USER = Edge(consumer="order", provider="user")
ORDER_MAIL = Edge(consumer="order", provider="mail")
LISTENING = Listening(
    edges={WEB_USER: "http://127.0.0.1:9101"},
    upstreams={WEB_USER: "http://127.0.0.1:8081"},
    mail={ORDER_MAIL: "smtp://127.0.0.1:9025"},
    proxy="http://127.0.0.1:9200",
    authority=Path("authority.pem"),
)


def pact(edge: Edge = WEB_USER, *, interactions: int = 3, written: bool = True, **merged: Any) -> PactOutcome:
    return PactOutcome(
        edge=edge,
        path=Path("pacts") / f"{edge.consumer}-{edge.provider}.json",
        interactions=interactions,
        merged=Merged(pact={}, base={}, **merged),
        written=written,
    )


def normalized(*pacts: PactOutcome, findings: Sequence[Finding] = (), problems: Sequence[str] = ()) -> NormalizeSummary:
    return NormalizeSummary(pacts=pacts, findings=findings, observed={}, problems=problems)


def recorded(**values: Any) -> RecordingSummary:
    known: dict[str, Any] = {
        "session": Path("session"),
        "declared": [WEB_USER],
        "stored": Stored(counts={WEB_USER: 2}),
        "cut": 0,
        "command_status": None,
        "normalized": normalized(pact()),
    }
    return RecordingSummary(**{**known, **values})
