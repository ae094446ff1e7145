"""Sending one mail over SMTP (RFC 5321)."""

import smtplib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

SENDER: Final = "shop@shop.example"
_GREETING: Final = "notification.shop.example"
_DEFAULT_PORT: Final = 25
_DEFAULT_TLS_PORT: Final = 465


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail of plain text; `reference` makes its Message-ID unique."""

    reference: str
    recipient: str
    subject: str
    text: str
    date: datetime


class MailFailed(Exception):
    """The mail was not taken over by a server; the text never holds credentials or content."""


class MailSender(Protocol):
    """Whatever takes mails over."""

    def send(self, mail: Mail) -> None:
        """Hand the mail over; raises `MailFailed`."""


class NoMailServer:
    """Stands in when no server is configured: every mail fails."""

    def send(self, mail: Mail) -> None:
        """Raise `MailFailed`."""
        raise MailFailed(f"no mail server is configured (SMTP_URL), {mail.reference} is not sent")


class SmtpSender:
    """Sends through one server; ``smtps://`` is TLS from the start, ``smtp://`` is plain."""

    def __init__(self, url: str, timeout: float) -> None:
        self._parts = urlsplit(url)
        self._timeout = timeout

    def send(self, mail: Mail) -> None:
        """Hand the mail over; raises `MailFailed`."""
        try:
            message = _compose(mail)
            with self._connect() as connection:
                if self._parts.username is not None:
                    password = unquote(self._parts.password or "")
                    connection.login(unquote(self._parts.username), password)
                connection.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise MailFailed(_reason(error)) from error

    def _connect(self) -> smtplib.SMTP:
        host = self._parts.hostname or ""
        if self._parts.scheme == "smtps":
            port = self._parts.port or _DEFAULT_TLS_PORT
            return smtplib.SMTP_SSL(host, port, local_hostname=_GREETING, timeout=self._timeout)
        port = self._parts.port or _DEFAULT_PORT
        return smtplib.SMTP(host, port, local_hostname=_GREETING, timeout=self._timeout)


def make_sender(url: str | None, timeout: float) -> MailSender:
    """Return the sender for SMTP_URL; without one every mail fails."""
    return NoMailServer() if url is None else SmtpSender(url, timeout)


def _compose(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = f"<{mail.reference}@shop.example>"
    message.set_content(mail.text)
    return message


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the mail server answered {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "the mail server refused the recipient"
    return f"{type(error).__name__} while talking to the mail server"
