"""Secrets of a request are replaced before a difference is shown to anyone (DESIGN 4.8)."""

from __future__ import annotations

import re
from typing import Final

from treaty.contract.json_value import dumps
from treaty.contract.model import HeaderLines
from treaty.redaction.bodies import redact_body, redact_json
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty_stubs.header_block import HeaderBlock
from treaty_stubs.message import Received

_MOST_OF_BODY: Final = 256 * 1024
_MOST_KNOWN: Final = 16_384
_LONGEST_KNOWN: Final = 512
_LAST_NAME: Final = re.compile(r"(?:\.([^.\[\]]+)|\['((?:[^'\\]|\\.)*)'\])(?:\[\d+\])*\Z")
_QUERY: Final = re.compile(r"query\.(.+?)(?:\[\d+\])?", re.DOTALL)


class Concealer:
    """What is secret in one request, so that no part of it is shown.

    Args:
        received: the request; everything that is secret in it by place or shape is found first, and then replaced
            wherever it turns up.
        redactor: what finds secrets, and has learned nothing yet; a new one by default.

    """

    def __init__(self, received: Received, redactor: Redactor | None = None) -> None:
        self._redactor = Redactor(RedactionPolicy()) if redactor is None else redactor
        self._received = received
        self._media_type = received.header("content-type") or ""
        for name, value in received.header_lines:
            self._redactor.header(name, value)
        self._target = self._find_in_target(received.target)
        self._body = redact_body(self._redactor, received.body[:_MOST_OF_BODY], self._media_type)[0]

    @property
    def target(self) -> str:
        """Path and query, without secrets."""
        return self._redactor.known_in(self._target)

    @property
    def headers(self) -> HeaderLines:
        """The header lines, without secrets."""
        lines = self._received.header_lines
        return tuple((name, self._redactor.known_in(self._redactor.header(name, value))) for name, value in lines)

    @property
    def body(self) -> bytes:
        """The body, without secrets; what lies behind its first 256 KiB is left out."""
        return redact_body(self._redactor, self._body, self._media_type)[0]

    def conceal(self, location: str, text: str) -> str:
        """Replace the secrets in a value of a request or a promise.

        Args:
            location: as a mismatch has it: ``header.NAME``, ``query.NAME[0]``, ``path``, ``body.$.id``, ``body``.
            text: the value; values of a JSON body are written as JSON.

        """
        redactor = self._redactor
        if location.startswith("header."):
            return redactor.header(location.removeprefix("header."), text)
        if location == "path":
            return redactor.path(text)
        if match := _QUERY.fullmatch(location):
            role = redactor.policy.role(match[1])
            return redactor.learn(text, role) if role and text else redactor.text(text)
        if location.startswith("body.$"):
            return self._conceal_member(location, text)
        data, _ = redact_body(redactor, text.encode("utf-8", "replace"), "")
        return data.decode("utf-8", "replace")

    def _find_in_target(self, target: str) -> str:
        path, mark, query = target.partition("?")
        return self._redactor.path(path) + mark + self._redactor.pairs(query)[0]

    def _conceal_member(self, location: str, text: str) -> str:
        match = _LAST_NAME.search(location)
        if match is None:
            return redact_json(self._redactor, text)[0]
        # The name of a member says whether its value is a secret, so it is looked at together with it.
        before = "{" + dumps(match[1] or match[2] or "") + ":"
        whole, _ = redact_json(self._redactor, f"{before}{text}}}")
        return whole[len(before) : -1] if whole.startswith(before) and whole.endswith("}") else "(concealed)"


class TargetConcealer:
    """Gives the targets of many requests without secrets: each as `Concealer.target` would, in less time."""

    def __init__(self) -> None:
        self._redactor = Redactor(RedactionPolicy())
        self._known: dict[tuple[HeaderBlock, str], str] = {}

    def __call__(self, received: Received) -> str:
        """Give path and query of a request, without secrets."""
        if received.body or not received.block.is_shared or len(received.target) > _LONGEST_KNOWN:
            return self._find(received)
        key = (received.block, received.target)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[key] = self._find(received)
        return known

    def _find(self, received: Received) -> str:
        target = Concealer(received, self._redactor).target
        if self._redactor.has_learned:
            # What is secret in one request is none in another one that merely says the same.
            self._redactor = Redactor(RedactionPolicy())
        return target
