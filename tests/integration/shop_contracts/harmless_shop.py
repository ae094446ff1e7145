"""Runs the shop's command line with answers that changed in ways that break no consumer.

Every JSON object of an answer has its keys in the opposite order and one key more, and the text is indented.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import simplejson
from flask import Flask

from treaty_shop import apps
from treaty_shop.command_line import main
from treaty_shop.platform.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ADDED: Final = "schema_hint"
WITNESS: Final = "changed the answer of"


class Harmless:
    """A WSGI application whose JSON answers are rewritten."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application: Final = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, and change what is JSON."""
        heads: list[tuple[str, list[tuple[str, str]]]] = []

        def remember(status: str, headers: list[tuple[str, str]], _exc_info: Any = None, /) -> Any:
            heads.append((status, headers))

        answer = self._application(environ, remember)
        try:
            content = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        status, headers = heads[-1]
        if dict(headers).get("Content-Type", "").startswith("application/json"):
            content = changed(content)
            sys.stderr.write(f"{WITNESS} {environ['PATH_INFO']}\n")
            headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
            headers.append(("Content-Length", str(len(content))))
        start_response(status, headers)
        return [content]


def changed(content: bytes) -> bytes:
    """Change a JSON text without harm; numbers keep their spelling."""
    value = json.loads(content, parse_float=Decimal)
    text: str = simplejson.dumps(_changed(value), indent=2, use_decimal=True)
    return text.encode()


def _changed(value: Any) -> Any:
    if isinstance(value, dict):
        return {ADDED: "v2"} | {key: _changed(value[key]) for key in reversed(value)}
    return [_changed(each) for each in value] if isinstance(value, list) else value


if __name__ == "__main__":
    create_app = apps.create_app

    def create_harmless_app(settings: Settings) -> Flask:
        app = create_app(settings)
        app.wsgi_app = Harmless(app.wsgi_app)  # type: ignore[method-assign] # Flask's documented way to wrap
        return app

    apps.create_app = create_harmless_app
    main()
