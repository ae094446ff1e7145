from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.verify import contracts
from treaty.errors import SecretMissing, UsageError
from treaty.pytest_plugin.given import Given, check_slots, read_given, read_handlers, secrets_for
from treaty.pytest_plugin.marking import read_marking
from treaty.verify.document import PactDocument, read_document


def document(*slots: str) -> PactDocument:
    headers = {f"X-{slot}": [f"${{secret.{slot}}}"] for slot in slots}
    entry = contracts.interaction("d", {"method": "GET", "path": "/", "headers": headers}, {"status": 200})
    return read_document(json.dumps(contracts.pact([entry])).encode(), source="a.json")


def secrets(*slots: str, mark: dict[str, str] | None = None, **given: str) -> Any:
    made = document(*slots)
    return secrets_for(
        made,
        made.interactions[0],
        marking=read_marking(("shop",), {"secrets": mark or {}}),
        given=Given(secrets=given),
        environment={"KEY": "from the environment", "EMPTY": ""},
    )


def test_secrets_come_from_the_fixture_or_from_the_environment() -> None:
    """The fixture first; what an interaction does not need is left aside."""
    assert secrets("key", "code", mark={"key": "env:KEY"}, code="c", other="o") == {
        "key": "from the environment",
        "code": "c",
    }
    assert secrets("key", mark={"key": "env:KEY"}, key="k") == {"key": "k"}
    assert secrets() == {}


@pytest.mark.parametrize(
    ("mark", "why"),
    [
        ({}, "no value for ${secret.key}"),
        ({"key": "env:EMPTY"}, "no value for ${secret.key} (the variable EMPTY is not set)"),
    ],
)
def test_a_secret_that_is_missing_is_named_with_where_it_should_be(mark: dict[str, str], why: str) -> None:
    with pytest.raises(SecretMissing) as caught:
        secrets("key", "code", mark=mark, code="c")
    assert caught.value.why == why
    assert '{"key": "env:VARIABLE"}' in caught.value.hint


def test_a_slot_that_no_pact_has_is_refused() -> None:
    """With the nearest one."""
    check_slots(read_marking(("shop",), {"secrets": {"key": "env:A"}}), {"key"})
    with pytest.raises(UsageError) as caught:
        check_slots(read_marking(("shop",), {"secrets": {"kay": "env:A"}}), {"key"})
    assert caught.value.hint == "did you mean 'key'?"
    with pytest.raises(UsageError) as caught:
        check_slots(read_marking(("shop",), {"secrets": {"key": "env:A"}}), ())
    assert "have no slots" in caught.value.why


def test_time_is_a_distance_a_moment_or_unknown() -> None:
    assert read_given(secrets={}, clock=None).ahead is None
    assert read_given(secrets={}, clock=timedelta(days=3)).ahead == timedelta(days=3)
    ahead = read_given(secrets={}, clock=datetime.now(UTC) + timedelta(days=3)).ahead
    assert ahead is not None
    assert timedelta(days=2.9) < ahead < timedelta(days=3.1)


@pytest.mark.parametrize("clock", ["+3d", 3, datetime(2026, 1, 1)], ids=["text", "number", "naive"])  # noqa: DTZ001 - a time without a zone is what is refused
def test_what_is_no_time_is_refused(clock: Any) -> None:
    with pytest.raises(UsageError) as caught:
        read_given(secrets={}, clock=clock)
    assert caught.value.where == "treaty_clock"


@pytest.mark.parametrize("value", [None, ["hush"], {"key": b"hush"}])
def test_what_are_no_secrets_is_refused_without_repeating_it(value: Any) -> None:
    with pytest.raises(UsageError) as caught:
        read_given(secrets=value, clock=None)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("messages", "states", "fixture"),
    [
        (None, {}, "treaty_message_handlers"),
        ({"paid": {"a": 1}}, {}, "treaty_message_handlers"),
        ({}, ["a user"], "treaty_state_handlers"),
        ({}, {1: print}, "treaty_state_handlers"),
    ],
)
def test_handlers_are_functions_by_their_texts(messages: Any, states: Any, fixture: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_handlers(messages=messages, states=states)
    assert caught.value.where == fixture
    assert read_handlers(messages={"paid": dict}, states={}).messages == {"paid": dict}
