"""A small service that keeps chores, and one recording of a client of it; for comparing a stub with the real thing."""

from __future__ import annotations

import itertools
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen

NOBODY = "/chores/999999"


def chores_app(conduct: Conduct | None = None) -> Flask:
    """Make the service, empty."""
    app = Flask("chores")
    numbers = itertools.count(1) if conduct is None else conduct.ids()
    chores: dict[int, dict[str, Any]] = {}

    def missing() -> ResponseReturnValue:
        return jsonify(error="chore_not_found"), 404

    @app.post("/chores")
    def create() -> ResponseReturnValue:
        given = request.get_json()
        if "title" not in given:
            return jsonify(error="title_missing"), 400
        if any(chore["slug"] == given["slug"] for chore in chores.values()):
            return jsonify(error="slug_taken"), 409
        number = next(numbers)
        chores[number] = {"id": number, **given, "state": "open", "done_by": None}
        return jsonify(chores[number]), 201

    @app.get("/chores")
    def listed() -> ResponseReturnValue:
        room = request.args.get("room")
        found = [chore for chore in chores.values() if room in {None, chore["room"]}]
        return jsonify(chores=found, total=len(found))

    @app.get("/chores/<int:number>")
    def shown(number: int) -> ResponseReturnValue:
        return jsonify(chores[number]) if number in chores else missing()

    @app.patch("/chores/<int:number>")
    def changed(number: int) -> ResponseReturnValue:
        if number not in chores:
            return missing()
        chores[number].update(request.get_json())
        return jsonify(chores[number])

    @app.post("/chores/<int:number>/finish")
    def finished(number: int) -> ResponseReturnValue:
        if number not in chores:
            return missing()
        if chores[number]["state"] == "finished":
            return jsonify(error="finished_already"), 409
        chores[number].update(state="finished", done_by=request.get_json()["who"])
        return "", 204

    @app.delete("/chores/<int:number>")
    def deleted(number: int) -> ResponseReturnValue:
        return ("", 204) if chores.pop(number, None) else missing()

    return app


def _drive(client: Client) -> None:
    client.get("/chores")
    first = client.post("/chores", json={"title": "Wash up", "slug": "wash-up", "room": "kitchen"})
    client.get(f"/chores/{first['id']}")
    client.post("/chores", 409, json={"title": "Wash it all", "slug": "wash-up", "room": "hall"})
    client.post("/chores", 400, json={"slug": "sweep", "room": "hall"})
    client.get(NOBODY, 404)
    client.call("PATCH", NOBODY, 404, json={"title": "Nothing"})
    client.call("DELETE", NOBODY, 404)
    client.post(f"{NOBODY}/finish", 404, json={"who": "Ann Lee"})
    client.get("/chores")
    second = client.post("/chores", json={"title": "Sweep", "slug": "sweep-it", "room": "hall"})
    third = client.post("/chores", json={"title": "Dust", "slug": "dust-off", "room": "hall"})
    client.get("/chores")
    client.get("/chores?room=hall")
    client.call("PATCH", f"/chores/{second['id']}", 200, json={"title": "Sweep the hall"})
    client.get(f"/chores/{second['id']}")
    client.call("POST", f"/chores/{second['id']}/finish", 204, json={"who": "Bea Kim"})
    client.get(f"/chores/{second['id']}")
    client.post(f"/chores/{second['id']}/finish", 409, json={"who": "Cem Ay"})
    client.get("/chores?room=hall")
    client.call("DELETE", f"/chores/{third['id']}", 204)
    client.get(f"/chores/{third['id']}", 404)
    client.call("DELETE", f"/chores/{third['id']}", 404)
    client.get("/chores")


CHORES = Specimen(name="chores", app=chores_app, drive=_drive, breaks=())
