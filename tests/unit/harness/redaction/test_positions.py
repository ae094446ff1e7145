"""Secrets that only their position tells."""

from __future__ import annotations

import json

import pytest

from treaty.redaction.bodies import redact_body
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.positions import positional_secrets
from treaty.redaction.redactor import Redactor


@pytest.mark.parametrize(
    "document",
    [
        {"jsonrpc": "2.0", "method": "login", "params": ["ann", "pw-Ann-77"], "id": 1},
        {"params": ["ann", "pw-Ann-77", True], "method": "auth.signIn"},
        {"do": "session.login", "args": [3, "ann", "pw-Ann-77"]},
        {"login": ["ann", "pw-Ann-77"]},
    ],
)
def test_the_last_text_that_logs_in_is_a_password(document: dict[str, object]) -> None:
    """Before it stands who logs in, and that stays."""
    data, places = redact_body(Redactor(RedactionPolicy()), json.dumps(document).encode(), "application/json")
    assert (b"pw-Ann-77" in data, b"ann" in data) == (False, True)
    assert len(places) == 1
    assert places[0].endswith("]")


@pytest.mark.parametrize(
    "text",
    [
        '{"method": "user.rename", "params": ["ann", "bob"]}',
        '{"method": "login", "params": ["ann"]}',
        '{"method": "login", "params": {"name": "ann"}}',
        '{"login_attempts": ["ann", "bob"], "tags": ["a", "b"]}',
        '{"method": "login", "params": [["ann", "bob"], {"a": "b"}]}',
        "no document: login [",
    ],
)
def test_other_lists_hold_no_secret_by_position(text: str) -> None:
    assert not positional_secrets(text)
