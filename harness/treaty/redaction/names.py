"""Which names of fields, parameters, cookies and headers say that their value is a secret (DESIGN 4.8).

A name is read as words (``clientSecret``, ``client-secret`` and ``CLIENT_SECRET`` are the same two). What decides is
the noun at the end: ``access_token`` is a token, ``token_type`` is a type. Some nouns are only sometimes secret, and
the words before them decide: ``api_key`` but not ``primary_key``, ``reset_token`` but not ``next_page_token``.

Not secret by name, on purpose: cursors (``page_token``), request forgery tokens (``csrf_token``: worthless without the
session, whose cookie is replaced, and with it every equal value), ids, signatures and digests of messages.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_PASSWORDS: Final = frozenset({"password", "passwd", "pwd", "passphrase", "passcode", "passwort", "pswd"})
_AFTER_PASSWORD: Final = frozenset(
    {"confirmation", "confirm", "confirmed", "repeat", "again", "verify", "hash", "hashed", "plain", "plaintext"}
    | {"new", "old", "current", "value", "text", "encrypted"}
)
_SECRETS: Final = frozenset(
    {"secret", "secrets", "credential", "credentials", "jwt", "bearer", "mnemonic", "otp", "totp"}
)
_TOKENS: Final = frozenset({"token", "tokens"})
_NOT_BEFORE_TOKEN: Final = frozenset(
    {"page", "next", "prev", "previous", "continuation", "continue", "cursor", "pagination", "paging", "sync", "resume"}
    | {"delta", "start", "csrf", "xsrf", "forgery", "antiforgery", "requestverification", "verification", "idempotency"}
    | {"max", "prompt", "completion", "total", "input", "output", "count", "num", "design", "cancellation"}
)
_BEFORE_KEY: Final = frozenset(
    {"api", "access", "secret", "private", "auth", "authentication", "encryption", "decryption", "signing", "shared"}
    | {"master", "service", "account", "subscription", "license", "licence", "app", "application", "client", "session"}
    | {"storage", "webhook", "recovery", "hmac", "deploy", "functions", "admin", "sas"}
)
_CARDS: Final = frozenset(
    {"card number", "cardnumber", "card no", "cc number", "ccnumber", "pan", "credit card", "creditcard", "ccnum"}
    | {"primary account number", "debit card", "cardnum", "card num"}
)
_CODES: Final = frozenset(
    {"cvv", "cvv2", "cvc", "cvc2", "csc", "cvn", "security code", "card code", "verification value", "pin", "pin code"}
    | {"otp code", "totp code", "mfa code", "verification code", "one time code", "recovery code", "recovery codes"}
    | {"backup code", "backup codes", "reset code", "auth code", "authorization code", "sms code", "code verifier"}
    | {"security answer", "two factor code", "2 fa code", "login code", "one time password"}
)
_WHOLE: Final = frozenset(
    {"pass", "auth", "authorization", "proxy authorization", "x authorization", "assertion", "client assertion"}
    | {"saml response", "samlresponse", "sig", "x amz signature", "x goog signature", "x amz credential", "ssn"}
    | {"social security number", "seed phrase", "private token", "apikey", "user pass", "db pass", "smtp pass"}
    | {"x amz security token", "accesskey", "secretkey", "privatekey", "authkey", "authtoken", "accesstoken"}
    | {
        "jsessionid",
        "phpsessid",
        "refreshtoken",
        "idtoken",
        "clientsecret",
        "connection string",
        "userpassword",
        "newpassword",
        "oldpassword",
    }
)
HARMLESS_INSIDE: Final = frozenset(
    {"type", "kind", "name", "id", "scope", "scopes", "expires", "expiry", "created", "updated", "issued", "algorithm"}
    | {"alg", "format", "description", "label", "status", "username", "user", "email", "role", "roles", "version"}
)
"""Last words of names whose values stay, inside an object that has a secret name: ``credentials.username``."""


def words_of(name: str) -> tuple[str, ...]:
    """Split a name into its words, in lower case: ``X-Api-Key``, ``xApiKey`` and ``x_api_key`` are one."""
    return tuple(word.lower() for word in _WORD.findall(name))


@lru_cache(maxsize=4096)
def role_of_name(name: str) -> str:
    """Give the role of a secret that a name announces, or an empty text.

    Returns:
        ``password``, ``token``, ``key``, ``secret``, ``card`` or ``code``; the last two, and ``password``, also make
        numbers secret, the others only texts.

    """
    words = words_of(name)
    if words and words[0] == "x" and len(words) > 1 and " ".join(words) not in _WHOLE:
        words = words[1:]
    while len(words) > 1 and words[-1].isdigit():
        words = words[:-1]
    if not words:
        return ""
    return _role(words)


def _role(words: tuple[str, ...]) -> str:
    last = words[-1]
    phrase = " ".join(words)
    two = " ".join(words[-2:])
    if last in _PASSWORDS or _about_password(words):
        return "password"
    if phrase in _CARDS or two in _CARDS:
        return "card"
    if phrase in _CODES or two in _CODES or last in {"cvv", "cvc", "cvv2", "cvc2"}:
        return "code"
    if last in _TOKENS:
        return "" if _NOT_BEFORE_TOKEN.intersection(words[:-1]) else "token"
    if last in _SECRETS or phrase in _WHOLE:
        return "secret"
    if last in {"key", "keys"} and len(words) > 1 and words[-2] in _BEFORE_KEY and "public" not in words:
        return "key"
    if last == "value" and len(words) > 1:
        return _role(words[:-1])
    return ""


def _about_password(words: tuple[str, ...]) -> bool:
    return any(
        word in _PASSWORDS and all(rest in _AFTER_PASSWORD or rest.isdigit() for rest in words[position + 1 :])
        for position, word in enumerate(words)
    )


def name_in(name: str, names: AbstractSet[tuple[str, ...]]) -> bool:
    """Tell whether a name is one of those given as words; case and separators do not count."""
    return bool(names) and words_of(name) in names
