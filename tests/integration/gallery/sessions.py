"""Specimens about who is asking: cookies, accounts from outside, tokens."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen

_OUTSIDE = "correct-horse-battery-staple-7"


def _cookies(conduct: Conduct) -> Flask:
    """A login that lives in a cookie, with a token against forgery."""
    app = Flask("cookies")
    accounts: dict[str, str] = {}
    sessions: dict[str, tuple[str, str]] = {}

    @app.post("/accounts")
    def sign_up() -> ResponseReturnValue:
        given = request.get_json()
        if given["username"] in accounts:
            return jsonify(error="username taken"), 409
        accounts[given["username"]] = given["password"]
        return jsonify(username=given["username"]), 201

    @app.post("/login")
    def login() -> ResponseReturnValue:
        given = request.get_json()
        if accounts.get(given["username"]) != given["password"]:
            return jsonify(error="wrong credentials"), 401
        session, csrf = secrets.token_urlsafe(24), secrets.token_hex(16)
        sessions[session] = (given["username"], csrf)
        answer = jsonify(csrf_token=csrf)
        if conduct != "no cookie":
            answer.set_cookie("session", session, httponly=True)
        answer.set_cookie("theme", "dark")
        return answer

    def who() -> str:
        name, _ = sessions.get(request.cookies.get("session", ""), ("", ""))
        return name

    @app.get("/me")
    def me() -> ResponseReturnValue:
        if not who():
            return jsonify(error="log in first"), 401
        return jsonify(username="somebody" if conduct == "another user" else who(), plan="free")

    @app.put("/me/motto")
    def motto() -> ResponseReturnValue:
        _, csrf = sessions.get(request.cookies.get("session", ""), ("", ""))
        if not csrf or request.headers.get("X-CSRF-Token") != csrf:
            return jsonify(error="forged"), 403
        return jsonify(motto=request.get_json()["motto"])

    @app.post("/logout")
    def logout() -> ResponseReturnValue:
        if conduct != "stays logged in":
            sessions.pop(request.cookies.get("session", ""), None)
        return "", 204

    return app


def _drive_cookies(client: Client) -> None:
    account = {"username": "walter", "password": "hunter2-hunter2"}
    client.post("/accounts", json=account)
    client.post("/accounts", 409, json=account)
    client.post("/login", 401, json=account | {"password": "wrong-password"})
    client.get("/me", 401)
    csrf = client.post("/login", 200, json=account)["csrf_token"]
    client.get("/me")
    client.call("PUT", "/me/motto", 200, json={"motto": "carpe diem"}, headers={"X-CSRF-Token": csrf})
    client.call("PUT", "/me/motto", 403, json={"motto": "carpe diem"})
    client.call("POST", "/logout", 204)
    client.get("/me", 401)


COOKIES = Specimen(
    name="a session in a cookie",
    app=_cookies,
    drive=_drive_cookies,
    breaks=("no cookie", "another user", "stays logged in"),
)


def _outside(conduct: Conduct) -> Flask:
    """An account that was there before the recording, and tokens for it."""
    app = Flask("outside")
    tokens: set[str] = set()
    ids, jobs = conduct.ids(), {}

    @app.post("/auth/token")
    def token() -> ResponseReturnValue:
        given = request.get_json()
        if given.get("username") != "admin" or given.get("password") != _OUTSIDE:
            return jsonify(error="invalid_credentials"), 401
        made = secrets.token_urlsafe(32)
        tokens.add(made)
        return jsonify(access_token=made, token_type="Bearer", expires_in=900)

    def allowed() -> bool:
        return request.headers.get("Authorization", "").removeprefix("Bearer ") in tokens

    @app.post("/jobs")
    def create() -> ResponseReturnValue:
        if not allowed():
            return jsonify(error="unauthorized"), 401
        number = next(ids)
        jobs[number] = {"id": number, "kind": request.get_json()["kind"], "state": "queued"}
        return jsonify(jobs[number]), 201

    @app.get("/jobs/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        if not allowed() and conduct != "open to all":
            return jsonify(error="unauthorized"), 401
        if number not in jobs:
            return jsonify(error="not found"), 404
        return jsonify(jobs[number] | ({"state": "lost"} if conduct == "another state" else {}))

    return app


def _drive_outside(client: Client) -> None:
    client.post("/auth/token", 401, json={"username": "admin", "password": "not-the-password"})
    token = client.post("/auth/token", 200, json={"username": "admin", "password": _OUTSIDE})["access_token"]
    bearer: dict[str, Any] = {"headers": {"Authorization": f"Bearer {token}"}}
    job = client.post("/jobs", json={"kind": "backup"}, **bearer)
    client.get(f"/jobs/{job['id']}", **bearer)
    client.get(f"/jobs/{job['id']}", 401)
    client.post("/jobs", 401, json={"kind": "backup"})


OUTSIDE = Specimen(
    name="an account from before the recording",
    app=_outside,
    drive=_drive_outside,
    breaks=("open to all", "another state"),
    outside={"password": _OUTSIDE},
)

SPECIMENS = (COOKIES, OUTSIDE)
