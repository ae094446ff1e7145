"""Replace secrets in the parts of an exchange: by place, by shape, and wherever a known one turns up (DESIGN 4.8)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from treaty.redaction.assignments import assignments
from treaty.redaction.companions import is_oauth_code
from treaty.redaction.cookies import is_setting
from treaty.redaction.json_text import escaped
from treaty.redaction.known import KnownValues, is_distinctive
from treaty.redaction.names import words_of
from treaty.redaction.packed import packed
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.segments import opening_segments
from treaty.redaction.shapes import role_by_shape, secrets_by_shape
from treaty.redaction.spans import Span, applied, merged
from treaty.redaction.spoken import spoken
from treaty.redaction.stand_ins import StandIns

_MASK: Final = frozenset("*•xX.-<>_")
_CREDENTIAL_PARAMETERS: Final = re.compile(
    r"(?i)\b(?:response|signature|credential|cnonce|token|key|secret)\s*=\s*(?:\"([^\"]+)\"|([^\s,\"]+))"
)
_SCOPED_KEY: Final = re.compile(r"([^/]+)/\d{8}(?:/[a-z0-9\-]+){2}/[a-z0-9]+_request")
"""A signing key with its scope, which is no secret: ``KEY/20260131/eu-west-1/s3/aws4_request``."""
_PARAMETERS: Final = re.compile(r"^\s*[A-Za-z][A-Za-z0-9_\-]*\s*=\s*[\"A-Za-z0-9]")
_PERCENT: Final = re.compile(r"%[0-9A-F]{2}")
_HEX: Final = re.compile(r"[0-9a-fA-F]*[a-fA-F][0-9a-fA-F]*")
_LONG_HEX: Final = 16
_BEARER_SCHEMES: Final = frozenset({"bearer", "token", "apikey", "basic", "negotiate", "key", "jwt", "ntlm"})
_AUTHORIZATION: Final = frozenset(
    {"authorization", "proxy-authorization", "x-authorization", "x-forwarded-authorization"}
)
_OBJECTS: Final = frozenset({("card",), ("cookie",), ("cookies",), ("code",), ("otp",), ("pin",)})
"""Last words of names that say something of what is below or of what was seen before, not of any value."""
_REMEMBERED_HEADERS: Final = 2048
_SHORTEST_SEGMENTS: Final = 14
_SHORTEST_PACKED: Final = 16
_REMEMBERED_VALUES: Final = 100_000
_WORD: Final = re.compile(r"[A-Za-z0-9_.~+\-]{6,}")
_REMEMBERED_NAMES: Final = 4096
_COOKIE_ATTRIBUTES: Final = frozenset(
    {"path", "domain", "expires", "max-age", "secure", "httponly", "samesite", "priority", "partitioned", "version"}
)


class Redactor:
    """The secrets of one session, and their stand-ins; knows more with every part it is given.

    Every method takes a text as it would be stored and gives it back with stand-ins in the place of secrets; the
    same object when there were none.

    Attributes:
        policy: what the user said.
        fresh: distinctive values, in every spelling, that were found secret since the caller last emptied the list;
            what was stored before may hold them.

    """

    def __init__(self, policy: RedactionPolicy) -> None:
        self.policy = policy
        self.fresh: list[str] = []
        self._stand_ins = StandIns()
        self._known = KnownValues()
        self._harmless: set[str] = set()
        self._matters: dict[str, bool] = {}
        self._clean_headers: set[tuple[str, str]] = set()

    def header(self, name: str, value: str) -> str:
        """Redact the value of a header field."""
        if not self.policy.enabled or not value or (name, value) in self._clean_headers:
            return value
        new = self._header(name, value)
        if new == value:
            # Most headers come again with the next exchange.
            if len(self._clean_headers) >= _REMEMBERED_HEADERS:
                self._clean_headers.clear()
            self._clean_headers.add((name, value))
        return new

    def matters(self, name: str) -> bool:
        """Tell whether the key of an object can make its value, or one below it, a secret, or keep it from that."""
        known = self._matters.get(name)
        if known is None:
            known = self.policy.allows(name) or bool(self.policy.role(name)) or words_of(name)[-1:] in _OBJECTS
            if len(self._matters) < _REMEMBERED_NAMES:
                self._matters[name] = known
        return known

    def _header(self, name: str, value: str) -> str:
        lower = name.lower()
        if self.policy.allows(name):
            self.keep(value.rpartition(" ")[2] if lower in _AUTHORIZATION else value)
            return value
        if lower in _AUTHORIZATION:
            return self._authorization(value)
        if lower == "cookie":
            return ";".join(self._cookie(pair) for pair in value.split(";"))
        if lower == "set-cookie":
            first, separator, attributes = value.partition(";")
            return self._cookie(first) + separator + self.text(attributes)
        role = self.policy.role(name)
        if role and not value.isspace():
            scheme, blank, rest = value.partition(" ")
            if blank and scheme.lower() in _BEARER_SCHEMES:
                return scheme + blank + self.learn(rest, role)
            return self.learn(value, role)
        return self.text(value)

    def path(self, path: str) -> str:
        """Redact a raw path; segments are looked at decoded too."""
        if not self.policy.enabled:
            return path
        # A secret in a path ends with its segment, whatever characters its kind may have elsewhere.
        path = self.text("/".join(map(self.text, path.split("/"))))
        if "%" not in path:
            return path
        return "/".join(self._encoded(segment, plus=False) for segment in path.split("/"))

    def pairs(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Redact a query or a form body.

        Returns:
            The text, and the names of the parameters whose values changed, as ``token[0]``.

        """
        if not self.policy.enabled:
            return text, ()
        changed: list[str] = []
        counts: dict[str, int] = {}
        parts = text.split("&")
        names = {part.partition("=")[0] for part in parts} if "code=" in text else frozenset()
        for position, part in enumerate(parts):
            raw_name, equals, raw_value = part.partition("=")
            name = unquote_plus(raw_name)
            index = counts.get(name, 0)
            counts[name] = index + 1
            role = "code" if is_oauth_code(name, names) else ""
            new = self._pair(name, raw_value, role) if equals else self._encoded(raw_name, plus=True)
            if new != (raw_value if equals else raw_name):
                parts[position] = raw_name + equals + new if equals else new
                changed.append(f"{self.known_in(name)}[{index}]")
        return ("&".join(parts), tuple(changed)) if changed else (text, ())

    def text(self, text: str) -> str:
        """Redact a text of no known structure: by shape, ``name=value``, and known values."""
        if not self.policy.enabled:
            return text
        spans = self.text_spans(text)
        return applied(text, spans) if spans else text

    def text_spans(
        self,
        text: str,
        found: Iterable[Span] = (),
        *,
        only_equals: bool = True,
        until: int | None = None,
        named: bool = True,
    ) -> list[Span]:
        """Give the replacements for a text, those already `found` among them, ordered and disjoint.

        Args:
            text: where to look.
            found: replacements that the caller knows of.
            only_equals: whether only ``name=value`` and ``name: "value"`` are assignments, not ``name: value``.
            until: secrets that begin here or later are left for another time: the text may be cut in them.
            named: whether names are to be looked for; not in JSON whose keys the caller has seen.

        """
        spans = list(found)
        until = len(text) if until is None else until
        for secret in secrets_by_shape(text):
            value = text[secret.start : secret.end]
            if secret.start < until and self.replaceable(value):
                spans.append((secret.start, secret.end, self.learn(value, secret.role)))
        if named and ("=" in text or '"' in text or not only_equals):
            for start, end, role in assignments(text, self.policy.role, only_equals=only_equals):
                value = _without_scope(text[start:end])
                if start < until and self.replaceable(value):
                    spans.append((start, start + len(value), self.learn(value, role)))
        spans += self._behind_words(text, until)
        spans += self._known_spans(text)
        return merged(spans, text, lambda whole: self.learn(whole, "secret")) if spans else spans

    def _behind_words(self, text: str, until: int) -> Iterator[Span]:
        """Give the replacements of what words in front, or what it is packed in, make a secret."""
        has_segments = "/" in text and len(text) > _SHORTEST_SEGMENTS
        if not has_segments and " " not in text and len(text) < _SHORTEST_PACKED:
            return
        for start, end, role in chain(opening_segments(text) if has_segments else (), spoken(text)):
            value = text[start:end]
            if start < until and self.replaceable(value):
                yield start, end, self._basic(value) if role == "basic" else self.learn(value, role)
        yield from packed(text[:until] if until < len(text) else text, self.text)

    @property
    def has_learned(self) -> bool:
        """It holds more than the policy: what it gives for a text may depend on what it was given before."""
        return bool(self._harmless or len(self._stand_ins))

    def knows(self, value: str) -> bool:
        """Tell whether a whole value was found secret before."""
        return value in self._stand_ins

    def known_in(self, text: str) -> str:
        """Replace only what is already known to be secret."""
        spans = self._known_spans(text)
        return applied(text, merged(spans, text, lambda whole: self.learn(whole, "secret"))) if spans else text

    def _known_spans(self, text: str) -> list[Span]:
        spans = list(self._known.spans(text))
        if self._known.dropped:
            # More secrets than can be looked for everywhere: the others are found as whole words.
            for match in _WORD.finditer(text):
                made = self._stand_ins.get(match[0])
                if made is not None and is_distinctive(match[0]):
                    spans.append((*match.span(), made))
        return spans

    def keep(self, value: str) -> None:
        """Remember a value that the user declared harmless: it stays wherever it turns up."""
        if is_distinctive(value) and value not in self._stand_ins:
            if len(self._harmless) >= _REMEMBERED_VALUES:
                self._harmless.clear()
            self._harmless.add(value)

    def replaceable(self, value: str) -> bool:
        """Tell whether a value in a secret place is really one: not empty, masked, declared harmless or a stand-in."""
        return bool(value) and not _MASK.issuperset(value) and value not in self._harmless

    def learn(self, value: str, role: str) -> str:
        """Take a value for a secret of a role and give its stand-in; the value itself when it is not `replaceable`."""
        known = self._stand_ins.get(value)
        if known is not None:
            return known
        if not self.replaceable(value) or self._stand_ins.given(value):
            return value
        made = self._stand_ins.of(value, role_by_shape(value) or role)
        if is_distinctive(value):
            self.fresh.append(value)
            self._clean_headers.clear()
            self._known.add(value, made)
            self._add_spellings(value, made)
        return made

    def _add_spellings(self, value: str, made: str) -> None:
        """Look for a secret as it is written in URLs, in JSON and in base64, too."""
        for spell in (_url_spelling, _lower_url_spelling, quote_plus, escaped, _base64_spelling, _base64url_spelling):
            written = spell(value)
            if written != value and is_distinctive(written):
                self._known.add(written, spell(made))
                self.fresh.append(written)
        if len(value) >= _LONG_HEX and _HEX.fullmatch(value):
            for change in (str.upper, str.lower):
                self._known.add(change(value), change(made))
                self.fresh.append(change(value))

    def _pair(self, name: str, raw: str, beside: str) -> str:
        if self.policy.allows(name):
            self.keep(unquote_plus(raw))
            return raw
        # ``password`` of ``user[password]``.
        role = self.policy.role(name.rstrip("]").rpartition("[")[2]) or beside
        if not role:
            return self._encoded(raw, plus=True)
        value = unquote_plus(raw)
        secret = _without_scope(value)
        return quote_plus(self.learn(secret, role) + value[len(secret) :]) if self.replaceable(secret) else raw

    def _encoded(self, raw: str, *, plus: bool) -> str:
        value = unquote_plus(raw) if plus else unquote(raw)
        new = self.text(value)
        if new == value:
            return raw
        return quote_plus(new) if plus else quote(new, safe="")

    def _authorization(self, value: str) -> str:
        scheme, blank, rest = value.partition(" ")
        if not blank:
            return self.learn(value, "token")
        if scheme.lower() == "basic":
            return scheme + blank + self._basic(rest)
        if scheme.lower() not in _BEARER_SCHEMES and _PARAMETERS.match(rest):
            spans = []
            for match in _CREDENTIAL_PARAMETERS.finditer(rest):
                group = 1 if match[1] is not None else 2
                secret = _without_scope(match[group])
                start = match.start(group)
                spans.append((start, start + len(secret), self.learn(secret, "signature")))
            return scheme + blank + applied(rest, self.text_spans(rest, spans))
        return scheme + blank + self.learn(rest, "token")

    def _basic(self, encoded: str) -> str:
        try:
            text = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return self.learn(encoded, "password")
        user, colon, password = text.partition(":")
        if not password or not colon:
            # A key in the place of the user, as some payment services want it.
            user = self.learn(user, "key")
        else:
            user, password = self.known_in(user), self.learn(password, "password")
        new = base64.b64encode(f"{user}{colon}{password}".encode()).decode()
        if new != encoded and is_distinctive(encoded):
            self._known.add(encoded, new)
        return new

    def _cookie(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if not equals or name.strip().lower() in _COOKIE_ATTRIBUTES:
            return pair
        if self.policy.allows(name.strip()):
            self.keep(value)
            return pair
        quoted = len(value) > 2 and value[0] == value[-1] == '"'
        inner = value[1:-1] if quoted else value
        new = self.cookie(name.strip(), inner)
        return f'{name}="{new}"' if quoted else f"{name}={new}"

    def cookie(self, name: str, value: str) -> str:
        """Redact the value of a cookie; settings stay."""
        if not value.strip() or self.policy.allows(name):
            return value
        role = self.policy.role(name)
        return value if not role and is_setting(name, value) else self.learn(value, role or "cookie")


def _without_scope(value: str) -> str:
    scoped = _SCOPED_KEY.fullmatch(value)
    return scoped[1] if scoped else value


def _url_spelling(value: str) -> str:
    return quote(value, safe="")


def _lower_url_spelling(value: str) -> str:
    return _PERCENT.sub(lambda match: match[0].lower(), quote(value, safe=""))


def _base64_spelling(value: str) -> str:
    return base64.b64encode(value.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def _base64url_spelling(value: str) -> str:
    return base64.urlsafe_b64encode(value.encode("utf-8", "surrogatepass")).decode().rstrip("=")
