"""Where stubs can be reached: a port each or all on one, plain or by TLS, and by which web pages."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from treaty.adapters.certificates import server_context
from treaty.errors import PortTaken, UsageError
from treaty_stubs.answering import MISS_STATUS, Answering
from treaty_stubs.cors import Cors, is_origin
from treaty_stubs.message import Answer, Received, Relocated
from treaty_stubs.prefixes import Prefixed, prefix_of

Answers: TypeAlias = Callable[[Received], Answer]

AUTHORITY_FOLDER: Final = Path(".treaty/tls")
_HIGHEST_PORT: Final = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSettings:
    """How stubs are to be reached.

    Attributes:
        host: an address of this machine.
        port: of the first door, the next ones follow; 0 takes free ones.
        one_port: all providers lie behind one door, each below ``/NAME``.
        origins: whose web pages may read the answers; ``*`` stands for all.
        tls: speak TLS only.
        tls_names: further names that the certificate is for.

    """

    host: str = "127.0.0.1"
    port: int = 0
    one_port: bool = False
    origins: Sequence[str] = ()
    tls: bool = False
    tls_names: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One port.

    Attributes:
        answers: what answers there.
        port: the one to listen on; 0 takes a free one.
        paths: the providers behind it, each with the path that its stub lies below.

    """

    answers: Answers
    port: int
    paths: Mapping[str, str]


def check_doors(settings: DoorSettings) -> None:
    """Insist that origins are origins, and that an address is one.

    Raises:
        UsageError: when one is not.

    """
    if not settings.host:
        # To the machine an empty name is every address that it has, which nobody means who left a variable unset.
        raise UsageError("--host is empty", hint="127.0.0.1 is the loopback; 0.0.0.0 is every address of this machine")
    for origin in settings.origins:
        if not is_origin(origin):
            raise UsageError(
                f"'{origin}' is not an origin",
                where="cors",
                why="an origin is scheme, host and port, in small letters and without a path",
                hint="http://localhost:3000, or '*' for every page",
            )
    if settings.tls_names and not settings.tls:
        raise UsageError("a name is given that the certificate is for, and there is none", hint="ask for TLS, too")


def make_doors(
    stubs: Sequence[Answering],
    settings: DoorSettings,
    *,
    miss_status: int = MISS_STATUS,
    unplaced: Callable[[Received], None] | None = None,
) -> tuple[Door, ...]:
    """Decide what lies behind which port.

    Args:
        stubs: in the order of their ports.
        settings: as the user asked.
        miss_status: the status for a path that belongs to no provider, where they share a port.
        unplaced: told of such a request.

    Raises:
        PortTaken: when there are not enough ports behind the first one.

    """
    if settings.one_port:
        by_provider = {stub.provider: stub for stub in stubs}
        shared = Prefixed(by_provider, miss_status=miss_status, unplaced=unplaced or _ignore)
        paths = {provider: prefix_of(provider) for provider in by_provider}
        return (Door(answers=_dressed(shared, settings), port=settings.port, paths=paths),)
    return tuple(
        Door(
            answers=_dressed(stub, settings),
            port=_port(settings.port, position),
            paths={stub.provider: ""},
        )
        for position, stub in enumerate(stubs)
    )


def make_tls(settings: DoorSettings, *, folder: Path = AUTHORITY_FOLDER) -> ssl.SSLContext | None:
    """Make what TLS is spoken with; None where it is not.

    Args:
        settings: as the user asked.
        folder: of the authority.

    Raises:
        ExtraMissing: when the part of Treaty for it is not installed.
        OutputUnwritable, ConfigInvalid: when the authority cannot be written, or is none.

    """
    if not settings.tls:
        return None
    return server_context(folder, [settings.host, *settings.tls_names])


def url_of(settings: DoorSettings, port: int, path: str) -> str:
    """Write where clients find a stub, without a slash at the end."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{'https' if settings.tls else 'http'}://{host}:{port}{path}"


def _dressed(answers: Answers, settings: DoorSettings) -> Answers:
    if settings.tls:
        answers = partial(_secured, answers)
    return Cors(answers, origins=settings.origins) if settings.origins else answers


def _secured(answers: Answers, received: Received) -> Answer:
    return answers(Relocated(received, scheme="https"))


def _ignore(_: Received) -> None: ...


def _port(first: int, position: int) -> int:
    if first == 0:
        return 0
    if first + position > _HIGHEST_PORT:
        raise PortTaken(
            f"there is no port {first + position}",
            where=f"--port {first}",
            why=f"provider {position + 1} would listen there, and ports end at {_HIGHEST_PORT}",
            hint="a lower --port, or 0 for free ones",
        )
    return first + position
