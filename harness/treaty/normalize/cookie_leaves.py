"""Leaves of cookies: by their names, or with their names where those are ids."""

from __future__ import annotations

from treaty.contract.embedded import ANY_COOKIE, is_cookie
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import Name


def cookie_leaf(header: str, cookie: str, text: str) -> Leaf:
    """Give the leaf of a cookie; one that is named after an id has another name each time, and goes with it.

    Args:
        header: in which it stands, ``Cookie`` or ``Set-Cookie``.
        cookie: its name.
        text: its value.

    """
    name = Name(entity="", field="cookie" if is_cookie(cookie, ANY_COOKIE) else cookie)
    if is_cookie(cookie, ANY_COOKIE):
        cookie, text = ANY_COOKIE, f"{cookie}={text}"
    return Leaf(location=f"header.{header}|cookie.{cookie}", value=text, name=name)
