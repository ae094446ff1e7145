"""Specimens about pages, ranks, searches, tags, bulk calls, nesting and logs."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen


def _pages(conduct: Conduct) -> Flask:
    """Offsets and limits, and cursors with links; ten on a page where nobody asks for fewer."""
    app = Flask("pages")
    ids, songs = conduct.ids(), {}

    @app.post("/songs")
    def add() -> ResponseReturnValue:
        number, given = next(ids), request.get_json()
        songs[number] = {"id": number, "title": given["title"], "seconds": given["seconds"], "lyrics": None}
        if "year" in given:
            songs[number]["year"] = given["year"]
        return jsonify(songs[number]), 201

    @app.get("/songs")
    def offsets() -> ResponseReturnValue:
        offset, limit = int(request.args.get("offset", 0)), int(request.args.get("limit", 10))
        if conduct == "offset ignored":
            offset = 0
        if conduct == "limit ignored":
            limit = 1000
        known = list(songs.values())
        rows = known[offset : offset + limit]
        more = offset + limit < len(known) and conduct != "no more ever"
        meta = {"offset": offset, "limit": limit, "total": len(known), "has_more": more}
        if conduct == "total of the page":
            meta["total"] = len(rows)
        return jsonify(data=rows, meta=meta)

    @app.get("/songs/feed")
    def feed() -> ResponseReturnValue:
        after = int(base64.b64decode(request.args["cursor"]).decode()) if "cursor" in request.args else 0
        size = int(request.args.get("size", 2))
        known = [song for number, song in songs.items() if number > after or conduct == "cursor ignored"]
        rows = known[:size]
        answer = jsonify(rows)
        if len(known) > size and conduct != "no link":
            cursor = base64.b64encode(str(rows[-1]["id"]).encode()).decode()
            answer.headers["Link"] = f'</songs/feed?size={size}&cursor={cursor}>; rel="next"'
        return answer

    return app


def _drive_pages(client: Client) -> None:
    client.get("/songs")
    for title, seconds in (("Hey Jude", 431), ("Yesterday", 125), ("Let It Be", 243)):
        client.post("/songs", json={"title": title, "seconds": seconds})
    client.post("/songs", json={"title": "Something", "seconds": 182, "year": 1969})
    client.get("/songs")
    client.get("/songs?offset=0&limit=2")
    client.get("/songs?offset=2&limit=2")
    client.get("/songs?offset=9&limit=2")
    first = client.call("GET", "/songs/feed?size=2", 200)
    client.call("GET", first.links["next"]["url"], 200)


PAGES = Specimen(
    name="offsets, limits and cursors",
    app=_pages,
    drive=_drive_pages,
    breaks=("limit ignored", "no link"),
    fresh_breaks=("offset ignored", "no more ever", "total of the page", "cursor ignored"),
)


def _ranks(conduct: Conduct) -> Flask:
    """Counters that grow with each look, top lists, sorting, and what was deleted softly."""
    app = Flask("ranks")
    ids = conduct.ids()
    films: dict[int, dict[str, Any]] = {}

    def shown() -> list[dict[str, Any]]:
        return [film for film in films.values() if not film["deleted"] or conduct == "deleted ones listed"]

    @app.post("/films")
    def add() -> ResponseReturnValue:
        number, given = next(ids), request.get_json()
        films[number] = {"id": number, "title": given["title"], "votes": 0, "views": 0, "deleted": False}
        return jsonify(films[number]), 201

    @app.post("/films/<int:number>/votes")
    def vote(number: int) -> ResponseReturnValue:
        films[number]["votes"] += 0 if conduct == "votes lost" else request.get_json()["stars"]
        return jsonify(films[number])

    @app.get("/films/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        if number not in films or (films[number]["deleted"] and conduct != "deleted ones found"):
            return jsonify(error="gone" if number in films else "not_found"), 410 if number in films else 404
        films[number]["views"] += 1
        return jsonify(films[number])

    @app.delete("/films/<int:number>")
    def delete(number: int) -> ResponseReturnValue:
        if number not in films or films[number]["deleted"]:
            return jsonify(error="not_found"), 404
        films[number]["deleted"] = True
        return "", 204

    @app.get("/films/top")
    def top() -> ResponseReturnValue:
        ranked = sorted(shown(), key=lambda film: film["votes"], reverse=conduct != "worst first")
        rows = [{"rank": rank, **film} for rank, film in enumerate(ranked[:3], start=1)]
        return jsonify(rows)

    @app.get("/films")
    def every() -> ResponseReturnValue:
        found = shown()
        if request.args.get("sort") == "title":
            found.sort(key=lambda film: str(film["title"]), reverse=conduct == "sorted backwards")
        return jsonify(films=found, count=len(found))

    return app


def _drive_ranks(client: Client) -> None:
    made = [client.post("/films", json={"title": title}) for title in ("Vertigo", "Alien", "Fargo", "Memento")]
    client.post(f"/films/{made[1]['id']}/votes", 200, json={"stars": 5})
    client.post(f"/films/{made[2]['id']}/votes", 200, json={"stars": 3})
    client.get("/films/top")
    for _ in range(3):
        client.get(f"/films/{made[0]['id']}")
    client.get("/films?sort=title")
    client.call("DELETE", f"/films/{made[0]['id']}", 204)
    client.call("DELETE", f"/films/{made[0]['id']}", 404)
    client.get(f"/films/{made[0]['id']}", 410)
    client.get("/films")


RANKS = Specimen(
    name="ranks, counters and tombstones",
    app=_ranks,
    drive=_drive_ranks,
    breaks=("deleted ones found", "votes lost", "sorted backwards", "deleted ones listed"),
    fresh_breaks=("worst first",),
)


def _search(conduct: Conduct) -> Flask:
    """Searches by POST, tags of many things, and calls for many things at once."""
    app = Flask("search")
    ids, notes, tags = conduct.ids(), dict[int, str](), dict[str, set[int]]()

    def shown(number: int) -> dict[str, Any]:
        own = sorted(tag for tag, members in tags.items() if number in members)
        return {"id": number, "text": notes[number], "tags": [] if conduct == "tags lost" else own}

    @app.post("/notes")
    def add() -> ResponseReturnValue:
        number = next(ids)
        notes[number] = request.get_json()["text"]
        return jsonify(shown(number)), 201

    @app.put("/notes/<int:number>/tags/<tag>")
    def put_tag(number: int, tag: str) -> ResponseReturnValue:
        tags.setdefault(tag, set()).add(number)
        return "", 204

    @app.delete("/notes/<int:number>/tags/<tag>")
    def drop_tag(number: int, tag: str) -> ResponseReturnValue:
        if conduct != "tag stays":
            tags.get(tag, set()).discard(number)
        return "", 204

    @app.get("/notes/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        return jsonify(shown(number)) if number in notes else (jsonify(error="not found"), 404)

    @app.post("/notes/search")
    def search() -> ResponseReturnValue:
        given = request.get_json()
        found = [shown(number) for number, text in notes.items() if given["text"] in text or conduct == "finds all"]
        return jsonify(hits=[] if conduct == "finds none" else found, total=len(found))

    @app.post("/notes/bulk")
    def bulk() -> ResponseReturnValue:
        results: list[dict[str, Any]] = []
        for each in request.get_json()["notes"]:
            if not each.get("text"):
                results.append({"status": 201 if conduct == "accepts all" else 422, "error": "text is missing"})
                continue
            number = next(ids)
            notes[number] = each["text"]
            results.append({"status": 201, "id": number})
        return jsonify(results=results[:1] if conduct == "first only" else results), 207

    @app.get("/tags")
    def every_tag() -> ResponseReturnValue:
        return jsonify([{"name": tag, "count": len(members)} for tag, members in sorted(tags.items()) if members])

    return app


def _drive_search(client: Client) -> None:
    made = [client.post("/notes", json={"text": text}) for text in ("buy some milk", "call the bank", "drink milk")]
    client.call("PUT", f"/notes/{made[0]['id']}/tags/home", 204)
    client.call("PUT", f"/notes/{made[0]['id']}/tags/food", 204)
    client.call("PUT", f"/notes/{made[2]['id']}/tags/food", 204)
    client.get(f"/notes/{made[0]['id']}")
    client.post("/notes/search", 200, json={"text": "milk"})
    client.post("/notes/search", 200, json={"text": "nothing like it"})
    client.get("/tags")
    client.call("DELETE", f"/notes/{made[0]['id']}/tags/home", 204)
    client.get(f"/notes/{made[0]['id']}")
    client.post("/notes/bulk", 207, json={"notes": [{"text": "one more"}, {}, {"text": "and another"}]})


SEARCH = Specimen(
    name="searches, tags and bulk calls",
    app=_search,
    drive=_drive_search,
    breaks=("tags lost", "tag stays", "finds none", "accepts all", "first only"),
    fresh_breaks=("finds all",),
)


def _nested(conduct: Conduct) -> Flask:
    """Things in things in things, and a log of every call."""
    app = Flask("nested")
    ids = conduct.ids()
    boards: dict[int, dict[str, Any]] = {}
    cards: dict[int, dict[str, Any]] = {}
    log: list[dict[str, Any]] = []

    @app.before_request
    def note() -> None:
        if request.path != "/log" or request.args:
            at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            log.append({"method": request.method, "path": request.path, "at": at})

    @app.post("/boards")
    def add_board() -> ResponseReturnValue:
        number = next(ids)
        boards[number] = {"id": number, "name": request.get_json()["name"]}
        return jsonify(boards[number]), 201

    @app.post("/boards/<int:board>/lists")
    def add_list(board: int) -> ResponseReturnValue:
        number = next(ids)
        lists = boards[board].setdefault("lists", {})
        lists[number] = {"id": number, "board_id": board, "name": request.get_json()["name"]}
        return jsonify(lists[number]), 201

    @app.post("/boards/<int:board>/lists/<int:column>/cards")
    def add_card(board: int, column: int) -> ResponseReturnValue:
        if column not in boards[board].get("lists", {}):
            return jsonify(error="no such list"), 404
        number = next(ids)
        cards[number] = {"id": number, "list_id": column, "title": request.get_json()["title"], "assignee": None}
        return jsonify(cards[number]), 201

    @app.get("/boards/<int:board>/lists/<int:column>/cards")
    def list_cards(board: int, column: int) -> ResponseReturnValue:
        if column not in boards[board].get("lists", {}):
            return jsonify(error="no such list"), 404
        found = [card for card in cards.values() if card["list_id"] == column or conduct == "cards of all lists"]
        if conduct == "newest first":
            found.reverse()
        return jsonify(found)

    @app.post("/cards/<int:number>/move")
    def move(number: int) -> ResponseReturnValue:
        if conduct != "stays in its list":
            cards[number]["list_id"] = request.get_json()["list_id"]
        return jsonify(cards[number])

    @app.get("/log")
    def every_call() -> ResponseReturnValue:
        entries = [] if conduct == "log empty" else log
        return jsonify(entries=entries, count=str(len(entries)) if conduct == "count as text" else len(entries))

    return app


def _drive_nested(client: Client) -> None:
    board = client.post("/boards", json={"name": "Garden"})["id"]
    first, second = (client.post(f"/boards/{board}/lists", json={"name": name})["id"] for name in ("To do", "Done"))
    made = [
        client.post(f"/boards/{board}/lists/{first}/cards", json={"title": title})["id"]
        for title in ("Mow the lawn", "Water the roses")
    ]
    client.get(f"/boards/{board}/lists/{first}/cards")
    client.get(f"/boards/{board}/lists/{second}/cards")
    client.post(f"/cards/{made[0]}/move", 200, json={"list_id": second})
    client.get(f"/boards/{board}/lists/{first}/cards")
    client.get(f"/boards/{board}/lists/{second}/cards")
    client.get(f"/boards/{board}/lists/424242/cards", 404)
    client.get("/log")


NESTED = Specimen(
    name="things in things, and a log",
    app=_nested,
    drive=_drive_nested,
    breaks=("cards of all lists", "stays in its list", "newest first", "log empty", "count as text"),
)


def _modes(conduct: Conduct) -> Flask:
    """Settings for all that are read before and after they change, and numbers of everything."""
    app = Flask("modes")
    ids, orders = conduct.ids(), {}
    settings: dict[str, Any] = {"currency": "EUR", "maintenance": False, "limit": 5}

    @app.get("/settings")
    def read() -> ResponseReturnValue:
        return jsonify(settings | ({"currency": "CHF"} if conduct == "francs" else {}))

    @app.patch("/settings")
    def change() -> ResponseReturnValue:
        if conduct != "change forgotten":
            settings.update(request.get_json())
        return jsonify(settings)

    @app.post("/orders")
    def order() -> ResponseReturnValue:
        number = next(ids)
        orders[number] = {"id": number, "item": request.get_json()["item"], "currency": settings["currency"]}
        return jsonify(orders[number]), 201

    @app.get("/orders/<int:number>")
    def one(number: int) -> ResponseReturnValue:
        answer = orders[number] | ({"currency": "JPY"} if conduct == "yen" else {})
        return jsonify(answer)

    @app.get("/stats")
    def stats() -> ResponseReturnValue:
        counted = 0 if conduct == "counts nothing" else len(orders)
        return jsonify(orders=counted, open=True, newest=max(orders, default=None))

    return app


def _drive_modes(client: Client) -> None:
    client.get("/settings")
    client.get("/stats")
    first = client.post("/orders", json={"item": "chair"})
    client.call("PATCH", "/settings", 200, json={"currency": "USD"})
    second = client.post("/orders", json={"item": "table"})
    client.get(f"/orders/{first['id']}")
    client.get(f"/orders/{second['id']}")
    client.get("/settings")
    client.get("/stats")


MODES = Specimen(
    name="settings that change",
    app=_modes,
    drive=_drive_modes,
    breaks=("yen", "change forgotten"),
    fresh_breaks=("francs", "counts nothing"),
)

SPECIMENS = (PAGES, RANKS, SEARCH, NESTED, MODES)
