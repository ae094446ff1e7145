"""`treaty init` as a command."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from treaty.config import load_config
from treaty.errors import ExitStatus
from treaty.session.exchange import Edge
from treaty.session.info import EdgeAddress, SessionInfo, write_info
from treaty_cli.app import main


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_flags_become_a_valid_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--edge", "order:user:9101=http://127.0.0.1:8081", "--service", "order=http://h:1"]) == 0
    config = load_config(Path("treaty.yaml"))
    assert {name: service.url for name, service in config.services.items()} == {
        "order": "http://h:1",
        "user": "http://127.0.0.1:8081",
    }
    assert [(str(setting.edge), setting.port) for setting in config.edges] == [("order -> user", 9101)]
    assert "wrote treaty.yaml: 2 services, 1 edge" in capsys.readouterr().out


def test_an_existing_file_is_kept_unless_forced(capsys: pytest.CaptureFixture[str]) -> None:
    Path("treaty.yaml").write_text("mine")
    assert main(["init"]) == ExitStatus.USAGE
    assert Path("treaty.yaml").read_text() == "mine"
    assert "--force replaces it" in capsys.readouterr().err
    assert main(["init", "--force"]) == ExitStatus.KEPT
    assert load_config(Path("treaty.yaml")).edges == ()


def test_a_session_gives_its_edges_and_what_is_given_by_hand_wins() -> None:
    user, order = Edge(consumer="order", provider="user"), Edge(consumer="client", provider="order")
    session = Path("recorded")
    session.mkdir()
    info = SessionInfo(
        started=datetime.now(UTC),
        edges=(user, order),
        addresses=(
            EdgeAddress(edge=user, listen="http://127.0.0.1:1", upstream="http://127.0.0.1:8081/"),
            EdgeAddress(edge=order, listen="http://127.0.0.1:2", upstream="http://127.0.0.1:8082"),
        ),
    )
    (session / "session.json").write_bytes(write_info(info))
    assert main(["init", "--session", "recorded", "--edge", "client:order=http://h:3"]) == ExitStatus.KEPT
    config = load_config(Path("treaty.yaml"))
    assert {name: service.url for name, service in config.services.items()} == {
        "order": "http://h:3",
        "user": "http://127.0.0.1:8081",
    }


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--edge", "client:user"], "add --service user=URL"),
        (["--edge", "a:user=http://h:1", "--edge", "b:user=http://h:2"], "give one of them"),
        (["--edge", "broken"], "CONSUMER:PROVIDER"),
        (["--service", "broken"], "NAME=URL"),
    ],
)
def test_what_cannot_be_a_configuration_writes_nothing(
    capsys: pytest.CaptureFixture[str], arguments: list[str], hint: str
) -> None:
    assert main(["init", *arguments]) == ExitStatus.USAGE
    assert hint in capsys.readouterr().err
    assert not Path("treaty.yaml").exists()


def test_a_missing_folder_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--config", "gone/treaty.yaml"]) == ExitStatus.USAGE
    assert "[output-unwritable]" in capsys.readouterr().err
