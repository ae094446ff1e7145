"""Sending one mail over SMTP (RFC 5321)."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from types import MappingProxyType
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from treaty_shop.platform.settings import InvalidSetting

SENDER: Final = "shop@shop.example"
_GREETING: Final = "notification.shop.example"
_STARTTLS: Final = "smtp+starttls"
_DEFAULT_PORTS: Final = MappingProxyType({"smtp": 25, "smtps": 465, _STARTTLS: 587})


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
    """Sends through one server.

    ``smtps://`` is TLS from the start, ``smtp+starttls://`` begins it before anything is told (RFC 3207) and sends
    nothing without, ``smtp://`` is plain. A certificate that nobody trusted vouches for is refused.
    """

    def __init__(self, url: str, timeout: float, authority: str | None = None) -> None:
        """Take a URL as SMTP_URL; `authority` is a file of certificates to trust, in place of this machine's.

        Raises `InvalidSetting`.
        """
        self._parts = urlsplit(url)
        self._timeout = timeout
        self._context = None if self._parts.scheme == "smtp" else _context(authority)

    def send(self, mail: Mail) -> None:
        """Hand the mail over; raises `MailFailed`."""
        try:
            message = _compose(mail)
            with self._connect() as connection:
                if self._parts.scheme == _STARTTLS:
                    connection.starttls(context=self._context)
                if self._parts.username is not None:
                    password = unquote(self._parts.password or "")
                    connection.login(unquote(self._parts.username), password)
                connection.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            # The answers of a server may repeat what was sent to it: neither their text nor the cause goes on.
            raise MailFailed(_reason(error)) from None

    def _connect(self) -> smtplib.SMTP:
        host = self._parts.hostname or ""
        port = self._parts.port or _DEFAULT_PORTS[self._parts.scheme]
        if self._parts.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, local_hostname=_GREETING, timeout=self._timeout, context=self._context)
        return smtplib.SMTP(host, port, local_hostname=_GREETING, timeout=self._timeout)


def _context(authority: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=authority)
    except OSError as error:
        raise InvalidSetting(f"SMTP_CA_FILE: cannot read certificates from {authority}") from error


def make_sender(url: str | None, timeout: float, authority: str | None = None) -> MailSender:
    """Return the sender for SMTP_URL and SMTP_CA_FILE; without a server every mail fails. Raises `InvalidSetting`."""
    return NoMailServer() if url is None else SmtpSender(url, timeout, authority)


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
        codes = sorted({code for code, _ in error.recipients.values()})
        return f"the mail server refused the recipient: {', '.join(map(str, codes))}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of the mail server is refused: {error.verify_message}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "the mail server does not offer what is needed: STARTTLS or AUTH"
    return f"{type(error).__name__} while talking to the mail server"
