"""A verification as one HTML page: searchable, works offline, fetches nothing, and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

from treaty.errors import counted
from treaty.report.curl import curl_command
from treaty.verify.calls import Answer
from treaty.verify.document import PactDocument, StateReference
from treaty.verify.outcome import Difference, Outcome, Verdict
from treaty.verify.state_words import describe_state
from treaty_cli.output.terminal import printable, shown_path
from treaty_cli.output.verification_run import Run

_FOLDER: Final = Path(__file__).parent
_OPEN: Final = 5
_LONGEST_BODY: Final = 4000
_MOST_DIFFERENCES: Final = 100
"""Of one interaction: a field that a thousand elements lack would make the page too large to open."""
_WORDS: Final = {"kept": "kept", "broken": "broken", "untold": "could not tell", "pending": "pending"}


def html_page(run: Run, *, moment: datetime) -> str:
    """Write the page.

    Args:
        run: what to report.
        moment: when it was made, with a time zone.

    """
    style = (_FOLDER / "verification_html.css").read_text(encoding="utf-8")
    script = (_FOLDER / "verification_html.js").read_text(encoding="utf-8")
    policy = f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; base-uri 'none'"
    body = "".join(_Page(run).parts(moment))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_text(run.headline)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"{body}<script>{script}</script>\n</body>\n</html>\n"
    )


class _Page:
    """The parts of one page."""

    def __init__(self, run: Run) -> None:
        self._run: Final = run
        self._documents: Final[Mapping[str, PactDocument]] = (
            {document.source: document for document in run.start.documents} if run.start else {}
        )
        self._states: Final[dict[tuple[str, StateReference], int]] = {}
        kinds = Counter(map(_kind, run.outcomes))
        self._counts: Final = {kind: kinds[kind] for kind in _WORDS if kinds[kind] or kind != "pending"}
        self._opened = 0

    def parts(self, moment: datetime) -> Iterator[str]:
        yield from self._head()
        yield _filter(list(self._counts), sorted({outcome.consumer for outcome in self._run.outcomes}))
        yield "<main>\n"
        rounds = self._run.start.rounds if self._run.start else 1
        for (pact, number), outcomes in groupby(self._run.outcomes, key=lambda each: (each.pact, each.round)):
            yield from self._group(pact, number if rounds > 1 else 0, list(outcomes))
        yield from self._findings()
        yield from self._table_of_states()
        made = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        yield f'<footer class="quiet">Written by treaty verify, {made}</footer>\n</main>\n'

    def _head(self) -> Iterator[str]:
        start, end = self._run.start, self._run.end
        yield f"<header><div>\n<h1>{_text(self._run.headline)}</h1>\n"
        if start is not None:
            who = "started by Treaty" if start.started else "already running"
            again = f", {start.rounds} rounds against the same provider" if start.rounds > 1 else ""
            yield f'<p class="quiet">{_text(f"{start.base_url} ({who}), {start.engine} engine{again}")}</p>\n'
            if start.clock:
                yield f'<p class="quiet">Its clock began at {_text(start.clock)}</p>\n'
            yield from (f'<p class="note">{_text(note)}</p>\n' for note in start.notes)
        if end is None and self._run.planned:
            planned = counted(self._run.planned, "interaction")
            yield f'<p class="note">{len(self._run.outcomes)} of {planned} judged</p>\n'
        if self._run.failure is not None:
            yield f"<pre>{_text(str(self._run.failure))}</pre>\n"
        counts = self._counts
        yield '<ul class="counts">\n'
        for kind, count in counts.items():
            yield f'<li><b>{count}</b> <span class="badge {kind}">{_WORDS[kind]}</span></li>\n'
        if self._run.findings:
            found = counted(len(self._run.findings), "finding").partition(" ")[2]
            yield f'<li><b>{len(self._run.findings)}</b> <a href="#findings">{found}</a></li>\n'
        if end is not None:
            summary = end.summary
            calls = counted(summary.setup_calls, "set-up call").partition(" ")[2]
            yield f"<li><b>{summary.setup_calls}</b> {calls}</li>\n<li><b>{summary.seconds:.1f}</b> s</li>\n"
        yield '</ul>\n<div class="bar" aria-hidden="true">'
        yield from _pieces(counts)
        yield "</div>\n</div></header>\n"

    def _group(self, pact: str, number: int, outcomes: Sequence[Outcome]) -> Iterator[str]:
        first = outcomes[0]
        title = f"{first.consumer} → {first.provider}" + (f", round {number}" if number else "")
        yield f'<section data-group><h2>{_text(title)} <span class="quiet">{_text(shown_path(pact))}</span></h2>\n'
        for outcome in outcomes:
            yield from self._interaction(outcome)
        yield "</section>\n"

    def _interaction(self, outcome: Outcome) -> Iterator[str]:
        kind = _kind(outcome)
        is_open = kind in ("broken", "untold") and self._opened < _OPEN
        self._opened += is_open
        given = f' <span class="quiet">given {_text(" and ".join(outcome.states))}</span>' if outcome.states else ""
        yield (
            f'<details data-verdict="{kind}" data-consumer="{_text(outcome.consumer)}"{" open" if is_open else ""}>'
            f'<summary><span class="badge {kind}">{_WORDS[kind]}</span>'
            f'<span class="what">{_text(outcome.description)}{given}</span>'
            f'<span class="numbers quiet">{_numbers(outcome)}</span></summary>\n<div class="inside">\n'
        )
        if kind == "pending":
            yield f"<p>Pending: not promised yet, so that it is {_text(outcome.verdict.value)} does not count.</p>\n"
        if outcome.note:
            yield f"<p>{_text(outcome.note)}</p>\n"
        if outcome.reason is not None:
            yield f"<h3>Why nobody can tell</h3><pre>{_text(str(outcome.reason))}</pre>\n"
        for difference in outcome.differences[:_MOST_DIFFERENCES]:
            yield from _difference(difference)
        if len(outcome.differences) > _MOST_DIFFERENCES:
            rest = counted(len(outcome.differences) - _MOST_DIFFERENCES, "more difference")
            yield f"<p>and {rest}; --json writes them all</p>\n"
        if outcome.answer is not None:
            yield f"<h3>The answer</h3><pre>{_text(_answer(outcome.answer))}</pre>\n"
        if outcome.request is not None:
            yield "<h3>To send it again</h3>"
            yield '<div class="command"><button type="button" data-copy="yes">copy</button>'
            yield f"<pre><code>{_text(curl_command(outcome.request))}</code></pre></div>\n"
            yield from _variables(outcome.request.variables)
        yield from self._states_of(outcome, in_full=kind != "kept")
        yield "</div></details>\n"

    def _states_of(self, outcome: Outcome, *, in_full: bool) -> Iterator[str]:
        document = self._documents.get(outcome.pact)
        if document is None:
            yield from (f"<h3>Given {_text(name)}</h3>\n" for name in outcome.states if name)
            return
        for reference in document.interactions[outcome.position].states:
            if not reference.name and reference.key is None:
                continue
            number = self._states.setdefault((document.source, reference), len(self._states) + 1)
            if in_full:
                yield f"<h3>Given {_text(reference.name)}</h3>\n{_steps(describe_state(document, reference))}"
            else:
                yield f'<p>Given <a href="#state-{number}">{_text(reference.name)}</a></p>\n'

    def _findings(self) -> Iterator[str]:
        if not self._run.findings:
            return
        yield '<section id="findings"><h2>Calls of the provider that no pact of a dependency answers</h2>\n<ul>\n'
        for finding in self._run.findings:
            edge = f"{finding.consumer} → {finding.dependency}"
            yield f"<li>{_text(edge)} <code>{_text(finding.request)}</code>"
            if finding.nearest:
                places = f", differs at {', '.join(finding.places)}" if finding.places else ""
                yield f'<br><span class="quiet">nearest: {_text(finding.nearest + places)}</span>'
            yield "</li>\n"
        yield "</ul></section>\n"

    def _table_of_states(self) -> Iterator[str]:
        if not self._states:
            return
        yield "<section><h2>How the states are set up</h2>\n"
        for (source, reference), number in self._states.items():
            document = self._documents[source]
            edge = f"{document.consumer} → {document.provider}"
            yield f'<h3 id="state-{number}">{_text(reference.name)} ({_text(edge)})</h3>\n'
            yield _steps(describe_state(document, reference))
        yield "</section>\n"


def _filter(kinds: Sequence[str], consumers: Sequence[str]) -> str:
    """Write the form; the script shows it, because nothing else could answer it."""
    boxes = "".join(
        f'<label><input type="checkbox" name="verdict" value="{kind}" checked> {_WORDS[kind]}</label>' for kind in kinds
    )
    options = "".join(f'<option value="{_text(name)}">{_text(name)}</option>' for name in consumers)
    return (
        '<div id="filter" hidden><form>\n'
        '<input id="search" type="search" placeholder="Search in everything" aria-label="Search">\n'
        f'<fieldset aria-label="Verdicts">{boxes}</fieldset>\n'
        f'<select id="consumer" aria-label="Consumer"><option value="">all consumers</option>{options}</select>\n'
        '<button type="button" data-open="yes">open all</button>'
        '<button type="button" data-open="no">close all</button>'
        '<button type="reset">reset</button>\n'
        '<span id="shown" class="quiet" aria-live="polite"></span>\n</form></div>\n'
    )


def _pieces(counts: Mapping[str, int]) -> Iterator[str]:
    # Widths are attributes of pictures: the policy of the page allows no styles in elements.
    total = sum(counts.values())
    for kind, count in counts.items():
        if count:
            share = max(round(100 * count / total), 1)
            yield f'<svg class="{kind}" width="{share}%" height="6"></svg>'


def _kind(outcome: Outcome) -> str:
    if outcome.verdict is Verdict.KEPT:
        return "kept"
    if outcome.pending:
        return "pending"
    return "broken" if outcome.fails else "untold"


def _numbers(outcome: Outcome) -> str:
    calls = f"{counted(outcome.setup_calls, 'set-up call')}, " if outcome.setup_calls else ""
    return f"{calls}{outcome.seconds * 1000:.0f} ms"


def _difference(difference: Difference) -> Iterator[str]:
    yield f'<div class="difference"><code>{_text(difference.location)}</code>\n<dl>'
    for word, value in (("wanted", difference.wanted), ("got", difference.got)):
        if value:
            yield f'<dt>{word}</dt><dd><code class="value {word}">{_text(value)}</code></dd>'
    yield "</dl>\n"
    rule = f"rule {difference.rule}" if difference.rule else ""
    cause = f"recorded as {difference.cause}" if difference.cause else ""
    evidence = "; ".join(part for part in (rule, cause) if part)
    if difference.message:
        yield f"<p>{_text(difference.message)}</p>"
    if evidence:
        yield f'<p class="quiet">{_text(evidence)}</p>'
    yield "</div>\n"


def _answer(answer: Answer) -> str:
    head = "".join(f"{name}: {value}\n" for name, value in answer.headers)
    body = answer.body[:_LONGEST_BODY].decode("utf-8", "replace")
    rest = f"\n... {len(answer.body)} bytes in all" if len(answer.body) > _LONGEST_BODY else ""
    return f"{answer.status}\n{head}\n{body}{rest}".rstrip()


def _variables(names: Sequence[str]) -> Iterator[str]:
    if names:
        listed = ", ".join(f"<code>{_text(name)}</code>" for name in names)
        yield f'<p class="quiet">Secrets are not shown: set {listed} in the shell first.</p>\n'


def _steps(lines: Sequence[str]) -> str:
    if not lines:
        return '<p class="quiet">The pact has no steps for it.</p>\n'
    return "<ol>" + "".join(f"<li>{_text(line)}</li>" for line in lines) + "</ol>\n"


def _text(text: str) -> str:
    return escape(printable(text))


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
