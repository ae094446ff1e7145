"""What normalisation did, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from treaty.errors import counted
from treaty_cli.bootstrap.normalizing import NormalizeSummary, PactOutcome
from treaty_cli.output.terminal import Style, Terminal, printable, shown_path

if TYPE_CHECKING:
    from treaty.verify.tried_states import Minimised

_NOTES = (
    ("added", "new", Style.GOOD),
    ("changed", "changed", Style.DOUBT),
    ("edited", "edited by hand, kept", Style.QUIET),
    ("kept", "not seen this time, kept", Style.QUIET),
    ("pruned", "not seen this time, taken out", Style.DOUBT),
    ("conflicts", "changed by hand and by the recording: yours was kept", Style.BAD),
)


def show_normalized(terminal: Terminal, summary: NormalizeSummary) -> None:
    """Show each pact with what changed in it, then the findings."""
    for outcome in summary.pacts:
        _show_pact(terminal, outcome)
    for minimised in summary.minimised:
        _show_minimised(terminal, minimised)
    for problem in summary.problems:
        terminal.line(terminal.paint(f"  problem     {printable(problem)}", Style.DOUBT))
    if summary.findings:
        terminal.line()
        terminal.line("findings")
        for finding in summary.findings:
            count = f" ({finding.count} times)" if finding.count > 1 else ""
            examples = ", ".join(f"#{number}" for number in finding.examples)
            where = f", as in {examples}" if examples else ""
            terminal.line(f"  {finding.edge}: {printable(finding.text)}{count}{where}  [{finding.kind}]")


def _show_minimised(terminal: Terminal, minimised: Minimised) -> None:
    """Show what the states of a provider do without now, by interaction."""
    if minimised.hindrance:
        terminal.line(terminal.paint(f"  {minimised.provider}: no step was tried", Style.DOUBT))
        terminal.line(f"    {printable(minimised.hindrance)}")
        return
    trials = counted(minimised.trials, "trial")
    steps = counted(sum(len(each.calls) for each in minimised.dropped), "step")
    found = (
        f"{steps} of {counted(len(minimised.dropped), 'interaction')} left out"
        if minimised.dropped
        else "no step can go"
    )
    terminal.line(f"  {minimised.provider}: {found}, {trials}")
    for dropped in minimised.dropped:
        terminal.line(f"    {dropped.edge}: {printable(dropped.description)}")
        for call in dropped.calls:
            terminal.line(f"      without {printable(call)}")
    for each in minimised.left_alone:
        terminal.line(terminal.paint(f"    {each.edge}: {printable(each.description)} was left alone", Style.DOUBT))
        terminal.line(f"      {printable(each.why)}")
    if minimised.rest:
        states = counted(minimised.rest, "provider state")
        terminal.line(
            terminal.paint(f"    {states} not looked at in full: {minimised.limit} were used up", Style.DOUBT)
        )


def _show_pact(terminal: Terminal, outcome: PactOutcome) -> None:
    state = "written" if outcome.written else "unchanged"
    count = counted(outcome.interactions, "interaction")
    terminal.line(f"  {outcome.edge!s:<28} {count:<16} {state:<10} {shown_path(outcome.path)}")
    everything_new = len(outcome.merged.added) == outcome.interactions
    for name, label, style in _NOTES:
        found: Sequence[str] = getattr(outcome.merged, name)
        if not found or (name == "added" and everything_new):
            continue
        terminal.line(terminal.paint(f"    {counted(len(found), 'interaction')} {label}:", style))
        for description in sorted(found):
            terminal.line(f"      {printable(description)}")
            for dispute in outcome.merged.disputes.get(description, ()) if name == "conflicts" else ():
                terminal.line(f"        {printable(dispute)}")
    if outcome.dropped:
        terminal.line(terminal.paint("    this version of the Pact specification cannot say:", Style.DOUBT))
        for what, times in sorted(Counter(each.rpartition("': ")[2] for each in outcome.dropped).items()):
            terminal.line(f"      {printable(what)} ({counted(times, 'time')})")
