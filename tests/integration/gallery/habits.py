"""Specimens of habits that services have: languages, limits, parts that fail, codes that work once, switches."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen


def _negotiation(conduct: Conduct) -> Flask:
    """Languages, media types, methods, limits for each key, parts that fail, digests of files, and flags."""
    app = Flask("negotiation")
    seen: dict[str, int] = {}
    ids = conduct.ids()

    @app.get("/greeting")
    def greet() -> ResponseReturnValue:
        german = request.headers.get("Accept-Language", "").startswith("de") and conduct != "one language"
        if "xml" in request.headers.get("Accept", ""):
            return jsonify(error="not_acceptable"), 406
        return (
            jsonify(lang="de" if german else "en", text="Guten Tag" if german else "Good day"),
            200,
            {"Vary": "Accept"},
        )

    @app.post("/batch")
    def batch() -> ResponseReturnValue:
        if not request.is_json:
            return jsonify(error="unsupported_media_type"), 415
        results = []
        for index, each in enumerate(request.get_json()["items"]):
            wrong = "@" not in each["email"] and conduct != "all accepted"
            fault = {"index": index, "status": 422, "error": {"pointer": f"/items/{index}/email", "code": "invalid"}}
            results.append(fault if wrong else {"index": index, "status": 201, "id": next(ids)})
        failed = sum(each["status"] != 201 for each in results)
        return jsonify(results=results, succeeded=len(results) - failed, failed=failed), 207

    @app.post("/keys")
    def key() -> ResponseReturnValue:
        made = "key_" + secrets.token_hex(12)
        seen[made] = 0
        return jsonify(id=next(ids), api_key=made), 201

    @app.get("/quota")
    def quota() -> ResponseReturnValue:
        made = request.headers.get("X-Api-Key", "")
        if made not in seen:
            return jsonify(error="unknown_key"), 401
        seen[made] += 1
        if seen[made] > 2 and conduct != "no limit":
            return jsonify(error="rate_limited"), 429, {"Retry-After": "30"}
        return jsonify(plan="free"), 200, {"X-RateLimit-Limit": "2", "X-RateLimit-Remaining": str(2 - seen[made])}

    @app.put("/files/<name>")
    def upload(name: str) -> ResponseReturnValue:
        data = request.get_data()
        digest = hashlib.sha256(data + (b"!" if conduct == "wrong digest" else b"")).hexdigest()
        return jsonify(name=name, size=len(data), checksum=f"sha256:{digest}"), 201

    return app


def _drive_negotiation(client: Client) -> None:
    client.get("/greeting")
    client.get("/greeting", headers={"Accept-Language": "de"})
    client.get("/greeting", 406, headers={"Accept": "application/xml"})
    client.call("HEAD", "/greeting", 200)
    client.call("POST", "/batch", 415, data="x", headers={"Content-Type": "text/plain"})
    people = [{"email": "ann@example.com"}, {"email": "nobody"}]
    client.post("/batch", 207, json={"items": people})
    key = client.post("/keys")["api_key"]
    for status in (200, 200, 429):
        client.get("/quota", status, headers={"X-Api-Key": key})
    client.call("PUT", "/files/notes.txt", 201, data=b"Remember the milk")


NEGOTIATION = Specimen(
    name="languages, limits and parts that fail",
    app=_negotiation,
    drive=_drive_negotiation,
    breaks=("all accepted", "no limit", "wrong digest"),
    fresh_breaks=("one language",),
)


def _invites(conduct: Conduct) -> Flask:
    """Codes that work once, folders with paths, passwords that are shown once, and switches that change answers."""
    app = Flask("invites")
    ids = conduct.ids()
    codes: set[str] = set()
    used: set[str] = set()
    folders: dict[int, dict[str, Any]] = {}
    flags: dict[str, bool] = {}

    @app.post("/invites")
    def invite() -> ResponseReturnValue:
        code = "-".join(secrets.token_hex(2).upper() for _ in range(3))
        codes.add(code)
        return jsonify(code=code, uses_left=1), 201

    @app.post("/members")
    def join() -> ResponseReturnValue:
        code = request.get_json()["invite"]
        if code not in codes:
            return jsonify(error="unknown_invite"), 404
        if code in used and conduct != "used again":
            return jsonify(error="invite_used"), 410
        used.add(code)
        return jsonify(id=next(ids), name=request.get_json()["name"], password=secrets.token_urlsafe(9)), 201

    @app.post("/folders")
    def create() -> ResponseReturnValue:
        given, number = request.get_json(), next(ids)
        above = folders[given["parent"]]["path"] if given["parent"] else ""
        path = f"/{given['name']}" if conduct == "flat" else f"{above}/{given['name']}"
        folders[number] = {"id": number, "name": given["name"], "parent": given["parent"], "path": path}
        return jsonify(folders[number]), 201

    @app.get("/folders/<int:number>/children")
    def children(number: int) -> ResponseReturnValue:
        return jsonify([each for each in folders.values() if each["parent"] == number or conduct == "everything"])

    @app.put("/flags/<name>")
    def switch(name: str) -> ResponseReturnValue:
        flags[name] = request.get_json()["enabled"]
        return jsonify(name=name, enabled=flags[name])

    @app.get("/home")
    def home() -> ResponseReturnValue:
        return jsonify(layout="grid" if flags.get("new-home") and conduct != "flag ignored" else "list")

    return app


def _drive_invites(client: Client) -> None:
    code = client.post("/invites")["code"]
    client.post("/members", json={"invite": code, "name": "Ann"})
    client.post("/members", 410, json={"invite": code, "name": "Bo"})
    client.post("/members", 404, json={"invite": "AAAA-0000-BBBB", "name": "Cy"})
    top = client.post("/folders", json={"name": "docs", "parent": None})
    inner = client.post("/folders", json={"name": "2026", "parent": top["id"]})
    client.post("/folders", json={"name": "taxes", "parent": inner["id"]})
    client.get(f"/folders/{top['id']}/children")
    client.get("/home")
    client.call("PUT", "/flags/new-home", 200, json={"enabled": True})
    client.get("/home")


INVITES = Specimen(
    name="invites, folders and flags",
    app=_invites,
    drive=_drive_invites,
    breaks=("used again", "flat", "everything"),
    fresh_breaks=("flag ignored",),
)

SPECIMENS = (NEGOTIATION, INVITES)
