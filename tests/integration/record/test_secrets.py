"""Planted secrets reach neither the session nor an output, and a recorded session still hangs together."""

from __future__ import annotations

import base64
import gzip
import hashlib
import http.client
import json
from collections.abc import Callable

import requests

from tests.integration.record.recorded import Recorded, content_of

Recording = Callable[..., Recorded]
PASSWORD = "pl4nted-Passw0rd"
TOKEN = "tok-" + PASSWORD[::-1]
COOKIE = "s-" + PASSWORD[::-1]
CARD = "4111111111111111"
KEY = "sk_" + "live_planted51HxQ2eZvKYlo2C"
SPELLINGS = [
    text
    for secret in (PASSWORD, TOKEN, COOKIE, CARD, KEY)
    for text in (secret, base64.b64encode(secret.encode()).decode().rstrip("="), secret[::-1])
]


def _assert_clean(recorded: Recorded) -> None:
    written = recorded.everything()
    for path in recorded.folder.rglob("*"):
        written += path.name.encode()
    assert [secret for secret in SPELLINGS if secret.encode() in written] == []


def test_secrets_planted_everywhere_are_nowhere_on_the_disk(recording: Recording) -> None:
    """Login, bearer, basic, cookie, query, path, form, prose, gzip and large bodies leave no secret in any file."""
    recorded = recording()
    url = recorded.url
    requests.post(f"{url}/login", json={"user": "alice", "password": PASSWORD}, timeout=10)
    requests.get(f"{url}/echoheader", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)
    requests.get(f"{url}/echoheader", auth=("alice", PASSWORD), timeout=10)
    requests.get(f"{url}/json/{TOKEN}?access_token={TOKEN}&note=say+{PASSWORD}", cookies={"sid": COOKIE}, timeout=10)
    requests.post(f"{url}/echo", data={"card": CARD, "secret": PASSWORD}, timeout=10)
    requests.post(f"{url}/echo", data=f"my key is {KEY} and {CARD}.".encode(), timeout=10)
    packed = gzip.compress(json.dumps({"api_key": KEY}).encode())
    requests.post(f"{url}/echo", data=packed, headers={"Content-Encoding": "gzip"}, timeout=10)
    large = json.dumps({"pad": ["x" * 100] * 15_000, "password": PASSWORD, "list": [TOKEN, CARD]}).encode()
    requests.post(f"{url}/echo", data=large, headers={"Content-Type": "application/json"}, timeout=10)
    requests.post(f"{url}/echo", files={"token": ("f.txt", KEY)}, data={"password": PASSWORD}, timeout=10)
    exchanges = recorded.exchanges()
    assert len(exchanges) == 9
    _assert_clean(recorded)
    assert recorded.recorder.failure() is None


def test_a_stand_in_is_the_same_in_every_exchange(recording: Recording) -> None:
    """The token of a login answer is the token of the next call, and the places are listed."""
    recorded = recording()
    requests.post(f"{recorded.url}/login", json={"user": "alice", "password": PASSWORD}, timeout=10)
    requests.get(f"{recorded.url}/echoheader", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)
    login, call = recorded.exchanges()
    answer = json.loads(content_of(login).data)
    sent = json.loads(login.request.content.data)
    assert dict(call.request.headers)["Authorization"] == f"Bearer {answer['token']}"
    assert answer["echo"] == f"was {sent['password']}!"
    assert answer["user"] == "alice"
    assert len(answer["token"]) == len(TOKEN)
    assert {"request.body.$.password", "response.body.$.token", "response.header.Set-Cookie"} <= set(login.redacted)
    assert "request.header.Authorization" in call.redacted


def test_a_value_that_turns_out_to_be_secret_is_replaced_in_what_was_stored(recording: Recording) -> None:
    """What was stored as harmless, in lines and in files, has its stand-in once it is used as a credential."""
    recorded = recording()
    opaque = "0paque-Value-77xyz"
    requests.post(f"{recorded.url}/echo", data=f"id {opaque}".encode(), timeout=10)
    for size in (100_000, 2_000_000):
        requests.post(f"{recorded.url}/echo", data=(opaque + " " * size).encode(), timeout=10)
    assert opaque.encode() in recorded.everything()
    requests.get(f"{recorded.url}/json", headers={"Authorization": f"Bearer {opaque}"}, timeout=10)
    exchanges = recorded.exchanges()
    assert opaque.encode() not in recorded.everything()
    stand_in = dict(exchanges[-1].request.headers)["Authorization"].removeprefix("Bearer ")
    assert exchanges[0].request.content.data == f"id {stand_in}".encode()
    assert exchanges[1].request.content.data.startswith(stand_in.encode())
    large = recorded.session.body_path(exchanges[2].request.content)
    assert large.read_bytes().startswith(stand_in.encode())


def test_allowed_and_unredacted_values_stay(recording: Recording) -> None:
    """``--allow-secret`` keeps one name, ``--no-redact`` everything, and the session says so."""
    recorded = recording(allowed=("password",))
    requests.post(f"{recorded.url}/login", json={"user": "a", "password": PASSWORD}, timeout=10)
    (login,) = recorded.exchanges()
    assert PASSWORD.encode() in login.request.content.data
    assert TOKEN.encode() not in recorded.everything()
    assert recorded.session.info.redaction == "on, allowed: password"


def test_without_redaction_the_session_says_so(recording: Recording) -> None:
    """``--no-redact`` keeps every value, and the session is marked."""
    recorded = recording(redact=False)
    requests.post(f"{recorded.url}/login", json={"user": "a", "password": PASSWORD}, timeout=10)
    (login,) = recorded.exchanges()
    assert TOKEN.encode() in content_of(login).data
    assert login.redacted == ()
    assert recorded.session.info.redaction == "off"


def test_a_large_opaque_body_is_known_by_size_only(recording: Recording) -> None:
    """What cannot be looked through is not kept: size, and why it is missing."""
    recorded = recording()
    size = 65 * 1024 * 1024
    pieces = (b"\x00" * (1 << 20) for _ in range(65))
    connection = http.client.HTTPConnection(recorded.url.removeprefix("http://"), timeout=60)
    connection.request("PUT", "/upload", body=pieces, headers={"Content-Length": str(size)})
    assert connection.getresponse().status == 201
    connection.close()
    content = recorded.only().request.content
    assert (content.size, content.sha256) == (size, hashlib.sha256(bytes(size)).hexdigest())
    assert content.missing == "too large to be looked through for secrets"
    assert sum(path.stat().st_size for path in recorded.folder.rglob("*") if path.is_file()) < 100_000
