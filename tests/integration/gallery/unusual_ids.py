"""Specimens whose things are named in unusual ways: codes, slugs, short random texts, ids that only a link tells."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _desk(make: Callable[[int], str], field: str) -> Callable[[Conduct], Flask]:
    """A help desk whose tickets have a name of some form, under some field."""

    def build(conduct: Conduct) -> Flask:
        app = Flask("desk")
        ids = conduct.ids()
        tickets: dict[str, dict[str, Any]] = {}
        notes: dict[str, list[dict[str, Any]]] = {}

        @app.post("/tickets")
        def create() -> ResponseReturnValue:
            key = make(next(ids))
            tickets[key] = {field: key, "title": request.get_json()["title"], "state": "open"}
            place = make(next(ids)) if conduct == "leads to another" else key
            return jsonify(tickets[key]), 201, {"Location": f"/tickets/{quote(place)}"}

        @app.get("/tickets/<key>")
        def read(key: str) -> ResponseReturnValue:
            if key not in tickets:
                return jsonify(error="not found"), 404
            return jsonify(tickets[key] | ({field: make(next(ids))} if conduct == "another one" else {}))

        @app.patch("/tickets/<key>")
        def change(key: str) -> ResponseReturnValue:
            if conduct != "change lost":
                tickets[key]["state"] = request.get_json()["state"]
            return jsonify(tickets[key])

        @app.post("/tickets/<key>/notes")
        def note(key: str) -> ResponseReturnValue:
            about = make(next(ids)) if conduct == "about another" else key
            notes.setdefault(key, []).append({"text": request.get_json()["text"], "about": f"/tickets/{quote(about)}"})
            return jsonify(notes[key][-1]), 201

        @app.get("/tickets/<key>/notes")
        def read_notes(key: str) -> ResponseReturnValue:
            return jsonify([] if conduct == "no notes" else notes.get(key, []))

        @app.delete("/tickets/<key>")
        def delete(key: str) -> ResponseReturnValue:
            if conduct != "still there":
                del tickets[key]
            return "", 204

        return app

    return build


def _drive_desk(field: str) -> Callable[[Client], None]:
    def drive(client: Client) -> None:
        first, second = (
            quote(client.post("/tickets", json={"title": title})[field]) for title in ("Roof leaks", "Door squeaks")
        )
        client.get(f"/tickets/{first}")
        client.get(f"/tickets/{second}")
        client.post(f"/tickets/{first}/notes", json={"text": "Bring a ladder"})
        client.post(f"/tickets/{second}/notes", json={"text": "Bring some oil"})
        client.get(f"/tickets/{first}/notes")
        client.call("PATCH", f"/tickets/{second}", 200, json={"state": "done"})
        client.get(f"/tickets/{second}")
        client.call("DELETE", f"/tickets/{first}", 204)
        client.get(f"/tickets/{first}", 404)

    return drive


def _tickets(name: str, make: Callable[[int], str], field: str = "id") -> Specimen:
    return Specimen(
        name=name,
        app=_desk(make, field),
        drive=_drive_desk(field),
        breaks=("leads to another", "another one", "change lost", "about another", "no notes", "still there"),
    )


def _placed(conduct: Conduct) -> Flask:
    """Jobs whose name only the header that leads to them tells, and rooms whose name the client chooses."""
    app = Flask("placed")
    jobs: dict[str, str] = {}
    rooms: dict[str, str] = {}

    @app.post("/jobs")
    def start() -> ResponseReturnValue:
        key = _random(9)
        jobs[key] = request.get_json()["task"]
        return "", 202, {"Location": f"/jobs/{key[::-1] if conduct == 'leads nowhere' else key}"}

    @app.get("/jobs/<key>")
    def read(key: str) -> ResponseReturnValue:
        if key not in jobs:
            return jsonify(error="not found"), 404
        return jsonify(
            task="something else" if conduct == "another task" else jobs[key], links={"self": f"/jobs/{key}"}
        )

    @app.put("/rooms/<name>")
    def make(name: str) -> ResponseReturnValue:
        rooms[name] = request.get_json()["colour"]
        return (
            jsonify(colour=rooms[name]),
            201,
            {"Location": "/rooms/lobby" if conduct == "the lobby" else f"/rooms/{name}"},
        )

    @app.get("/rooms/<name>")
    def room(name: str) -> ResponseReturnValue:
        return jsonify(colour=rooms[name])

    return app


def _drive_placed(client: Client) -> None:
    for task in ("sweep", "paint"):
        place = client.call("POST", "/jobs", 202, json={"task": task}).headers["Location"]
        client.get(place)
    for name in ("attic-room", "cellar-room"):
        client.call("PUT", f"/rooms/{name}", 201, json={"colour": "green"})
        client.get(f"/rooms/{name}")


PLACED = Specimen(
    name="names that only a link tells",
    app=_placed,
    drive=_drive_placed,
    breaks=("leads nowhere", "another task", "the lobby"),
)


def _signed(conduct: Conduct) -> Flask:
    """Comments whose author is known by a cookie that is named after the comment."""
    app = Flask("signed")
    ids = conduct.ids()
    comments: dict[int, str] = {}
    keys: dict[int, str] = {}

    @app.post("/comments")
    def create() -> ResponseReturnValue:
        number = next(ids)
        comments[number], keys[number] = request.get_json()["text"], secrets.token_urlsafe(24)
        answer = jsonify(id=number, text=comments[number])
        if conduct != "no cookie":
            answer.set_cookie(str(number), keys[number])
        return answer, 201

    @app.put("/comments/<int:number>")
    def edit(number: int) -> ResponseReturnValue:
        if request.cookies.get(str(number)) != keys[number] and conduct != "open to all":
            return jsonify(error="not yours"), 403
        comments[number] = request.get_json()["text"]
        return jsonify(id=number, text=comments[number])

    return app


def _drive_signed(client: Client) -> None:
    number = client.post("/comments", json={"text": "First of all"})["id"]
    client.call("PUT", f"/comments/{number}", 200, json={"text": "On second thought"})
    client.another().call("PUT", f"/comments/{number}", 403, json={"text": "Not mine"})


SIGNED = Specimen(name="cookies named after ids", app=_signed, drive=_drive_signed, breaks=("no cookie", "open to all"))

SPECIMENS = (
    _tickets("codes with a word and a year", lambda number: f"TCK-2026-{number:04d}", "ref"),
    _tickets("slugs that end in a number", lambda number: f"fix-it-{number}", "ref"),
    _tickets("short random names", lambda _: _random(9), "ref"),
    _tickets("ids with a prefix, often without digits", lambda _: "tk_" + _random(14)),
    _tickets("two keys in one", lambda number: f"eu:{number}"),
    _tickets("ids in braces", lambda _: "{" + secrets.token_hex(8) + "}"),
    PLACED,
    SIGNED,
)
