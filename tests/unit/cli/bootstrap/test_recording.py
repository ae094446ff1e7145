"""What happens around a recording: services, the command, signals, pacts, exit status."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.bootstrap.recordings import RememberingObserver, StoredRecording
from tests.unit.harness.normalize.sessions import Session
from treaty.errors import (
    CommandNotFound,
    DiskFull,
    ExitStatus,
    NothingRecorded,
    PortTaken,
    ProviderFailed,
    TreatyError,
    UsageError,
)
from treaty.record.events import Stored
from treaty.record.settings import RecorderSettings
from treaty.record.variations import RunPlan
from treaty.session.exchange import Edge, Exchange
from treaty.session.runs import Run
from treaty_cli.bootstrap import recording
from treaty_cli.bootstrap.normalizing import NormalizeSummary
from treaty_cli.bootstrap.recording import RecordingSummary, record, service_variable_of, variable_of
from treaty_cli.bootstrap.recording_plan import RecordingRequest
from treaty_cli.bootstrap.recording_runs import Command, RunStarter

WEB_USER = Edge(consumer="web", provider="user")
EDGE = "web:user=http://127.0.0.1:8081"
CONTENT = NormalizeSummary(pacts=(), findings=(), observed={}, problems=())


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Recorders:
    """Stands in the place of `start_recorder`, and keeps what it started."""

    def __init__(
        self,
        exchanges: Sequence[Exchange] = (),
        *,
        error: Callable[[], TreatyError | None] = lambda: None,
        cut: int = 0,
    ) -> None:
        self._exchanges = exchanges
        self._error = error
        self._cut = cut
        self.started: list[StoredRecording] = []

    def __call__(self, settings: RecorderSettings) -> StoredRecording:
        recorder = StoredRecording(settings=settings, exchanges=self._exchanges, error=self._error, cut=self._cut)
        self.started.append(recorder)
        return recorder


def users() -> list[Exchange]:
    session = Session()
    session.call("web>user", "GET /health", None, 200, {"status": "ok"})
    return session.exchanges


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.fixture(name="recorders")
def _recorders(monkeypatch: pytest.MonkeyPatch) -> Recorders:
    recorders = Recorders(users(), cut=2)
    monkeypatch.setattr(recording, "start_recorder", recorders)
    return recorders


class TestCommand:
    def test_it_is_told_where_to_send_calls(self, recorders: Recorders) -> None:
        """By edge through the recorder, by service past it; its pacts are there afterwards."""
        names = ("TREATY_URL_WEB_USER", "TREATY_SERVICE_USER", "TREATY_PROXY_URL")
        code = f"import os; open('seen', 'w').write(str([os.environ.get(name) for name in {names!r}]))"
        observer = RememberingObserver()
        summary = record(RecordingRequest(edges=[EDGE], command=python(code)), observer)
        assert Path("seen").read_text() == "['http://127.0.0.1:9000', 'http://127.0.0.1:8081', None]"
        assert Path("pacts/web-user.json").is_file()
        assert (summary.declared, summary.cut, summary.command_status) == ([WEB_USER], 2, 0)
        assert summary.stored.counts == {WEB_USER: 1}
        assert summary.exit_status() == ExitStatus.KEPT
        assert recorders.started[0].stopped >= 1
        assert observer.told[0] == "listening"
        assert observer.told[-2:] == ["progress 1", f"ended {summary.session.name}"]

    @pytest.mark.usefixtures("recorders")
    @pytest.mark.parametrize(
        ("code", "status"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 15)", 128 + 15)]
    )
    def test_its_failure_is_ours_and_the_pacts_are_written(self, code: str, status: int) -> None:
        """One that a signal ended counts as shells count it."""
        summary = record(RecordingRequest(edges=[EDGE], command=python(code)), RememberingObserver())
        assert (summary.command_status, summary.exit_status()) == (status, status)
        assert Path("pacts/web-user.json").is_file()

    def test_one_that_cannot_be_run_is_named(self, recorders: Recorders) -> None:
        """The recorder is stopped."""
        with pytest.raises(CommandNotFound) as raised:
            record(RecordingRequest(edges=[EDGE], command=["./no-such-command"]), RememberingObserver())
        assert (raised.value.where, raised.value.why) == ("./no-such-command", "no such file or directory")
        assert recorders.started[0].stopped

    def test_one_that_never_began_leaves_no_session(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(_: RecorderSettings) -> StoredRecording:
            raise PortTaken("the edge cannot listen")

        monkeypatch.setattr(recording, "start_recorder", refuse)
        with pytest.raises(PortTaken):
            record(RecordingRequest(edges=[EDGE], command=python("")), RememberingObserver())
        assert list(Path(".treaty/sessions").iterdir()) == []

    def test_a_recorder_that_fails_ends_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its error is ours; the command does not run on without a recorder."""
        written = Path("number")

        def failure() -> DiskFull | None:
            return DiskFull("the disk is full") if written.exists() else None

        monkeypatch.setattr(recording, "start_recorder", Recorders(users(), error=failure))
        code = (
            "import os, threading; open('part', 'w').write(str(os.getpid())); os.rename('part', 'number');"
            "threading.Event().wait(60)"
        )
        with pytest.raises(DiskFull):
            record(RecordingRequest(edges=[EDGE], command=python(code)), RememberingObserver())
        with pytest.raises(ProcessLookupError):
            os.kill(int(written.read_text()), 0)
        assert not Path("pacts").exists()

    @pytest.mark.usefixtures("recorders")
    def test_a_signal_reaches_it(self) -> None:
        """And what it recorded is kept."""
        ready = Path("ready")

        def end() -> None:
            if ready.exists() and not ended:
                ended.append(True)
                signal.raise_signal(signal.SIGTERM)

        ended: list[bool] = []
        code = (
            "import signal, sys, threading; signal.signal(signal.SIGTERM, lambda *_: sys.exit(5));"
            "open('ready', 'w').close(); threading.Event().wait(60)"
        )
        observer = RememberingObserver(on_progress=end)
        assert record(RecordingRequest(edges=[EDGE], command=python(code)), observer).command_status == 5
        assert Path("pacts/web-user.json").is_file()


class TestRuns:
    def test_the_command_runs_as_often_as_wanted(self, recorders: Recorders) -> None:
        """The recorder learns of each run before its services start, and what it is like when they are ready."""
        observer = RememberingObserver()
        code = "open('seen', 'a').write('x')"
        summary = record(RecordingRequest(edges=[EDGE], command=python(code), runs=3), observer)
        assert Path("seen").read_text() == "xxx"
        assert [run.number for run in summary.runs] == [1, 2, 3]
        assert [run.number for run in recorders.started[0].runs] == [1, 2, 2, 3, 3]
        assert [text for text in observer.told if text.startswith("run")] == ["run 1 of 3", "run 2 of 3", "run 3 of 3"]
        assert observer.told.count("listening") == 1

    @pytest.mark.usefixtures("recorders")
    def test_one_that_fails_is_the_last(self) -> None:
        """Its status is ours, and what was recorded until then becomes pacts."""
        code = "import os, sys; seen = os.path.exists('seen'); open('seen', 'w').close(); sys.exit(9 if seen else 0)"
        summary = record(RecordingRequest(edges=[EDGE], command=python(code), runs=4), RememberingObserver())
        assert (len(summary.runs), summary.command_status, summary.exit_status()) == (2, 9, 9)
        assert Path("pacts/web-user.json").is_file()

    @pytest.mark.usefixtures("recorders")
    def test_a_signal_lets_no_further_run_begin(self) -> None:
        observer = RememberingObserver(on_listening=lambda: signal.raise_signal(signal.SIGINT))
        summary = record(RecordingRequest(edges=[EDGE], command=python(""), runs=3), observer)
        assert (len(summary.runs), summary.signal) == (1, signal.SIGINT)
        assert Path("pacts/web-user.json").is_file()

    @pytest.mark.usefixtures("recorders")
    def test_a_disk_that_is_full_between_runs_ends_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The command does not run again where nothing could be stored."""

        def begin_run(_: StoredRecording, run: Run) -> None:
            if run.number == 2:
                raise DiskFull("the run could not be noted")

        monkeypatch.setattr(StoredRecording, "begin_run", begin_run)
        code = "open('seen', 'a').write('x')"
        with pytest.raises(DiskFull):
            record(RecordingRequest(edges=[EDGE], command=python(code), runs=2), RememberingObserver())
        assert Path("seen").read_text() == "x"

    @pytest.mark.usefixtures("recorders")
    def test_a_signal_while_services_start_keeps_the_command_from_running(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It would not learn of the signal."""

        @contextmanager
        def running(self: RunStarter, wanted: RunPlan, began: datetime) -> Iterator[tuple[Run, Command]]:
            if wanted.number == 2:
                signal.raise_signal(signal.SIGTERM)
            with original(self, wanted, began) as found:
                yield found

        original = RunStarter.running
        monkeypatch.setattr(RunStarter, "running", running)
        code = "open('seen', 'a').write('x')"
        summary = record(RecordingRequest(edges=[EDGE], command=python(code), runs=3), RememberingObserver())
        assert Path("seen").read_text() == "x"
        assert (len(summary.runs), summary.signal) == (1, signal.SIGTERM)

    @pytest.mark.usefixtures("recorders")
    def test_a_service_that_does_not_come_back_leaves_what_was_recorded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The pacts of the runs before are written; the status says that a run is missing."""

        def running(self: RunStarter, wanted: RunPlan, began: datetime) -> AbstractContextManager[tuple[Run, Command]]:
            if wanted.number == 2:
                raise ProviderFailed("user did not become ready")
            return original(self, wanted, began)

        original = RunStarter.running
        monkeypatch.setattr(RunStarter, "running", running)
        summary = record(RecordingRequest(edges=[EDGE], command=python(""), runs=3), RememberingObserver())
        assert isinstance(summary.failure, ProviderFailed)
        assert (len(summary.runs), summary.exit_status()) == (1, ExitStatus.COULD_NOT)
        assert Path("pacts/web-user.json").is_file()


class TestWithoutCommand:
    @pytest.mark.usefixtures("recorders")
    def test_it_records_until_a_signal(self) -> None:
        """Then the pacts are written, and there is no status of a command."""
        observer = RememberingObserver(on_listening=lambda: signal.raise_signal(signal.SIGINT))
        summary = record(RecordingRequest(edges=[EDGE]), observer)
        assert (summary.command_status, summary.exit_status()) == (None, ExitStatus.KEPT)
        assert summary.normalized is not None
        assert len(summary.normalized.pacts) == 1

    def test_nothing_recorded_is_told_unless_that_is_fine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(recording, "start_recorder", Recorders())
        observer = RememberingObserver(on_listening=lambda: signal.raise_signal(signal.SIGINT))
        summary = record(RecordingRequest(edges=[EDGE]), observer)
        assert isinstance(summary.nothing, NothingRecorded)
        assert (summary.normalized, summary.exit_status()) == (None, ExitStatus.NOTHING_TO_DO)
        summary = record(RecordingRequest(edges=[EDGE], allow_empty=True), observer)
        assert (summary.nothing, summary.exit_status()) == (None, ExitStatus.KEPT)

    def test_a_request_without_sense_starts_nothing(self, recorders: Recorders) -> None:
        with pytest.raises(UsageError):
            record(RecordingRequest(), RememberingObserver())
        assert recorders.started == []


class TestSettings:
    def settings(self, recorders: Recorders, **request: Any) -> RecorderSettings:
        """Record nothing for long; gives what the recorder was told."""
        observer = RememberingObserver(on_listening=lambda: signal.raise_signal(signal.SIGINT))
        record(RecordingRequest(allow_empty=True, **request), observer)
        return recorders.started[-1].settings

    def test_what_the_user_said_reaches_the_recorder(self, recorders: Recorders) -> None:
        told = self.settings(recorders, edges=[EDGE], redact=False, allowed=["name"], host="::1")
        assert (told.redact, told.allowed, told.host, told.proxy_port) == (False, ("name",), "::1", None)

    def test_the_authority_lasts_only_where_clients_must_trust_it(self, recorders: Recorders) -> None:
        """Without a proxy it lies in a folder that is gone afterwards."""
        passing = self.settings(recorders, edges=[EDGE]).authority_folder
        assert not passing.is_relative_to(Path.cwd())
        assert not passing.exists()
        lasting = self.settings(recorders, proxy_port=0).authority_folder
        assert lasting == Path.cwd() / ".treaty" / "authority"

    @pytest.mark.parametrize(
        ("variables", "trusted"),
        [
            ({}, ""),
            ({"SSL_CERT_FILE": "a.pem", "REQUESTS_CA_BUNDLE": "b.pem"}, "a.pem"),
            ({"REQUESTS_CA_BUNDLE": "b.pem"}, "b.pem"),
        ],
    )
    def test_authorities_of_the_environment_are_trusted(
        self, recorders: Recorders, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], trusted: str
    ) -> None:
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        assert self.settings(recorders, edges=[EDGE]).trusted == trusted


@pytest.mark.usefixtures("recorders")
@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:9000"),
        ("0.0.0.0", "http://127.0.0.1:9000"),
        ("::", "http://[::1]:9000"),
        ("::1", "http://[::1]:9000"),
        ("box.test", "http://box.test:9000"),
    ],
)
def test_consumers_get_an_address_that_they_can_call(host: str, url: str) -> None:
    """Everywhere is no address to call."""
    observer = RememberingObserver(on_listening=lambda: signal.raise_signal(signal.SIGINT))
    record(RecordingRequest(edges=[EDGE], host=host), observer)
    assert observer.heard is not None
    assert observer.heard.edges == {WEB_USER: url}
    assert observer.heard.upstreams == {WEB_USER: "http://127.0.0.1:8081"}
    assert (observer.heard.proxy, observer.heard.authority) == ("", None)


@pytest.mark.usefixtures("recorders")
def test_a_proxy_is_told_with_the_authority_to_trust() -> None:
    """The command finds it in its environment."""
    observer = RememberingObserver()
    code = "import os; open('seen', 'w').write(os.environ['TREATY_PROXY_URL'])"
    record(RecordingRequest(proxy_port=0, command=python(code)), observer)
    assert observer.heard is not None
    assert observer.heard.proxy == Path("seen").read_text() == "http://127.0.0.1:9999"
    assert observer.heard.authority == Path.cwd() / ".treaty" / "authority" / "mitmproxy-ca-cert.pem"


@pytest.mark.parametrize(
    ("consumer", "provider", "name"),
    [("order", "user", "TREATY_URL_ORDER_USER"), ("my-app", "user2", "TREATY_URL_MY_APP_USER2")],
)
def test_variables_are_named_by_the_edge(consumer: str, provider: str, name: str) -> None:
    """In letters, digits and underscores, as shells want them."""
    assert variable_of(Edge(consumer=consumer, provider=provider)) == name
    assert service_variable_of(provider) == f"TREATY_SERVICE_{provider.upper()}"


@pytest.mark.parametrize(
    ("command", "normalized", "status"),
    [(None, CONTENT, 0), (0, CONTENT, 0), (0, None, 4), (None, None, 4), (3, CONTENT, 3), (3, None, 3)],
)
def test_the_commands_failure_goes_before_that_of_the_pacts(
    command: int | None, normalized: NormalizeSummary | None, status: int
) -> None:
    summary = RecordingSummary(
        session=Path("s"), declared=(), stored=Stored(), cut=0, command_status=command, normalized=normalized
    )
    assert summary.exit_status() == status
