"""`treaty replay` as a command: its options, its JSON lines, its exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from treaty.errors import ExitStatus
from treaty.replay.playing import Tally
from treaty_cli.app import main
from treaty_cli.bootstrap import replaying
from treaty_cli.bootstrap.replaying import ReplayObserver, ReplayRequest, ReplaySummary


class Replays:
    """Stands for a replay with a given end, and keeps what was asked for."""

    def __init__(self) -> None:
        self.requests: list[ReplayRequest] = []
        self.tally = Tally(same=1)

    def __call__(self, request: ReplayRequest, observer: ReplayObserver) -> ReplaySummary:
        del observer
        self.requests.append(request)
        return ReplaySummary(tally=self.tally)


@pytest.fixture(name="replays")
def _replays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Replays:
    monkeypatch.chdir(tmp_path)
    replays = Replays()
    monkeypatch.setattr(replaying, "replay", replays)
    return replays


def test_every_option_reaches_the_replay(replays: Replays) -> None:
    arguments = "s --edge user=http://a.test --edge order=http://b.test --run 2 --session t --secret a=env:B"
    arguments += " --allow-writes a.test --destructive --config c.yaml"
    assert main(["replay", *arguments.split()]) == ExitStatus.KEPT
    assert replays.requests == [
        ReplayRequest(
            session=Path("s"),
            run=2,
            edges=("user=http://a.test", "order=http://b.test"),
            record_to=Path("t"),
            secrets=("a=env:B",),
            allow_writes=("a.test",),
            destructive=True,
            config=Path("c.yaml"),
        )
    ]


@pytest.mark.parametrize(
    ("tally", "status"),
    [
        (Tally(same=1, different=1), ExitStatus.BROKEN),
        (Tally(same=1, could_not=1), ExitStatus.COULD_NOT),
        (Tally(), ExitStatus.NOTHING_TO_DO),
    ],
)
def test_the_status_says_what_came_of_it(replays: Replays, tally: Tally, status: ExitStatus) -> None:
    replays.tally = tally
    assert main(["replay", "s"]) == status


def test_json_lines_on_standard_output_stand_alone(replays: Replays, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "s", "--json", "-"]) == ExitStatus.KEPT
    assert json.loads(capsys.readouterr().out)["event"] == "finished"
    assert len(replays.requests) == 1


def test_a_file_that_cannot_be_written_is_told_before_anything_is_sent(
    replays: Replays, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", "s", "--json", "no/such/file"]) == ExitStatus.USAGE
    assert "[output-unwritable]" in capsys.readouterr().err
    assert replays.requests == []
