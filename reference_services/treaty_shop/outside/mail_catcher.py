"""A mail server that hands every mail to whoever is curious, and delivers none (SMTP, RFC 5321)."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtMail:
    """One mail as it came: `user` logged in (None: nobody did), `tls` says whether the connection was encrypted."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    tls: bool
    user: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRules:
    """What the server asks for.

    With a `context` it insists on STARTTLS (RFC 3207), with `accounts` (user to password) on AUTH (RFC 4954).
    `answers` are replies to recipients that it refuses, such as ``{"gone@example.com": "550 no such mailbox"}``.
    """

    context: ssl.SSLContext | None = None
    accounts: Mapping[str, str] | None = field(default=None, repr=False)
    answers: Mapping[str, str] = field(default_factory=dict)


class MailCatcher:
    """The server, on a loop and a thread of its own; as a context manager it serves until its end."""

    def __init__(self, listener: socket.socket, rules: MailRules, take: Callable[[CaughtMail], None]) -> None:
        """Serve on a listening socket; `take` is called with each mail, on the server's thread."""
        self._listener = listener
        self._rules = rules
        self._take = take
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mail-catcher")
        self._server: asyncio.Server | None = None

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        """End every connection."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_SECONDS)
        self._loop.close()

    async def _start(self) -> asyncio.Server:
        return await self._loop.create_server(self._session, sock=self._listener)

    async def _stop(self) -> None:
        assert self._server is not None
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _session(self) -> SMTP:
        rules = self._rules
        return SMTP(
            _Handler(rules, self._take),
            hostname="mail.shop.example",
            tls_context=rules.context,
            require_starttls=rules.context is not None,
            authenticator=self._authenticate,
            auth_required=rules.accounts is not None,
            auth_require_tls=rules.context is not None,
            loop=self._loop,
        )

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, credentials: object
    ) -> AuthResult:
        accounts = self._rules.accounts or {}
        if isinstance(credentials, LoginPassword):
            user, password = credentials.login.decode(), credentials.password.decode()
            if accounts.get(user) == password:
                return AuthResult(success=True, auth_data=user)
        # Not handled: the server then answers 535 itself.
        return AuthResult(success=False, handled=False)


class _Handler:
    def __init__(self, rules: MailRules, take: Callable[[CaughtMail], None]) -> None:
        self._rules = rules
        self._take = take

    async def handle_RCPT(  # noqa: N802 (the name is aiosmtpd's)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self._rules.answers:
            return self._rules.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (as above)
        assert envelope.original_content is not None
        mail = CaughtMail(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            content=envelope.original_content,
            tls=session.ssl is not None,
            user=session.auth_data,
        )
        self._take(mail)
        return "250 OK"
