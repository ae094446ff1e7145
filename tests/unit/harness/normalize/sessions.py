"""Builds small sessions for tests: one call a line, times one second apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from treaty.contract.json_value import JsonValue, dumps
from treaty.session.exchange import CapturedRequest, CapturedResponse, Content, Edge, Exchange

START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@dataclass
class Session:
    """A session under construction; calls follow each other unless `at` says otherwise (seconds from the start)."""

    exchanges: list[Exchange] = field(default_factory=list)

    def call(
        self,
        edge: str,
        line: str,
        sent: JsonValue = None,
        status: int = 200,
        answered: JsonValue = None,
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
        path, _, query = target.partition("?")
        number = len(self.exchanges) + 1
        started = START + timedelta(seconds=number if at is None else at)
        json_header = (("Content-Type", "application/json"),)
        exchange = Exchange(
            number=number,
            edge=Edge(consumer=consumer, provider=provider),
            started=started,
            ended=started + timedelta(seconds=lasting),
            request=CapturedRequest(
                method=method,
                path=path,
                query=query or None,
                headers=headers + (json_header if sent is not None else ()),
                content=content(sent),
            ),
            response=CapturedResponse(
                status=status,
                headers=answer_headers + (json_header if answered is not None else ()),
                content=content(answered),
            ),
            redacted=redacted,
        )
        self.exchanges.append(exchange)
        return exchange


def content(value: JsonValue) -> Content:
    """Write a JSON body, or none for None."""
    data = b"" if value is None else dumps(value).encode()
    return Content(data=data, size=len(data))
