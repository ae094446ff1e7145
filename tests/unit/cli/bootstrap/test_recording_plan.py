"""What is to be recorded, thought through before anything starts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from treaty.errors import EdgeInvalid, FileMissing, OutputUnwritable, UsageError
from treaty.record.settings import RecordedEdge
from treaty.session.exchange import Edge
from treaty_cli.bootstrap.recording_plan import RecordingPlan, RecordingRequest, plan_recording

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
WEB_ORDER = Edge(consumer="web", provider="order")
ORDER_USER = Edge(consumer="order", provider="user")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def plan(**request: Any) -> RecordingPlan:
    return plan_recording(RecordingRequest(**request), now=NOW)


def configure(edges: list[str], services: Mapping[str, Mapping[str, Any]], **more: Any) -> None:
    """Write the configuration of the folder."""
    Path("treaty.yaml").write_text(json.dumps({"services": services, "edges": edges, **more}), encoding="utf-8")


class TestRuns:
    def test_only_a_command_can_be_repeated(self) -> None:
        with pytest.raises(UsageError) as raised:
            plan(edges=["web:order=http://a.test"], runs=2)
        assert raised.value.hint == "treaty record --runs 2 -- COMMAND"

    def test_what_should_be_steady_is_something_that_varies(self) -> None:
        """A variable counts when a service that is started has other values for it."""
        services = {"user": {"start": "x ${port}", "vary": {"FIRST_ID": [7]}}}
        configure(["web:user"], services)
        plan(runs=2, command=["x"], steady=["clock", "FIRST_ID"])
        with pytest.raises(UsageError) as raised:
            plan(runs=2, command=["x"], steady=["FIRST"])
        assert raised.value.why == "what can vary here are FIRST_ID, clock, zone"
        assert raised.value.hint == "did you mean 'FIRST_ID'?"


class TestEdges:
    def test_the_command_line_is_enough(self) -> None:
        """Port and address are taken as given; folders have their usual names."""
        found = plan(edges=["web:order:9101=http://127.0.0.1:8082", "order:user=http://127.0.0.1:8081"])
        assert found.edges == (
            RecordedEdge(edge=WEB_ORDER, port=9101, upstream="http://127.0.0.1:8082"),
            RecordedEdge(edge=ORDER_USER, port=0, upstream="http://127.0.0.1:8081"),
        )
        assert (found.started, found.mail_edges, found.proxy_services) == ((), (), {})
        assert (found.out, found.session) == (Path("pacts"), Path(".treaty/sessions/20260102-030405"))
        assert found.base_directory == Path.cwd()

    def test_the_configuration_is_enough(self) -> None:
        """Its folders are meant from where it lies, its addresses fill in what edges leave out."""
        configure(
            ["web:order", "order:user=http://127.0.0.1:9"],
            {"order": {"url": "http://127.0.0.1:8082"}},
            pacts="promises",
            sessions="kept",
            redaction={"allow": ["name"], "names": ["shoe"]},
        )
        found = plan(allowed=["size"])
        assert [(each.edge, each.upstream) for each in found.edges] == [
            (WEB_ORDER, "http://127.0.0.1:8082"),
            (ORDER_USER, "http://127.0.0.1:9"),
        ]
        assert found.out.resolve() == Path("promises").resolve()
        assert found.session.resolve().parent == Path("kept").resolve()
        assert (found.allowed, found.names) == (("size", "name"), ("shoe",))

    def test_the_command_line_takes_the_place_of_the_configurations_edges(self) -> None:
        """Their addresses may still come from there."""
        configure(["web:order"], {"order": {"url": "http://127.0.0.1:1"}, "user": {"url": "http://127.0.0.1:2"}})
        (edge,) = plan(edges=["order:user"]).edges
        assert (edge.edge, edge.upstream) == (ORDER_USER, "http://127.0.0.1:2")

    def test_a_configuration_elsewhere_can_be_named(self, tmp_path: Path) -> None:
        """Commands then run in its folder."""
        configure(["web:order"], {"order": {"url": "http://127.0.0.1:1"}})
        (tmp_path / "deep").mkdir()
        Path("treaty.yaml").rename("deep/other.yaml")
        assert plan(config=Path("deep/other.yaml")).base_directory == tmp_path / "deep"
        with pytest.raises(FileMissing):
            plan(config=Path("deep/gone.yaml"))

    def test_nothing_to_record_is_a_mistake_of_usage(self) -> None:
        with pytest.raises(UsageError, match="nothing to record") as raised:
            plan()
        assert "--edge" in raised.value.hint
        configure([], {"order": {"url": "http://127.0.0.1:1"}})
        with pytest.raises(UsageError, match="nothing to record"):
            plan()

    @pytest.mark.parametrize(
        ("edges", "what"),
        [
            (["web:order=http://a.test", "web:order:9=http://b.test"], "the edge web -> order is declared twice"),
            (["web:order:9101=http://a.test", "order:user:9101=http://b.test"], "two edges want port 9101"),
            (["web:order"], "nobody says where order is"),
            (["web"], "web"),
        ],
    )
    def test_contradictions_and_gaps_are_told(self, edges: list[str], what: str) -> None:
        with pytest.raises(EdgeInvalid, match=what):
            plan(edges=edges)

    def test_two_edges_may_both_leave_their_port_open(self) -> None:
        """0 is no port."""
        assert len(plan(edges=["web:order:0=http://a.test", "order:user:0=http://b.test"]).edges) == 2

    def test_an_edge_to_mail_gets_a_sink_and_no_listener(self) -> None:
        configure(["web:order", "order:mail"], {"order": {"url": "http://127.0.0.1:1"}, "mail": {"kind": "smtp"}})
        found = plan()
        assert [each.edge for each in found.edges] == [WEB_ORDER]
        assert found.mail_edges == (Edge(consumer="order", provider="mail"),)


class TestServices:
    SERVICES: Mapping[str, Mapping[str, Any]] = {
        "user": {"start": ["user", "${port}"]},
        "order": {"start": ["order"], "url": "http://127.0.0.1:8082"},
        "bank": {"url": "http://127.0.0.1:8083"},
        "web": {"start": ["web", "${port}"], "url": "http://localhost:${port}/"},
    }

    def test_a_recording_of_the_configuration_starts_all_it_can(self) -> None:
        """Each with an address settled before; one that says where it listens keeps its port."""
        configure(["web:order", "order:user"], self.SERVICES)
        found = plan()
        started = {each.service.name: each for each in found.started}
        assert list(started) == ["user", "order", "web"]
        assert (started["order"].url, started["order"].port) == ("http://127.0.0.1:8082", "")
        assert started["user"].url == f"http://127.0.0.1:{started['user'].port}"
        assert started["web"].url == f"http://localhost:{started['web'].port}/"
        assert int(started["user"].port) != int(started["web"].port)
        assert [each.upstream for each in found.edges] == ["http://127.0.0.1:8082", started["user"].url]

    def test_edges_of_the_command_line_start_only_who_takes_part(self) -> None:
        """A provider with an address of its own runs already; its consumer may not."""
        configure(["web:order", "order:user"], self.SERVICES)
        assert [each.service.name for each in plan(edges=["order:user"]).started] == ["user", "order"]
        found = plan(edges=["web:order=http://127.0.0.1:9"])
        assert [each.service.name for each in found.started] == ["web"]
        assert [each.upstream for each in found.edges] == ["http://127.0.0.1:9"]

    def test_an_address_with_a_port_that_nobody_settles_is_none(self) -> None:
        configure(["web:order"], {"order": {"url": "http://127.0.0.1:${port}"}})
        with pytest.raises(EdgeInvalid, match="nobody says where order is"):
            plan()


class TestProxy:
    def test_it_knows_the_services_it_is_told_and_those_of_the_configuration(self) -> None:
        """What is said on the command line wins."""
        configure(
            ["web:order"],
            {"order": {"url": "http://127.0.0.1:1"}, "user": {"url": "http://127.0.0.1:2"}, "bank": {}},
        )
        found = plan(proxy_port=0, services=["user=http://127.0.0.1:9"])
        assert found.proxy_services == {"order": "http://127.0.0.1:1", "user": "http://127.0.0.1:9"}
        assert found.edges == ()

    def test_a_service_without_a_proxy_is_a_mistake_of_usage(self) -> None:
        with pytest.raises(UsageError, match="--proxy"):
            plan(edges=["web:order=http://a.test"], services=["user=http://b.test"])


class TestSession:
    EDGES = ("web:order=http://a.test",)

    def test_two_recordings_in_one_second_have_folders_of_their_own(self) -> None:
        """Each folder is there once its recording is planned, so the next one cannot take it."""
        for name in ("20260102-030405", "20260102-030405-2", "20260102-030405-3"):
            found = plan(edges=self.EDGES).session
            assert (found.name, found.is_dir()) == (name, True)

    def test_sessions_need_a_folder_that_can_be_made(self) -> None:
        Path(".treaty").write_text("a file", encoding="utf-8")
        with pytest.raises(OutputUnwritable, match="the session cannot be written"):
            plan(edges=self.EDGES)

    def test_a_named_folder_may_be_there_but_be_no_session(self) -> None:
        """A session is never continued: what stands for a secret means one secret of one session."""
        folder = Path("mine")
        folder.mkdir()
        assert plan(edges=self.EDGES, session=folder).session == folder
        (folder / "session.json").write_text("{}", encoding="utf-8")
        with pytest.raises(UsageError, match="the session exists already"):
            plan(edges=self.EDGES, session=folder)

    def test_the_folder_of_the_pacts_can_be_chosen(self) -> None:
        configure([], {}, pacts="promises")
        assert plan(edges=self.EDGES, out=Path("elsewhere")).out == Path("elsewhere")
