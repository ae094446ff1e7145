"""Files of faults, in YAML or JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from treaty.config.document import read_document
from treaty.config.validation import refuse_problems
from treaty.errors import FileMissing
from treaty_stubs.faults.document import parse_faults
from treaty_stubs.faults.model import Fault, RecordedTimes

_TABS: Final = re.compile(rb"(?m)^\t+")


def read_faults(
    path: Path, *, open_session: Callable[[Path], RecordedTimes]
) -> tuple[tuple[Fault, ...], RecordedTimes | None]:
    """Read a file of faults (``schema.json``).

    Args:
        path: of the file.
        open_session: reads the times of a recorded session, when the file names one.

    Returns:
        The faults, and the recorded times if there are any.

    Raises:
        FileMissing: when there is no such file, or it may not be read.
        ConfigInvalid: when it is no file of faults; all problems are named.

    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileMissing(
            "the file of faults cannot be read", where=f"--faults {path}", why=(error.strerror or "unknown").lower()
        ) from None
    # JSON may be indented by tabs, YAML may not; inside JSON no text goes over a line.
    document = read_document(_TABS.sub(b" ", data) if path.suffix == ".json" else data, source=str(path))
    value = {} if document.value is None else document.value
    times = None
    if isinstance(value, dict) and isinstance(value.get("session"), str):
        times = open_session(path.parent / str(value["session"]))
    faults, problems = parse_faults(value, times=times)
    refuse_problems(problems, document, source=str(path), what=f"{path} is no file of faults that we can play")
    return faults, times
