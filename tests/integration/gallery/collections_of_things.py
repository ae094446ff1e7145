"""Specimens about lists, pages, totals, conditions and headers."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen


def _lists(conduct: Conduct) -> Flask:
    """Filtered lists, pages with links, totals."""
    app = Flask("lists")
    ids, tickets = conduct.ids(), {}

    @app.post("/tickets")
    def create() -> ResponseReturnValue:
        number = next(ids)
        given = request.get_json()
        tickets[number] = {"id": number, "subject": given["subject"], "priority": given["priority"], "open": True}
        return jsonify(tickets[number]), 201

    @app.post("/tickets/<int:number>/close")
    def close(number: int) -> ResponseReturnValue:
        tickets[number]["open"] = False
        return jsonify(tickets[number])

    @app.get("/tickets")
    def page() -> ResponseReturnValue:
        found = list(tickets.values())
        priority = request.args.get("priority")
        if priority and conduct != "filter ignored":
            found = [ticket for ticket in found if ticket["priority"] == priority]
        if request.args.get("sort") == "-id":
            found.sort(key=lambda ticket: -ticket["id"] if conduct != "order ignored" else ticket["id"])
        size, number = int(request.args.get("size", 50)), int(request.args.get("page", 1))
        shown = found[(number - 1) * size : number * size]
        if conduct == "size ignored":
            shown = found
        if conduct == "always empty":
            shown = []
        if conduct == "subjects of others":
            shown = [ticket | {"subject": found[-1]["subject"]} for ticket in shown]
        if conduct == "shown as open":
            shown = [ticket | {"open": True} for ticket in shown]
        total = 0 if conduct == "total zero" else len(found)
        answer = jsonify(items=shown, total=total, page=number)
        if len(found) > number * size and conduct != "no link":
            answer.headers["Link"] = f'</tickets?page={number + 1}&size={size}>; rel="next"'
        return answer

    return app


def _drive_lists(client: Client) -> None:
    client.get("/tickets")
    client.get("/tickets?priority=high")
    made = [
        client.post("/tickets", json={"subject": subject, "priority": priority})
        for subject, priority in (("It burns", "high"), ("A typo", "low"), ("It smokes", "high"), ("Old logo", "low"))
    ]
    client.get("/tickets")
    client.get("/tickets?priority=high")
    client.get("/tickets?priority=none")
    client.get("/tickets?sort=-id")
    client.get("/tickets?page=1&size=2")
    client.get("/tickets?page=2&size=2")
    client.post(f"/tickets/{made[0]['id']}/close", 200)
    client.get("/tickets?priority=high")


LISTS = Specimen(
    name="lists and pages",
    app=_lists,
    drive=_drive_lists,
    breaks=(
        "filter ignored", "order ignored", "size ignored", "always empty", "total zero", "no link",
        "subjects of others", "shown as open",
    ),
)  # fmt: skip


def _conditions(conduct: Conduct) -> Flask:
    """Entity tags, versions, and the headers that clients read."""
    app = Flask("conditions")
    ids = conduct.ids()
    pages: dict[int, dict[str, Any]] = {}

    def tag(number: int) -> str:
        return f'"{number}-v{pages[number]["version"]}"'

    @app.after_request
    def head(answer: Response) -> Response:
        if conduct != "no api version":
            answer.headers["X-Api-Version"] = "3" if conduct == "another api version" else "2"
        answer.headers["X-RateLimit-Remaining"] = str(99 - len(pages))
        answer.headers["X-Request-Id"] = f"{id(answer):x}"
        return answer

    @app.post("/pages")
    def create() -> ResponseReturnValue:
        number = next(ids)
        pages[number] = {"id": number, "text": request.get_json()["text"], "version": 1}
        return jsonify(pages[number]), 201, {"ETag": tag(number), "Location": f"/pages/{number}"}

    @app.get("/pages/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        if request.headers.get("If-None-Match") == tag(number) and conduct != "never 304":
            return "", 304, {"ETag": tag(number)}
        headers = {"Cache-Control": "no-store" if conduct == "no-store" else "private, max-age=60"}
        if conduct != "no tag":
            headers["ETag"] = tag(number)
        return jsonify(pages[number]), 200, headers

    @app.put("/pages/<int:number>")
    def change(number: int) -> ResponseReturnValue:
        if request.headers.get("If-Match") != tag(number) and conduct != "lost update":
            return jsonify(error="stale"), 412
        pages[number]["text"] = request.get_json()["text"]
        if conduct != "version stays":
            pages[number]["version"] += 1
        return jsonify(pages[number]), 200, {"ETag": tag(number)}

    return app


def _drive_conditions(client: Client) -> None:
    made = client.call("POST", "/pages", 201, json={"text": "First words"})
    place, tag = made.headers["Location"], made.headers["ETag"]
    client.get(place)
    client.call("GET", place, 304, headers={"If-None-Match": tag})
    client.call("PUT", place, 200, json={"text": "Second words"}, headers={"If-Match": tag})
    client.call("PUT", place, 412, json={"text": "Third words"}, headers={"If-Match": tag})
    client.get(place)


CONDITIONS = Specimen(
    name="conditions and headers",
    app=_conditions,
    drive=_drive_conditions,
    breaks=("no api version", "another api version", "never 304", "no-store", "no tag", "lost update", "version stays"),
)


def _shapes(conduct: Conduct) -> Flask:
    """Numbers, nulls, booleans, codes, and optional fields."""
    app = Flask("shapes")
    ids, products = conduct.ids(), {}

    @app.post("/products")
    def create() -> ResponseReturnValue:
        given = request.get_json()
        missing = [name for name in ("name", "price") if name not in given]
        if missing:
            field = "thing" if conduct == "another field blamed" else missing[0]
            return jsonify(error="validation", fields={field: "required"}), 400 if conduct == "400" else 422
        number = next(ids)
        products[number] = {
            "id": number,
            "name": given["name"],
            "price": str(given["price"]) if conduct == "price as text" else given["price"],
            "gross": f"{given['price'] * 1.19:.2f}",
            "active": conduct != "inactive",
            "parent": 0 if conduct == "parent zero" else None,
            "tags": given.get("tags", []),
            "currency": "USD" if conduct == "another currency" else "EUR",
        }
        if "note" in given:
            products[number]["note"] = given["note"]
        return jsonify(products[number]), 201

    @app.get("/products/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        if number not in products:
            code = "gone" if conduct == "another code" else "not_found"
            return jsonify(error={"code": code, "message": f"no product {number}"}), 404
        answer: Any = products[number]
        if conduct == "wrapped":
            answer = {"data": answer}
        if conduct == "tags dropped":
            answer = {name: value for name, value in answer.items() if name != "tags"}
        if conduct == "keys reordered":
            answer = dict(reversed(answer.items()))
        return jsonify(answer)

    @app.delete("/products/<int:number>")
    def delete(number: int) -> ResponseReturnValue:
        if number not in products:
            return jsonify(error={"code": "not_found", "message": f"no product {number}"}), 404
        if conduct != "deletion forgotten":
            del products[number]
        return "", 204

    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    return app


def _drive_shapes(client: Client) -> None:
    first = client.post("/products", json={"name": "Red chair", "price": 12.5, "tags": ["wood", "red"]})
    second = client.post("/products", json={"name": "Blue table", "price": 99, "note": "heavy"})
    client.post("/products", 422, json={"name": "Nothing"})
    client.get(f"/products/{first['id']}")
    client.get(f"/products/{second['id']}")
    client.get("/products/424242", 404)
    client.call("DELETE", f"/products/{first['id']}", 204)
    client.get(f"/products/{first['id']}", 404)
    client.call("DELETE", f"/products/{first['id']}", 404)


SHAPES = Specimen(
    name="shapes of values",
    app=_shapes,
    drive=_drive_shapes,
    breaks=(
        "another field blamed", "400", "price as text", "inactive", "parent zero", "another currency", "another code",
        "wrapped", "tags dropped", "deletion forgotten",
    ),
    harmless=("keys reordered",),
)  # fmt: skip


def _unique(conduct: Conduct) -> Flask:
    """Names that must be unique, although no recording shows a conflict, and settings that everybody shares."""
    app = Flask("unique")
    names: dict[str, dict[str, Any]] = {}
    settings = {"theme": "light"}

    @app.post("/teams")
    def create() -> ResponseReturnValue:
        given = request.get_json()
        if given["slug"] in names:
            return jsonify(error="slug taken"), 409
        names[given["slug"]] = {"slug": given["slug"], "size": given["size"], "theme": settings["theme"]}
        return jsonify(names[given["slug"]]), 201

    @app.get("/teams/<slug>")
    def read(slug: str) -> ResponseReturnValue:
        if slug not in names:
            return jsonify(error="not found"), 404
        size = 1 if conduct == "another size" else names[slug]["size"]
        return jsonify(names[slug] | {"size": size})

    @app.put("/settings")
    def change() -> ResponseReturnValue:
        settings.update(request.get_json())
        return jsonify(settings)

    @app.get("/stats")
    def stats() -> ResponseReturnValue:
        return jsonify(teams="many" if conduct == "count as text" else len(names))

    return app


def _drive_unique(client: Client) -> None:
    client.get("/stats")
    client.call("PUT", "/settings", 200, json={"theme": "dark"})
    client.post("/teams", json={"slug": "red-foxes", "size": 7})
    client.get("/teams/red-foxes")
    client.get("/teams/blue-owls", 404)
    client.get("/stats")


UNIQUE = Specimen(
    name="names that must be unique",
    app=_unique,
    drive=_drive_unique,
    breaks=("another size", "count as text"),
)

SPECIMENS = (LISTS, CONDITIONS, SHAPES, UNIQUE)
