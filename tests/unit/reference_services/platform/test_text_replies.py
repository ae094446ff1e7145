"""Replies in plain text."""

from flask import Blueprint, Flask

from treaty_shop.platform.errors import Conflict
from treaty_shop.platform.text_replies import say_errors_in_text, text_reply


def test_a_text_is_labelled_as_such_and_nothing_has_no_label() -> None:
    """Nor any content."""
    assert (text_reply(201, "7").data, text_reply(201, "7").content_type) == (b"7", "text/plain; charset=utf-8")
    assert text_reply(204).data == b""
    assert "Content-Type" not in text_reply(204).headers


def test_an_error_is_its_status_and_a_line() -> None:
    """For the routes of this blueprint."""
    routes = Blueprint("x", __name__)
    say_errors_in_text(routes)

    @routes.get("/x")
    def broken() -> str:
        raise Conflict("code", "prose")

    app = Flask("x")
    app.register_blueprint(routes)
    answer = app.test_client().get("/x")
    assert (answer.status_code, answer.text, answer.mimetype) == (409, "prose\n", "text/plain")
