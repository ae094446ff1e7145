"""The mail catcher and the shop's sender, over STARTTLS and AUTH: what arrives, and every way it can fail."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.unit.reference_services.doubles import START
from treaty_shop.outside.certificates import AUTHORITY, server_context
from treaty_shop.outside.mail_catcher import CaughtMail, MailCatcher, MailRules
from treaty_shop.platform.mail import Mail, MailFailed, make_sender
from treaty_shop.platform.serving import listen

_PASSWORD = "correct/horse"
_ANSWERS = {"gone@example.com": "550 no such mailbox", "later@example.com": "451 try again later"}


@dataclass(kw_only=True)
class Server:
    """A running catcher that insists on everything."""

    port: int
    authority: str
    mails: list[CaughtMail] = field(default_factory=list)

    def send(
        self, *, scheme: str = "smtp+starttls", login: str = "shop:correct%2Fhorse@", to: str = "ada@example.com"
    ) -> None:
        sender = make_sender(f"{scheme}://{login}127.0.0.1:{self.port}", 10.0, self.authority)
        sender.send(_mail(to))


def _mail(recipient: str) -> Mail:
    return Mail(reference="r1", recipient=recipient, subject="Grüße", text="Guten Tag,\nbis bald.", date=START)


@pytest.fixture(name="running", scope="module")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("authority")
    rules = MailRules(context=server_context(folder), accounts={"shop": _PASSWORD}, answers=_ANSWERS)
    with listen("127.0.0.1", 0) as listener:
        server = Server(port=listener.getsockname()[1], authority=str(folder / AUTHORITY))
        with MailCatcher(listener, rules, server.mails.append):
            yield server


@pytest.fixture(name="server")
def _server(running: Server) -> Server:
    running.mails.clear()
    return running


def test_a_mail_comes_encrypted_and_from_who_logged_in(server: Server) -> None:
    """Whole, with its umlauts."""
    server.send()
    (caught,) = server.mails
    assert (caught.sender, caught.recipients) == ("shop@shop.example", ("ada@example.com",))
    assert (caught.tls, caught.user) == (True, "shop")
    message = message_from_bytes(caught.content, policy=policy.default)
    assert message["Subject"] == "Grüße"
    assert message.get_content().splitlines() == ["Guten Tag,", "bis bald."]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"login": "shop:wrong-one@"}, "the mail server answered 535"),
        ({"login": ""}, "the mail server answered 530"),
        ({"scheme": "smtp", "login": ""}, "the mail server answered 530"),
        ({"to": "gone@example.com"}, "the mail server refused the recipient: 550"),
        ({"to": "later@example.com"}, "the mail server refused the recipient: 451"),
    ],
    ids=["wrong password", "no login", "no encryption", "no such mailbox", "not now"],
)
def test_what_the_server_does_not_take_fails_with_its_code(
    server: Server, options: dict[str, str], reason: str
) -> None:
    """And the reason repeats neither the login nor the mail."""
    with pytest.raises(MailFailed) as caught:
        server.send(**options)
    assert str(caught.value) == reason
    assert caught.value.__cause__ is None
    assert server.mails == []


def test_a_certificate_that_nobody_vouches_for_is_refused(server: Server) -> None:
    """The password is never sent."""
    with pytest.raises(MailFailed, match="the certificate of the mail server is refused"):
        make_sender(f"smtp+starttls://shop:secret@127.0.0.1:{server.port}", 10.0).send(_mail("ada@example.com"))
    assert server.mails == []


def test_without_starttls_nothing_is_sent(tmp_path: Path) -> None:
    """A server that offers no encryption, or somebody in between who hides it, gets no password."""
    server_context(tmp_path)
    mails: list[CaughtMail] = []
    with listen("127.0.0.1", 0) as listener, MailCatcher(listener, MailRules(), mails.append):
        sender = make_sender(f"smtp+starttls://me:secret@127.0.0.1:{listener.getsockname()[1]}", 10.0)
        with pytest.raises(MailFailed, match="does not offer what is needed"):
            sender.send(_mail("ada@example.com"))
        make_sender(f"smtp://127.0.0.1:{listener.getsockname()[1]}", 10.0).send(_mail("ada@example.com"))
    assert [(mail.tls, mail.user) for mail in mails] == [(False, None)]
