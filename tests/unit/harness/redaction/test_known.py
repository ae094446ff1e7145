"""Values that are known to be secret are replaced wherever they are."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qsl, quote, urlencode

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.unit.harness.redaction.planted import (
    ALPHABET,
    JSON,
    JSON_VALUES,
    JWT,
    PASSWORD,
    make_redactor,
    redacted_json,
)
from treaty.redaction.bodies import redact_body
from treaty.redaction.known import KnownValues, is_distinctive
from treaty.redaction.window import Window


def test_the_same_value_has_the_same_stand_in_everywhere() -> None:
    """A token is one stand-in in the answer, in the header, in the path, in the query, in prose and in base64."""
    redactor = make_redactor()
    token = "tok-5f3a9c-Zz81QpLm"
    answer = redacted_json(redactor, {"token": token})
    assert isinstance(answer, dict)
    stand_in = answer["token"]
    assert stand_in != token
    assert redactor.header("Authorization", f"Bearer {token}") == f"Bearer {stand_in}"
    assert redactor.path(f"/sessions/{token}/x") == f"/sessions/{stand_in}/x"
    assert redactor.pairs(f"a=1&t={token}") == (f"a=1&t={stand_in}", ("t[0]",))
    assert redactor.header("X-Note", f"used {token}.") == f"used {stand_in}."
    assert redacted_json(redactor, {"note": f"glued{token}glued"}) == {"note": f"glued{stand_in}glued"}
    encoded = base64.b64encode(token.encode()).decode()
    assert redacted_json(redactor, [encoded]) == [base64.b64encode(stand_in.encode()).decode()]
    basic = base64.b64encode(f"alice:{token}".encode()).decode()
    expected = base64.b64encode(f"alice:{stand_in}".encode()).decode()
    assert redactor.header("Authorization", f"Basic {basic}") == f"Basic {expected}"


def test_a_key_that_is_a_secret_is_replaced_and_not_named() -> None:
    """A secret used as the key of an object is found, and its place does not tell it."""
    redactor = make_redactor()
    redactor.header("Authorization", f"Bearer {PASSWORD}")
    data, places = redact_body(redactor, json.dumps({"by": {PASSWORD: {"n": 1}}}).encode(), JSON)
    assert PASSWORD.encode() not in data
    assert places
    assert PASSWORD not in "".join(places)


def test_common_words_do_not_spread() -> None:
    """A password that is a common word is replaced in its place only."""
    redactor = make_redactor()
    answer = redacted_json(redactor, {"password": "admin"})
    assert answer != {"password": "admin"}
    assert redacted_json(redactor, {"role": "admin"}) == {"role": "admin"}


def test_a_late_secret_is_announced() -> None:
    """A value that was stored as harmless and is a secret later is among the fresh ones."""
    redactor = make_redactor()
    assert redacted_json(redactor, {"opaque": PASSWORD}) == {"opaque": PASSWORD}
    redactor.header("Authorization", f"Bearer {PASSWORD}")
    assert PASSWORD in redactor.fresh
    assert base64.b64encode(PASSWORD.encode()).decode().rstrip("=") in redactor.fresh
    assert PASSWORD not in redactor.known_in(json.dumps({"opaque": PASSWORD}))


@given(
    st.lists(st.text(ALPHABET, min_size=6, max_size=30).filter(is_distinctive), min_size=1, max_size=100, unique=True),
    st.data(),
)
def test_known_values_are_found_as_a_plain_search_finds_them(values: list[str], data: st.DataObject) -> None:
    """Looking at every fourth place finds exactly what looking everywhere finds."""
    known = KnownValues()
    for value in values:
        known.add(value, "x" * len(value))
    pieces = data.draw(st.lists(st.sampled_from(values) | st.text(ALPHABET, max_size=9), max_size=6))
    text = "".join(pieces)
    found = {(start, end) for start, end, _ in known.spans(text)}
    for value in values:
        start = text.find(value)
        while start >= 0:
            end = start + len(value)
            bounded = not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())
            covered = any(first <= start and end <= last for first, last in found) or any(
                text[first:last] == value and first < end and start < last for first, last in found
            )
            assert covered or (len(value) < 11 and not bounded)
            start = text.find(value, start + 1)
    assert all(text[start:end] in values for start, end in found)


@given(JSON_VALUES, st.text(ALPHABET, min_size=8, max_size=40), st.booleans())
def test_a_planted_secret_is_gone_and_the_document_is_still_json(value: object, secret: str, ascii_only: bool) -> None:
    """Wherever the secret was, the document parses, and the rest is equal."""
    assume(is_distinctive(secret) and not set(secret) <= set("xX.-*_<>") and secret not in json.dumps(value))
    document = {"rest": value, "password": secret, "again": [secret, f"({secret})"]}
    data, _ = redact_body(make_redactor(), json.dumps(document, ensure_ascii=ascii_only).encode(), JSON)
    new = json.loads(data)
    assert new["password"] != secret
    assert new["again"] == [new["password"], f"({new['password']})"]


@given(st.text(ALPHABET, min_size=8, max_size=40), st.sampled_from(["query", "path", "form"]))
def test_a_secret_is_found_percent_encoded(secret: str, place: str) -> None:
    """A known secret is replaced in URLs however it had to be written there."""
    assume(is_distinctive(secret) and not set(secret) <= set("xX.-*_<>"))
    redactor = make_redactor()
    redactor.header("X-Api-Key", secret)
    if place == "path":
        path = redactor.path("/a/" + quote(secret, safe="") + "/b")
        assert quote(secret, safe="") not in path
    else:
        text, changed = redactor.pairs(urlencode({"q": secret}))
        assert changed == ("q[0]",)
        assert dict(parse_qsl(text, keep_blank_values=True))["q"] != secret


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 700_000), st.integers(500, 70_000), st.booleans())
def test_a_window_finds_secrets_wherever_the_pieces_are_cut(place: int, piece: int, known: bool) -> None:
    """A streamed body is redacted as a whole one would be, and keeps its length."""
    redactor = make_redactor()
    if known:
        redactor.header("X-Api-Key", PASSWORD)
    secret = PASSWORD if known else JWT
    body = b"." * place + b" " + secret.encode() + b" " + b"." * (700_000 - place)
    window = Window(redactor)
    out = b"".join(window.feed(body[start : start + piece]) for start in range(0, len(body), piece)) + window.finish()
    assert len(out) == len(body)
    assert secret.encode() not in out
    assert window.changed
    assert out[:place] == body[:place]
