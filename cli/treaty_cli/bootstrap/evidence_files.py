"""The evidence of a session in its folder: written when pacts are made of it, read when they are explained."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from treaty.contract.json_value import JsonInvalid, JsonValue, dumps, loads
from treaty.explain.evidence_check import is_evidence
from treaty.normalize.evidence_form import EVIDENCE_FILE
from treaty.session.reader import EXCHANGES_FILE

_OWNER_FILE: Final = 0o600


def write_evidence(document: Mapping[str, JsonValue], folders: Sequence[Path]) -> list[str]:
    """Write the evidence beside each session that it is about, readable by its owner only.

    Pacts can be made of sessions that cannot be written to: what goes wrong is said, and is no error.

    Returns:
        What went wrong, one sentence a folder.

    """
    data = dumps(document, indent=1).encode()
    problems = []
    for folder in folders:
        try:
            _replace(folder / EVIDENCE_FILE, data)
        except OSError as fault:
            problems.append(f"{folder / EVIDENCE_FILE} cannot be written: {fault.strerror or fault}")
    return problems


def read_evidence(folder: Path) -> Mapping[str, JsonValue] | None:
    """Read the evidence beside a session; None when there is none, or none that is of this session as it is now."""
    path = folder / EVIDENCE_FILE
    try:
        if (folder / EXCHANGES_FILE).stat().st_mtime_ns > path.stat().st_mtime_ns:
            return None
        document = loads(path.read_bytes())
    except (OSError, JsonInvalid):
        return None
    return document if isinstance(document, Mapping) and is_evidence(document) else None


def _replace(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_FILE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    partial.replace(path)
