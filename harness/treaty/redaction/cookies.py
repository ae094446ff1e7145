"""Tell cookies that are settings from those that stand for who asks (RFC 6265).

A cookie is taken for a secret unless its name and its value say otherwise: a language, a theme, a flag, a zone, a short
number. The name of a session makes any value a secret; a value that could not be guessed is one under any other name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from treaty.redaction.names import role_of_name, words_of

_OF_A_SESSION: Final = frozenset(
    {
        "session",
        "sessionid",
        "sess",
        "sid",
        "ssid",
        "sessid",
        "jsessionid",
        "phpsessid",
        "aspsessionid",
        "auth",
        "login",
    }
    | {"token", "jwt", "bearer", "sso", "ticket", "identity", "remember", "rememberme", "connect", "csrf", "xsrf"}
    | {"key", "secret", "signature", "sig", "ssotoken", "oauth", "saml", "credential", "credentials", "state", "nonce"}
)
_OF_A_SETTING: Final = frozenset(
    {"lang", "language", "locale", "theme", "mode", "color", "colour", "scheme", "currency", "country", "region"}
    | {"tz", "timezone", "zone", "consent", "cookies", "banner", "view", "layout", "sort", "order", "size", "font"}
    | {"density", "sidebar", "units", "format", "variant", "experiment", "feature", "beta", "seen", "dismissed"}
    | {"preferences", "prefs", "settings", "dnt", "tab", "filter", "width", "height", "store", "market", "tour"}
)
_PLAIN: Final = re.compile(
    r"[A-Za-z]{1,12}"  # a word
    r"|[0-9]{1,6}(?:\.[0-9]{1,4})?"  # a number
    r"|[A-Za-z]{2,3}[-_][A-Za-z]{2,4}"  # a locale
    r"|#?[0-9a-fA-F]{3}|[#][0-9a-fA-F]{6}"  # a colour
    r"|[a-z]{1,12}(?:[-_.][a-z]{1,12}){1,2}"  # words
)
_SETTING: Final = re.compile(
    r"(?=.{1,64}\Z)(?:[A-Za-z]{1,16}|[0-9]{1,10})"
    r"(?:(?:[-_./:,;|+ &=]|%2[0-9A-Fa-f]|%3[A-Da-d])+(?:[A-Za-z]{1,16}|[0-9]{1,10}))*"
)


@lru_cache(maxsize=4096)
def is_setting(name: str, value: str) -> bool:
    """Tell whether a cookie says how to show something, and nothing of who asks: ``lang=de``, ``tz=Europe/Berlin``."""
    if role_of_name(name) or _OF_A_SESSION.intersection(words_of(name)) or _ends_like_a_session(name):
        return False
    if _OF_A_SETTING.intersection(words_of(name)):
        return _SETTING.fullmatch(value) is not None
    return _PLAIN.fullmatch(value) is not None


def _ends_like_a_session(name: str) -> bool:
    # ``ASPSESSIONIDQABC``, ``MoodleSession``, ``laravel_session``, ``wordpress_logged_in``.
    plain = name.lower()
    return any(word in plain for word in ("sess", "logged", "auth", "token"))
