"""Specimens about ids: where they come back, where they hide, and when they collide."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen


def _agreeing(conduct: Conduct) -> Flask:
    """Ids that must agree within one answer: Location, links, prose and codes made of them."""
    app = Flask("agreeing")
    ids = conduct.ids()
    notes: dict[int, str] = {}

    def shown(number: int) -> dict[str, Any]:
        other = number + 1
        return {
            "id": number,
            "self": f"/api/notes/{other if conduct == 'link to another' else number}",
            "reference": f"N-{other if conduct == 'reference of another' else number}",
            "message": f"Note {other if conduct == 'message about another' else number} saved",
            "title": notes[number],
        }

    @app.post("/api/notes")
    def create() -> ResponseReturnValue:
        number = next(ids)
        notes[number] = request.get_json()["title"]
        place = number + 1 if conduct == "location of another" else number
        return jsonify(shown(number)), 201, {"Location": f"/api/notes/{place}"}

    @app.get("/api/notes/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        if number not in notes:
            return jsonify(error="not found"), 404
        answer = shown(number)
        if conduct == "another id":
            answer["id"] += 1
        if conduct == "field added":
            answer["colour"] = "red"
        return jsonify(answer)

    return app


def _drive_agreeing(client: Client) -> None:
    first = client.post("/api/notes", json={"title": "Buy milk"})
    second = client.post("/api/notes", json={"title": "Call Bob"})
    client.get(first["self"])
    client.get(second["self"])
    client.get("/api/notes/424242", 404)


AGREEING = Specimen(
    name="ids that agree within an answer",
    app=_agreeing,
    drive=_drive_agreeing,
    breaks=("location of another", "link to another", "reference of another", "message about another", "another id"),
    harmless=("field added",),
)


def _keyed(conduct: Conduct) -> Flask:
    """Objects whose keys are ids."""
    app = Flask("keyed")
    ids, stock = conduct.ids(), {}

    @app.post("/items")
    def create() -> ResponseReturnValue:
        number = next(ids)
        stock[number] = int(request.get_json()["quantity"])
        return jsonify(id=number, quantity=stock[number]), 201

    @app.get("/stock")
    def read() -> ResponseReturnValue:
        entries = {str(number): {"quantity": quantity, "unit": "piece"} for number, quantity in stock.items()}
        if conduct == "quantity as text":
            entries = {number: entry | {"quantity": "3"} for number, entry in entries.items()}
        if conduct == "unit dropped":
            entries = {number: {"quantity": entry["quantity"]} for number, entry in entries.items()}
        if conduct == "new item missing":
            entries.pop(str(max(stock)), None)
        return jsonify(stock=entries)

    return app


def _drive_keyed(client: Client) -> None:
    client.post("/items", json={"quantity": 3})
    client.get("/stock")
    client.post("/items", json={"quantity": 5})
    client.get("/stock")


KEYED = Specimen(
    name="ids as keys",
    app=_keyed,
    drive=_drive_keyed,
    breaks=("quantity as text", "unit dropped", "new item missing"),
)


def _hidden(conduct: Conduct) -> Flask:
    """Ids inside base64 cursors, JSON texts and unsigned web tokens."""
    app = Flask("hidden")
    ids, users = conduct.ids(), {}

    def packed(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    @app.post("/users")
    def create() -> ResponseReturnValue:
        number = next(ids)
        users[number] = request.get_json()["name"]
        return jsonify(id=number, name=users[number]), 201

    @app.get("/users")
    def page() -> ResponseReturnValue:
        cursor = request.args.get("cursor")
        after = 0
        if cursor:
            after = int(json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))["after"])
        known = sorted(number for number in users if number > after)
        rows = [{"id": number, "name": users[number]} for number in known[:2]]
        answer: dict[str, Any] = {"items": rows}
        if conduct == "items renamed":
            answer = {"rows": rows}
        if len(known) > 2 and conduct != "no cursor":
            answer["next"] = packed({"after": rows[-1]["id"]})
        return jsonify(answer)

    @app.get("/users/<int:number>/export")
    def export(number: int) -> ResponseReturnValue:
        if number not in users:
            return jsonify(error="not found"), 404
        other = number + 1 if conduct == "export of another" else number
        return jsonify(payload=json.dumps({"user_id": other, "name": users[number]}), format="json")

    return app


def _drive_hidden(client: Client) -> None:
    made = [client.post("/users", json={"name": name}) for name in ("Ann", "Bea", "Cid", "Dee", "Eve")]
    first = client.get("/users")
    second = client.get(f"/users?cursor={first['next']}")
    client.get(f"/users?cursor={second['next']}")
    client.get(f"/users/{made[0]['id']}/export")


HIDDEN = Specimen(
    name="ids inside other texts",
    app=_hidden,
    drive=_drive_hidden,
    breaks=("items renamed", "no cursor", "export of another"),
)


def _minted(conduct: Conduct) -> Flask:
    """Ids and idempotency keys that the client chooses."""
    app = Flask("minted")
    ids = conduct.ids()
    documents: dict[str, dict[str, Any]] = {}
    done: dict[str, Response] = {}

    @app.put("/documents/<key>")
    def put(key: str) -> ResponseReturnValue:
        known = key in documents
        documents[key] = request.get_json() | {"key": str(uuid.uuid4()) if conduct == "another key" else key}
        return jsonify(documents[key]), 200 if known else 201

    @app.get("/documents/<key>")
    def read(key: str) -> ResponseReturnValue:
        return (jsonify(documents[key]), 200) if key in documents else (jsonify(error="not found"), 404)

    @app.delete("/documents/<key>")
    def delete(key: str) -> ResponseReturnValue:
        if documents.pop(key, None) is None:
            return jsonify(error="not found"), 404
        return "", 204

    @app.post("/payments")
    def pay() -> ResponseReturnValue:
        key = request.headers["Idempotency-Key"]
        if key not in done or conduct == "keys forgotten":
            done[key] = jsonify(id=next(ids), amount=request.get_json()["amount"], status="accepted")
            return done[key], 201
        return done[key], 200

    return app


def _drive_minted(client: Client) -> None:
    key = str(uuid.uuid4())
    client.call("PUT", f"/documents/{key}", 201, json={"text": "first draft"})
    client.get(f"/documents/{key}")
    client.call("PUT", f"/documents/{key}", 200, json={"text": "second draft"})
    client.get(f"/documents/{key}")
    client.call("DELETE", f"/documents/{key}", 204)
    client.get(f"/documents/{key}", 404)
    client.call("DELETE", f"/documents/{key}", 404)
    retry = {"Idempotency-Key": uuid.uuid4().hex}
    client.post("/payments", json={"amount": 12.5}, headers=retry)
    client.post("/payments", 200, json={"amount": 12.5}, headers=retry)
    client.post("/payments", json={"amount": 12.5}, headers={"Idempotency-Key": uuid.uuid4().hex})


MINTED = Specimen(
    name="ids that the client chooses",
    app=_minted,
    drive=_drive_minted,
    breaks=("another key", "keys forgotten"),
)


def _colliding(conduct: Conduct) -> Flask:
    """Three kinds of things whose ids all begin at the same number."""
    app = Flask("colliding")
    users, books, loans = {}, {}, {}
    user_ids, book_ids, loan_ids = conduct.ids(), conduct.ids(), conduct.ids()

    @app.post("/users")
    def join() -> ResponseReturnValue:
        number = next(user_ids)
        users[number] = request.get_json()["name"]
        return jsonify(id=number, name=users[number]), 201

    @app.post("/books")
    def add() -> ResponseReturnValue:
        number = next(book_ids)
        books[number] = request.get_json()["title"]
        return jsonify(id=number, title=books[number], copies=1), 201

    @app.post("/loans")
    def lend() -> ResponseReturnValue:
        given = request.get_json()
        if given["book_id"] not in books or given["user_id"] not in users:
            return jsonify(error="unknown"), 422
        number = next(loan_ids)
        if conduct == "user and book swapped":
            given = {"book_id": given["user_id"], "user_id": given["book_id"]}
        loans[number] = {"id": number, "user_id": given["user_id"], "book_id": given["book_id"], "days": 14}
        return jsonify(loans[number]), 201

    @app.get("/users/<int:number>/loans")
    def list_loans(number: int) -> ResponseReturnValue:
        found = [loan for loan in loans.values() if loan["user_id"] == number or conduct == "loans of everybody"]
        return jsonify([] if conduct == "no loans" else found)

    return app


def _drive_colliding(client: Client) -> None:
    users = [client.post("/users", json={"name": name}) for name in ("Ann", "Bea")]
    books = [client.post("/books", json={"title": title}) for title in ("Dune", "Emma", "Ulysses")]
    client.post("/loans", json={"user_id": users[0]["id"], "book_id": books[2]["id"]})
    client.post("/loans", json={"user_id": users[1]["id"], "book_id": books[0]["id"]})
    client.get(f"/users/{users[0]['id']}/loans")
    client.post("/loans", 422, json={"user_id": users[0]["id"], "book_id": 99999})


COLLIDING = Specimen(
    name="small ids that collide",
    app=_colliding,
    drive=_drive_colliding,
    breaks=("user and book swapped", "no loans", "loans of everybody"),
)


def _first_ones(conduct: Conduct) -> Flask:
    """A user, a book and a loan, each the first of its kind, wherever its numbers begin: they stay in step for ever."""
    app = Flask("first ones")
    users, books, loans = dict[int, str](), dict[int, str](), dict[int, dict[str, int]]()
    numbers = [conduct.ids() for _ in range(3)]

    @app.post("/users")
    def join() -> ResponseReturnValue:
        number = next(numbers[0])
        users[number] = request.get_json()["name"]
        return jsonify(id=number, name=users[number]), 201

    @app.post("/books")
    def add() -> ResponseReturnValue:
        number = next(numbers[1])
        books[number] = request.get_json()["title"]
        return jsonify(id=number, title=books[number]), 201

    @app.post("/loans")
    def lend() -> ResponseReturnValue:
        given, number = request.get_json(), next(numbers[2])
        loans[number] = {"id": number, "user_id": given["user_id"], "book_id": given["book_id"]}
        return jsonify(loans[number]), 201

    @app.get("/loans/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        shown = dict(loans[number])
        if conduct == "user and book swapped":
            shown |= {"user_id": shown["book_id"], "book_id": shown["user_id"]}
        if conduct == "loan for a user":
            shown["user_id"] = shown["id"]
        return jsonify(shown)

    return app


def _drive_first_ones(client: Client) -> None:
    user = client.post("/users", json={"name": "Ann"})
    book = client.post("/books", json={"title": "Dune"})
    loan = client.post("/loans", json={"user_id": user["id"], "book_id": book["id"]})
    client.get(f"/loans/{loan['id']}")


FIRST_ONES = Specimen(
    name="first ones of each kind",
    app=_first_ones,
    drive=_drive_first_ones,
    breaks=("user and book swapped", "loan for a user"),
    fresh_breaks=("user and book swapped", "loan for a user"),
)


def _references(conduct: Conduct) -> Flask:
    """Posts of owners who are known by a uuid, votes that name a post in their body, and shelves that nobody made."""
    app = Flask("references")
    ids = conduct.ids()
    owners: dict[str, str] = {}
    posts: dict[int, dict[str, Any]] = {}

    @app.post("/sessions")
    def log_in() -> ResponseReturnValue:
        token, owner = uuid.uuid4().hex, str(uuid.uuid4())
        owners[token] = owner
        return jsonify(token=token, user={"id": owner, "name": request.get_json()["name"]}), 201

    @app.post("/posts")
    def write() -> ResponseReturnValue:
        number, given = next(ids), request.get_json()
        owner = owners[request.headers["Authorization"].removeprefix("Bearer ")]
        posts[number] = {"id": number, "title": given["title"], "shelf": given["shelf"], "owner": owner, "hot": False}
        return jsonify(id=number), 201

    @app.post("/votes")
    def vote() -> ResponseReturnValue:
        posts[request.get_json()["post_id"]]["hot"] = conduct != "votes forgotten"
        return "", 204

    @app.get("/posts/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        return jsonify(posts[number] | ({"owner": str(uuid.uuid4())} if conduct == "owner of another" else {}))

    @app.get("/shelves/<int:shelf>/posts")
    def shelved(shelf: int) -> ResponseReturnValue:
        found = [{"id": each["id"], "title": each["title"]} for each in posts.values() if each["shelf"] == shelf]
        return jsonify({"posts": found} if conduct == "wrapped" else found)

    return app


def _drive_references(client: Client) -> None:
    client.get("/shelves/5/posts")
    token = client.post("/sessions", json={"name": "Ann"})["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    post = client.post("/posts", json={"title": "On foxes", "shelf": 5}, headers=bearer)
    client.get(f"/posts/{post['id']}")
    client.call("POST", "/votes", 204, json={"post_id": post["id"]})
    client.get(f"/posts/{post['id']}")
    client.get("/shelves/5/posts")


REFERENCES = Specimen(
    name="owners, votes and shelves",
    app=_references,
    drive=_drive_references,
    breaks=("votes forgotten", "owner of another", "wrapped"),
)

SPECIMENS = (AGREEING, KEYED, HIDDEN, MINTED, COLLIDING, FIRST_ONES, REFERENCES)
