"""The mail sink over real SMTP."""

from __future__ import annotations

import smtplib
import socket
from contextlib import closing
from email.message import EmailMessage

import pytest

from treaty.adapters.mail_sink import MailSink
from treaty.errors import PortTaken

BOUND = 20.0


def _send(sink: MailSink, text: str, *recipients: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "shop@example.com", ", ".join(recipients), "Bestätigung"
    message.set_content(text)
    with smtplib.SMTP(sink.host, sink.port, timeout=BOUND) as client:
        client.send_message(message)


def test_mails_are_taken_in_order_with_their_envelopes() -> None:
    with MailSink() as sink:
        _send(sink, "first\n.\ndotted\n", "a@example.com", "b@example.com")
        _send(sink, "second\n", "c@example.com")
        first, second = sink.wait_for(2, seconds=BOUND)
    assert first.sender == "shop@example.com"
    assert first.recipients == ("a@example.com", "b@example.com")
    assert b"first\r\n.\r\ndotted\r\n" in first.data
    assert second.recipients == ("c@example.com",)


def test_the_url_names_the_port_that_was_found() -> None:
    with MailSink() as sink:
        assert sink.url == f"smtp://127.0.0.1:{sink.port}"
        assert sink.port > 0


def test_waiting_for_more_than_comes_ends_with_what_there_is() -> None:
    with MailSink() as sink:
        _send(sink, "only\n", "a@example.com")
        assert len(sink.wait_for(2, seconds=0.05)) == 1


def test_a_taken_port_is_told() -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken) as caught:
            MailSink(port=port).start()
    assert str(port) in caught.value.what


def test_stopping_twice_and_with_an_open_connection_is_fine() -> None:
    sink = MailSink()
    sink.start()
    with closing(socket.create_connection((sink.host, sink.port), timeout=BOUND)) as idle:
        assert idle.recv(1024).startswith(b"220 ")
        sink.stop()
        sink.stop()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((sink.host, sink.port), timeout=BOUND)
