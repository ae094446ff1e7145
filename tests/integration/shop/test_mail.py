"""Mails, with a real mail server and without."""

from email import message_from_string

from tests.integration.shop.rig import NOTIFICATION, Mails, Shop, running_shop

_NOTE = {
    "user_id": 1,
    "type": "email",
    "title": "Grüße",
    "content": "Guten Tag,\nbis bald.",
    "recipient": "ada@example.com",
}


def _delivered(shop: Shop) -> dict[str, object]:
    id_ = shop.answer(NOTIFICATION, "POST", "/api/v1/notifications", _NOTE).json()["id"]
    shop.control.settle()
    shop.control.advance(NOTIFICATION, "notification.deliver")
    notification: dict[str, object] = shop.answer(NOTIFICATION, "GET", f"/api/v1/notifications/{id_}").json()
    return notification


def test_a_mail_reaches_the_server_as_plain_text(shop: Shop, mails: Mails) -> None:
    """With sender, recipient, subject and text as asked for."""
    notification = _delivered(shop)
    assert notification["status"] == "sent"
    assert notification["sent_at"] is not None
    ((sender, recipients, content),) = mails.taken
    assert (sender, recipients) == ("shop@shop.example", ["ada@example.com"])
    message = message_from_string(content)
    assert (message["From"], message["To"]) == ("shop@shop.example", "ada@example.com")
    assert message.get_content_type() == "text/plain"
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().replace("\r\n", "\n") == "Guten Tag,\nbis bald.\n"
    assert message["Message-ID"] == f"<{notification['id']}@shop.example>"


def test_a_refused_recipient_makes_the_notification_fail(shop: Shop, mails: Mails) -> None:
    """The server answered 550."""
    mails.refused.add("ada@example.com")
    notification = _delivered(shop)
    assert (notification["status"], notification["sent_at"]) == ("failed", None)
    assert mails.taken == []


def test_without_a_mail_server_the_notification_fails() -> None:
    """Nobody is told that a mail was sent that was not."""
    with running_shop() as shop:
        assert _delivered(shop)["status"] == "failed"
