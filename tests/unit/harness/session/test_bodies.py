"""Bodies that lie in files of their own."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.session.bodies import LARGEST_INLINE, LARGEST_INLINE_BINARY, BodyFile, lies_in_file
from treaty.session.exchange import Content


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("data", "in_file"),
    [
        (b"", False),
        (b"a" * LARGEST_INLINE, False),
        (b"a" * (LARGEST_INLINE + 1), True),
        (b"\xff" * LARGEST_INLINE_BINARY, False),
        (b"\xff" * (LARGEST_INLINE_BINARY + 1), True),
        ("ö".encode() * LARGEST_INLINE_BINARY, False),
        (b"a" * LARGEST_INLINE_BINARY + b"\xff", True),
    ],
)
def test_large_and_binary_bodies_lie_in_files(data: bytes, in_file: bool) -> None:
    """Text is read in a line up to its bound; bytes only while they are few."""
    assert lies_in_file(data) is in_file


@given(st.lists(st.binary(max_size=8), max_size=5))
def test_a_body_is_named_by_what_it_holds(tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]) -> None:
    """In however many pieces it comes."""
    folder = tmp_path_factory.mktemp("session") / "bodies"
    whole = b"".join(pieces)
    with BodyFile(folder, "1") as file:
        for piece in pieces:
            file.write(piece)
        content = file.finish(coding="gzip", missing="cut")
    digest = hashlib.sha256(whole).hexdigest()
    assert content == Content(data=b"", coding="gzip", size=len(whole), sha256=digest, missing="cut")
    assert names(folder) == [digest]
    assert (folder / digest).read_bytes() == whole


def test_the_same_body_lies_there_once(tmp_path: Path) -> None:
    """Two that are written at the same time have files of their own until they are complete."""
    folder = tmp_path / "bodies"
    with BodyFile(folder, "1") as first, BodyFile(folder, "2") as second:
        first.write(b"a")
        second.write(b"a")
        assert len(names(folder)) == 2
        assert first.finish() == second.finish()
    assert len(names(folder)) == 1


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    """Bodies may hold what was not found to be a secret."""
    previous = os.umask(0)
    try:
        with BodyFile(tmp_path / "bodies", "1") as file:
            file.write(b"a")
            digest = file.finish().sha256
    finally:
        os.umask(previous)
    assert (tmp_path / "bodies").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "bodies" / digest).stat().st_mode & 0o777 == 0o600


def test_a_body_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    """By hand, by leaving the context, and by an exception in it; giving up twice is harmless."""
    folder = tmp_path / "bodies"
    file = BodyFile(folder, "1")
    file.write(b"a")
    file.give_up()
    file.give_up()
    with BodyFile(folder, "2") as unfinished:
        unfinished.write(b"a")
    with suppress(ConnectionError), BodyFile(folder, "3") as broken:
        broken.write(b"a")
        raise ConnectionError
    assert names(folder) == []


def test_a_body_that_cannot_get_its_name_leaves_nothing(tmp_path: Path) -> None:
    """Its partial file does not stay behind."""
    folder = tmp_path / "bodies"
    digest = hashlib.sha256(b"a").hexdigest()
    (folder / digest / "in the way").mkdir(parents=True)
    with BodyFile(folder, "1") as file:
        file.write(b"a")
        with pytest.raises(OSError, match=digest):
            file.finish()
    assert names(folder) == [digest]


def test_what_was_left_by_a_crash_is_overwritten(tmp_path: Path) -> None:
    """A partial file of the same name has no part in the new body."""
    folder = tmp_path / "bodies"
    folder.mkdir()
    (folder / ".partial-1").write_bytes(b"much longer than the new one")
    with BodyFile(folder, "1") as file:
        file.write(b"new")
        digest = file.finish().sha256
    assert (folder / digest).read_bytes() == b"new"


def test_a_folder_that_cannot_be_made_is_an_error_of_the_file_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        BodyFile(tmp_path / "gone" / "bodies", "1")
