"""`treaty demo` as a command: its exit status, and errors without a traceback."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from treaty.errors import ExitStatus, ExtraMissing
from treaty.verify.outcome import Summary
from treaty_cli.app import main
from treaty_cli.bootstrap import demonstration
from treaty_cli.bootstrap.demonstration import FOLDER, Demonstrated, DemonstrationObserver
from treaty_cli.commands.demo import command
from treaty_cli.output.demonstration import DemonstrationView


@pytest.fixture(autouse=True)
def _handlers_as_before() -> Iterator[None]:
    previous = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in previous.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(
    ("summary", "status"),
    [
        (Summary(kept=3), ExitStatus.KEPT),
        (Summary(kept=3, broken=1), ExitStatus.BROKEN),
        (Summary(kept=3, could_not_tell=1), ExitStatus.BROKEN),
    ],
)
def test_its_status_is_that_of_the_promises(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], summary: Summary, status: ExitStatus
) -> None:
    """What happens is shown on standard output."""

    def demonstrate(observer: DemonstrationObserver) -> Demonstrated:
        assert isinstance(observer, DemonstrationView)
        observer.begins(FOLDER)
        return Demonstrated(verified={"user": summary}, seconds=1)

    monkeypatch.setattr(demonstration, "demonstrate", demonstrate)
    assert main(["demo"]) == status
    shown = capsys.readouterr()
    assert str(FOLDER) in shown.out
    assert shown.err == ""


def test_what_is_missing_is_an_error_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def demonstrate(_observer: DemonstrationObserver) -> Demonstrated:
        raise ExtraMissing("parts are missing", hint="pip install 'treaty[demo]'")

    monkeypatch.setattr(demonstration, "demonstrate", demonstrate)
    assert main(["demo"]) == ExitStatus.COULD_NOT
    shown = capsys.readouterr().err
    assert shown.startswith("error: parts are missing  [extra-missing]")
    assert "treaty[demo]" in shown


def test_it_takes_no_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "order"]) == ExitStatus.USAGE
    assert "order" in capsys.readouterr().err
    assert [parameter.name for parameter in command.params] == []
