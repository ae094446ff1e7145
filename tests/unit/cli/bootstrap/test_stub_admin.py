"""Where the admin API of stubs listens, and what keeps it from that."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

import pytest

from treaty.errors import ExtraMissing, UsageError
from treaty_cli.bootstrap.stub_admin import AdminRequest, make_admin, read_admin_request
from treaty_stubs.platform import Platform


async def _reload() -> Sequence[str]:
    return ()


def _make(request: AdminRequest) -> str:
    async def make() -> str:
        return make_admin(request, Platform([]), reload=_reload, fault=_raise).url

    return asyncio.run(make())


def _raise(error: Exception) -> None:
    raise error


def test_a_port_opens_it_and_a_host_alone_does_not() -> None:
    assert read_admin_request(None, None) is None
    assert read_admin_request(0, None) == AdminRequest(port=0, host="127.0.0.1")
    assert read_admin_request(7, "::1") == AdminRequest(port=7, host="::1")
    with pytest.raises(UsageError):
        read_admin_request(None, "::1")


def test_without_its_libraries_the_way_to_them_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    for name in [name for name in sys.modules if name.startswith("treaty_stubs.admin")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ExtraMissing) as raised:
        _make(AdminRequest(port=0))
    assert raised.value.hint == "pip install 'treaty[admin]'"
    assert "uvicorn" in raised.value.why


def test_off_the_loopback_the_environment_must_hold_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TREATY_ADMIN_TOKEN", raising=False)
    with pytest.raises(UsageError, match="needs a token"):
        _make(AdminRequest(port=0, host="0.0.0.0"))
    monkeypatch.setenv("TREATY_ADMIN_TOKEN", "short")
    with pytest.raises(UsageError, match="can be guessed"):
        _make(AdminRequest(port=0))
    monkeypatch.setenv("TREATY_ADMIN_TOKEN", "0123456789abcdef")
    assert _make(AdminRequest(port=0, host="0.0.0.0")) == "http://0.0.0.0:0"
