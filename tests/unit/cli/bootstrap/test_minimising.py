from __future__ import annotations

from pathlib import Path

import pytest

from treaty.errors import ProviderUnknown, UsageError
from treaty.session.exchange import Edge
from treaty_cli.bootstrap.minimising import MinimiseRequest, minimise, minimise_request

EDGE = Edge(consumer="web", provider="shop")
EMPTY = {
    "consumer": {"name": "web"},
    "provider": {"name": "shop"},
    "interactions": [],
    "metadata": {"treaty": {"format": 1}},
}


def test_nothing_is_tried_unless_it_is_wanted() -> None:
    assert minimise_request(wanted=False, providers=(), secrets=()) is None
    assert minimise_request(wanted=True, providers=("shop",), secrets=()) == MinimiseRequest(providers=("shop",))


@pytest.mark.parametrize(("providers", "secrets"), [(("shop",), ()), ((), ("key=env:KEY",))])
def test_what_only_trying_needs_is_refused_without_it(providers: tuple[str, ...], secrets: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="says nothing without --minimise"):
        minimise_request(wanted=False, providers=providers, secrets=secrets)


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
