"""What `treaty stub` serves, and what keeps it from beginning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.stubs.examples import interaction
from treaty.errors import ExitStatus, FileMissing, NothingToDo, PactUnreadable, PortTaken, ProviderUnknown, TreatyError
from treaty_cli.bootstrap.stub_events import StubEvent
from treaty_cli.bootstrap.stubbing import StubRequest, make_stubs, serve_stubs
from treaty_stubs.doors import DoorSettings


def _write(folder: Path, consumer: str, provider: str, *interactions: dict[str, Any]) -> Path:
    document = {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    folder.mkdir(exist_ok=True)
    file = folder / f"{consumer}-{provider}.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_one_stub_for_each_provider_with_all_its_consumers(tmp_path: Path) -> None:
    """Pacts of several consumers are served together; providers without HTTP are left out."""
    _write(tmp_path / "pacts", "web", "order", interaction("a"))
    _write(tmp_path / "pacts", "app", "order", interaction("b", path="/b"))
    _write(tmp_path / "pacts", "web", "user", interaction("c"))
    _write(tmp_path / "pacts", "web", "mail")
    (tmp_path / "pacts" / ".generated").mkdir()
    _write(tmp_path / "pacts" / ".generated", "web", "other", interaction("d"))
    stubs = make_stubs(StubRequest())
    assert {stub.provider: [each.name for each in stub.candidates] for stub in stubs} == {
        "order": ["b", "a"],
        "user": ["c"],
    }
    (only,) = make_stubs(StubRequest(provider="user"))
    assert only.provider == "user"


def test_the_configuration_says_where_pacts_lie(tmp_path: Path) -> None:
    _write(tmp_path / "promises", "web", "order", interaction("a"))
    (tmp_path / "treaty.yaml").write_text("services: {}\npacts: promises\n", encoding="utf-8")
    assert [stub.provider for stub in make_stubs(StubRequest())] == ["order"]


def _ignore(event: StubEvent) -> None:
    del event


def _caught(request: StubRequest) -> TreatyError:
    with pytest.raises(TreatyError) as caught:
        serve_stubs(request, _ignore)
    return caught.value


def test_what_keeps_it_from_beginning(tmp_path: Path) -> None:
    """Each cause has its own error, exit status and way out."""
    assert isinstance(_caught(StubRequest()), FileMissing)
    _write(tmp_path / "empty", "web", "order")
    nothing = _caught(StubRequest(pacts=[Path("empty")]))
    assert isinstance(nothing, NothingToDo)
    assert nothing.exit_status is ExitStatus.NOTHING_TO_DO
    _write(tmp_path / "pacts", "web", "order", interaction("a"))
    unknown = _caught(StubRequest(provider="ordr"))
    assert isinstance(unknown, ProviderUnknown)
    assert unknown.hint == "did you mean 'order'?"
    assert isinstance(_caught(StubRequest(doors=DoorSettings(port=99999))), TreatyError)
    (tmp_path / "pacts" / "bad.json").write_text("{", encoding="utf-8")
    assert isinstance(_caught(StubRequest()), PactUnreadable)


def test_ports_end_somewhere(tmp_path: Path) -> None:
    """The second provider has no port after the last one; it is said before anything is served for long."""
    _write(tmp_path / "pacts", "web", "order", interaction("a"))
    _write(tmp_path / "pacts", "web", "user", interaction("a"))
    error = _caught(StubRequest(doors=DoorSettings(port=65535)))
    assert isinstance(error, PortTaken)
    assert error.code == "port-taken"
