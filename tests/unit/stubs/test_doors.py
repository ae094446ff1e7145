"""Where stubs can be reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.stubs.examples import candidates, interaction, matches, received
from treaty.errors import PortTaken, UsageError
from treaty_stubs.answering import Answering
from treaty_stubs.doors import DoorSettings, check_doors, make_doors, make_tls, url_of
from treaty_stubs.message import Received

_STUBS = [Answering(candidates(interaction(name, path=f"/{name}")), provider=name) for name in ("order", "user")]


def _ignore(received: Received) -> None:
    del received


def test_each_provider_has_a_port_of_its_own() -> None:
    doors = make_doors(_STUBS, DoorSettings(port=9000), miss_status=501, unplaced=_ignore)
    assert [(door.port, door.paths) for door in doors] == [(9000, {"order": ""}), (9001, {"user": ""})]
    assert [door.answers for door in doors] == _STUBS
    free = make_doors(_STUBS, DoorSettings(), miss_status=501, unplaced=_ignore)
    assert [door.port for door in free] == [0, 0]
    with pytest.raises(PortTaken, match="no port 65536"):
        make_doors(_STUBS, DoorSettings(port=65535), miss_status=501, unplaced=_ignore)


def test_or_all_share_one() -> None:
    settings = DoorSettings(port=9000, one_port=True)
    (door,) = make_doors(_STUBS, settings, miss_status=501, unplaced=_ignore)
    assert (door.port, door.paths) == (9000, {"order": "/order", "user": "/user"})
    assert door.answers(received(target="/user/user")).status == 200
    assert door.answers(received(target="/other")).status == 501


def test_pages_and_tls_go_around_them() -> None:
    """A link that a stub makes says https there."""
    link = "http://recorded.test/a"
    response = {
        "body": {"contentType": "application/json", "encoded": False, "content": {"self": link}},
        "matchingRules": {"body": {"$.self": matches("type")}},
        "generators": {"body": {"$.self": {"type": "MockServerURL", "example": link, "regex": r".*(\/a)$"}}},
    }
    stub = Answering(candidates(interaction("a", path="/a", response=response)), provider="user")
    settings = DoorSettings(tls=True, origins=["*"])
    (door,) = make_doors([stub], settings, miss_status=501, unplaced=_ignore)
    answer = door.answers(received(target="/a", headers={"Origin": "http://page.test"}))
    assert answer.body == b'{"self":"https://stub.test/a"}'
    assert b"Access-Control-Allow-Origin: *\r\n" in answer.head


def test_urls_say_scheme_host_port_and_path() -> None:
    assert url_of(DoorSettings(), 9000, "") == "http://127.0.0.1:9000"
    assert url_of(DoorSettings(host="::1", tls=True), 9000, "/user") == "https://[::1]:9000/user"


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UsageError, match="is not an origin"):
        check_doors(DoorSettings(origins=["http://localhost:3000/"]))
    with pytest.raises(UsageError, match="certificate"):
        check_doors(DoorSettings(tls_names=["stub.test"]))
    with pytest.raises(UsageError, match="--host is empty"):
        check_doors(DoorSettings(host=""))
    check_doors(DoorSettings(origins=["*", "http://localhost:3000"], tls=True, tls_names=["stub.test"]))


def test_an_authority_is_made_only_for_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert make_tls(DoorSettings()) is None
    assert list(tmp_path.iterdir()) == []
    assert make_tls(DoorSettings(tls=True)) is not None
    assert (tmp_path / ".treaty" / "tls" / "ca.pem").exists()
