"""A request as a command line of curl, to paste into a POSIX shell."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterable
from typing import Final

from treaty.verify.sent_request import SentRequest

_CONTINUED: Final = " \\\n  "
_SENT_WITH_A_LENGTH: Final = frozenset({"POST", "PUT", "PATCH"})
_DOTS: Final = re.compile(r"/\.{1,2}(?=[/?]|$)")
_SPECIAL: Final = re.compile(r"[\\\"$`!]")
"""What means something between double quotes, or in the history of a shell that a person uses."""

_BODY_FILE: Final = "BODY_FILE"


def curl_command(request: SentRequest, *, longest_body: int = 1_000_000) -> str:
    """Write the command; it continues over several lines.

    Values that are not shown are shell variables. A body that is no plain text comes through a pipe; one longer than
    `longest_body` bytes has to be in the file ``$BODY_FILE``.
    """
    variables = _Variables(request.variables)
    body = request.body
    if body is None and request.method in _SENT_WITH_A_LENGTH:
        body = b""
    pipe = ""
    first = " ".join(["curl -i", *_options(request, body), variables.quoted(request.url)])
    words = [f"-H {variables.quoted(_header(name, value))}" for name, value in request.headers]
    if body is not None:
        if not any(name.lower() == "content-type" for name, _ in request.headers):
            # Otherwise curl calls it a form.
            words.append("-H 'Content-Type:'")
        text = _plain_text(body)
        if len(body) > longest_body:
            words.append(f'--data-binary "@${_BODY_FILE}"')
        elif text is None:
            pipe = f"printf %s {base64.b64encode(body).decode()} | base64 -d | "
            words.append("--data-binary @-")
        else:
            words.append(f"--data-raw {variables.quoted(text)}")
    return pipe + _CONTINUED.join([first, *words])


def _options(request: SentRequest, body: bytes | None) -> list[str]:
    options = []
    if request.method == "HEAD":
        options.append("--head")
    elif request.method != ("GET" if body is None else "POST"):
        options.append(f"-X {shlex.quote(request.method)}")
    if any(character in request.url for character in "[]{}"):
        options.append("--globoff")
    if _DOTS.search(request.url.partition("?")[0]):
        options.append("--path-as-is")
    return options


def _header(name: str, value: str) -> str:
    # A header without a value is written with a semicolon; with a colon curl would leave it out.
    return f"{name}: {value}" if value else f"{name};"


def _plain_text(data: bytes) -> str | None:
    """Give a body that can be copied from a terminal unchanged, which line breaks cannot; None when it is none."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None


class _Variables:
    """Quotes texts for the shell, but leaves the variables in them to it."""

    def __init__(self, names: Iterable[str]) -> None:
        listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        self._pattern: Final = re.compile(rf"\$\{{({listed})\}}") if listed else None

    def quoted(self, text: str) -> str:
        if self._pattern is None or not self._pattern.search(text):
            return shlex.quote(text)
        if not _SPECIAL.search(self._pattern.sub("", text)):
            return f'"{text}"'
        pieces = []
        for position, piece in enumerate(self._pattern.split(text)):
            if position % 2:
                pieces.append(f'"${{{piece}}}"')
            elif piece:
                pieces.append(shlex.quote(piece))
        return "".join(pieces) or "''"
