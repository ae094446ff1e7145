"""Specimens after conventions that many services share: links everywhere, pages by address, large ids, versions."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen


def _hub(conduct: Conduct) -> Flask:
    """Absolute addresses in every object, people nested in issues, pages in the Link header, entity tags."""
    app = Flask("hub")
    ids = conduct.ids(90000)
    users: dict[str, dict[str, Any]] = {}
    issues: dict[str, list[dict[str, Any]]] = {}

    @app.post("/users")
    def join() -> ResponseReturnValue:
        login, number = request.get_json()["login"], next(ids)
        if login in users:
            return jsonify(message="Validation Failed", errors=[{"field": "login", "code": "already_exists"}]), 422
        users[login] = {"login": login, "id": number, "url": f"{request.host_url}users/{login}", "site_admin": False}
        return jsonify(users[login]), 201

    @app.post("/repos/<owner>/<name>/issues")
    def create(owner: str, name: str) -> ResponseReturnValue:
        found = issues.setdefault(f"{owner}/{name}", [])
        number, here = len(found) + 1, f"{request.host_url}repos/{owner}/{name}"
        issue = {"id": next(ids), "number": number, "title": request.get_json()["title"], "state": "open"}
        issue |= {"user": users[owner], "url": f"{here}/issues/{number}", "repository_url": here, "labels": []}
        issue |= {"created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "closed_at": None}
        found.append(issue)
        return jsonify(issue), 201, {"Location": issue["url"]}

    @app.patch("/repos/<owner>/<name>/issues/<int:number>")
    def change(owner: str, name: str, number: int) -> ResponseReturnValue:
        issue = issues[f"{owner}/{name}"][number - 1]
        issue |= request.get_json() if conduct != "not closed" else {}
        return jsonify(issue)

    @app.get("/repos/<owner>/<name>/issues")
    def several(owner: str, name: str) -> ResponseReturnValue:
        state, page = request.args.get("state", "open"), int(request.args.get("page", 1))
        found = [
            each
            for each in issues.get(f"{owner}/{name}", [])
            if state in {each["state"], "all"} or conduct == "all states"
        ]
        shown = found[2 * page - 2 : 2 * page]
        answer = jsonify(shown)
        if len(found) > 2 * page and conduct != "no next":
            answer.headers["Link"] = f'<{request.base_url}?state={state}&page={page + 1}>; rel="next"'
        return answer

    return app


def _drive_hub(client: Client) -> None:
    client.post("/users", json={"login": "octo-ann"})
    for title in ("It fails", "It is slow", "It is blue"):
        issue = client.post("/repos/octo-ann/tools/issues", json={"title": title})
    client.call("PATCH", f"/repos/octo-ann/tools/issues/{issue['number']}", 200, json={"state": "closed"})
    client.get("/repos/octo-ann/tools/issues")
    client.get("/repos/octo-ann/tools/issues", params={"state": "all"})
    client.get("/repos/octo-ann/tools/issues", params={"state": "all", "page": 2})
    client.post("/users", 422, json={"login": "octo-ann"})


HUB = Specimen(name="addresses everywhere", app=_hub, drive=_drive_hub, breaks=("not closed", "all states", "no next"))


def _shelves(conduct: Conduct) -> Flask:
    """Pages as count, next and previous; things named by the word for them; errors by field."""
    app = Flask("shelves")
    authors, books = conduct.ids(), conduct.ids(3)
    names: dict[int, str] = {}
    kept: dict[int, dict[str, Any]] = {}

    @app.post("/authors/")
    def write() -> ResponseReturnValue:
        if not request.get_json().get("name"):
            return jsonify(name=["This field may not be blank."]), 400
        number = next(authors)
        names[number] = request.get_json()["name"]
        return jsonify(id=number, name=names[number]), 201

    @app.post("/books/")
    def add() -> ResponseReturnValue:
        given = request.get_json()
        if given["author"] not in names:
            return jsonify(author=[f'Invalid pk "{given["author"]}" - object does not exist.']), 400
        number = next(books)
        price = "0.00" if conduct == "free of charge" else given["price"]
        kept[number] = {
            "id": number,
            "title": given["title"],
            "author": given["author"],
            "price": price,
            "in_print": True,
        }
        return jsonify(kept[number]), 201

    @app.get("/books/")
    def several() -> ResponseReturnValue:
        author, page = int(request.args["author"]), int(request.args.get("page", 1))
        found = [each for each in kept.values() if each["author"] == author or conduct == "authors ignored"]
        here = f"{request.base_url}?author={author}&page="
        after = f"{here}{page + 1}" if len(found) > 2 * page else None
        before = f"{here}{page - 1}" if page > 1 else None
        return jsonify(count=len(found), next=after, previous=before, results=found[2 * page - 2 : 2 * page])

    @app.delete("/books/<int:number>/")
    def remove(number: int) -> ResponseReturnValue:
        if conduct != "never removed":
            kept.pop(number)
        return "", 204

    @app.get("/books/<int:number>/")
    def read(number: int) -> ResponseReturnValue:
        return (jsonify(kept[number]), 200) if number in kept else (jsonify(detail="Not found."), 404)

    return app


def _drive_shelves(client: Client) -> None:
    author = client.post("/authors/", json={"name": "Ann Droste"})
    other = client.post("/authors/", json={"name": "Bo Lund"})
    wanted = {"author": author["id"], "price": "12.90"}
    books = [client.post("/books/", json=wanted | {"title": each}) for each in ("North", "South", "West")]
    client.post("/books/", json={"author": other["id"], "price": "7.00", "title": "East"})
    client.post("/books/", 400, json={"author": 987654, "price": "7.00", "title": "Nowhere"})
    client.post("/authors/", 400, json={"name": ""})
    client.get("/books/", params={"author": author["id"]})
    client.get("/books/", params={"author": author["id"], "page": 2})
    client.get(f"/books/{books[0]['id']}/")
    client.call("DELETE", f"/books/{books[0]['id']}/", 204)
    client.get(f"/books/{books[0]['id']}/", 404)


SHELVES = Specimen(
    name="pages by count and next",
    app=_shelves,
    drive=_drive_shelves,
    breaks=("free of charge", "authors ignored", "never removed"),
)


def _chat(conduct: Conduct) -> Flask:
    """Large ids as numbers and as texts, messages that only grow, polled since a time or behind an id."""
    app = Flask("chat")
    counter = itertools.count()
    rooms: dict[str, list[dict[str, Any]]] = {}

    def flake() -> int:
        return (int(time.time() * 1000) - 1288834974657 << 22) + next(counter)

    @app.post("/channels")
    def found() -> ResponseReturnValue:
        key = str(flake())
        rooms[key] = []
        return jsonify(id=key, name=request.get_json()["name"], type=0), 201

    @app.post("/channels/<key>/messages")
    def say(key: str) -> ResponseReturnValue:
        number = flake()
        message = {"id": number, "id_str": str(number), "channel_id": key, "content": request.get_json()["content"]}
        if conduct == "ids apart":
            message["id_str"] = str(number + 1)
        message |= {"timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"), "edited_timestamp": None}
        rooms[key].append(message)
        return jsonify(message), 201

    @app.get("/channels/<key>/messages")
    def read(key: str) -> ResponseReturnValue:
        messages = rooms[key]
        if "after" in request.args and conduct != "after ignored":
            messages = [each for each in messages if each["id"] > int(request.args["after"])]
        if "since" in request.args and conduct != "since ignored":
            messages = [each for each in messages if each["timestamp"] > request.args["since"]]
        return jsonify(messages[: int(request.args.get("limit", 50))])

    return app


def _drive_chat(client: Client) -> None:
    channel = client.post("/channels", json={"name": "general"})["id"]
    first = client.post(f"/channels/{channel}/messages", json={"content": "Hello there"})
    # Somebody types: the next message has a later stamp, which a read since the first one needs.
    time.sleep(0.01)
    client.post(f"/channels/{channel}/messages", json={"content": "And you are?"})
    client.get(f"/channels/{channel}/messages")
    client.get(f"/channels/{channel}/messages", params={"after": first["id_str"]})
    client.get(f"/channels/{channel}/messages", params={"since": first["timestamp"]})


CHAT = Specimen(
    name="messages since", app=_chat, drive=_drive_chat, breaks=("ids apart", "after ignored", "since ignored")
)


def _articles(conduct: Conduct) -> Flask:
    """Versions that must be named to write, things that are removed softly and come back, tags shared by many."""
    app = Flask("articles")
    ids = conduct.ids()
    kept: dict[int, dict[str, Any]] = {}
    tags: dict[int, set[str]] = {}

    @app.post("/articles")
    def create() -> ResponseReturnValue:
        number = next(ids)
        kept[number] = {"id": number, "title": request.get_json()["title"], "version": 1, "deleted_at": None}
        tags[number] = set()
        return jsonify(kept[number]), 201

    @app.put("/articles/<int:number>")
    def write(number: int) -> ResponseReturnValue:
        given = request.get_json()
        if given["version"] != kept[number]["version"] and conduct != "last one wins":
            return jsonify(error="stale", current=kept[number]["version"]), 409
        kept[number] |= {"title": given["title"], "version": kept[number]["version"] + 1}
        return jsonify(kept[number])

    @app.delete("/articles/<int:number>")
    def remove(number: int) -> ResponseReturnValue:
        kept[number]["deleted_at"] = datetime.now(UTC).isoformat()
        return "", 204

    @app.post("/articles/<int:number>/restore")
    def restore(number: int) -> ResponseReturnValue:
        kept[number]["deleted_at"] = None if conduct != "not restored" else kept[number]["deleted_at"]
        return jsonify(kept[number])

    @app.get("/articles/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        if kept[number]["deleted_at"] and conduct != "still there":
            return jsonify(error="gone"), 410
        return jsonify(kept[number] | {"tags": sorted(tags[number])})

    @app.put("/articles/<int:number>/tags/<tag>")
    def put_on(number: int, tag: str) -> ResponseReturnValue:
        tags[number].add(tag)
        return "", 204

    @app.get("/tags/<tag>/articles")
    def tagged(tag: str) -> ResponseReturnValue:
        found = [{"id": each, "title": kept[each]["title"]} for each in kept if tag in tags[each]]
        return jsonify(articles=found[: 0 if conduct == "tags lost" else None])

    return app


def _drive_articles(client: Client) -> None:
    first = client.post("/articles", json={"title": "A first draft"})["id"]
    second = client.post("/articles", json={"title": "Another draft"})["id"]
    client.call("PUT", f"/articles/{first}", 200, json={"title": "Better", "version": 1})
    client.call("PUT", f"/articles/{first}", 409, json={"title": "Worse", "version": 1})
    for each in (first, second):
        client.call("PUT", f"/articles/{each}/tags/travel", 204)
    client.get(f"/articles/{first}")
    client.get("/tags/travel/articles")
    client.call("DELETE", f"/articles/{first}", 204)
    client.get(f"/articles/{first}", 410)
    client.post(f"/articles/{first}/restore", 200)
    client.get(f"/articles/{first}")


ARTICLES = Specimen(
    name="versions, tags and what is removed softly",
    app=_articles,
    drive=_drive_articles,
    breaks=("last one wins", "not restored", "still there", "tags lost"),
)


SPECIMENS = (HUB, SHELVES, CHAT, ARTICLES)
