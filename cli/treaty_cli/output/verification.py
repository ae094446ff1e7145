"""A verification on the terminal: one line an interaction, what broke and why, findings, a summary."""

from __future__ import annotations

from typing import Final

from treaty.errors import TreatyError, counted
from treaty.report.conclusion import conclusion
from treaty.report.failures import Mark, difference_lines, failure_lines
from treaty.verify.events import Event, InteractionJudged, RequestUnanswered, RunFinished, RunStarted
from treaty.verify.outcome import Difference, Outcome, Summary, Unanswered, Verdict
from treaty_cli.output.terminal import Style, Terminal, printable, shown_path

_STYLES: Final = {
    Verdict.KEPT: Style.GOOD,
    Verdict.BROKEN: Style.BAD,
    Verdict.COULD_NOT_TELL: Style.DOUBT,
}
_MARKS: Final = {
    Mark.PLACE: None,
    Mark.WANTED: Style.GOOD,
    Mark.GOT: Style.BAD,
    Mark.SAME: Style.QUIET,
    Mark.NOTE: Style.QUIET,
    Mark.COMMAND: None,
}
_WIDTH: Final = len(Verdict.COULD_NOT_TELL.value)
_INDENT: Final = " " * (_WIDTH + 4)
_SCREENFUL: Final = 20
_MOST_NAMED: Final = 20


class TerminalReport:
    """Writes events as a person reads them; call it with each event in order."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal: Final = terminal
        self._pact = ""
        self._round = 1
        self._rounds = 1
        self._reasons: Final[dict[tuple[str, str, str], str]] = {}
        self._findings = 0
        self._ends = False
        self._provider = "the provider"
        self._has_requests = False
        self._total = 0
        self._judged = 0
        self._summary = Summary()
        self._seen: Final[dict[tuple[Difference, ...], str]] = {}
        self._not_kept: Final[list[Outcome]] = []
        self._is_over = False

    def __call__(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, RunStarted):
            self._start(event)
        elif isinstance(event, InteractionJudged):
            self._show(event.outcome)
        elif isinstance(event, RequestUnanswered):
            self._finding(event.unanswered)
        else:
            self._finish(event)

    def _start(self, event: RunStarted) -> None:
        self._total = event.interactions * event.rounds
        self._rounds = event.rounds
        self._ends = event.started
        self._provider = event.provider
        who = "started by Treaty" if event.started else "already running"
        self._line(f"Verifying {event.provider} at {event.base_url} ({who}), {event.engine} engine")
        if event.clock:
            self._line(f"Its clock began at {event.clock}")
        for note in event.notes:
            self._line(f"note: {note}", Style.DOUBT)
        self._progress()

    def _show(self, outcome: Outcome) -> None:
        if outcome.round != self._round:
            self._round = outcome.round
            self._pact = ""
            self._line()
            self._line(f"Round {self._round} of {self._rounds}, against the same provider", Style.STRONG)
        if outcome.pact != self._pact:
            self._pact = outcome.pact
            self._line()
            self._line(f"{outcome.consumer} -> {outcome.provider}  ({shown_path(outcome.pact)})", Style.STRONG)
        word = self._terminal.paint(outcome.verdict.value.ljust(_WIDTH), _STYLES[outcome.verdict])
        given = f"  given {' and '.join(outcome.states)}" if outcome.states else ""
        pending = "  (pending: does not count)" if outcome.pending else ""
        self._terminal.line(f"  {word}  {_one_line(outcome.description)}{_quiet(self._terminal, given)}{pending}")
        if outcome.reason is not None:
            self._reason(outcome.reason, outcome.description)
        if outcome.verdict is not Verdict.KEPT:
            self._failure(outcome)
            if not outcome.pending:
                self._not_kept.append(outcome)
        self._summary = self._summary.plus(outcome)
        self._has_requests = self._has_requests or outcome.request is not None
        self._judged += 1
        self._progress()

    def _failure(self, outcome: Outcome) -> None:
        """Show what is wrong; what is wrong in the same way as before is only named."""
        seen = self._seen.get(outcome.differences) if outcome.differences else None
        if seen is not None:
            first = next(difference_lines(outcome.differences[0])).text
            rest = len(outcome.differences) - 1
            more = f" and {counted(rest, 'more difference')}" if rest else ""
            self._line(f"{_INDENT}{first}{more}, as for {seen!r} above")
            return
        if outcome.differences:
            self._seen[outcome.differences] = _one_line(outcome.description)
        for line in failure_lines(outcome):
            self._line(_INDENT + line.text, _MARKS[line.mark])

    def _recapitulate(self) -> None:
        """Name what is not kept once more, where it may have left the screen."""
        if self._judged <= _SCREENFUL or not self._not_kept:
            return
        self._line()
        self._line("Not kept", Style.STRONG)
        for outcome in self._not_kept[:_MOST_NAMED]:
            word = self._terminal.paint(outcome.verdict.value.ljust(_WIDTH), _STYLES[outcome.verdict])
            edge = f"{outcome.consumer} -> {outcome.provider}"
            given = f"  given {' and '.join(outcome.states)}" if outcome.states else ""
            self._terminal.line(f"  {word}  {_one_line(f'{edge}  {outcome.description}{given}')}")
        rest = len(self._not_kept) - _MOST_NAMED
        if rest > 0:
            self._line(f"  and {rest} more")

    def cut_short(self) -> None:
        """Say how far it came: it ends before its end."""
        if not self._total or self._is_over:
            return
        self._recapitulate()
        self._line()
        self._line(f"Cut short: {self._judged} of {counted(self._total, 'interaction')} judged", Style.DOUBT)
        self._line(summary_line(self._summary, findings=self._findings))

    def _reason(self, reason: TreatyError, description: str) -> None:
        same = (reason.code, reason.what, reason.where.partition("\n")[0])
        if same in self._reasons:
            self._line(f"{_INDENT}{reason.what}  [{reason.code}], as for {self._reasons[same]!r} above")
            return
        self._reasons[same] = description
        for line in str(reason).splitlines():
            self._line(f"{_INDENT}{line}")

    def _finding(self, unanswered: Unanswered) -> None:
        if not self._findings:
            self._line()
            self._line("Findings: calls of the provider that no pact of a dependency answers", Style.STRONG)
        self._findings += 1
        self._line(f"  {unanswered.consumer} -> {unanswered.dependency}  {_one_line(unanswered.request)}")
        if unanswered.nearest:
            places = f", differs at {', '.join(unanswered.places)}" if unanswered.places else ""
            self._line(f"    nearest: {_one_line(unanswered.nearest + places)}", Style.QUIET)

    def _finish(self, event: RunFinished) -> None:
        self._is_over = True
        self._recapitulate()
        if self._ends and self._has_requests:
            self._line()
            self._line(
                "The provider was started by Treaty and has ended: to send a request again, start it and", Style.QUIET
            )
            self._line("bring about the state first (--html lists its steps).", Style.QUIET)
        self._line()
        summary = event.summary
        if not summary.counts:
            self._line(conclusion(summary, provider=self._provider), Style.DOUBT)
        if summary.in_full or summary.in_part:
            self._line(closed_line(summary), Style.QUIET)
        self._line(summary_line(summary, findings=self._findings))

    def _progress(self) -> None:
        if self._judged < self._total:
            self._terminal.progress(f"{self._judged} of {counted(self._total, 'interaction')}")

    def _line(self, text: str = "", style: Style | None = None) -> None:
        text = printable(text)
        self._terminal.line(text if style is None else self._terminal.paint(text, style))


def summary_line(summary: Summary, *, findings: int = 0) -> str:
    """Say in one line what came out; set-up calls are counted apart."""
    parts = [f"{summary.kept} kept", f"{summary.broken} broken", f"{summary.could_not_tell} could not tell"]
    if summary.pending_broken:
        parts.append(f"{summary.pending_broken} pending broken")
    if summary.pending_could_not_tell:
        parts.append(f"{summary.pending_could_not_tell} pending could not tell")
    if findings:
        parts.append(counted(findings, "finding"))
    return f"{', '.join(parts)}; {counted(summary.setup_calls, 'set-up call')}; {summary.seconds:.1f} s"


def closed_line(summary: Summary) -> str:
    """Say in which form facts about everything that the provider holds were judged (DESIGN 4.2)."""
    parts = [f"{summary.in_full} in full"] if summary.in_full else []
    if summary.in_part:
        parts.append(f"{summary.in_part} as far as the set-up goes (all with --fresh)")
    return f"lists and totals judged: {', '.join(parts)}"


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))


def _quiet(terminal: Terminal, text: str) -> str:
    return terminal.paint(printable(text), Style.QUIET)
