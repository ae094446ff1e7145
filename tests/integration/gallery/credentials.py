"""Specimens about credentials: keys, basic ones, tokens that rotate, signatures, and many clients at once."""

from __future__ import annotations

import base64
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen

_KEY = "k9-7f3a8c1e5b2d4f60"
_BASIC = base64.b64encode(b"deploy:s3cr3t-of-old").decode()
_CLIENT_SECRET = "cs-84hf74hf7834hfkd"


def _keys(conduct: Conduct) -> Flask:
    """A key in a header that was given out before the recording, and basic credentials of an old account."""
    app = Flask("keys")
    ids, builds = conduct.ids(), {}

    @app.post("/builds")
    def create() -> ResponseReturnValue:
        if request.headers.get("X-Api-Key") != _KEY:
            return jsonify(error="no key"), 401
        number = next(ids)
        builds[number] = {"id": number, "branch": request.get_json()["branch"], "state": "running"}
        return jsonify(builds[number]), 201

    @app.get("/builds/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        if request.headers.get("X-Api-Key") != _KEY and conduct != "open to all":
            return jsonify(error="no key"), 401
        branch = "master" if conduct == "another branch" else builds[number]["branch"]
        return jsonify(builds[number] | {"branch": branch}) if number in builds else (jsonify(error="none"), 404)

    @app.get("/admin")
    def admin() -> ResponseReturnValue:
        if request.headers.get("Authorization") != f"Basic {_BASIC}":
            return jsonify(error="who"), 401, {"WWW-Authenticate": 'Basic realm="admin"'}
        return jsonify(role="owner" if conduct != "another role" else "guest")

    return app


def _drive_keys(client: Client) -> None:
    key: dict[str, Any] = {"headers": {"X-Api-Key": _KEY}}
    build = client.post("/builds", json={"branch": "main"}, **key)
    client.get(f"/builds/{build['id']}", **key)
    client.get(f"/builds/{build['id']}", 401)
    client.get("/admin", 401)
    client.get("/admin", headers={"Authorization": f"Basic {_BASIC}"})


KEYS = Specimen(
    name="keys from before the recording",
    app=_keys,
    drive=_drive_keys,
    breaks=("open to all", "another branch", "another role"),
    outside={"api_key": _KEY, "basic_credentials": _BASIC},
)


def _rotating(conduct: Conduct) -> Flask:
    """Access tokens by client credentials in a form, and refresh tokens that work once."""
    app = Flask("rotating")
    access: set[str] = set()
    refresh: set[str] = set()

    def issue() -> ResponseReturnValue:
        first, second = secrets.token_hex(20), secrets.token_urlsafe(30)
        access.add(first)
        refresh.add(second)
        kind = "mac" if conduct == "another kind" else "Bearer"
        return jsonify(access_token=first, refresh_token=second, token_type=kind, expires_in=3600)

    @app.post("/oauth/token")
    def token() -> ResponseReturnValue:
        if request.form["grant_type"] == "client_credentials":
            if request.form.get("client_secret") != _CLIENT_SECRET:
                return jsonify(error="invalid_client"), 401
            return issue()
        given = request.form.get("refresh_token", "")
        if given not in refresh:
            return jsonify(error="invalid_grant"), 400
        if conduct != "refreshed twice":
            refresh.discard(given)
        return issue()

    @app.get("/profile")
    def profile() -> ResponseReturnValue:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in access:
            return jsonify(error="unauthorized"), 401
        return jsonify(plan="free" if conduct == "another plan" else "team")

    return app


def _drive_rotating(client: Client) -> None:
    form = {"grant_type": "client_credentials", "client_id": "ci", "client_secret": _CLIENT_SECRET}
    first = client.post("/oauth/token", 200, data=form)
    client.get("/profile", headers={"Authorization": f"Bearer {first['access_token']}"})
    client.get("/profile", 401)
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = client.post("/oauth/token", 200, data=again)
    client.post("/oauth/token", 400, data=again)
    client.get("/profile", headers={"Authorization": f"Bearer {second['access_token']}"})
    client.post("/oauth/token", 401, data=form | {"client_secret": "cs-wrong-wrong-wrong"})


ROTATING = Specimen(
    name="tokens that rotate",
    app=_rotating,
    drive=_drive_rotating,
    breaks=("another kind", "refreshed twice", "another plan"),
    outside={"client_secret": _CLIENT_SECRET},
)


def _tenants(conduct: Conduct) -> Flask:
    """Things that belong to who made them, and fifty clients at once."""
    app = Flask("tenants")
    users, notes = conduct.ids(), conduct.ids()
    tokens: dict[str, int] = {}
    kept: dict[int, dict[str, Any]] = {}
    lock = threading.Lock()

    @app.post("/users")
    def join() -> ResponseReturnValue:
        with lock:
            number = next(users)
        made = secrets.token_hex(16)
        tokens[made] = number
        return jsonify(id=number, token=made), 201

    def who() -> int:
        return tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "), 0)

    @app.post("/notes")
    def create() -> ResponseReturnValue:
        with lock:
            number = next(notes)
        kept[number] = {"id": number, "owner_id": who(), "text": request.get_json()["text"]}
        return jsonify(kept[number]), 201

    @app.get("/notes/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        if number not in kept or (kept[number]["owner_id"] != who() and conduct != "notes of others"):
            return jsonify(error="not found"), 404
        return jsonify(kept[number])

    @app.get("/notes")
    def own() -> ResponseReturnValue:
        return jsonify(notes=[each for each in kept.values() if each["owner_id"] == who()][conduct == "one lost" :])

    return app


def _play_tenants(client: Client) -> None:
    mine, other = client.post("/users"), client.post("/users")
    headers = {"Authorization": f"Bearer {mine['token']}"}
    note = client.post("/notes", json={"text": "Mine alone"}, headers=headers)
    client.get(f"/notes/{note['id']}", headers=headers)
    client.get(f"/notes/{note['id']}", 404, headers={"Authorization": f"Bearer {other['token']}"})
    client.get("/notes", headers=headers)


def _drive_tenants(client: Client) -> None:
    _play_tenants(client)


def _drive_fifty(client: Client) -> None:
    # Somebody has a note already: or else chance decides whether any of the fifty looks before there is another one's.
    first = client.post("/users")
    client.post("/notes", json={"text": "There before"}, headers={"Authorization": f"Bearer {first['token']}"})
    with ThreadPoolExecutor(max_workers=10) as pool:
        for done in [pool.submit(_play_tenants, client.another()) for _ in range(50)]:
            done.result()


TENANTS = Specimen(
    name="things of one's own", app=_tenants, drive=_drive_tenants, breaks=("notes of others", "one lost")
)
FIFTY = Specimen(name="fifty clients at once", app=_tenants, drive=_drive_fifty, breaks=("notes of others", "one lost"))


SPECIMENS = (KEYS, ROTATING, TENANTS, FIFTY)
