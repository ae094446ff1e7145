from __future__ import annotations

import json
from pathlib import Path

import pytest

from treaty.adapters.pact_files import read_documents, read_pacts
from treaty.errors import FileMissing, PactUnreadable


def write(path: Path, provider: str) -> Path:
    content = {"consumer": {"name": "web"}, "provider": {"name": provider}, "interactions": []}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_files_come_in_order_and_those_of_a_folder_by_name(tmp_path: Path) -> None:
    """Each file once, however often it is named; what is no JSON file is left alone."""
    for name in ("b", "a", "c"):
        write(tmp_path / f"{name}.json", name)
    (tmp_path / "notes.txt").write_text("not a pact")
    found = read_documents([tmp_path / "c.json", tmp_path])
    assert [document.provider for document in found] == ["c", "a", "b"]
    assert found[0].source == str(tmp_path / "c.json")
    assert [pact.provider for pact in read_pacts([tmp_path / "c.json", tmp_path])] == ["c", "a", "b"]


def test_a_file_that_is_not_there_or_no_pact_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"missing\.json"):
        read_documents([tmp_path / "missing.json"])
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(PactUnreadable):
        read_documents([tmp_path])
    with pytest.raises(PactUnreadable):
        list(read_pacts([tmp_path]))
