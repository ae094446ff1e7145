"""Several stubs behind one address, each below its own path: ``/user/...``, ``/order/...``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias
from urllib.parse import quote, unquote

from treaty.contract.json_value import JsonValue, dumps
from treaty_stubs.message import Answer, Received, Relocated, reshaped

Answers: TypeAlias = Callable[[Received], Answer]

_OWN_PATHS: Final = re.compile(rb"^((?:content-)?location: )(/(?!/)[^\r\n]*)", re.IGNORECASE | re.MULTILINE)
"""Headers that lead somewhere on the same server, by a path alone."""


def prefix_of(provider: str) -> str:
    """Give the path that the stub of a provider lies below."""
    return "/" + quote(provider, safe="")


class Prefixed:
    """Hands each request to the stub that its path begins with, and the rest of the path with it.

    Args:
        stubs: what answers, by provider.
        miss_status: the status for a path that begins with no provider.
        unplaced: told of such a request.

    """

    def __init__(self, stubs: Mapping[str, Answers], *, miss_status: int, unplaced: Callable[[Received], None]) -> None:
        self._stubs = dict(stubs)
        self._miss_status = miss_status
        self._unplaced = unplaced

    def __call__(self, received: Received) -> Answer:
        """Answer a request."""
        if received.target == "*":
            return next(iter(self._stubs.values()))(received)
        first, slash, rest = received.path[1:].partition("/")
        answers = self._stubs.get(unquote(first))
        if answers is None:
            self._unplaced(received)
            return self._nowhere(received)
        _, mark, query = received.target.partition("?")
        prefix = f"/{first}"
        inner = Relocated(received, target=f"{slash or '/'}{rest}{mark}{query}", base_path=received.base_path + prefix)
        written = prefix.encode("latin-1")
        return reshaped(
            answers(inner), lambda answer: answer._replace(head=_OWN_PATHS.sub(rb"\1%b\2" % written, answer.head))
        )

    def _nowhere(self, received: Received) -> Answer:
        known = ", ".join(map(prefix_of, self._stubs))
        document: JsonValue = {
            "type": "about:blank",
            "title": "no provider has this path",
            "status": self._miss_status,
            "detail": f"The path '{received.path}' begins with none of the providers: {known}.",
        }
        head = b'X-Treaty-Match: none; why="no provider has this path"\r\nContent-Type: application/problem+json\r\n'
        return Answer(self._miss_status, head, dumps(document, indent=2).encode("utf-8", "backslashreplace") + b"\n")
