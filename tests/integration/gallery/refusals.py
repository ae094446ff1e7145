"""Specimens that answer every call with 200, and say in the body what came of it."""

from __future__ import annotations

from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen


def _rooms(conduct: Conduct) -> Flask:
    """Things are named beside the path; names are unique, and what was done cannot be done again."""
    app = Flask("rooms")
    ids, rooms = conduct.ids(), dict[int, dict[str, Any]]()

    @app.post("/api/rooms.create")
    def create() -> ResponseReturnValue:
        name = request.get_json()["name"]
        if any(room["name"] == name for room in rooms.values()) and conduct != "names twice":
            return jsonify(ok=False, error="name_taken")
        number = next(ids)
        rooms[number] = {"id": number, "name": name, "archived": False}
        return jsonify(ok=True, room=rooms[number])

    @app.post("/api/rooms.archive")
    def archive() -> ResponseReturnValue:
        number = request.get_json()["room"]
        if number not in rooms:
            return jsonify(ok=False, error="room_not_found")
        if rooms[number]["archived"] and conduct != "archived twice":
            return jsonify(ok=False, error="already_archived")
        if conduct != "not archived":
            rooms[number]["archived"] = True
        return jsonify(ok=True)

    @app.get("/api/rooms.info")
    def info() -> ResponseReturnValue:
        number = int(request.args["room"])
        if number not in rooms:
            return jsonify(ok=False, error="room_not_found")
        return jsonify(ok=True, room=rooms[number])

    return app


def _drive_rooms(client: Client) -> None:
    room = client.post("/api/rooms.create", 200, json={"name": "lobby"})["room"]["id"]
    client.post("/api/rooms.create", 200, json={"name": "lobby"})
    client.get(f"/api/rooms.info?room={room}")
    for number in (room, room, 999_999):
        client.post("/api/rooms.archive", 200, json={"room": number})
    client.get(f"/api/rooms.info?room={room}")
    client.get("/api/rooms.info?room=999999")


def _accounts(conduct: Conduct) -> Flask:
    """What is refused depends on what was done before."""
    app = Flask("accounts")
    ids, balances = conduct.ids(), dict[int, int]()

    @app.post("/api/accounts")
    def create() -> ResponseReturnValue:
        number = next(ids)
        balances[number] = 0
        return jsonify(ok=True, account={"id": number, "owner": request.get_json()["owner"]})

    @app.post("/api/accounts/<int:number>/deposit")
    def deposit(number: int) -> ResponseReturnValue:
        if number not in balances:
            return jsonify(ok=False, error="no_account")
        balances[number] += request.get_json()["amount"]
        return jsonify(ok=True, balance=balances[number])

    @app.post("/api/accounts/<int:number>/withdraw")
    def withdraw(number: int) -> ResponseReturnValue:
        amount = request.get_json()["amount"]
        if balances.get(number, 0) < amount and conduct != "overdraft":
            return jsonify(ok=False, error="insufficient_funds" if number in balances else "no_account")
        balances[number] -= amount
        return jsonify(ok=True, balance=balances[number])

    @app.post("/api/accounts/<int:number>/close")
    def close(number: int) -> ResponseReturnValue:
        if balances.get(number):
            return jsonify(ok=False, error="not_empty")
        if conduct != "not closed":
            balances.pop(number, None)
        return jsonify(ok=True)

    @app.get("/api/accounts/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        return jsonify(ok=True, balance=balances[number]) if number in balances else jsonify(ok=False, error="none")

    return app


def _drive_accounts(client: Client) -> None:
    number = client.post("/api/accounts", 200, json={"owner": "ann"})["account"]["id"]
    client.get(f"/api/accounts/{number}")
    client.post(f"/api/accounts/{number}/withdraw", 200, json={"amount": 50})
    client.post(f"/api/accounts/{number}/deposit", 200, json={"amount": 70})
    client.post(f"/api/accounts/{number}/close", 200)
    client.post(f"/api/accounts/{number}/withdraw", 200, json={"amount": 70})
    client.post(f"/api/accounts/{number}/withdraw", 200, json={"amount": 1})
    client.post(f"/api/accounts/{number}/close", 200)
    client.get(f"/api/accounts/{number}")
    client.post("/api/accounts/424242/deposit", 200, json={"amount": 5})


SPECIMENS = (
    Specimen(
        name="refusals with 200",
        app=_rooms,
        drive=_drive_rooms,
        breaks=("names twice", "archived twice", "not archived"),
    ),
    Specimen(
        name="refusals with 200 by what was done",
        app=_accounts,
        drive=_drive_accounts,
        breaks=("overdraft", "not closed"),
    ),
)
