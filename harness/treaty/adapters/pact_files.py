"""Pacts from files and folders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from treaty.contract.model import Pact
from treaty.errors import FileMissing
from treaty.pactfile import read_pact
from treaty.pactfile.reading import LARGEST_FILE
from treaty.verify.document import PactDocument, read_document


def read_documents(places: Sequence[Path]) -> tuple[PactDocument, ...]:
    """Read the pacts of files and folders, in order; a folder's `*.json` files by name, each file once.

    Raises:
        FileMissing: when a file or folder is not there, or may not be read.
        PactUnreadable: when a file is not a pact.

    """
    return tuple(read_document(_read(file), source=str(file)) for file in files_of(places))


def read_pacts(places: Sequence[Path]) -> Iterator[Pact]:
    """Read pacts as `read_documents` does, without what only verification needs; one after the other."""
    for file in files_of(places):
        yield read_pact(_read(file), source=str(file))


def files_of(places: Sequence[Path]) -> Iterator[Path]:
    """List the files of files and folders: a folder's `*.json` by name, each file once."""
    seen: set[Path] = set()
    for place in places:
        for file in sorted(place.glob("*.json")) if place.is_dir() else [place]:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            # One byte more than is allowed tells that there is too much; a file may have no end.
            return stream.read(LARGEST_FILE + 1)
    except OSError as fault:
        raise FileMissing(
            f"{file} cannot be read",
            where=str(file),
            why=fault.strerror or type(fault).__name__,
            hint="name pact files or folders; where none need be named, those of treaty.yaml or pacts/ are taken",
        ) from None
