"""Whose space a request is about: a header, a cookie or the beginning of the path names it."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import unquote

from treaty_stubs.lifecycle.requests import with_target
from treaty_stubs.lifecycle.spaces import LONGEST_NAME, SHARED
from treaty_stubs.message import Received

SPACE_HEADER: Final = b"x-treaty-space"
SPACE_COOKIE: Final = "treaty-space"
SPACE_PREFIX: Final = "/treaty-space/"


def name_space(received: Received) -> tuple[str, Received]:
    """Tell the name of the space that a request is about, and give the request as a provider would get it.

    The beginning of the path (``/treaty-space/NAME/...``) comes before the header ``X-Treaty-Space``, and that one
    before the cookie ``treaty-space``. Without any of them it is the one that all share.
    """
    if received.target.startswith(SPACE_PREFIX):
        name, slash, rest = received.target.removeprefix(SPACE_PREFIX).partition("/")
        name, mark, query = name.partition("?")
        target = f"/{rest}" if slash else f"/?{query}" if mark else "/"
        return _name(unquote(name)), with_target(received, target)
    header = received.first_header(SPACE_HEADER)
    if header is not None:
        return _name(header.strip()), received
    cookie = received.first_header(b"cookie")
    if cookie is not None and SPACE_COOKIE in cookie:
        return _name(_in_cookie(cookie)), received
    return SHARED, received


def _name(text: str) -> str:
    return text[:LONGEST_NAME] or SHARED


def _in_cookie(line: str) -> str:
    try:
        found = SimpleCookie(line).get(SPACE_COOKIE)
    except CookieError:
        return ""
    return "" if found is None else found.value
