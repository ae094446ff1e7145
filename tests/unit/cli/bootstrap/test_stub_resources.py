"""What becomes of a stub when the machine gives no more connections."""

from __future__ import annotations

import asyncio
import errno
import resource
from unittest.mock import Mock

import pytest

from treaty_cli.bootstrap import stub_resources
from treaty_cli.bootstrap.stub_resources import take_more_files, tell_when_starved


@pytest.mark.parametrize(
    ("limits", "taken"),
    [
        ((256, 4096), (4096, 4096)),
        ((1024, resource.RLIM_INFINITY), (stub_resources.MOST_FILES, resource.RLIM_INFINITY)),
        ((4096, 4096), None),
        ((1_000_000, 1_000_000), None),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), None),
    ],
)
def test_as_many_files_as_allowed_are_taken(
    limits: tuple[int, int], taken: tuple[int, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never fewer than there were."""
    setting = Mock()
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", setting)
    take_more_files()
    assert [call.args[1] for call in setting.call_args_list] == ([] if taken is None else [taken])


def test_a_connection_that_cannot_be_taken_is_told_and_nothing_else_is_hidden() -> None:
    loop, told = Mock(spec=asyncio.AbstractEventLoop), list[str]()
    tell_when_starved(loop, told.append)
    (handle,) = loop.set_exception_handler.call_args.args
    for _ in range(2):
        handle(loop, {"message": "socket.accept() out of system resource", "exception": OSError(errno.EMFILE, "x")})
    assert told == ["too many open files"]
    loop.default_exception_handler.assert_not_called()
    for context in ({"message": "odd", "exception": ZeroDivisionError()}, {"message": "odd"}):
        handle(loop, context)
    assert loop.default_exception_handler.call_count == 2
