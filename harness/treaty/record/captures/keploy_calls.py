"""Who called whom in recordings of keploy, which watches one service at a time and loses the other end of its calls.

The provider of a mock is the service that was named for its address or path, else the one whose tests came to its
address, else the one that has its host's name, else the only one whose tests have its path, else the only one that
keploy's own ``serviceMappings.yaml`` gives the path to. Where nothing says it, the call is left out and reported, never
guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from treaty.record.captures.finds import CapturedCall, Find, Oddity
from treaty.record.captures.keploy_documents import Recorded
from treaty.record.captures.messages import header_value
from treaty.record.captures.parties import Parties, name_of_host, port_of
from treaty.record.targets import one_loopback
from treaty.session.exchange import Edge, Exchange

Mappings: TypeAlias = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Paths (patterns with ``*``) that a service calls, by the name of the provider, by service."""

_ID: Final = re.compile(
    r"[0-9]+|[0-9a-f]{24}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9A-HJKMNP-TV-Z]{26}"
)
_SAME_CALL: Final = timedelta(seconds=5)
"""How far apart the times of one call may be that two watchers wrote down."""
_NO_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)
_Address: TypeAlias = tuple[str, int]


def calls_of(recorded: Sequence[Recorded], parties: Parties, mappings: Mappings) -> Iterator[Find]:
    """Give the calls of a recording, in order of their times, and what nothing is known about.

    Args:
        recorded: tests and mocks in the order of their files.
        parties: what people named.
        mappings: what keploy was told about paths, which counts last.

    """
    timed = sorted(_timed(recorded), key=lambda item: item.started or _NO_TIME)
    directory = _Directory.of(timed, parties, mappings)
    twins = _twins(timed, directory)
    seen_twice = {mock.place for mock in twins.values()}
    yield from _several_programs([item for item in timed if not item.is_mock and item.place not in twins], parties)
    for item in timed:
        if item.place in seen_twice:
            continue
        provider = directory.provider(item)
        if not provider:
            yield Oddity(
                place=item.place,
                reason="nothing says which service was called; name it: --service NAME=http://HOST/PATH",
                method=item.request.method,
                path=item.request.path,
            )
            continue
        if parties.only_named and provider not in {each.name for each in parties.services}:
            continue
        twin = twins.get(item.place, item)
        consumer = directory.name(twin.service) if twin.is_mock else parties.consumer_of(item.request.headers)
        yield _call(item, Edge(consumer=consumer, provider=provider))


def _call(item: Recorded, edge: Edge) -> CapturedCall:
    started = item.started or _NO_TIME
    exchange = Exchange(
        number=0,
        edge=edge,
        started=started,
        ended=max(started, item.ended or started),
        request=item.request,
        response=item.response,
    )
    return CapturedCall(exchange=exchange, origin=f"{item.scheme}://{item.authority}" if item.authority else "")


def _timed(recorded: Sequence[Recorded]) -> Iterator[Recorded]:
    """Give every call a time: one that keploy lost is that of the call before it in its service."""
    last: dict[str, datetime] = {}
    for item in recorded:
        started = item.started or last.get(item.service, _NO_TIME)
        last[item.service] = max(started, item.ended or started)
        yield replace(item, started=started, ended=item.ended or started)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Directory:
    """What is known about where the services are."""

    parties: Parties
    names: Mapping[str, str]
    addresses: Mapping[_Address, str]
    heads: Mapping[tuple[str, ...], frozenset[str]]
    mappings: Mappings

    @classmethod
    def of(cls, recorded: Sequence[Recorded], parties: Parties, mappings: Mappings) -> _Directory:
        names: dict[str, str] = {}
        owners: dict[_Address, set[str]] = {}
        heads: dict[tuple[str, ...], set[str]] = {}
        for item in recorded:
            if item.is_mock:
                continue
            address = _address(item)
            owners.setdefault(address, set()).add(item.service)
            if named := parties.named_provider(*address, item.request.path):
                names.setdefault(item.service, named)
            segments = _segments(item.request.path)
            # A path names things of a service at its end, and before each id.
            for length in range(1, len(segments) + 1):
                if segments[length : length + 1] in {(), ("{id}",)}:
                    heads.setdefault(segments[:length], set()).add(item.service)
        return cls(
            parties=parties,
            names=names,
            addresses={address: next(iter(found)) for address, found in owners.items() if len(found) == 1},
            heads={head: frozenset(found) for head, found in heads.items()},
            mappings=mappings,
        )

    def name(self, service: str) -> str:
        """Give the name of a watched service: as people called it, else that of its folder."""
        return self.names.get(service, service)

    def provider(self, item: Recorded) -> str:
        """Give the provider of a call, empty when nothing says it."""
        host, port = _address(item)
        path = item.request.path
        named = self.parties.named_provider(host, port, path) if item.authority else self.parties.provider_of_path(path)
        if named or not item.is_mock:
            return named or self.name(item.service)
        for service in (self.addresses.get((host, port), ""), self._by_host(host), self._by_path(item)):
            if service and service != item.service:
                return self.name(service)
        return self._by_mapping(item) or (name_of_host(host, port, item.scheme) if item.authority else "")

    def _by_host(self, host: str) -> str:
        services = {service for found in self.heads.values() for service in found}
        return host if host in services else ""

    def _by_path(self, item: Recorded) -> str:
        """Find the one other service whose tests have this path, up to the first id in it."""
        segments = _segments(item.request.path)
        ids = [index for index, segment in enumerate(segments) if segment == "{id}"]
        head = segments[: ids[0]] if ids else segments
        found = self.heads.get(segments) or self.heads.get(head) or frozenset()
        others = found - {item.service}
        return next(iter(others)) if len(others) == 1 else ""

    def _by_mapping(self, item: Recorded) -> str:
        mapping = self.mappings.get(item.service, {})
        path = item.request.path
        found = {name for name, paths in mapping.items() if any(fnmatchcase(path, pattern) for pattern in paths)}
        return found.pop() if len(found) == 1 else ""


def _address(item: Recorded) -> _Address:
    address = urlsplit(f"{item.scheme}://{item.authority}")
    return one_loopback(address.hostname or ""), port_of(address)


def _segments(path: str) -> tuple[str, ...]:
    return tuple("{id}" if _ID.fullmatch(segment) else segment for segment in path.strip("/").split("/"))


def _twins(recorded: Sequence[Recorded], directory: _Directory) -> dict[str, Recorded]:
    """Find the mocks that are the other side of a test, by the place of the test: one call that both services saw."""
    mocks = [item for item in recorded if item.is_mock]
    found: dict[str, Recorded] = {}
    taken: set[str] = set()
    for test in recorded:
        if test.is_mock:
            continue
        same = [mock for mock in mocks if mock.place not in taken and _is_same_call(mock, test, directory)]
        if same:
            nearest = min(same, key=lambda mock: abs((mock.started or _NO_TIME) - (test.started or _NO_TIME)))
            found[test.place] = nearest
            taken.add(nearest.place)
    return found


def _is_same_call(mock: Recorded, test: Recorded, directory: _Directory) -> bool:
    return (
        (mock.request.method, mock.request.path, mock.request.query)
        == (test.request.method, test.request.path, test.request.query)
        and mock.response.status == test.response.status
        and (mock.request.content.data, mock.response.content.data)
        == (test.request.content.data, test.response.content.data)
        and abs((mock.started or _NO_TIME) - (test.started or _NO_TIME)) <= _SAME_CALL
        and directory.provider(mock) == directory.provider(test)
    )


def _several_programs(tests: Sequence[Recorded], parties: Parties) -> Iterator[Oddity]:
    """Report services whose callers are surely several, where nobody said who they are."""
    programs: dict[str, set[str]] = {}
    for item in tests:
        agent = header_value(item.request.headers, "user-agent")
        if agent and not any(caller.agent.lower() in agent.lower() for caller in parties.callers):
            programs.setdefault(item.service, set()).add(agent.partition("/")[0].strip())
    for service, names in sorted(programs.items()):
        if len(names) > 1:
            yield Oddity(
                place=service,
                reason="several programs call it; name them: --consumer NAME=USER-AGENT",
                kept=True,
                detail=", ".join(sorted(names)),
            )
