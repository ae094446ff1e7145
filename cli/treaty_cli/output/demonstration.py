"""The demonstration, for people who see Treaty for the first time."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from treaty.errors import counted
from treaty.record.events import Stored
from treaty.session.exchange import Edge
from treaty.verify.outcome import Outcome, Summary
from treaty_cli.bootstrap.demonstration import Demonstrated, Served
from treaty_cli.bootstrap.recording import Listening, RecordingSummary
from treaty_cli.output.terminal import Style, Terminal, printable
from treaty_cli.output.verification import summary_line

_BAR: Final = 40
_MOST_BROKEN: Final = 3


class DemonstrationView:
    """Shows each step as it happens."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._caught = False

    def begins(self, folder: Path) -> None:
        """Say what is going to happen."""
        self._say("A shop of four services (user, order, payment, notification), a client, and Treaty between them.")
        self._say(f"Everything is real, and lies in {folder} afterwards.")
        self._step(1, "record", "who calls whom, while a client plays a whole day")
        self._terminal.progress("starting the recorder and the services")

    def listening(self, listening: Listening) -> None:
        """Say that traffic begins."""
        count = len(listening.edges)
        self._say(f"  {count} edges are watched: each consumer calls the recorder, the recorder calls the provider")

    def progress(self, stored: Stored) -> None:
        """Show how much is recorded."""
        self._terminal.progress(f"  {counted(sum(stored.counts.values()), 'exchange')} recorded")

    def recorded(self, summary: RecordingSummary, seconds: float) -> None:
        """Show the map, and the pacts."""
        counts = summary.stored.counts
        total = sum(counts.values())
        self._say(f"  {counted(total, 'exchange')} in {seconds:.1f} s. Who called whom:")
        self._terminal.line()
        self._map(counts)
        pacts = summary.normalized.pacts if summary.normalized else ()
        interactions = sum(outcome.interactions for outcome in pacts)
        self._step(2, "normalise", "what they promised each other, as standard Pact files")
        became = f"{counted(interactions, 'interaction')} in {counted(len(pacts), 'pact')}"
        self._say(f"  {counted(total, 'exchange')} became {became}:")
        self._say("  ids, times and prose by type; echoes, codes and sums exactly; provider states by replay")
        self._step(3, "verify", "every provider against a fresh copy of it, alone: stubs answer what it calls")

    def verified(self, provider: str, summary: Summary) -> None:
        """Show one provider's result."""
        style = Style.GOOD if not summary.broken + summary.could_not_tell else Style.BAD
        self._terminal.line(f"  {provider:<14}" + self._terminal.paint(summary_line(summary), style))

    def caught(self, provider: str, fault: str, summary: Summary, broken: Sequence[Outcome]) -> None:
        """Show what a defect looks like."""
        self._caught = bool(broken)
        self._step(4, "break", f"{provider} once more, with a known defect switched on ({fault})")
        self._terminal.line(f"  {provider:<14}" + self._terminal.paint(summary_line(summary), Style.BAD))
        for outcome in broken[:_MOST_BROKEN]:
            self._say(
                f"  {self._terminal.paint('broken', Style.BAD)}  {outcome.description}, promised to {outcome.consumer}"
            )
            for difference in outcome.differences[:1]:
                self._say(f"          {printable(difference.location)}  {printable(difference.message)}")
        if len(broken) > _MOST_BROKEN:
            self._say(f"  and {len(broken) - _MOST_BROKEN} more")
        self._step(5, "stub", "user, stood in for from its pacts: one request that was recorded, one that was not")

    def served(self, served: Served) -> None:
        """Show a request with its answer."""
        style = Style.GOOD if served.status < 300 else Style.DOUBT
        self._say(f"  {served.line}")
        self._say(f"    {self._terminal.paint(str(served.status), style)}  X-Treaty-Match: {printable(served.match)}")
        for line in _shown(served.body):
            self._say(f"    {printable(line)}")

    def ended(self, demonstrated: Demonstrated, folder: Path) -> None:
        """Say how it went, and what to try next."""
        self._terminal.line()
        word, style = ("every promise kept", Style.GOOD) if demonstrated.kept else ("NOT every promise kept", Style.BAD)
        defect = "one defect caught" if self._caught else self._terminal.paint("the defect NOT caught", Style.BAD)
        self._terminal.line(self._terminal.paint(word, style) + f", {defect}, in {demonstrated.seconds:.0f} s")
        self._terminal.line()
        self._say("next, try:")
        self._say(f"  cd {folder}")
        self._say("  treaty verify --provider order                        every interaction, with its state")
        self._say(
            "  SHOP_FAULTS=S3-7 treaty verify --provider order       another defect (python -m treaty_shop faults)"
        )
        self._say("  treaty stub --provider user --port 9000               a user service for your own client")
        self._say("  ls pacts session                                      what was written")

    def _map(self, counts: Mapping[Edge, int]) -> None:
        widest = max(counts.values(), default=1)
        for edge in sorted(counts, key=lambda item: (item.consumer != "client", item)):
            bar = "#" * max(1, round(_BAR * counts[edge] / widest))
            text = f"    {edge.consumer:>8} -> {edge.provider:<13} {counts[edge]:>4}  "
            self._terminal.line(text + self._terminal.paint(bar, Style.QUIET))

    def _step(self, number: int, name: str, text: str) -> None:
        self._terminal.line()
        self._terminal.line(self._terminal.paint(f"{number}  {name}", Style.STRONG) + f"  {text}")

    def _say(self, text: str) -> None:
        self._terminal.line(text)


def _shown(body: str) -> list[str]:
    """Lay a body out in a few lines: a JSON object of one level on one line, a problem by its nearest interaction."""
    try:
        value = json.loads(body)
    except ValueError:
        return textwrap.wrap(body, 110)[:4]
    if isinstance(value, dict) and "nearest" in value:
        return [value["detail"], *(f"nearest: {_nearest(near)}" for near in value["nearest"][:1])]
    return textwrap.wrap(json.dumps(value, ensure_ascii=False), 110)


def _nearest(near: Mapping[str, Any]) -> str:
    """Name an interaction with the first place in which the request differs from it."""
    places = [f"{each['location']} wanted {each['wanted']}, got {each['got']}" for each in near["differences"][:1]]
    return ": ".join([near["interaction"], *places])
