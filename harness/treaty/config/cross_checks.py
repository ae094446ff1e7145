"""What a schema cannot say about a configuration: that its parts fit each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from treaty.config.document import Place
from treaty.config.model import Config, Service
from treaty.config.validation import Problem
from treaty.contract.placeholders import references
from treaty.errors import did_you_mean
from treaty.session.exchange import Edge

PLAIN_NAMES: Final = ("port", "url", "work", "python")
"""What every ``${...}`` may name besides edges; `treaty.adapters.processes` says what they become."""

MESSAGE_NAMES: Final = ("port", "url")
"""What ``${...}`` may name where a service says where its messages are asked for."""


def cross_problems(config: Config) -> Iterator[Problem]:
    """Yield the contradictions of a configuration that satisfies the schema."""
    yield from _edge_problems(config)
    for service in config.services.values():
        yield from _service_problems(service)
        yield from _reference_problems(service, config)


def _edge_problems(config: Config) -> Iterator[Problem]:
    first_index: dict[Edge, int] = {}
    first_port: dict[int, Edge] = {}
    for index, setting in enumerate(config.edges):
        place: Place = ("edges", index)
        edge = setting.edge
        if edge in first_index:
            yield Problem(place=place, why=f"{edge} is already edge {first_index[edge] + 1} of the list")
            continue
        first_index[edge] = index
        if setting.port and setting.port in first_port:
            yield Problem(place=place, why=f"port {setting.port} is already that of {first_port[setting.port]}")
        first_port.setdefault(setting.port, edge)
        if setting.url is None and edge.provider not in config.services:
            yield Problem(
                place=place,
                why=f"nothing says where '{edge.provider}' is: it is no service, and the edge has no URL",
                hint=did_you_mean(edge.provider, config.services)
                or f"add it under services, or write {edge.consumer}:{edge.provider}=URL",
            )
        elif setting.url is None:
            yield from _address_problems(config.services[edge.provider], place)


def _address_problems(service: Service, place: Place) -> Iterator[Problem]:
    if service.kind == "http" and service.url is None and not service.start:
        yield Problem(
            place=place,
            why=f"nothing says where '{service.name}' is: it has neither url nor start, and the edge has no URL",
            hint=f"give services.{service.name} a url",
        )


def _service_problems(service: Service) -> Iterator[Problem]:
    place: Place = ("services", service.name)
    for name in references(service.messages or ""):
        if name not in MESSAGE_NAMES:
            yield Problem(
                place=(*place, "messages"),
                why=f"${{{name}}} is unknown here",
                hint=f"known are {' and '.join(MESSAGE_NAMES)}",
            )
    if service.start is None and service.vary:
        yield Problem(place=(*place, "vary"), why="vary belongs to a service that is started here; start is missing")
    if service.start is None:
        for key in ("stop", "ready"):
            if getattr(service, key) is not None:
                yield Problem(
                    place=(*place, key), why=f"{key} belongs to a service that is started here; start is missing"
                )
    elif service.url is None and not any(name == "port" for _, text in _texts(service) for name in references(text)):
        yield Problem(
            place=(*place, "start"),
            why="nothing tells where it listens: it has no url, and neither start nor env uses ${port}",
            hint="add url: http://127.0.0.1:PORT, or let start or env hand ${port} to the service",
        )


def _reference_problems(service: Service, config: Config) -> Iterator[Problem]:
    edges = [f"edge.{setting.edge.consumer}.{setting.edge.provider}" for setting in config.edges]
    for place, text in _texts(service):
        for name in references(text):
            if name in PLAIN_NAMES or name in edges:
                continue
            if name.startswith("edge."):
                why = f"${{{name}}} is not an edge of this file"
                hint = did_you_mean(name, edges) or f"add {':'.join(name.split('.')[1:])} to edges"
            else:
                why = f"${{{name}}} is unknown"
                hint = did_you_mean(name, (*PLAIN_NAMES, *edges)) or (
                    f"known are {', '.join(PLAIN_NAMES)} and edge.CONSUMER.PROVIDER; $${{ writes a plain ${{"
                )
            yield Problem(place=place, why=why, hint=hint)


def _texts(service: Service) -> Iterator[tuple[Place, str]]:
    place: Place = ("services", service.name)
    for key in ("url", "ready"):
        text = getattr(service, key)
        if text is not None:
            yield (*place, key), text
    for key in ("start", "stop", "reset"):
        command = getattr(service, key)
        if isinstance(command, str):
            yield (*place, key), command
        elif command is not None:
            for index, word in enumerate(command):
                yield (*place, key, index), word
    for name, value in service.env.items():
        yield (*place, "env", name), value
    for name, values in service.vary.items():
        for index, value in enumerate(values):
            yield (*place, "vary", name, index), value
