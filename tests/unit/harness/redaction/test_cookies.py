"""Which cookies are settings."""

from __future__ import annotations

import pytest

from treaty.redaction.cookies import is_setting


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("lang", "de"), ("locale", "de-DE"), ("theme", "dark"), ("tz", "Europe/Berlin"), ("currency", "EUR")),
        *(("consent", "analytics:0|ads:0"), ("sort", "price-desc"), ("sidebar", "true"), ("a", "1"), ("visits", "12")),
        *(
            ("display_mode", "compact"),
            ("accent", "#ff8800"),
            ("cookies", "essential,stats"),
            ("tz", "Europe%2FBerlin"),
        ),
    ],
)
def test_settings(name: str, value: str) -> None:
    """Words, flags, locales, zones and short numbers say nothing of who asks."""
    assert is_setting(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("sid", "1"), ("session", "dark"), ("JSESSIONID", "abc"), ("connect.sid", "true"), ("auth", "yes")),
        *(("laravel_session", "x"), ("remember_me", "1"), ("ASPSESSIONIDQABC", "AB"), ("XSRF-TOKEN", "plain")),
        *(("theme", "a8f5f167f44f4964e6c998dee827110c"), ("lang", "Zq31gIjMgQWZ05WYsB"), ("x", "s%3Aabc.def123")),
        *(("cart", "550e8400-e29b-41d4-a716-446655440000"), ("_ga", "GA1.2.1234567890.1700000000"), ("id", "abcd1234")),
        *(("api_key", "de"), ("wordpress_logged_in", "bob"), ("user", "bob|1700000000|c2lnbmF0dXJl")),
    ],
)
def test_cookies_that_stand_for_somebody(name: str, value: str) -> None:
    """The name of a session, or a value that could not be guessed, makes a cookie a secret."""
    assert not is_setting(name, value)
