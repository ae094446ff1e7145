"""The HTML report in a real browser: what its script shows and hides."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.integration import chromium
from tests.integration.chromium import BROWSER
from tests.unit.cli.output.verification_events import events, outcome
from treaty.verify.events import InteractionJudged
from treaty.verify.outcome import Verdict
from treaty_cli.output.verification_html import html_page
from treaty_cli.output.verification_run import run_of

OPTIONS = (*chromium.OPTIONS, "--virtual-time-budget=2000")

pytestmark = [
    pytest.mark.needs_server,
    pytest.mark.skipif(not BROWSER, reason="there is no chromium here (apt-get install chromium)"),
]


class Shown(HTMLParser):
    """Descriptions of the entries that are not hidden, and the parts of the page that matter to a reader."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.titles: list[str] = []
        self.groups = 0
        self.count = ""
        self.filter_is_there = False
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "details" and "data-verdict" in attributes:
            self._inside = "entry" if "hidden" not in attributes else ""
        elif attributes.get("class") == "what":
            self._inside = "title" if self._inside == "entry" else ""
        elif attributes.get("id") == "shown":
            self._inside = "count"
        elif attributes.get("id") == "filter":
            self.filter_is_there = "hidden" not in attributes
        elif tag == "section" and "data-group" in attributes and "hidden" not in attributes:
            self.groups += 1

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.titles.append(data.strip())
            self._inside = ""
        elif self._inside == "count":
            self.count = data
            self._inside = ""


@pytest.fixture(name="report", scope="module")
def _report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    extra = replace(outcome(Verdict.KEPT, "GET /f -> 200", pact="pacts/app-shop-2.json"), consumer="app")
    *before, finding, end = events()
    run = run_of([*before, InteractionJudged(outcome=extra), finding, end])
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html_page(run, moment=datetime(2026, 1, 31, tzinfo=UTC)), encoding="utf-8")
    return path


def look(report: Path, folder: Path, fragment: str = "") -> Shown:
    done = subprocess.run(
        [BROWSER, *OPTIONS, f"--user-data-dir={folder}", "--dump-dom", f"{report.as_uri()}{fragment}"],
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
    )
    return Shown(done.stdout)


def test_everything_is_shown_at_first(report: Path, tmp_path: Path) -> None:
    """The policy of the page lets its own script run: it shows the filter."""
    shown = look(report, tmp_path)
    assert shown.filter_is_there
    assert [title[:6] for title in shown.titles] == ["GET /a", "GET /b", "GET /c", "GET /d", "GET /e", "GET /f"]
    assert shown.groups == 3
    assert shown.count == "6 of 6 shown"


@pytest.mark.parametrize(
    ("fragment", "titles"),
    [
        ("#search=GUEST", ["GET /b"]),
        ("#search=user+role", ["GET /b"]),
        ("#search=nothing+like+it", []),
        ("#verdict=kept", ["GET /a", "GET /f"]),
        ("#verdict=untold,pending", ["GET /c", "GET /d", "GET /e"]),
        ("#verdict=untold&search=%2Fd", ["GET /d"]),
        ("#consumer=app", ["GET /f"]),
        ("#consumer=web&verdict=kept", ["GET /a"]),
    ],
)
def test_what_does_not_fit_is_hidden(report: Path, tmp_path: Path, fragment: str, titles: list[str]) -> None:
    """Search in all texts whatever their case, verdicts and consumer, all at once; empty groups go away, too."""
    shown = look(report, tmp_path, fragment)
    assert [title[:6] for title in shown.titles] == titles
    assert shown.count == f"{len(titles)} of 6 shown"
    assert (shown.groups == 0) is (not titles)
