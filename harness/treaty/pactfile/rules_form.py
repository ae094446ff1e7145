"""How matching rules are written in a Pact file: flat by path up to V2, by category from V3 on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from treaty.contract import rules as kinds
from treaty.contract.categories import MAPPED, SINGLE
from treaty.contract.json_value import JsonValue
from treaty.contract.path import Field, PathInvalid, parse_path
from treaty.contract.rules import Combine, Matcher, MatchingRules, RuleList
from treaty.pactfile.categories_form import category_named, read_single, split_categories, write_categories
from treaty.pactfile.generators_form import read_generator_map, write_generator
from treaty.pactfile.kinds_form import Detail, Form, by_class, text, whole
from treaty.pactfile.node import Node, closest, shorten


def read_rules(node: Node | None, *, plugins: bool) -> MatchingRules:
    """Read ``matchingRules`` of a request, response or message, flat or by category."""
    if node is None or node.value is None:
        return kinds.NO_RULES
    if any(key.startswith("$") for key in node.object()):
        return _read_flat(node, plugins=plugins)
    single, mapped, other = split_categories(node)
    for category, part in other.items():
        near = closest(category, (*SINGLE, *MAPPED))
        if near and not plugins:
            raise part.fault(f"{category!r} is not a category of matching rules", f"did you mean {near!r}?")
    return MatchingRules.of(
        dict(read_single(single, "matchers", lambda part: _read_list(part, plugins=plugins))),
        {name: _read_map(part, name, plugins=plugins) for name, part in mapped.items()},
        {category: part.value for category, part in other.items()},
    )


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
        raise node.fault(f"{shorten(text)!r} is not a path: {fault}") from None


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
    for path, part in node.members():
        _check_path(part, path)
        tokens = parse_path(path).tokens
        head = tokens[0].name if tokens and isinstance(tokens[0], Field) else ""
        category = category_named(head)
        found = RuleList(matchers=(read_matcher(part, plugins=plugins),))
        if category in SINGLE:
            single[category] = found
        elif category == "body":
            maps["body"]["$" + path[len("$.body") :] if path.startswith("$.body") else "$"] = found
        elif category in maps and len(tokens) > 1 and isinstance(tokens[1], Field):
            maps[category][tokens[1].name] = found
        else:
            unknown[path] = part.value
    return MatchingRules.of(single, maps, unknown)


def read_matcher(node: Node, *, plugins: bool) -> Matcher:
    """Read one matcher; one that we do not know is a fault, unless plugins may know it."""
    named = node.get("match") or node.get("pact:matcher:type")
    if named is None:
        return _read_unnamed(node)
    word, key = named.text(), named.tokens[-1]
    if word in {"arrayContains", "array-contains"}:
        return _array_contains(node, plugins=plugins)
    if word in _EACH:
        listed = node.get("rules")
        rules = tuple(read_matcher(part, plugins=plugins) for part in listed.elements()) if listed else ()
        return _EACH[word](rules=rules, unknown=node.others("match", "rules"))
    form = _FORMS.get(word)
    if form is not None:
        return form.read(node, key)
    if plugins:
        return kinds.PluginMatcher(kind=word, unknown=node.others(key))
    near = closest(word, (*_FORMS, *_EACH, "arrayContains"))
    raise named.fault(f"{word!r} is not a matcher of Pact", f"did you mean {near!r}?" if near else "")


def _read_unnamed(node: Node) -> Matcher:
    """Read a matcher of V2, whose kind follows from its keys."""
    for key in ("regex", "min", "max", "timestamp", "date", "time"):
        if key in node.object():
            return _FORMS[key].read(node)
    raise node.fault("has no 'match' that says which matcher it is")


def _read_status(node: Node) -> str | tuple[int, ...]:
    if isinstance(node.value, list):
        return tuple(code.whole() for code in node.elements())
    word = node.text()
    if word not in kinds.STATUS_CLASSES:
        near = closest(word, kinds.STATUS_CLASSES)
        raise node.fault(f"{word!r} is not a class of status codes", f"did you mean {near!r}?" if near else "")
    return word


def _write_status(status: str | tuple[int, ...]) -> JsonValue:
    return status if isinstance(status, str) else list(status)


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
                generators=read_generator_map(made, plugins=plugins) if made else {},
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

_TYPE: Final[Form[Matcher]] = Form(build=kinds.Type, details=(whole("minimum", "min"), whole("maximum", "max")))
_DATETIME: Final[Form[Matcher]] = Form(
    build=kinds.DateTime, details=(text("pattern", "format", old_keys=("datetime", "timestamp")),)
)
_CONTENT_TYPE: Final[Form[Matcher]] = Form(
    build=kinds.ContentType, details=(text("value", "value", "the media type to find"),)
)
_STATUS_CODE: Final[Form[Matcher]] = Form(
    build=kinds.StatusCode,
    details=(Detail(field="status", key="status", read=_read_status, write=_write_status),),
)
_FORMS: Final[Mapping[str, Form[Matcher]]] = {
    "equality": Form(build=kinds.Equality),
    "regex": Form(build=kinds.Regex, details=(text("pattern", "regex", "the expression to match"),)),
    "type": _TYPE,
    "min-type": _TYPE,
    "max-type": _TYPE,
    "min-max-type": _TYPE,
    "min": _TYPE,
    "max": _TYPE,
    "include": Form(build=kinds.Include, details=(text("value", "value", "the text to include"),)),
    "integer": Form(build=kinds.Integer),
    "decimal": Form(build=kinds.Decimal),
    "real": Form(build=kinds.Decimal),
    "number": Form(build=kinds.AnyNumber),
    "boolean": Form(build=kinds.Boolean),
    "null": Form(build=kinds.Null),
    "date": Form(build=kinds.Date, details=(text("pattern", "format", old_keys=("date",)),)),
    "time": Form(build=kinds.Time, details=(text("pattern", "format", old_keys=("time",)),)),
    "datetime": _DATETIME,
    "timestamp": _DATETIME,
    "contentType": _CONTENT_TYPE,
    "content-type": _CONTENT_TYPE,
    "values": Form(build=kinds.Values),
    "statusCode": _STATUS_CODE,
    "status-code": _STATUS_CODE,
    "notEmpty": Form(build=kinds.NotEmpty),
    "not-empty": Form(build=kinds.NotEmpty),
    "semver": Form(build=kinds.Semver),
}
_BY_CLASS: Final = by_class(_FORMS.values())


def write_rules(rules: MatchingRules, *, body: str = "body") -> dict[str, JsonValue]:
    """Write rules by category, as V3 and V4 do; `body` is the category of the body."""
    return write_categories(rules, write_list, body=body)


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
    if isinstance(matcher, (kinds.EachKey, kinds.EachValue)):
        return {"rules": [write_matcher(rule) for rule in matcher.rules]}
    if isinstance(matcher, kinds.ArrayContains):
        return {"variants": [_write_variant(variant) for variant in matcher.variants]}
    form = _BY_CLASS.get(type(matcher))
    return form.write(matcher) if form else {}


def _write_variant(variant: kinds.Variant) -> dict[str, JsonValue]:
    written: dict[str, JsonValue] = {
        "index": variant.index,
        "rules": {path: write_list(variant.rules[path]) for path in sorted(variant.rules)},
    }
    if variant.generators:
        written["generators"] = {path: write_generator(variant.generators[path]) for path in sorted(variant.generators)}
    return {**written, **variant.unknown}
