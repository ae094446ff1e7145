"""What the doctor looks at."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from treaty.session.info import SessionInfo, write_info
from treaty_cli.bootstrap import diagnosis
from treaty_cli.bootstrap.diagnosis import examine
from treaty_cli.bootstrap.installation import Part, Requirement
from treaty_cli.findings import Finding, Verdict

PACT = b"""{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [],
 "metadata": {"pactSpecification": {"version": "4.0"}}}"""


@pytest.fixture(name="port")
def _listening_port() -> Iterator[int]:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def _examine(folder: Path, text: str) -> dict[str, Finding]:
    path = folder / "treaty.yaml"
    path.write_text(text, encoding="utf-8")
    return {finding.subject: finding for finding in examine(path)}


def test_without_a_project_only_the_installation_is_looked_at() -> None:
    findings = list(examine(None))
    assert [finding.subject for finding in findings][:2] == ["Python", "Treaty"]
    assert findings[-1].verdict is Verdict.ABSENT
    assert not any(finding.verdict is Verdict.FAILS for finding in findings)


def test_an_absent_extra_names_what_would_fail_and_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    part = Part(name="record", requirements=(Requirement(name="mitmproxy", wanted=">=11", installed=""),))
    monkeypatch.setattr(diagnosis, "installed_parts", lambda: (part,))
    finding = next(finding for finding in examine(None) if finding.subject == "extra record")
    assert finding.verdict is Verdict.ABSENT
    assert "treaty record would fail" in finding.text
    assert "pip install 'treaty[record]'" in finding.hint


def test_a_part_that_is_too_old_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    old = Requirement(name="click", wanted=">=8.1.7", installed="7.0")
    monkeypatch.setattr(
        diagnosis,
        "installed_parts",
        lambda: (Part(name="", requirements=(old,)), Part(name="record", requirements=(old,))),
    )
    verdicts = [finding.verdict for finding in examine(None) if finding.subject in ("Treaty", "extra record")]
    assert verdicts == [Verdict.FAILS, Verdict.FAILS]


def test_an_invalid_configuration_is_a_finding(tmp_path: Path) -> None:
    findings = _examine(tmp_path, "servises: {}")
    finding = findings[str(tmp_path / "treaty.yaml")]
    assert finding.verdict is Verdict.FAILS
    assert "servises" in finding.text


def test_a_service_that_answers_is_good_and_one_that_does_not_fails(tmp_path: Path, port: int) -> None:
    findings = _examine(
        tmp_path, f"services: {{up: {{url: 'http://127.0.0.1:{port}'}}, down: {{url: 'http://127.0.0.1:1'}}}}"
    )
    assert findings["service up"].verdict is Verdict.GOOD
    assert findings["service down"].verdict is Verdict.FAILS
    assert "connection refused" in findings["service down"].text


def test_a_taken_port_fails_and_names_its_holder(tmp_path: Path, port: int) -> None:
    findings = _examine(
        tmp_path, f"services: {{up: {{url: 'http://127.0.0.1:{port}'}}}}\nedges: ['client:up:{port}', 'order:up']"
    )
    finding = findings["edge client -> up"]
    assert finding.verdict is Verdict.FAILS
    assert f"process {os.getpid()}" in finding.text
    assert "edge order -> up" not in findings


def test_a_start_command_has_to_exist(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("#!/bin/sh\n")
    (tmp_path / "run").chmod(0o755)
    text = """services:
  a: {start: [./run, "${port}"]}
  b: {start: 'no-such-command ${port}'}
  c: {start: ["${python}", "${port}"]}
"""
    findings = _examine(tmp_path, text)
    assert findings["service a"].verdict is Verdict.GOOD
    assert findings["service b"].verdict is Verdict.FAILS
    assert findings["service c"].verdict is Verdict.GOOD


def test_other_services_are_told_apart(tmp_path: Path) -> None:
    findings = _examine(tmp_path, "services: {mail: {kind: smtp}, nowhere: {}}")
    assert findings["service mail"].verdict is Verdict.GOOD
    assert findings["service nowhere"].verdict is Verdict.ABSENT


def test_pacts_and_sessions_are_tried(tmp_path: Path) -> None:
    (tmp_path / "pacts").mkdir()
    (tmp_path / "pacts" / "good.json").write_bytes(PACT)
    (tmp_path / "pacts" / "bad.json").write_text("{")
    sessions = tmp_path / ".treaty" / "sessions"
    (sessions / "good").mkdir(parents=True)
    (sessions / "good" / "session.json").write_bytes(write_info(SessionInfo(started=datetime.now(UTC), edges=())))
    (sessions / "bad").mkdir()
    findings = _examine(tmp_path, "{}")
    assert findings[str(tmp_path / "pacts" / "bad.json")].verdict is Verdict.FAILS
    assert findings[str(sessions / "bad")].verdict is Verdict.FAILS
    assert findings[str(tmp_path / "pacts")].text == "1 of 2 pacts readable"
    assert findings[str(sessions)].text == "1 of 2 sessions readable"


def test_a_new_project_has_neither_and_that_is_fine(tmp_path: Path) -> None:
    findings = _examine(tmp_path, "{}")
    assert findings[str(tmp_path / "pacts")].verdict is Verdict.ABSENT
    assert findings[str(tmp_path / ".treaty" / "sessions")].verdict is Verdict.ABSENT
