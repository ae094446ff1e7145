"""Builds small sessions for tests: one call a line, times one second apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from treaty.contract.json_value import JsonValue, dumps
from treaty.session.exchange import CapturedRequest, CapturedResponse, Content, Edge, Exchange

START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Raw:
    """A body given by its bytes and its Content-Type; an empty Content-Type sends none."""

    data: bytes
    media_type: str


@dataclass
class Session:
    """A session under construction; calls follow each other unless `at` says otherwise (seconds from the start)."""

    exchanges: list[Exchange] = field(default_factory=list)

    def call(
        self,
        edge: str,
        line: str,
        sent: JsonValue | Raw = None,
        status: int = 200,
        answered: JsonValue | Raw = None,
        *,
        at: float | None = None,
        lasting: float = 0.1,
        headers: tuple[tuple[str, str], ...] = (),
        answer_headers: tuple[tuple[str, str], ...] = (),
        redacted: tuple[str, ...] = (),
    ) -> Exchange:
        """Add one exchange: ``call("client>user", "POST /users", {...}, 201, {...})``."""
        consumer, provider = edge.split(">")
        method, target = line.split(" ", 1)
        path, mark, query = target.partition("?")
        number = len(self.exchanges) + 1
        started = START + timedelta(seconds=number if at is None else at)
        exchange = Exchange(
            number=number,
            edge=Edge(consumer=consumer, provider=provider),
            started=started,
            ended=started + timedelta(seconds=lasting),
            request=CapturedRequest(
                method=method,
                path=path,
                query=query if mark else None,
                headers=headers + media_header(sent),
                content=content(sent),
            ),
            response=CapturedResponse(
                status=status,
                headers=answer_headers + media_header(answered),
                content=content(answered),
            ),
            redacted=redacted,
        )
        self.exchanges.append(exchange)
        return exchange


def media_header(value: JsonValue | Raw) -> tuple[tuple[str, str], ...]:
    """Give the Content-Type line of a body, none for None."""
    if isinstance(value, Raw):
        return (("Content-Type", value.media_type),) if value.media_type else ()
    return (("Content-Type", "application/json"),) if value is not None else ()


def content(value: JsonValue | Raw) -> Content:
    """Write a JSON body, or none for None."""
    if isinstance(value, Raw):
        return Content(data=value.data, size=len(value.data))
    data = b"" if value is None else dumps(value).encode()
    return Content(data=data, size=len(data))
