"""Applying generators: a request or response whose generated parts are replaced by fresh values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from treaty.contract.generating import Source, generate
from treaty.contract.generators import Generator
from treaty.contract.json_value import JsonInvalid, JsonValue, dumps
from treaty.contract.matching_xml import XmlInvalid
from treaty.contract.media_type import MediaType
from treaty.contract.model import Body, BodyState, HeaderMap, MessageContents, QueryMap, Request, Response
from treaty.contract.multipart_values import with_fields
from treaty.contract.path import ANY_STEP, AnyIndex, Field, Index, Token, parse_path
from treaty.contract.query import parse_query, write_query
from treaty.contract.structured import document_of, is_json_like
from treaty.contract.xml_tree import expanded, prefixes_of, xml_text, xml_tree

Change: TypeAlias = Callable[[JsonValue], JsonValue]


def apply_to_request(request: Request, source: Source) -> Request:
    """Replace all generated parts of a request.

    Raises:
        treaty.contract.generating.ValueMissing: when a provider state did not return a value, unless lenient.

    """
    generators = request.generators
    if not generators:
        return request
    return replace(
        request,
        method=_text(request.method, generators.method, source),
        path=_text(request.path, generators.path, source),
        query=None if request.query is None else _query(request.query, generators.query, source),
        headers=_headers(request.headers, generators.header, source),
        body=apply_to_body(request.body, request.media_type(), generators.body, source),
    )


def apply_to_response(response: Response, source: Source) -> Response:
    """Replace all generated parts of a response; raises as `apply_to_request`."""
    generators = response.generators
    if not generators:
        return response
    status = response.status
    if generators.status is not None:
        made = generate(generators.status, status, source)
        status = made if isinstance(made, int) and not isinstance(made, bool) else status
    return replace(
        response,
        status=status,
        headers=_headers(response.headers, generators.header, source),
        body=apply_to_body(response.body, response.media_type(), generators.body, source),
    )


def apply_to_message(message: MessageContents, source: Source) -> MessageContents:
    """Replace all generated parts of a message; raises as `apply_to_request`."""
    generators = message.generators
    if not generators:
        return message
    metadata = {
        key: generate(generators.metadata[key], value, source) if key in generators.metadata else value
        for key, value in message.metadata.items()
    }
    return replace(
        message,
        metadata=metadata,
        contents=apply_to_body(message.contents, message.media_type(), generators.body, source),
    )


def apply_to_body(body: Body, media_type: MediaType, generators: Mapping[str, Generator], source: Source) -> Body:
    """Replace the generated parts of a body: JSON, XML, parts by path, forms by name, the rest as a whole (``$``)."""
    if not generators or body.state is not BodyState.PRESENT:
        return body
    if media_type.is_xml and not generators.keys() & {"$", ""}:
        return _apply_to_xml(body, generators, source)
    if is_json_like(media_type):
        try:
            document = body.json()
        except JsonInvalid:
            return body
        made = apply_to_json(document, generators, source)
        return body if made is document else replace(body, data=dumps(made).encode())
    if media_type.is_form:
        fields = _query(parse_query(body.data.decode("utf-8", errors="replace")), generators, source)
        return replace(body, data=write_query(fields).encode())
    whole = generators.get("$", generators.get(""))
    if media_type.is_multipart and whole is None:
        return _apply_to_parts(body, media_type, generators, source)
    if whole is None or not media_type.is_text:
        return body
    text = generate(whole, body.data.decode("utf-8", errors="replace"), source)
    return replace(body, data=_plain(text).encode())


def _apply_to_parts(body: Body, media_type: MediaType, generators: Mapping[str, Generator], source: Source) -> Body:
    """Replace fields and names of files; a body whose type names no boundary that it has stays."""
    boundary = media_type.parameters.get("boundary", "")
    try:
        document = document_of(body.data, media_type)
    except JsonInvalid:
        return body
    made = apply_to_json(document, generators, source)
    return body if made is document else replace(body, data=with_fields(body.data, boundary, made))


def _apply_to_xml(body: Body, generators: Mapping[str, Generator], source: Source) -> Body:
    """Replace attributes and texts of XML, whose names are as the document writes them, or with their namespaces."""
    try:
        document: JsonValue = xml_tree(body.data)
        prefixes = prefixes_of(body.data)
    except XmlInvalid:
        return body
    for path, generator in generators.items():
        tokens = [
            Field(expanded(token.name, prefixes)) if isinstance(token, Field) else token
            for token in parse_path(path).tokens
        ]
        document = _change_xml(document, tokens, partial(_generated, generator, source))
    assert isinstance(document, Mapping)
    return replace(body, data=xml_text(document, like=body.data).encode())


def _change_xml(value: JsonValue, tokens: Sequence[Token], how: Change) -> JsonValue:
    """Change a tree in a copy; a path without positions means all elements of a name, and one may stand alone."""
    if not tokens:
        return value if isinstance(value, (Mapping, list)) else _plain(how(_plain(value)))
    token, rest = tokens[0], tokens[1:]
    if isinstance(value, list):
        if isinstance(token, Field):
            return [_change_xml(each, tokens, how) for each in value]
        positions = _positions(value, token)
        return [_change_xml(each, rest, how) if index in positions else each for index, each in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    if not isinstance(token, Field):
        return _change_xml(value, rest, how) if token is not ANY_STEP else value
    if token.name not in value:
        return value
    return {**value, token.name: _change_xml(value[token.name], rest, how)}


def apply_to_json(document: JsonValue, generators: Mapping[str, Generator], source: Source) -> JsonValue:
    """Replace the values at the places that generators name; places that are not there are passed over."""
    for path, generator in generators.items():
        tokens = parse_path(path).tokens
        document = change(document, tokens, partial(_generated, generator, source))
    return document


def _generated(generator: Generator, source: Source, example: JsonValue) -> JsonValue:
    return generate(generator, example, source)


def change(document: JsonValue, tokens: Sequence[Token], how: Change) -> JsonValue:
    """Change the values at the places that a path names, in a copy; the same document when there is none."""
    if not tokens:
        return how(document)
    token, rest = tokens[0], tokens[1:]
    if isinstance(document, Mapping):
        keys = _keys(document, token)
        return {**document, **{key: change(document[key], rest, how) for key in keys}} if keys else document
    if isinstance(document, Sequence) and not isinstance(document, str):
        positions = _positions(document, token)
        if positions:
            return [
                change(value, rest, how) if position in positions else value for position, value in enumerate(document)
            ]
    return document


def _keys(document: Mapping[str, JsonValue], token: Token) -> list[str]:
    if isinstance(token, Field):
        return [token.name] if token.name in document else []
    return list(document) if token is ANY_STEP else []


def _positions(document: Sequence[JsonValue], token: Token) -> range:
    if isinstance(token, Index):
        wanted = token.position
    elif isinstance(token, Field):
        if not token.name.isdecimal():
            return range(0)
        wanted = int(token.name)
    else:
        return range(len(document))
    return range(wanted, wanted + 1) if wanted < len(document) else range(0)


def _text(example: str, generator: Generator | None, source: Source) -> str:
    return example if generator is None else _plain(generate(generator, example, source))


def _plain(value: JsonValue) -> str:
    return value if isinstance(value, str) else "" if value is None else dumps(value)


def _query(query: QueryMap, generators: Mapping[str, Generator], source: Source) -> QueryMap:
    made: dict[str, tuple[str | None, ...]] = dict(query)
    # What is said of one value goes before what is said of all values of the name.
    for key, generator in sorted(generators.items(), key=lambda item: _named(item[0])[1] is not None):
        name, position = _named(key)
        if name in made:
            made[name] = _values(made[name], position, generator, source)
    return made


def _headers(headers: HeaderMap, generators: Mapping[str, Generator], source: Source) -> HeaderMap:
    made = dict(headers)
    names = {name.lower(): name for name in headers}
    for key, generator in generators.items():
        wanted, position = _named(key)
        name = names.get(wanted.lower())
        if name is not None:
            values = _values(made[name], position, generator, source)
            made[name] = tuple(value or "" for value in values)
    return made


def _values(
    values: Sequence[str | None], position: int | None, generator: Generator, source: Source
) -> tuple[str | None, ...]:
    return tuple(
        _plain(generate(generator, value or "", source)) if position is None or position == index else value
        for index, value in enumerate(values)
    )


def _named(key: str) -> tuple[str, int | None]:
    """Read the key of a parameter or header: a bare name, or a path with an optional position."""
    if not key.startswith(("$.", "$[")):
        return key, None
    tokens = parse_path(key).tokens
    name = tokens[0].name if tokens and isinstance(tokens[0], Field) else key
    last = tokens[-1]
    if isinstance(last, Index):
        return name, last.position
    return name, None if len(tokens) == 1 or isinstance(last, AnyIndex) else 0
