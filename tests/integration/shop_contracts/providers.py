"""The shop's services as providers under test: started alone as treaty.yaml says, or in a variant of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from treaty.verify.events import Event, InteractionJudged, RequestUnanswered
from treaty.verify.outcome import Outcome, Summary, Unanswered, Verdict
from treaty_cli.bootstrap.verification import VerificationRequest, verify

ROOT: Final = Path(__file__).resolve().parents[3]
PACTS: Final = ROOT / "pacts"
PROVIDERS: Final = ("user", "order", "payment", "notification")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """How a service is started.

    Attributes:
        environment: variables on top of those of treaty.yaml.
        launcher: what stands between `python` and the arguments of the service; empty for `-m treaty_shop`.
        asks_health: whether the start waits for `/health`; else for the port only.

    """

    environment: Mapping[str, str]
    launcher: Sequence[str] = ("-m", "treaty_shop")
    asks_health: bool = True


HEALTHY: Final = Variant(environment={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a verification found out, and what the provider wrote meanwhile."""

    outcomes: Sequence[Outcome]
    findings: Sequence[Unanswered]
    summary: Summary
    log: str

    def account(self) -> str:
        """Say what is not kept, one line each, empty when all is: the message of a failed test."""
        lines = []
        for outcome in self.outcomes:
            if outcome.verdict is not Verdict.KEPT:
                lines.append(
                    f"round {outcome.round}: {outcome.consumer}: {outcome.description}: {outcome.verdict.value}"
                )
                lines += [f"  {each.location}: wanted {each.wanted}, got {each.got}" for each in outcome.differences]
                lines += [f"  {outcome.reason}"] if outcome.reason is not None else []
        lines += [f"finding: {each.request} to {each.dependency}: {each.places}" for each in self.findings]
        return "\n".join(lines)


def verify_alone(
    folder: Path,
    provider: str,
    variant: Variant = HEALTHY,
    *,
    pacts: Path = PACTS,
    rounds: int = 1,
    engine: str = "treaty",
    workers: int = 1,
    clock: str | None = None,
) -> Verification:
    """Verify one service against the shop's pacts, with stand-ins for the others; its files go to a new folder."""
    config = write_configuration(folder, provider, variant)
    events: list[Event] = []
    request = VerificationRequest(
        provider=provider, pacts=[pacts], config=config, rounds=rounds, engine=engine, workers=workers, clock=clock
    )
    summary = verify(request, events.append)
    return Verification(
        outcomes=[event.outcome for event in events if isinstance(event, InteractionJudged)],
        findings=[event.unanswered for event in events if isinstance(event, RequestUnanswered)],
        summary=summary,
        log=(folder / ".treaty" / "logs" / f"{provider}.log").read_text(encoding="utf-8"),
    )


def write_configuration(folder: Path, provider: str, variant: Variant = HEALTHY) -> Path:
    """Write the shop's treaty.yaml, with one service in a variant, into a folder."""
    config: dict[str, Any] = yaml.safe_load((ROOT / "treaty.yaml").read_text(encoding="utf-8"))
    service = config["services"][provider]
    service["start"] = ["${python}", *variant.launcher, "serve", provider]
    service["env"] |= variant.environment
    if not variant.asks_health:
        del service["ready"]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "treaty.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path
