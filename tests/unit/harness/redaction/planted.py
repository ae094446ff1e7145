"""Secrets to plant, and the ways of redacting them."""

from __future__ import annotations

import base64
import json
import string

from hypothesis import strategies as st

from treaty.redaction.bodies import redact_body
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor

JWT = (
    base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    + "."
    + base64.urlsafe_b64encode(b'{"sub":"1234567890","name":"Alice","iat":1516239022}').decode().rstrip("=")
    + ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
)
PASSWORD = "corr3ct-Horse-battery"
JSON = "application/json"

PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
ALPHABET = st.sampled_from(string.ascii_letters + string.digits + '-_.:/+=@!"\\& ')
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | PRINTABLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("xyz", max_size=4), inner, max_size=4),
    max_leaves=12,
)


def make_redactor(**names: tuple[str, ...]) -> Redactor:
    return Redactor(RedactionPolicy.of(allowed=names.get("allowed", ()), extra=names.get("extra", ())))


def redacted_json(redactor: Redactor, value: object) -> object:
    data, _ = redact_body(redactor, json.dumps(value).encode(), JSON)
    return json.loads(data)
