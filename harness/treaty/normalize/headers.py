"""What is promised of an answer's headers: the few that clients act on, never the volatile (DESIGN 4.2, 6).

Media type, ``Location`` and authentication challenges as templates; validators, links and caching as their RFCs say;
headers of the provider's own when they are the same on every answer that has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.contract.matching_headers import split_header
from treaty.normalize.drafts import Draft
from treaty.normalize.entity_tags import tag_promise
from treaty.normalize.inside import put_inside
from treaty.normalize.key_forms import is_free
from treaty.normalize.leaves import header, path_segments
from treaty.normalize.observations import Observation
from treaty.normalize.promises import text_matcher
from treaty.normalize.shapes import HTTP_DATE_REGEX, Shape, shape_of
from treaty.normalize.tokens import Flow

_VOLATILE: Final = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade", "content-length", "content-encoding", "date", "age", "server", "via", "vary", "x-powered-by",
        "x-request-id", "request-id", "x-correlation-id", "x-trace-id", "traceparent", "tracestate", "x-runtime",
        "x-response-time", "server-timing", "x-process-time", "alt-svc", "nel", "report-to", "x-cache",
        "x-cache-hits", "x-served-by", "x-timer", "cf-ray", "cf-cache-status", "x-amz-request-id", "x-amz-id-2",
        "x-amzn-requestid", "x-amzn-trace-id", "content-md5", "digest", "content-digest", "set-cookie", "set-cookie2",
        "strict-transport-security", "p3p", "x-aspnet-version", "x-aspnetmvc-version", "expires", "pragma", "host",
    }
)  # fmt: skip
"""Hop-by-hop headers (RFC 9110 section 7.6.1), and what says something of this one answer or of the machine."""
_VOLATILE_FORM: Final = re.compile(r"(x-)?ratelimit-.*|x-rate-limit-.*|access-control-.*|cf-.*|x-envoy-.*|x-b3-.*")
_REL: Final = re.compile(r';\s*rel="?([A-Za-z][\w.-]*)"?', re.IGNORECASE)
_TOTALS: Final = frozenset({"total", "count", "pages", "page", "limit", "offset", "size"})

Matchers = list[dict[str, JsonValue]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderValues:
    """Every value that a provider gave a header, by provider and name in lower case, with the count of answers."""

    seen: Mapping[tuple[str, str], Mapping[str, int]]

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> HeaderValues:
        """Collect them."""
        seen: dict[tuple[str, str], dict[str, int]] = {}
        for item in observations:
            for name, value in item.answer.headers:
                values = seen.setdefault((item.edge.provider, name.lower()), {})
                values[value] = values.get(value, 0) + 1
        return cls(seen=seen)

    def is_constant(self, provider: str, name: str) -> bool:
        """Tell whether a header had one value only, more than once or by its form more than a count."""
        values = self.seen.get((provider, name), {})
        if len(values) != 1:
            return False
        value, count = next(iter(values.items()))
        return count > 1 or not value.isdigit()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderPromises:
    """The headers of an answer as a pact says them: values by name, and rules by name."""

    values: Mapping[str, JsonValue]
    rules: Mapping[str, JsonValue]


def promise_headers(members: Sequence[Draft], flow: Flow, known: HeaderValues) -> HeaderPromises:
    """Decide on the headers of one interaction's answer.

    Args:
        members: its observations; the first is the example.
        flow: the tokens.
        known: what the provider's answers show elsewhere.

    """
    values: dict[str, JsonValue] = {}
    rules: dict[str, JsonValue] = {}
    example = members[0].item
    for name in dict.fromkeys(name for name, _ in example.answer.headers):
        found = [header(member.item.answer.headers, name) for member in members]
        if any(value is None for value in found) or example.is_secret("response", f"header.{name}"):
            continue
        promise = _promise(name, [str(value) for value in found], members[0], flow, known)
        if promise is not None:
            text, matchers = promise
            shown = _canonical(name)
            # What is a list by definition is compared member by member, when no rule says otherwise.
            values[shown] = [text] if matchers else list(split_header(name.lower(), text))
            if matchers:
                rules[shown] = {"combine": "AND", "matchers": list(matchers)}
    return HeaderPromises(values=dict(sorted(values.items())), rules=dict(sorted(rules.items())))


def _canonical(name: str) -> str:
    """Write a name as the RFCs do, so that bytes do not depend on HTTP/2, which has lower case only."""
    known = {"etag": "ETag", "www-authenticate": "WWW-Authenticate"}
    return known.get(name.lower(), "-".join(part.capitalize() for part in name.split("-")))


def _promise(
    name: str, found: Sequence[str], example: Draft, flow: Flow, known: HeaderValues
) -> tuple[str, Matchers] | None:
    lower, text = name.lower(), found[0]
    special = _SPECIAL.get(lower)
    if special is not None:
        return special(found)
    if lower == "location":
        authority = example.item.foreign_authority(text) or example.item.edge.provider
        inside = flow.inside(example.item.number, "response.header.Location")
        shown = put_inside(text, {way: example.examples.of_token(token) for way, token in inside})
        return example.examples.of_url(shown, authority), _regex(_url_regex(example, flow, found))
    if lower in _VOLATILE or _VOLATILE_FORM.fullmatch(lower):
        return None
    return _own(lower, found, example, known)


def _own(name: str, found: Sequence[str], example: Draft, known: HeaderValues) -> tuple[str, Matchers] | None:
    """Decide on a header that no RFC tells us of."""
    text = found[0]
    shape = shape_of(text, at=example.item.started)
    if known.is_constant(example.item.edge.provider, name):
        if shape in {Shape.VERSION, Shape.URL, Shape.TIMESTAMP, Shape.DATE, Shape.HTTP_DATE, Shape.UUID, Shape.HEX}:
            return None
        return text, []
    if all(value.isdigit() for value in found) and not _TOTALS.isdisjoint(re.split(r"[-_]", name)):
        return "9007001", _regex(r"\d+")
    return None


def _media_type(found: Sequence[str]) -> tuple[str, Matchers]:
    kind = found[0].split(";", maxsplit=1)[0].strip()
    return found[0], _regex(re.escape(kind) + r"(\s*;.*)?")


def _challenge(found: Sequence[str]) -> tuple[str, Matchers]:
    scheme = found[0].split(" ", maxsplit=1)[0]
    return scheme, _regex(re.escape(scheme) + r"(\s.*)?")


def _methods(found: Sequence[str]) -> tuple[str, Matchers] | None:
    """Promise that ``Allow`` is there: which methods it names may grow (RFC 9110 section 10.2.1)."""
    return (found[0], [{"match": "type"}]) if len(set(found)) == 1 else None


def _tag(found: Sequence[str]) -> tuple[str, Matchers]:
    example, form = tag_promise(found)
    return example, _regex(form)


def _date(found: Sequence[str]) -> tuple[str, Matchers] | None:
    if not all(re.fullmatch(HTTP_DATE_REGEX, text) for text in found):
        return None
    return "Sat, 01 Jan 2000 00:00:00 GMT", _regex(HTTP_DATE_REGEX)


def _delay(found: Sequence[str]) -> tuple[str, Matchers] | None:
    """Promise the form of ``Retry-After`` (RFC 9110 section 10.2.3)."""
    return ("1", _regex(r"\d+")) if all(text.isdigit() for text in found) else _date(found)


def _caching(found: Sequence[str]) -> tuple[str, Matchers] | None:
    """Promise the directives (RFC 9111 section 5.2) where they are always the same."""
    return (found[0], []) if len(set(found)) == 1 else None


def _links(found: Sequence[str]) -> tuple[str, Matchers] | None:
    """Promise the relations that ``Link`` tells of (RFC 8288); where they lead is another place each time."""
    relations = [{found.lower() for found in _REL.findall(text)} for text in found]
    common = sorted(relations[0].intersection(*relations[1:]))
    if not common:
        return None
    example = ", ".join(f'</>; rel="{relation}"' for relation in common)
    each = "".join(rf'(?=.*rel="?{re.escape(relation)}"?)' for relation in common)
    return example, _regex(f"{each}.*")


def _disposition(found: Sequence[str]) -> tuple[str, Matchers]:
    kind = found[0].split(";", maxsplit=1)[0].strip()
    return kind, _regex(re.escape(kind) + r"(\s*;.*)?")


def _presence(found: Sequence[str]) -> tuple[str, Matchers]:
    return ("true" if found[0].lower() == "true" else "set"), _regex(r".+")


_SPECIAL: Final = {
    "content-type": _media_type,
    "www-authenticate": _challenge,
    "allow": _methods,
    "etag": _tag,
    "last-modified": _date,
    "retry-after": _delay,
    "cache-control": _caching,
    "link": _links,
    "content-disposition": _disposition,
    "deprecation": _presence,
    "sunset": _date,
}


def _regex(pattern: str) -> Matchers:
    return [{"match": "regex", "regex": pattern}]


def _url_regex(example: Draft, flow: Flow, found: Sequence[str]) -> str:
    text = found[0]
    values = {str(token.value): token.shape for _, token in flow.tokens_of(example.item.number, "")}
    paths = [path_segments(re.sub(r"^[a-z]+://[^/]+", "", each).split("?")[0]) for each in found]
    alike = len({len(path) for path in paths}) == 1
    # What was made now, and never asked for, is known by nothing but its place.
    made = len(paths[0]) - 1 if example.item.status == HTTPStatus.CREATED else -1
    parts = [
        segment_regex(segment, values.get(segment))
        if segment in values
        or shape_of(segment) not in {Shape.CODE, Shape.EMPTY}
        or (segment.isdigit() and (index == made or (alike and len({path[index] for path in paths}) > 1)))
        else re.escape(segment)
        for index, segment in enumerate(paths[0])
    ]
    foreign = example.item.foreign_authority(text)
    authority = r"[a-z]+://" + re.escape(foreign) if foreign else r"([a-z]+://[^/]+)?"
    return authority + "/" + "/".join(parts) + r"(\?.*)?"


def segment_regex(segment: str, shape: Shape | None = None) -> str:
    """Give the regular expression of a path segment that holds a value, whose shape may be known from elsewhere."""
    if shape in {Shape.OPAQUE, Shape.KEY}:
        return r"[^/]+"
    if segment.lstrip("-").isdigit():
        return r"-?\d+" if segment.startswith("-") else r"\d+"
    if re.search(r"[^A-Za-z0-9._~-]", segment):
        # Servers may write such characters encoded or not (RFC 3986 section 3.3).
        return r"[^/]+"
    known = shape if shape is not None and is_free(segment) else shape_of(segment)
    matcher = text_matcher(known, [segment]) if segment else {"match": "type"}
    return str(matcher.get("regex", r"[^/]+"))
