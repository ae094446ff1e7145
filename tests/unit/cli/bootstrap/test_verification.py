from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.integration.verify import contracts
from treaty.errors import ConfigInvalid, FileMissing, UsageError
from treaty_cli.app import main
from treaty_cli.bootstrap.verification import (
    VerificationRequest,
    check_flags,
    find_configuration,
    make_concealer,
    read_documents,
    verify,
)

CONFIG = (
    "services: {shop: {url: 'http://127.0.0.1:1'}}\nedges: [web:shop]\npacts: contracts\nredaction: {names: [shoe]}\n"
)


@pytest.mark.parametrize(
    ("flags", "what"),
    [
        ({"clock": "next tuesday"}, "--clock 'next tuesday' is no time"),
        ({"clock": "+1d", "base_url": "http://127.0.0.1:1"}, "already running"),
        ({"session": Path("s")}, "--session only says"),
        ({"secrets": ["token"]}, "a --secret is not of the form"),
        ({"secrets": ["token=env:UNLIKE_ALL_OTHERS_42"]}, "the variable of --secret token is not set"),
        ({"header_command": "'"}, "the header command is not usable"),
        ({"base_url": "shop:8080"}, "'shop:8080' is not a base URL"),
        ({"base_url": "http://me:pass@shop"}, "the URL is not a base URL"),
        ({"state_url": "localhost/states"}, "'localhost/states' is not a URL of HTTP"),
        ({"fresh": True, "base_url": "http://127.0.0.1:1"}, "can be started anew"),
    ],
    ids=str,
)
def test_flags_are_checked_before_any_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: dict[str, Any], what: str
) -> None:
    """Neither the configuration nor the pacts are there, and that is not what is said."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=re.escape(what)):
        verify(VerificationRequest(provider="shop", config=Path("gone.yaml"), pacts=[Path("gone")], **flags), print)


def test_flags_of_the_other_engine_are_refused_by_name() -> None:
    """Before anything is started."""
    pytest.importorskip("pact", reason="the extra 'official' is not installed")
    with pytest.raises(UsageError, match="cannot compute headers"):
        check_flags(VerificationRequest(provider="shop", engine="official", header_command="sign"))
    with pytest.raises(UsageError, match="one worker"):
        check_flags(VerificationRequest(provider="shop", engine="official", workers=2))


def test_wrong_flags_leave_earlier_reports_alone(tmp_path: Path) -> None:
    """Nothing was verified, so nothing is written."""
    report = tmp_path / "report.html"
    report.write_text("of yesterday")
    assert main(["verify", "--provider", "shop", "--clock", "soon", "--html", str(report)]) == 2
    assert report.read_text() == "of yesterday"


def test_folders_are_read_by_name_and_nothing_twice(tmp_path: Path) -> None:
    """A file that is also in a named folder counts once."""
    for name in ("b.json", "a.json", "notes.txt"):
        contracts.write(tmp_path, contracts.pact([contracts.HEALTH]), name)
    documents = read_documents([tmp_path / "b.json", tmp_path], None)
    assert [Path(document.source).name for document in documents] == ["b.json", "a.json"]


def test_without_paths_those_of_the_configuration_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the folder pacts/ where there is none."""
    (tmp_path / "treaty.yaml").write_text(CONFIG)
    for folder in ("contracts", "pacts"):
        (tmp_path / folder).mkdir()
        contracts.write(tmp_path / folder, contracts.pact([contracts.HEALTH], consumer=folder))
    monkeypatch.chdir(tmp_path)
    assert [document.consumer for document in read_documents([], find_configuration(None))] == ["contracts"]
    assert [document.consumer for document in read_documents([], None)] == ["pacts"]


@pytest.mark.parametrize("name", ["gone", "gone.json"])
def test_what_is_not_there_is_missing(tmp_path: Path, name: str) -> None:
    """With the path."""
    with pytest.raises(FileMissing, match=name):
        read_documents([tmp_path / name], None)


def test_a_named_configuration_must_be_one(tmp_path: Path) -> None:
    """It is not looked for elsewhere."""
    (tmp_path / "other.yaml").write_text("servces: {}\n")
    with pytest.raises(ConfigInvalid):
        find_configuration(tmp_path / "other.yaml")


def test_what_the_configuration_calls_secret_is_concealed(tmp_path: Path) -> None:
    """Beyond what is secret by itself."""
    path = tmp_path / "treaty.yaml"
    path.write_text(CONFIG)
    query = "/fit?shoe=Zx81-Qw77-Lm20"
    assert make_concealer([], None).target(query) == query
    assert "Zx81" not in make_concealer([], find_configuration(path)).target(query)
