"""Where sessions lie: a folder each, named for the second in which it began."""

from __future__ import annotations

import itertools
from datetime import datetime
from pathlib import Path
from typing import Final

from treaty.errors import OutputUnwritable

USUAL_SESSIONS: Final = Path(".treaty/sessions")


def new_session_folder(sessions: Path, now: datetime) -> Path:
    """Make the folder of a new session.

    Args:
        sessions: where all of them lie; made if need be.
        now: names the folder.

    Raises:
        OutputUnwritable: when it cannot be made.

    """
    stamp = now.strftime("%Y%m%d-%H%M%S")
    names = itertools.chain([stamp], (f"{stamp}-{number}" for number in itertools.count(2)))
    return next(path for name in names if _is_ours(path := sessions / name))


def _is_ours(folder: Path) -> bool:
    """Make a folder, and tell whether it is new: of two recordings that begin in one second, each gets its own."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        return False
    except OSError as fault:
        raise OutputUnwritable(
            "the session cannot be written", where=str(folder), why=fault.strerror or str(fault)
        ) from None
    return True
