"""The request of an interaction as it was sent, for people who want to send it again; secrets are variables in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from treaty.contract.json_value import JsonInvalid, JsonValue, Number, dumps, loads
from treaty.contract.media_type import parse_media_type
from treaty.redaction.bodies import redact_body
from treaty.redaction.redactor import Redactor
from treaty.session.exchange import Headers
from treaty.verify.calls import Call

_NOT_IN_A_NAME: Final = re.compile(r"[^A-Z0-9]+")
_SCHEME: Final = re.compile(r"(?i)(bearer|basic|digest|token|apikey|negotiate) +(?=\S)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRequest:
    """What went to the provider.

    Attributes:
        method: upper case.
        url: absolute.
        headers: header lines, without those that every HTTP client adds by itself.
        body: the bytes, or None for no body.
        variables: names that stand, as ``${NAME}``, for values that are not shown.

    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes | None = None
    variables: tuple[str, ...] = ()


def sent_request(call: Call, *, base_url: str, added: Iterable[str] = ()) -> SentRequest:
    """Build it from a call.

    Args:
        call: as it was given to the connection.
        base_url: of the provider.
        added: names of the headers that the connection added in the place of those with the same name; their values
            are not known here.

    """
    names = {name: _variable(name) for name in dict.fromkeys(added)}
    replaced = {name.lower() for name in names}
    kept = (line for line in call.headers if line[0].lower() not in replaced)
    return SentRequest(
        method=call.method,
        url=base_url.rstrip("/") + call.target,
        headers=(*kept, *((name, f"${{{variable}}}") for name, variable in names.items())),
        body=call.body,
        variables=tuple(names.values()),
    )


def concealed_request(request: SentRequest, *, redactor: Redactor, given: Callable[[str], str]) -> SentRequest:
    """Put variables in the place of secrets; what holds no secret keeps its every byte.

    Args:
        request: as it was sent.
        redactor: finds secrets by name, shape and use.
        given: conceals in a text what the user gave.

    """
    concealing = _Concealing(redactor, given, request.variables)
    path, mark, query = request.url.partition("?")
    headers = tuple((name, concealing.header(name, value)) for name, value in request.headers)
    url = concealing.path(path) + mark + concealing.form(query)
    return replace(
        request, url=url, headers=headers, body=concealing.body(request), variables=tuple(concealing.variables.values())
    )


class _Concealing:
    """One request being concealed; `variables` has the name for each value, and the names that were there before."""

    def __init__(self, redactor: Redactor, given: Callable[[str], str], before: Sequence[str]) -> None:
        self._redactor: Final = redactor
        self._given: Final = given
        self._before: Final = frozenset(f"${{{name}}}" for name in before)
        self.variables: Final[dict[str, str]] = {f"${{{name}}}": name for name in before}

    def header(self, name: str, value: str) -> str:
        if value in self._before or self._given(self._redactor.header(name, value)) == value:
            return value
        scheme = _SCHEME.match(value)
        kept = scheme[0] if scheme else ""
        return kept + self._name(name, value[len(kept) :])

    def path(self, path: str) -> str:
        return self._pieces("/", path, self._given(self._redactor.path(path)))

    def form(self, text: str) -> str:
        return self._pieces("&", text, self._given(self._redactor.pairs(text)[0]))

    def body(self, request: SentRequest) -> bytes | None:
        if not request.body:
            return request.body
        media_type = next((value for name, value in request.headers if name.lower() == "content-type"), "")
        data, _ = redact_body(self._redactor, request.body, media_type)
        shown = self._given(data.decode("utf-8", "surrogateescape"))
        original = request.body.decode("utf-8", "surrogateescape")
        if shown == original:
            return request.body
        if parse_media_type(media_type).is_form:
            return self._pieces("&", original, shown).encode("utf-8", "surrogateescape")
        try:
            return dumps(self._leaf("body", loads(original), loads(shown))).encode()
        except (JsonInvalid, UnicodeError):
            return self._name("body", original).encode()

    def _pieces(self, separator: str, old: str, new: str) -> str:
        """Compare piece by piece; `name=value` keeps its name."""
        if old == new:
            return old
        before, after = old.split(separator), new.split(separator)
        if len(before) != len(after):
            return self._name("secret", old)
        shown = []
        for left, right in zip(before, after, strict=True):
            name, equals, value = left.partition("=")
            if left == right:
                shown.append(left)
            elif equals and right.startswith(f"{name}="):
                shown.append(f"{name}={self._name(name, value)}")
            else:
                shown.append(self._name("secret", left))
        return separator.join(shown)

    def _leaf(self, name: str, old: JsonValue, new: JsonValue) -> JsonValue:
        if old == new:
            return old
        if isinstance(old, Mapping) and isinstance(new, Mapping) and list(old) == list(new):
            return {key: self._leaf(key, value, new[key]) for key, value in old.items()}
        if isinstance(old, str):
            return self._name(name, old)
        if isinstance(old, Sequence) and isinstance(new, Sequence) and len(old) == len(new):
            return [self._leaf(name, left, right) for left, right in zip(old, new, strict=True)]
        # A number keeps its text when it is written, so the variable stands there without quotes.
        return Number(self._name(name, dumps(old)))

    def _name(self, name: str, value: str) -> str:
        known = self.variables.get(value)
        if known is None:
            known = wanted = _variable(name)
            number = 1
            while known in self.variables.values():
                number += 1
                known = f"{wanted}_{number}"
            self.variables[value] = known
        return f"${{{known}}}"


def _variable(name: str) -> str:
    text = _NOT_IN_A_NAME.sub("_", name.upper()).strip("_")
    return text if text and not text[0].isdigit() else f"SECRET_{text}".rstrip("_")
