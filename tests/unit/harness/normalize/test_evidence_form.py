"""Evidence as JSON."""

from __future__ import annotations

from typing import Any, cast

from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.evidence_form import evidence_document
from treaty.normalize.findings import Finding
from treaty.normalize.pipeline import normalize
from treaty.session.exchange import Edge


def test_evidence_is_written_by_edge_key_and_place() -> None:
    session = Session()
    session.call("a>b", "POST /users", {}, 201, {"id": 1})
    session.call("a>b", "POST /orders", {"user_id": 1}, 201, {"id": 1, "user_id": 1, "tip": None})
    result = normalize(session.exchanges)
    finding = Finding(kind="server-error", edge=Edge(consumer="a", provider="b"), text="it failed", count=2)
    document = cast("dict[str, Any]", evidence_document(result.evidence(), [finding], [("monday", 0)]))
    assert document["format"] == 1
    assert document["sessions"] == [{"name": "monday", "added": 0}]
    assert document["findings"][0]["count"] == 2
    (edge,) = document["edges"]
    assert (edge["consumer"], edge["provider"]) == ("a", "b")
    (found,) = (each for each in edge["interactions"].values() if each["description"] == "POST /orders -> 201")
    assert found["steps"] == [
        {"call": "POST /users -> 201", "exchange": 1, "why": "makes the user id that a later call names"}
    ]
    (link,) = found["places"]["request.body.$.user_id"]["links"]
    assert (link["exchange"], link["method"]) == (1, "name and value")
    assert found["places"]["response.body.$.tip"]["doubt"]["degree"] == 2
    assert found["places"]["response.body.$.id"]["dropped"][0]["exchange"] == 1
