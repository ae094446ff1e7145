"""Generated pacts in older versions of the specification."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.harness.normalize.sessions import Session
from treaty.contract.specification import V2, V3, V4, Specification
from treaty.errors import PactUnreadable
from treaty.normalize.merge import merge
from treaty.normalize.pipeline import normalize
from treaty.normalize.versions import in_version, with_keys_of


def generated(status: str = "open") -> Any:
    session = Session()
    session.call("a>b", "POST /carts", {"name": "Ann Example"}, 201, {"id": 7})
    session.call("a>b", "GET /carts/7", None, 200, {"id": 7, "status": status})
    (pact,) = normalize(session.exchanges).pacts.values()
    return pact


@pytest.mark.parametrize(("version", "number"), [(V3, "3.0.0"), (V2, "2.0.0")])
def test_an_older_version_says_what_it_cannot_and_keeps_set_ups_that_can_be_found(
    version: Specification, number: str
) -> None:
    older, dropped = in_version(generated(), version)
    assert older["metadata"]["pactSpecification"]["version"] == number
    assert (older["metadata"]["treaty"] == generated()["metadata"]["treaty"]) is version.many_states
    assert any("'GET /carts/{id} -> 200': comments" in sentence for sentence in dropped)
    assert len(older["interactions"]) == 2


def test_the_own_version_stays_as_it_is() -> None:
    pact = generated()
    assert in_version(pact, V4) == (pact, ())


def test_what_is_no_pact_is_refused() -> None:
    with pytest.raises(PactUnreadable):
        in_version({"interactions": 1}, V3)


@pytest.mark.parametrize("version", [V2, V3])
def test_older_pacts_are_merged_like_others(version: Specification) -> None:
    base, _ = in_version(generated(), version)
    now, _ = in_version(generated("shut"), version)
    assert merge(base, base, base).pact == base
    edited = {**base, "interactions": [{**item, "note": "mine"} for item in base["interactions"]]}
    merged = merge(base, edited, now)
    assert (merged.edited, merged.conflicts) == (("GET /carts/{id} -> 200", "POST /carts -> 201"), ())
    assert [{**item, "note": "mine"} for item in now["interactions"]] == merged.pact["interactions"]


def test_a_pact_that_comes_back_from_an_older_version_finds_its_keys() -> None:
    pact = generated()
    back, _ = in_version(in_version(pact, V3)[0], V4)
    assert [item.get("key") for item in back["interactions"]] == [None, None]
    known = with_keys_of(back, pact)
    assert [item["key"] for item in known["interactions"]] == [item["key"] for item in pact["interactions"]]
