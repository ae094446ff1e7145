from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.harness.normalize.sessions import Session
from treaty.errors import ProviderUnknown, UsageError
from treaty.normalize.pipeline import normalize
from treaty.session.exchange import Edge
from treaty.verify.tried_states import Dropped, Minimised
from treaty_cli.bootstrap.minimising import MinimiseRequest, left_evidence, minimise, minimise_request

EDGE = Edge(consumer="web", provider="shop")
EMPTY = {
    "consumer": {"name": "web"},
    "provider": {"name": "shop"},
    "interactions": [],
    "metadata": {"treaty": {"format": 1}},
}


def test_nothing_is_tried_unless_it_is_wanted() -> None:
    assert minimise_request(wanted=False, providers=(), secrets=(), tell=print) is None
    found = minimise_request(wanted=True, providers=("shop",), secrets=(), tell=print)
    assert found == MinimiseRequest(providers=("shop",), tell=print)


@pytest.mark.parametrize(("providers", "secrets"), [(("shop",), ()), ((), ("key=env:KEY",))])
def test_what_only_trying_needs_is_refused_without_it(providers: tuple[str, ...], secrets: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="says nothing without --minimise"):
        minimise_request(wanted=False, providers=providers, secrets=secrets, tell=print)


def test_a_provider_without_steps_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its command would fail."""
    (tmp_path / "treaty.yaml").write_text("services: {shop: {start: ['no-such-program', '${port}'], ready: /}}\n")
    monkeypatch.chdir(tmp_path)
    found = minimise(MinimiseRequest(), {EDGE: EMPTY}, out=tmp_path / "pacts", edited={}, phrases={})
    assert found == ({EDGE: EMPTY}, [])


def test_an_unknown_provider_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "treaty.yaml").write_text("services: {}\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProviderUnknown, match="'shp'"):
        minimise(MinimiseRequest(providers=("shp",)), {EDGE: EMPTY}, out=tmp_path, edited={}, phrases={})


def test_evidence_tells_the_reasons_of_the_steps_that_are_left() -> None:
    """And the hash of the smaller state; other interactions keep theirs."""
    session = Session()
    session.call("web>shop", "POST /things", {"name": "a lamp"}, 201, {"id": 77})
    session.call("web>shop", "PUT /things/77/size", {"size": "large"}, 200, {"done": True})
    session.call("web>shop", "GET /things/77", None, 200, {"id": 77})
    evidence = normalize(session.exchanges).evidence()
    (read,) = [each for each in evidence[EDGE].values() if each.description == "GET /things/{id} -> 200"]
    dropped = Dropped(edge=EDGE, key=read.key, description="", state="abc", calls=("",), indexes=(1,))
    found = left_evidence(evidence, [Minimised(provider="shop", dropped=(dropped,))])[EDGE]
    assert [step.call for step in read.steps] == ["POST /things -> 201", "PUT /things/{id}/size -> 200"]
    assert [step.call for step in found[read.key].steps] == ["POST /things -> 201"]
    assert found[read.key].state == "abc"
    assert {key: each for key, each in found.items() if key != read.key} == {
        key: each for key, each in evidence[EDGE].items() if key != read.key
    }
