"""Where the provider under test is: given, or started alone as the configuration says, at another time if wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from treaty.adapters.clock import SystemWaiter
from treaty.adapters.provider_date import ask, check_clock
from treaty.config import Config
from treaty.errors import UsageError
from treaty.verify.document import PactDocument
from treaty.verify.outcome import Unanswered
from treaty.verify.provider_clock import ProviderClock
from treaty_cli.bootstrap.clock_setting import ClockSetting

if TYPE_CHECKING:
    from treaty_cli.bootstrap.isolation import IsolatedProvider

_ENDING_PAUSE: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the provider is, and how it runs if we started it.

    Attributes:
        base_url: where it answers.
        clock: what time it is there.
        isolated: it runs alone, started by us.
        clock_text: at which time it was started and by what means, for people; empty when at ours.
        notes: what people should know about it.

    """

    base_url: str
    clock: ProviderClock
    isolated: IsolatedProvider | None = None
    clock_text: str = ""
    notes: tuple[str, ...] = ()

    def unanswered(self) -> Sequence[Unanswered]:
        """Give what its dependencies' stand-ins could not answer."""
        return () if self.isolated is None else self.isolated.unanswered()

    def renewal(self, *, fresh: bool) -> Callable[[], None] | None:
        """Give what empties it before each set-up; None when nothing does.

        Args:
            fresh: whether a new process is wanted each time.

        Raises:
            UsageError: when it is wanted, and the provider is not ours to start.

        """
        if self.isolated is None:
            if fresh:
                raise not_ours_to_start()
            return None
        if fresh:
            return self.isolated.fresh
        return self.isolated.reset if self.isolated.can_reset else None

    def renewal_once(self) -> Callable[[], None] | None:
        """Give what makes it fresh where that is needed for a second look; None when it is not ours to start."""
        if self.isolated is None:
            return None
        return self.isolated.reset if self.isolated.can_reset else self.isolated.fresh

    def check_alive(self, *, patience: float) -> None:
        """Insist that the provider still runs; one that just closed its connections may take a moment to end.

        Raises:
            ProviderFailed: when it ended by itself.

        """
        if self.isolated is None:
            return
        waiter = SystemWaiter()
        deadline = waiter.now() + patience
        while (failure := self.isolated.failure()) is None and waiter.now() < deadline:
            waiter.wait(_ENDING_PAUSE)
        if failure is not None:
            raise failure


def not_ours_to_start() -> UsageError:
    """Build the error for `--fresh` and a provider that Treaty does not start."""
    return UsageError(
        "only a provider that Treaty starts can be started anew",
        where="--fresh",
        hint="leave out --base-url, and give the service a start command in treaty.yaml",
    )


def find_target(
    provider: str,
    *,
    base_url: str | None,
    config: Config | None,
    documents: Sequence[PactDocument],
    running: ExitStack,
    clock: ClockSetting | None = None,
) -> Target:
    """Find the provider, or start it.

    Args:
        provider: its name.
        base_url: where it is; None asks the configuration.
        config: the configuration, if there is one.
        documents: all pacts at hand, for stand-ins.
        running: what is started ends with it.
        clock: the time it should be started at.

    Raises:
        UsageError: when nothing says where it is, or its clock cannot be set because it is not started here.
        ClockUnsupported: when it cannot be run at that time, or does not follow.
        TreatyError: when it, or a stand-in, does not start.

    """
    if base_url is not None:
        return Target(base_url=base_url, clock=_told_by(base_url))
    service = None if config is None else config.services.get(provider)
    if config is None or service is None or (service.start is None and service.url is None):
        raise UsageError(
            f"it is not known where {provider!r} runs",
            where="--base-url",
            why="no --base-url is given, and no treaty.yaml says how to start this service",
            hint=f"--base-url http://127.0.0.1:8080, or services.{provider}.start in treaty.yaml",
        )
    if service.start is None:
        assert service.url is not None
        if clock is not None:
            raise UsageError(
                f"the clock of {provider} cannot be set",
                where=f"--clock, services.{provider}",
                why="treaty.yaml says where it runs, but not how to start it",
                hint=f"add services.{provider}.start",
            )
        return Target(base_url=service.url, clock=_told_by(service.url))
    from treaty_cli.bootstrap.isolation import isolated_provider  # noqa: PLC0415 - processes are needed only here
    from treaty_cli.bootstrap.stand_ins import StubStandIns  # noqa: PLC0415 - stubs are needed only here

    shift = None if clock is None else clock.shift
    stand_ins = StubStandIns(shift=shift or timedelta())
    isolated = running.enter_context(isolated_provider(config, service, documents, stand_ins=stand_ins, shift=shift))
    if clock is None:
        return Target(base_url=isolated.url, clock=_told_by(isolated.url), isolated=isolated)
    means = isolated.clock_means
    warning = check_clock(isolated.url, name=provider, ready=service.ready, shift=clock.shift, means=means)
    return Target(
        base_url=isolated.url,
        clock=ProviderClock(shift=clock.shift),
        isolated=isolated,
        clock_text=clock.shown(now=datetime.now(UTC), means=means),
        notes=(f"{provider}: {warning}",) if warning else (),
    )


def _told_by(base_url: str) -> ProviderClock:
    return ProviderClock(ask=lambda: ask(base_url))
