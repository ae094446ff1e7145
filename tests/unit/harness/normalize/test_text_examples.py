"""Canonical examples of texts."""

from __future__ import annotations

import pytest

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import view_of


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("all is well", "all is well"),
        ("run-20261120-4711471", "run-1-9007001"),
        ("3.14.2", "1.1.1"),
        ("https://files.example/logo.png", "https://files.example/logo.png"),
    ],
)
def test_a_text_that_is_no_key_is_shown_without_numbers_of_its_recording(text: str, example: str) -> None:
    session = Session()
    session.call("a>b", "GET /about", None, 200, {"text": text})
    assert view_of(session, "a>b", "GET /about -> 200").answer == {"text": example}
