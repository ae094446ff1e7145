"""What the callers of the user and notification services share."""

import json

import pytest
import requests

from tests.unit.reference_services.doubles import quiet_log
from tests.unit.reference_services.platform.answers import PreparedNetwork
from treaty_shop.platform.calls import Dependency
from treaty_shop.platform.errors import DependencyFailed
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.people import UserDirectory, notification_body
from treaty_shop.platform.settings import Settings


@pytest.fixture(name="network")
def _network(monkeypatch: pytest.MonkeyPatch) -> PreparedNetwork:
    network = PreparedNetwork()
    monkeypatch.setattr(requests, "request", network)
    return network


@pytest.fixture(name="directory")
def _directory() -> UserDirectory:
    settings = Settings(service=ServiceName.ORDER, dependencies={ServiceName.USER: "http://user.test"})
    return UserDirectory(Dependency(settings, ServiceName.USER, quiet_log()))


def test_a_user_has_an_email(network: PreparedNetwork, directory: UserDirectory) -> None:
    """It is asked of the user service by id."""
    network.answers = [(200, json.dumps({"id": 7, "email": "ada@example.com"}).encode())]
    assert directory.email_of(7) == "ada@example.com"
    assert [call[:2] for call in network.calls] == [("GET", "http://user.test/api/v1/users/7")]


def test_an_unknown_user_has_none(network: PreparedNetwork, directory: UserDirectory) -> None:
    """Whatever the body of the refusal holds."""
    network.answers = [(404, b'{"email": "ada@example.com"}'), (404, b"")]
    assert directory.email_of(7) is None
    assert directory.email_of(7) is None


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (200, b"{}"),
        (200, b""),
        (200, b"[]"),
        (200, b'{"email": null}'),
        (200, b'{"email": 1}'),
        (201, b'{"email": "ada@example.com"}'),
        (403, b'{"email": "ada@example.com"}'),
    ],
)
def test_an_answer_without_what_was_promised_is_a_failure(
    network: PreparedNetwork, directory: UserDirectory, status: int, content: bytes
) -> None:
    """It is never taken for an unknown user."""
    network.answers = [(status, content)]
    with pytest.raises(DependencyFailed, match="unexpected"):
        directory.email_of(7)


@pytest.mark.parametrize("recipient", ["ada@example.com", ""])
def test_a_mail_goes_to_its_recipient(recipient: str) -> None:
    assert notification_body(7, "Paid", "Thank you.", recipient) == {
        "user_id": 7,
        "type": "email",
        "title": "Paid",
        "content": "Thank you.",
        "recipient": recipient,
    }


def test_without_a_recipient_the_key_is_left_out() -> None:
    """Null would be another request."""
    assert "recipient" not in notification_body(7, "Paid", "Thank you.", None)
