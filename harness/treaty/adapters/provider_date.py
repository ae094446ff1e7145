"""Asks a provider what time it is, by the header Date of a harmless answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from treaty.adapters.http_calls import HttpCalls
from treaty.errors import ClockUnsupported
from treaty.verify.calls import Answer, Call, CallFailed
from treaty.verify.provider_clock import date_of

_SECONDS: Final = 5.0
_SLACK: Final = timedelta(seconds=5)
_HINTS: Final = {
    "time-machine": "processes that it starts keep the real time unless they are forked; let one process answer",
    "libfaketime": "does its start command clear the environment, or does a program in Go or a statically linked one "
    "answer? Those keep the real time",
}
NO_DATE: Final = "its answers have no header Date, so whether it follows the clock is not known"


def ask(base_url: str, ready: str | None = None) -> Answer | None:
    """Send a request that changes nothing; None when no complete answer comes.

    Args:
        base_url: of the provider.
        ready: the path that it answers when it is ready, if there is one.

    """
    is_path = ready is not None and ready.startswith("/")
    call = Call(method="GET", target=ready) if is_path and ready else Call(method="HEAD", target="/")
    try:
        with HttpCalls(base_url) as calls:
            return calls.send(call, seconds=_SECONDS)
    except CallFailed:
        return None


def check_clock(base_url: str, *, name: str, ready: str | None, shift: timedelta, means: str) -> str:
    """Insist that a provider tells the time that it was started at.

    Args:
        base_url: of the provider.
        name: of the service, for the error.
        ready: as `ask`.
        shift: how far its time should lie ahead of ours.
        means: what changes its time.

    Returns:
        A warning when it does not tell the time, else an empty text.

    Raises:
        ClockUnsupported: when it tells another.

    """
    before = datetime.now(UTC)
    answer = ask(base_url, ready)
    after = datetime.now(UTC)
    told = None if answer is None else date_of(answer)
    if told is None:
        return NO_DATE
    if before + shift - _SLACK <= told <= after + shift + _SLACK:
        return ""
    raise ClockUnsupported(
        f"{name} does not run at the time that was asked for",
        where=base_url,
        why=f"its header Date says {told:%Y-%m-%d %H:%M:%S}, wanted was {after + shift:%Y-%m-%d %H:%M:%S} (UTC); "
        f"{means} did not reach the process that answers",
        hint=_HINTS.get(means, ""),
    )
