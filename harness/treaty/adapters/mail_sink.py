"""A mail server that takes every mail and delivers none: what stands in for ``kind: smtp`` services."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from treaty.adapters.ports import LOOPBACK, holder_of
from treaty.errors import ExtraMissing, PortTaken

try:
    from aiosmtpd.smtp import SMTP, Envelope, Session
except ImportError as error:
    raise ExtraMissing(
        "mail needs an optional part of Treaty",
        why=f"{error.name} is not installed",
        hint="pip install 'treaty[messages]'",
    ) from None

_LARGEST_MAIL: Final = 64 * 1024 * 1024
_TAKEN: Final = "250 Message accepted for delivery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as it was handed over (RFC 5321).

    Attributes:
        sender: the address of ``MAIL FROM``.
        recipients: the addresses of ``RCPT TO``, in order.
        data: the message (RFC 5322) with CRLF line ends, dots unstuffed.

    """

    sender: str
    recipients: tuple[str, ...]
    data: bytes


class MailSink:
    """A mail server in a thread of its own; it listens between `start` and `stop`, or inside a ``with`` block.

    Attributes:
        host: where it listens.
        port: where it listens; a port of 0 becomes a free one at the start.

    """

    def __init__(self, *, host: str = LOOPBACK, port: int = 0) -> None:
        self.host = host
        self.port = port
        self._mails: list[Mail] = []
        self._arrival = threading.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """``smtp://HOST:PORT``."""
        return f"smtp://{self.host}:{self.port}"

    @property
    def mails(self) -> tuple[Mail, ...]:
        """The mails so far, in the order in which they were taken."""
        with self._arrival:
            return tuple(self._mails)

    def wait_for(self, count: int, *, seconds: float) -> tuple[Mail, ...]:
        """Return the mails as soon as there are this many, or what there is when the time is over."""
        with self._arrival:
            self._arrival.wait_for(lambda: len(self._mails) >= count, timeout=seconds)
            return tuple(self._mails)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen.

        Raises:
            PortTaken: when somebody else does.

        """
        listening: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, args=(listening,), name="mail sink", daemon=True)
        self._thread.start()
        try:
            self.port = listening.result()
        except OSError as error:
            self._thread.join()
            self._thread = None
            raise PortTaken(
                f"the mail sink cannot listen at {self.host}:{self.port}",
                where=self.url,
                why=holder_of(self.port) or (error.strerror or "unknown").lower(),
            ) from None

    def stop(self) -> None:
        """Stop listening; may be called again."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        self._loop = self._thread = None
        loop.call_soon_threadsafe(loop.stop)
        thread.join()

    def _run(self, listening: Future[int]) -> None:
        # aiosmtpd's own Controller cannot listen on port 0, hence a loop of ours.
        loop = asyncio.new_event_loop()
        try:
            server = loop.run_until_complete(loop.create_server(self._connection, self.host, self.port))
        except OSError as error:
            loop.close()
            listening.set_exception(error)
            return
        self._loop = loop
        listening.set_result(server.sockets[0].getsockname()[1])
        try:
            loop.run_forever()
            server.close()
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            if left:
                loop.run_until_complete(asyncio.wait(left))
        finally:
            loop.close()

    def _connection(self) -> SMTP:
        return SMTP(self, hostname="treaty.invalid", ident="Treaty mail sink", data_size_limit=_LARGEST_MAIL)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it
        """Take a mail (called by aiosmtpd)."""
        mail = Mail(
            sender=str(envelope.mail_from), recipients=tuple(envelope.rcpt_tos), data=envelope.original_content or b""
        )
        with self._arrival:
            self._mails.append(mail)
            self._arrival.notify_all()
        return _TAKEN
