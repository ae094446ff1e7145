"""Pacts from files and folders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from treaty.errors import FileMissing
from treaty.verify.document import PactDocument, read_document


def read_documents(paths: Sequence[Path]) -> tuple[PactDocument, ...]:
    """Read the pacts of files and folders, in order; a folder's `*.json` files by name, each file once.

    Raises:
        FileMissing: when a file or folder is not there, or may not be read.
        PactUnreadable: when a file is not a pact.

    """
    documents: dict[Path, PactDocument] = {}
    for path in paths:
        files = sorted(path.glob("*.json")) if path.is_dir() else [path]
        for file in files:
            if file.resolve() not in documents:
                documents[file.resolve()] = read_document(_read(file), source=str(file))
    return tuple(documents.values())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise FileMissing(
            f"{path} cannot be read",
            why=fault.strerror or str(fault),
            hint="name pact files or folders; without any, those of treaty.yaml or the folder pacts/ are taken",
        ) from None
