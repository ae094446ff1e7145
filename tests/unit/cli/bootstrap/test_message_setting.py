from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.integration.verify.message_handler import PAID
from treaty.config import Service
from treaty.errors import UsageError
from treaty.verify.document import read_document
from treaty.verify.plan import Plan, Selection, make_plan
from treaty_cli.bootstrap.message_setting import message_host, message_notes, message_url

BASE = "http://127.0.0.1:8080/api"
AWAY = "http://messages.example/m"
MANUAL = {**PAID, "providerStates": [{"name": "by hand"}]}
RECORDED = {**PAID, "providerStates": contracts.ours("a user exists", contracts.STATE)}
MINTED = {**PAID, "providerStates": contracts.ours("a new e-mail", "9b9b9b9b9b9b")}


def plan(*entries: dict[str, Any]) -> Plan:
    document = read_document(json.dumps(contracts.pact(list(entries))).encode(), source="a.json")
    return make_plan([document], provider="shop", selection=Selection())


def service(messages: str | None = None, **more: Any) -> Service:
    return Service(name="shop", messages=messages, **more)


@pytest.mark.parametrize(
    ("given", "settings", "found"),
    [
        (AWAY, service("/m"), AWAY),
        (None, service("/m"), f"{BASE}/m"),
        (None, service("${url}/m"), f"{BASE}/m"),
        (None, service("http://127.0.0.1:${port}/m"), "http://127.0.0.1:8080/m"),
        (None, service(), BASE),
        (None, None, BASE),
    ],
)
def test_the_flag_comes_before_the_configuration_and_that_before_the_provider(
    given: str | None, settings: Service | None, found: str
) -> None:
    assert message_url(plan(PAID), given=given, service=settings, base_url=BASE) == found


def test_without_messages_there_is_no_url() -> None:
    assert message_url(plan(contracts.HEALTH), given=AWAY, service=None, base_url=BASE) is None


def test_a_url_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError):
        message_url(plan(PAID), given="messages", service=None, base_url=BASE)


@pytest.mark.parametrize(
    ("entries", "is_alone"),
    [
        ([MANUAL], True),
        ([MINTED], True),
        ([RECORDED], False),
        ([MANUAL, contracts.HEALTH], False),
    ],
    ids=["manual", "minted", "recorded", "mixed"],
)
def test_the_provider_is_needed_for_requests_and_recorded_steps_only(
    entries: list[dict[str, Any]], is_alone: bool
) -> None:
    """A state of which values are only made needs nobody."""
    host = message_host(plan(*entries), given=AWAY, service=None)
    assert host == ("http://messages.example" if is_alone else None)


@pytest.mark.parametrize(
    ("settings", "host"),
    [
        (service(AWAY), "http://messages.example"),
        (service("/m"), None),
        (service("http://127.0.0.1:${port}/m"), None),
        (service(AWAY, url=BASE), None),
        (service(AWAY, start=("python", "shop.py")), None),
        (service(), None),
        (None, None),
    ],
)
def test_the_configuration_may_know_the_handler_alone(settings: Service | None, host: str | None) -> None:
    """A provider that it knows too is taken: its handler may need it."""
    assert message_host(plan(MANUAL), given=None, service=settings) == host


def test_people_are_told_where_messages_are_asked_for_unless_it_goes_without_saying() -> None:
    assert list(message_notes(AWAY, base_url=BASE)) == [f"messages are asked for at {AWAY}"]
    assert list(message_notes(BASE, base_url=BASE)) == list(message_notes(None, base_url=BASE)) == []
