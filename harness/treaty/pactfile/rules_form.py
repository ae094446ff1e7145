"""How matching rules are written in a Pact file: flat by path up to V2, by category from V3 on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from treaty.contract import rules as kinds
from treaty.contract.json_value import JsonValue
from treaty.contract.path import Field, PathInvalid, parse_path
from treaty.contract.rules import Combine, Matcher, MatchingRules, RuleList
from treaty.pactfile.generators_form import read_generator, write_generator
from treaty.pactfile.node import Node, closest

_SINGLE: Final = ("method", "path", "status")
_MAPS: Final = ("query", "header", "body", "metadata")
_RENAMED: Final = {"content": "body", "contents": "body", "headers": "header"}


def read_rules(node: Node | None, *, plugins: bool) -> MatchingRules:
    """Read ``matchingRules`` of a request, response or message, flat or by category."""
    if node is None or node.value is None:
        return kinds.NO_RULES
    if any(key.startswith("$") for key in node.object()):
        return _read_flat(node, plugins=plugins)
    single: dict[str, RuleList] = {}
    maps: dict[str, Mapping[str, RuleList]] = {}
    unknown: dict[str, JsonValue] = {}
    for category, part in node.members():
        name = _RENAMED.get(category, category)
        if name in _SINGLE:
            found = _read_single(part, plugins=plugins)
            if found is not None:
                single[name] = found
        elif name in _MAPS:
            maps[name] = _read_map(part, name, plugins=plugins)
        else:
            near = closest(category, (*_SINGLE, *_MAPS))
            if near and not plugins:
                raise part.fault(f"{category!r} is not a category of matching rules", f"did you mean {near!r}?")
            unknown[category] = part.value
    return MatchingRules(
        method=single.get("method"),
        path=single.get("path"),
        status=single.get("status"),
        query=maps.get("query", {}),
        header=maps.get("header", {}),
        body=maps.get("body", {}),
        metadata=maps.get("metadata", {}),
        unknown=unknown,
    )


def _read_single(node: Node, *, plugins: bool) -> RuleList | None:
    """Read a category of one value; some tools write it as a map with one key."""
    if "matchers" in node.object():
        return _read_list(node, plugins=plugins)
    for _, value in node.members():
        return _read_list(value, plugins=plugins)
    return None


def _read_map(node: Node, category: str, *, plugins: bool) -> dict[str, RuleList]:
    if isinstance(node.object().get("matchers"), list):
        return {"$": _read_list(node, plugins=plugins)}
    if category == "body":
        for key, part in node.members():
            _check_path(part, key)
    return {key: _read_list(value, plugins=plugins) for key, value in node.members()}


def _check_path(node: Node, text: str) -> None:
    try:
        parse_path(text)
    except PathInvalid as fault:
        raise node.fault(f"{text!r} is not a path: {fault}") from None


def _read_list(node: Node, *, plugins: bool) -> RuleList:
    combine = node.get("combine")
    chosen = Combine.AND
    if combine is not None and combine.value is not None:
        word = combine.text().upper()
        if word not in Combine.__members__:
            raise combine.fault(f"matchers are combined by AND or OR, not by {word!r}")
        chosen = Combine[word]
    matchers = node.get("matchers")
    return RuleList(
        matchers=tuple(read_matcher(part, plugins=plugins) for part in matchers.elements()) if matchers else (),
        combine=chosen,
        unknown=node.others("combine", "matchers"),
    )


def _read_flat(node: Node, *, plugins: bool) -> MatchingRules:
    """Read the rules of V1.1 and V2: ``$.body.id``, ``$.headers.Accept``, ``$.query.q``, ``$.path``."""
    single: dict[str, RuleList] = {}
    maps: dict[str, dict[str, RuleList]] = {"query": {}, "header": {}, "body": {}}
    unknown: dict[str, JsonValue] = {}
    for text, part in node.members():
        _check_path(part, text)
        tokens = parse_path(text).tokens
        head = tokens[0].name if tokens and isinstance(tokens[0], Field) else ""
        category = _RENAMED.get(head, head)
        found = RuleList(matchers=(read_matcher(part, plugins=plugins),))
        if category in _SINGLE:
            single[category] = found
        elif category == "body":
            maps["body"]["$" + text[len("$.body") :] if text.startswith("$.body") else "$"] = found
        elif category in maps and len(tokens) > 1 and isinstance(tokens[1], Field):
            maps[category][tokens[1].name] = found
        else:
            unknown[text] = part.value
    return MatchingRules(
        method=single.get("method"),
        path=single.get("path"),
        status=single.get("status"),
        query=maps["query"],
        header=maps["header"],
        body=maps["body"],
        unknown=unknown,
    )


def read_matcher(node: Node, *, plugins: bool) -> Matcher:
    """Read one matcher; one that we do not know is a fault, unless plugins may know it."""
    named = node.get("match") or node.get("pact:matcher:type")
    if named is None:
        return _read_unnamed(node)
    word = named.text()
    if word in {"arrayContains", "array-contains"}:
        return _array_contains(node, plugins=plugins)
    if word in _EACH:
        listed = node.get("rules")
        rules = tuple(read_matcher(part, plugins=plugins) for part in listed.elements()) if listed else ()
        return _EACH[word](rules=rules, unknown=node.others("match", "rules"))
    reader = _READERS.get(word)
    if reader is not None:
        return reader(node)
    if plugins:
        return kinds.PluginMatcher(kind=word, unknown=node.others("match"))
    near = closest(word, (*_READERS, *_EACH, "arrayContains"))
    raise named.fault(f"{word!r} is not a matcher of Pact", f"did you mean {near!r}?" if near else "")


def _read_unnamed(node: Node) -> Matcher:
    """Read a matcher of V2, whose kind follows from its keys."""
    members = node.object()
    if "regex" in members:
        return _regex(node)
    if "min" in members or "max" in members:
        return _type(node)
    for key, kind in (("timestamp", kinds.DateTime), ("date", kinds.Date), ("time", kinds.Time)):
        if key in members:
            return kind(pattern=node.need(key, "the pattern").text(), unknown=node.others(key))
    raise node.fault("has no 'match' that says which matcher it is")


def _plain(kind: type[Matcher]) -> Callable[[Node], Matcher]:
    def read(node: Node) -> Matcher:
        return kind(unknown=node.others("match", "pact:matcher:type"))

    return read


def _regex(node: Node) -> Matcher:
    return kinds.Regex(
        pattern=node.need("regex", "the expression to match").text(), unknown=node.others("match", "regex")
    )


def _type(node: Node) -> Matcher:
    minimum, maximum = node.get("min"), node.get("max")
    return kinds.Type(
        minimum=None if minimum is None or minimum.value is None else minimum.whole(),
        maximum=None if maximum is None or maximum.value is None else maximum.whole(),
        unknown=node.others("match", "min", "max"),
    )


def _include(node: Node) -> Matcher:
    return kinds.Include(value=node.need("value", "the text to include").text(), unknown=node.others("match", "value"))


def _content_type(node: Node) -> Matcher:
    return kinds.ContentType(
        value=node.need("value", "the media type to find").text(), unknown=node.others("match", "value")
    )


def _moment(kind: type[kinds.Moment], *old_keys: str) -> Callable[[Node], Matcher]:
    def read(node: Node) -> Matcher:
        for key in ("format", *old_keys):
            found = node.get(key)
            if found is not None:
                return kind(pattern=found.text(), unknown=node.others("match", key))
        return kind(unknown=node.others("match"))

    return read


def _status_code(node: Node) -> Matcher:
    found = node.get("status")
    unknown = node.others("match", "status")
    if found is None:
        return kinds.StatusCode(unknown=unknown)
    if isinstance(found.value, list):
        return kinds.StatusCode(status=tuple(code.whole() for code in found.elements()), unknown=unknown)
    word = found.text()
    if word not in kinds.STATUS_CLASSES:
        near = closest(word, kinds.STATUS_CLASSES)
        raise found.fault(f"{word!r} is not a class of status codes", f"did you mean {near!r}?" if near else "")
    return kinds.StatusCode(status=word, unknown=unknown)


def _array_contains(node: Node, *, plugins: bool) -> Matcher:
    variants = []
    for part in node.need("variants", "what the list contains").elements():
        index, listed, made = part.get("index"), part.get("rules"), part.get("generators")
        variants.append(
            kinds.Variant(
                index=index.whole() if index else 0,
                rules=_read_map(listed, "body", plugins=plugins)
                if listed
                else {"$": RuleList(matchers=(kinds.Equality(),))},
                generators={key: read_generator(value, plugins=plugins) for key, value in made.members()}
                if made
                else {},
                unknown=part.others("index", "rules", "generators"),
            )
        )
    return kinds.ArrayContains(variants=tuple(variants), unknown=node.others("match", "variants"))


_EACH: Final[Mapping[str, type[kinds.EachKey | kinds.EachValue]]] = {
    "eachKey": kinds.EachKey,
    "each-key": kinds.EachKey,
    "eachValue": kinds.EachValue,
    "each-value": kinds.EachValue,
}

_READERS: Final[Mapping[str, Callable[[Node], Matcher]]] = {
    "equality": _plain(kinds.Equality),
    "regex": _regex,
    "type": _type,
    "min-type": _type,
    "max-type": _type,
    "min-max-type": _type,
    "min": _type,
    "max": _type,
    "include": _include,
    "integer": _plain(kinds.Integer),
    "decimal": _plain(kinds.Decimal),
    "real": _plain(kinds.Decimal),
    "number": _plain(kinds.AnyNumber),
    "boolean": _plain(kinds.Boolean),
    "null": _plain(kinds.Null),
    "date": _moment(kinds.Date, "date"),
    "time": _moment(kinds.Time, "time"),
    "datetime": _moment(kinds.DateTime, "datetime"),
    "timestamp": _moment(kinds.DateTime, "timestamp"),
    "contentType": _content_type,
    "content-type": _content_type,
    "values": _plain(kinds.Values),
    "statusCode": _status_code,
    "status-code": _status_code,
    "notEmpty": _plain(kinds.NotEmpty),
    "not-empty": _plain(kinds.NotEmpty),
    "semver": _plain(kinds.Semver),
}


def write_rules(rules: MatchingRules, *, body: str = "body") -> dict[str, JsonValue]:
    """Write rules by category, as V3 and V4 do; `body` is the category of the body."""
    written: dict[str, JsonValue] = {}
    for name in _SINGLE:
        found = getattr(rules, name)
        if found is not None:
            written[name] = write_list(found)
    for name in _MAPS:
        members = getattr(rules, name)
        if members:
            category = body if name == "body" else name
            written[category] = {key: write_list(members[key]) for key in sorted(members)}
    written.update(rules.unknown)
    return dict(sorted(written.items()))


def write_list(rules: RuleList) -> dict[str, JsonValue]:
    """Write the matchers of one place."""
    return {
        "combine": rules.combine.value,
        "matchers": [write_matcher(matcher) for matcher in rules.matchers],
        **rules.unknown,
    }


def write_matcher(matcher: Matcher) -> dict[str, JsonValue]:
    """Write one matcher."""
    kind = matcher.kind if isinstance(matcher, kinds.PluginMatcher) else matcher.name
    return {"match": kind, **_details(matcher), **matcher.unknown}


def _details(matcher: Matcher) -> dict[str, JsonValue]:
    match matcher:
        case kinds.Regex():
            return {"regex": matcher.pattern}
        case kinds.Type():
            bounds = {"min": matcher.minimum, "max": matcher.maximum}
            return {key: bound for key, bound in bounds.items() if bound is not None}
        case kinds.Include() | kinds.ContentType():
            return {"value": matcher.value}
        case kinds.Moment():
            return {"format": matcher.pattern} if matcher.pattern else {}
        case kinds.StatusCode():
            return {"status": matcher.status if isinstance(matcher.status, str) else list(matcher.status)}
        case kinds.EachKey() | kinds.EachValue():
            return {"rules": [write_matcher(rule) for rule in matcher.rules]}
        case kinds.ArrayContains():
            return {"variants": [_write_variant(variant) for variant in matcher.variants]}
    return {}


def _write_variant(variant: kinds.Variant) -> dict[str, JsonValue]:
    written: dict[str, JsonValue] = {
        "index": variant.index,
        "rules": {path: write_list(variant.rules[path]) for path in sorted(variant.rules)},
    }
    if variant.generators:
        written["generators"] = {path: write_generator(variant.generators[path]) for path in sorted(variant.generators)}
    return {**written, **variant.unknown}
