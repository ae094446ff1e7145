"""Mails that cannot be sent. Sending is tried with a real server in the integration tests."""

import socket
from pathlib import Path

import pytest

from tests.unit.reference_services.doubles import START
from treaty_shop.platform.mail import Mail, MailFailed, make_sender
from treaty_shop.platform.settings import InvalidSetting


def _mail(recipient: str = "ada@example.com", subject: str = "Hello") -> Mail:
    return Mail(reference="r1", recipient=recipient, subject=subject, text="Text", date=START)


def test_without_a_server_every_mail_fails() -> None:
    """And the reason says what to configure."""
    with pytest.raises(MailFailed, match="SMTP_URL"):
        make_sender(None, 1.0).send(_mail())


def test_a_server_that_is_not_there_is_told_without_credentials() -> None:
    """Connection refused is a failed mail."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(MailFailed) as caught:
        make_sender(f"smtp://me:secret@127.0.0.1:{port}", 1.0).send(_mail())
    assert "ConnectionRefusedError" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_line_break_cannot_smuggle_a_header_in() -> None:
    """The mail fails before anything is sent."""
    with pytest.raises(MailFailed, match="ValueError"):
        make_sender("smtp://127.0.0.1:9", 1.0).send(_mail(subject="Hello\r\nBcc: all@example.com"))


def test_a_file_without_certificates_is_refused_at_the_start(tmp_path: Path) -> None:
    """Not with the first mail."""
    (tmp_path / "ca.pem").write_text("nothing", encoding="ascii")
    for name in ("ca.pem", "missing.pem"):
        with pytest.raises(InvalidSetting, match="SMTP_CA_FILE"):
            make_sender("smtps://mail.example", 1.0, str(tmp_path / name))
