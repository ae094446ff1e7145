"""Replies in plain text, as the older routes of some services have them."""

from flask import Blueprint, Response

from treaty_shop.platform.errors import ShopError


def text_reply(status: int, text: str = "") -> Response:
    """Return a reply of plain text; one without text has no content at all."""
    response = Response(text, status, content_type="text/plain; charset=utf-8")
    if not text:
        del response.headers["Content-Type"]
    return response


def say_errors_in_text(routes: Blueprint) -> None:
    """Have the routes of a blueprint answer errors by their status and one line of prose."""

    @routes.errorhandler(ShopError)
    def text_error(error: ShopError) -> Response:
        return text_reply(error.status, f"{error.message}\n")
