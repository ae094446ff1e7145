"""What is exact under each strictness."""

from __future__ import annotations

from typing import Any

from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.causes import Cause
from treaty.normalize.pipeline import normalize
from treaty.normalize.strictness import PROMISE, REPLAY, with_all_reproducible


def rules_of(strictness: str) -> Any:
    session = Session()
    for first in (7, 8):
        made = {
            "id": first,
            "greeting": "Welcome to the shop",
            "version": "1.4.2",
            "stock": 12,
            "at": "2026-11-20T10:00:00Z",
        }
        session.call("a>b", "POST /things", {"size": 3}, 201, made)
    (pact,) = normalize(session.exchanges, strictness=strictness).pacts.values()
    (made,) = pact["interactions"]
    return made["response"]["matchingRules"]["body"], made["response"]["body"]["content"]


def test_a_replay_pins_prose_versions_and_numbers_and_leaves_ids_and_times_open() -> None:
    promised, _ = rules_of(PROMISE)
    assert promised.keys() == {"$.at", "$.greeting", "$.id", "$.stock", "$.version"}
    replayed, content = rules_of(REPLAY)
    assert replayed.keys() == {"$.at", "$.id", "$.stock"}
    assert replayed["$.stock"]["matchers"][-1] == {"match": "regex", "regex": r"12(\.0+)?"}
    assert (content["greeting"], content["version"]) == ("Welcome to the shop", "1.4.2")


def test_only_what_has_no_other_cause_becomes_exact() -> None:
    causes = {
        1: {kind: Cause(kind=kind) for kind in ("constant", "clock", "created", "random", "secret", "derived")},
    }
    exact = {place for place, cause in with_all_reproducible(causes)[1].items() if cause.exact}
    assert exact == {"constant"}
