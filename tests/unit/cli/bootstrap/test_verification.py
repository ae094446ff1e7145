from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.verify import contracts
from treaty.errors import ConfigInvalid, FileMissing
from treaty_cli.bootstrap.verification import find_configuration, make_concealer, read_documents

CONFIG = (
    "services: {shop: {url: 'http://127.0.0.1:1'}}\nedges: [web:shop]\npacts: contracts\nredaction: {names: [shoe]}\n"
)


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
