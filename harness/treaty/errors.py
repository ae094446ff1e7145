"""Every error that Treaty reports to a user, with its code and the exit status it leads to.

    TreatyError
    ├── UsageError            2  the command line, the configuration or a file is not usable
    │   ├── ConfigInvalid, PactUnreadable, SessionUnreadable, FileMissing, EdgeInvalid, ...
    ├── CouldNot              3  the work could not be done, or the question could not be answered
    │   ├── PortTaken, ProviderUnreachable, RecorderFailed, DiskFull, ExtraMissing, ...
    ├── NothingToDo           4  nothing was recorded, nothing was verified
    └── OurBug               70  Treaty itself failed

A broken contract is a result, not an error: commands then end with ``ExitStatus.BROKEN``.
"""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterable
from typing import ClassVar


class ExitStatus(enum.IntEnum):
    """What a command tells the shell; the one table of the project (DESIGN 5)."""

    KEPT = 0
    BROKEN = 1
    USAGE = 2
    COULD_NOT = 3
    NOTHING_TO_DO = 4
    OUR_BUG = 70


class TreatyError(Exception):
    """An error that says what happened, where, why, and what may help.

    Args:
        what: one sentence without a full stop.
        where: the place: file and line, pointer, address; lines are separated by newlines.
        why: the cause, as exact as it is known.
        hint: what the user can do next.

    """

    code: ClassVar[str] = "error"
    exit_status: ClassVar[ExitStatus] = ExitStatus.USAGE

    def __init__(self, what: str, *, where: str = "", why: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.why = why
        self.hint = hint

    def __str__(self) -> str:
        """Render the error in the form of DESIGN 5, without the leading ``error:``."""
        lines = [f"{self.what}  [{self.code}]"]
        for label, text in (("where", self.where), ("why", self.why), ("hint", self.hint)):
            for position, line in enumerate(text.splitlines()):
                lines.append(f"  {label if position == 0 else '':<5}  {line}")
        return "\n".join(lines)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._data() == other._data()

    def __hash__(self) -> int:
        return hash((type(self), self._data()))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self._data())

    def _data(self) -> tuple[str, str, str, str]:
        return (self.what, self.where, self.why, self.hint)


def _rebuild(kind: type[TreatyError], data: tuple[str, str, str, str]) -> TreatyError:
    what, where, why, hint = data
    return kind(what, where=where, why=why, hint=hint)


class UsageError(TreatyError):
    """The command line does not make sense."""

    code = "usage"


class ConfigInvalid(TreatyError):
    """``treaty.yaml`` does not satisfy its schema, or contradicts itself."""

    code = "config-invalid"


class FileMissing(TreatyError):
    """A file or folder that was named does not exist or may not be read."""

    code = "file-missing"


class PactUnreadable(TreatyError):
    """A file is not a Pact file that we can read."""

    code = "pact-unreadable"


class SessionUnreadable(TreatyError):
    """A folder is not a session, or one of a format that this version does not know."""

    code = "session-unreadable"


class CaptureUnreadable(TreatyError):
    """A file or folder is not a capture of the kind that should be imported, or holds nothing that we can read."""

    code = "capture-unreadable"


class EdgeInvalid(TreatyError):
    """An ``--edge`` or ``--service`` text, or its URL, is malformed."""

    code = "edge-invalid"


class ProviderUnknown(TreatyError):
    """No pact or configuration names this provider."""

    code = "provider-unknown"


class WritesRefused(TreatyError):
    """Set-up calls would be sent to a host that nobody allowed us to write to (DESIGN 4.5)."""

    code = "writes-refused"


class OutputUnwritable(TreatyError):
    """A file or folder that we were told to write cannot be written."""

    code = "output-unwritable"


class CouldNot(TreatyError):
    """Something outside kept us from doing the work or from answering the question."""

    code = "could-not"
    exit_status = ExitStatus.COULD_NOT


class PortTaken(CouldNot):
    """A port that we should listen on is in use, or not ours to take."""

    code = "port-taken"


class ProviderUnreachable(CouldNot):
    """Nothing answers where the provider should be."""

    code = "provider-unreachable"


class ProviderFailed(CouldNot):
    """A provider that we started did not become ready, or ended."""

    code = "provider-failed"


class RecorderFailed(CouldNot):
    """The recording engine did not start or stopped by itself."""

    code = "recorder-failed"


class EngineFailed(CouldNot):
    """A verification engine ended without a verdict."""

    code = "engine-failed"


class StateFailed(CouldNot):
    """A provider state could not be set up."""

    code = "state-failed"


class StateTooSmall(CouldNot):
    """A promise is kept only after calls that its provider state does without."""

    code = "state-too-small"


class HandlerMissing(CouldNot):
    """No function was handed over that makes a message of a pact."""

    code = "handler-missing"


class MessageUnusable(CouldNot):
    """A function returned something that is no message."""

    code = "message-unusable"


class DiskFull(CouldNot):
    """An exchange or a file could not be written."""

    code = "disk-full"


class CommandNotFound(CouldNot):
    """A command that we should start does not exist or may not be run."""

    code = "command-not-found"


class ClockUnsupported(CouldNot):
    """A provider cannot be run at the time that was asked for, or does not follow it."""

    code = "clock-unsupported"


class NeedsSigner(StateFailed):
    """A provider refused a recorded signature, and no ``--header-command`` made another."""

    code = "needs-signer"


class SecretMissing(CouldNot):
    """A request needs a secret that was not given with ``--secret``."""

    code = "secret-missing"


class ExtraMissing(CouldNot):
    """A command needs an optional part of Treaty that is not installed."""

    code = "extra-missing"


class StubUnable(CouldNot):
    """A running stub was asked for something that it was started without."""

    code = "stub-unable"


class NotThere(TreatyError):
    """What is named in a call of a running stub is not there, or no longer."""

    code = "not-there"


class NothingToDo(TreatyError):
    """There was nothing to verify, normalise or serve."""

    code = "nothing-to-do"
    exit_status = ExitStatus.NOTHING_TO_DO


class NothingRecorded(NothingToDo):
    """A session holds no exchange that could become a promise."""

    code = "nothing-recorded"


class NothingVerified(NothingToDo):
    """No interaction was selected for verification."""

    code = "nothing-verified"


class OurBug(TreatyError):
    """Treaty failed in a way that no input should lead to."""

    code = "our-bug"
    exit_status = ExitStatus.OUR_BUG


def counted(number: int, noun: str) -> str:
    """Return ``1 interaction`` or ``2 interactions``; for nouns that only take an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return ``did you mean 'record'?`` for the choice nearest to a word; an empty text when none is near."""
    by_folded = {choice.casefold(): choice for choice in choices}
    nearest = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return f"did you mean '{by_folded[nearest[0]]}'?" if nearest else ""
