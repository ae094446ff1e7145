"""Files of faults in YAML and JSON, and errors that name their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from treaty.errors import ConfigInvalid, FileMissing
from treaty_stubs.faults.model import Curve, Fault, RecordedTimes
from treaty_stubs.faults.reading import read_faults


class _Times:
    """A recording that holds one time."""

    def curve(self, fault: Fault) -> Curve:
        del fault
        return ((100.0, 0.5),)


def _read(path: Path, text: str) -> tuple[Fault, ...]:
    opened: list[Path] = []

    def open_session(folder: Path) -> RecordedTimes:
        opened.append(folder)
        return _Times()

    path.write_text(text, encoding="utf-8")
    faults, times = read_faults(path, open_session=open_session)
    assert opened == ([path.parent / "recording"] if "session" in text else [])
    assert (times is None) is (not opened)
    return faults


def test_yaml_and_json_say_the_same(tmp_path: Path) -> None:
    """JSON may be indented by tabs."""
    yaml = _read(tmp_path / "a.yaml", "faults:\n  - path: /users/{id}\n    status: 503\n")
    assert _read(tmp_path / "a.json", '{\n\t"faults": [\n\t\t{"path": "/users/{id}", "status": 503}\n\t]\n}\n') == yaml
    assert yaml == (Fault(name="fault-1", path="/users/{id}", status=503),)


def test_a_recording_lies_beside_the_file(tmp_path: Path) -> None:
    (fault,) = _read(tmp_path / "a.yaml", "session: recording\nfaults:\n  - latency: recorded\n")
    assert fault.latency is not None
    assert fault.latency.curve == ((100.0, 0.5),)


def test_an_error_names_line_place_and_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        _read(tmp_path / "a.yaml", "faults:\n  - path: /users\n    latncy: 1s\n")
    assert caught.value.where == f"{tmp_path / 'a.yaml'} line 3, faults[0].latncy"
    assert caught.value.why == "'latncy' is not a key of a fault"
    assert caught.value.hint == "did you mean 'latency'?"


def test_an_empty_file_lacks_its_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        _read(tmp_path / "a.yaml", "")
    assert caught.value.why == "the key faults is missing"


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match="faults"):
        read_faults(tmp_path / "none.yaml", open_session=lambda _: _Times())
