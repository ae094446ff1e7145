from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.cli.output.verification_events import DIFFERENCE, REASON, events, finished, outcome
from treaty.verify.events import Event, InteractionJudged, RunStarted
from treaty.verify.outcome import Verdict
from treaty_cli.output.verification_github import GithubAnnotations, in_github_actions


def written(*judged: Event, workspace: str = "") -> list[str]:
    stream = io.StringIO()
    write = GithubAnnotations(stream, environment={"GITHUB_WORKSPACE": workspace} if workspace else {})
    for event in judged:
        write(event)
    return stream.getvalue().splitlines()


@pytest.mark.parametrize(("value", "is_there"), [("true", True), ("false", False), ("", False)])
def test_only_a_step_of_github_actions_gets_annotations(value: str, *, is_there: bool) -> None:
    assert in_github_actions({"GITHUB_ACTIONS": value}) is is_there
    assert not in_github_actions({})


def test_each_kind_of_outcome_has_its_kind_of_annotation() -> None:
    """What is kept has none."""
    kinds = [line.partition(" ")[0] for line in written(*events())]
    assert kinds == ["::error", "::warning", "::warning", "::notice", "::notice"]


def test_what_is_pending_is_a_notice_and_the_run_says_that_nothing_counts() -> None:
    """Also when nobody could tell."""
    lines = written(*finished(outcome(Verdict.COULD_NOT_TELL, "GET /a", pending=True, reason=REASON)))
    assert [line.partition(" ")[0] for line in lines] == ["::notice", "::warning"]
    assert "could not tell (pending%3A does not count)" in lines[0]
    assert lines[1].endswith("::Nothing that counts was verified: 1 interaction, pending and not kept")


def test_what_people_should_know_about_the_run_is_a_notice() -> None:
    start, *_ = events()
    assert isinstance(start, RunStarted)
    assert written(replace(start, notes=("one worker",))) == ["::notice title=treaty verify%2C shop::one worker"]


def test_an_annotation_points_at_the_interaction_in_the_pact_file(tmp_path: Path) -> None:
    """With a path from the workspace, whatever the current folder is."""
    file = tmp_path / "pacts" / "web-shop.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"interactions": [{}, {"a": 1}]}, indent=1))
    broken = outcome(Verdict.BROKEN, "GET /b -> 200", pact=str(file), differences=(DIFFERENCE,))
    (line,) = written(InteractionJudged(outcome=replace(broken, position=1)), workspace=str(tmp_path))
    assert line == (
        "::error file=pacts/web-shop.json,line=4,title=web -> shop%3A GET /b -> 200%3A broken::"
        'body.$.role  wanted "member", got "guest"%0A  Expected \'guest\' to be a role [recorded as constant]'
    )


def test_a_file_that_is_gone_or_elsewhere_is_named_as_it_was(tmp_path: Path) -> None:
    """At its first line."""
    broken = InteractionJudged(outcome=outcome(Verdict.COULD_NOT_TELL, "GET /b -> 200", reason=REASON, round=2))
    (line,) = written(broken, workspace=str(tmp_path))
    assert line.startswith("::warning file=pacts/web-shop.json,line=1,title=")
    assert "::round 2%0Athe state 'x' could not be set up  [state-failed]%0A" in line


def test_nothing_that_came_from_outside_can_end_a_command_or_begin_another() -> None:
    """Percent signs, line breaks, colons and commas are escaped, control characters are shown."""
    hostile = replace(DIFFERENCE, message="100%\r\n::set-env name=A::b\x1b[2J")
    broken = outcome(
        Verdict.BROKEN, "a,b::c%0A\n::error::x", states=("s\n::error::y",), differences=(hostile,), pact="x,y:z.json"
    )
    (line,) = written(InteractionJudged(outcome=broken))
    head, _, message = line.removeprefix("::").partition("::")
    assert (
        head == "error file=x%2Cy%3Az.json,line=1,title=web -> shop%3A a%2Cb%3A%3Ac%250A%0A%3A%3Aerror%3A%3Ax%3A broken"
    )
    assert message.startswith("given s%0A::error::y%0Abody.$.role")
    assert "100%25" in message
    assert "\x1b" not in line
