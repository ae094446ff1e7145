"""Comparing pacts of files and folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from treaty.contract.model import Pact
from treaty.errors import ExitStatus, FileMissing
from treaty.pactfile.writing import write_pact
from treaty_cli.bootstrap.comparing import compare


def test_two_files_are_compared_whatever_their_names(tmp_path: Path) -> None:
    """A renamed consumer is compared with what it was before."""
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(write_pact(Pact(consumer=name, provider="p")))
    comparison = compare(tmp_path / "a", tmp_path / "b")
    assert [pact.consumer for pact in comparison.pacts] == ["b"]
    assert (comparison.breaking, comparison.safe, comparison.compared) == (0, 0, 0)
    assert comparison.exit_status() is ExitStatus.KEPT


def test_a_folder_without_pacts_is_no_contract(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        compare(tmp_path, tmp_path)
