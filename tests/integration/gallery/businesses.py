"""Specimens after services that many teams run: payments, an issue tracker, a ledger, bookings."""

from __future__ import annotations

import secrets
import string
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen

_LETTERS = string.ascii_letters + string.digits


def _prefixed(prefix: str) -> str:
    return prefix + "_" + "".join(secrets.choice(_LETTERS) for _ in range(14))


def _payments(conduct: Conduct) -> Flask:
    """Ids with prefixes, amounts in cents, metadata, lists with cursors, and things expanded on request."""
    app = Flask("payments")
    customers: dict[str, dict[str, Any]] = {}
    charges: dict[str, dict[str, Any]] = {}

    @app.post("/v1/customers")
    def join() -> ResponseReturnValue:
        made = {
            "id": _prefixed("cus"),
            "object": "customer",
            "email": request.form["email"],
            "created": int(time.time()),
        }
        made |= {"metadata": {"plan": request.form.get("metadata[plan]")}, "livemode": False, "balance": 0}
        customers[str(made["id"])] = made
        return jsonify(made)

    @app.post("/v1/charges")
    def charge() -> ResponseReturnValue:
        if request.form["customer"] not in customers:
            fault = {"type": "invalid_request_error", "code": "resource_missing", "param": "customer"}
            return jsonify(error=fault | {"message": f"No such customer: '{request.form['customer']}'"}), 400
        cents = int(request.form["amount"]) * (100 if conduct == "in another unit" else 1)
        made = {"id": _prefixed("ch"), "object": "charge", "amount": cents, "customer": request.form["customer"]}
        made |= {"currency": request.form["currency"], "created": int(time.time()), "refunded": False}
        charges[str(made["id"])] = made
        return jsonify(made)

    @app.get("/v1/charges/<key>")
    def read(key: str) -> ResponseReturnValue:
        expanded = "customer" in request.args.getlist("expand[]") and conduct != "never expanded"
        return jsonify(charges[key] | ({"customer": customers[charges[key]["customer"]]} if expanded else {}))

    @app.get("/v1/charges")
    def all_of_them() -> ResponseReturnValue:
        found = [each for each in reversed(charges.values()) if each["customer"] == request.args["customer"]]
        keys = [each["id"] for each in found]
        first = keys.index(request.args["starting_after"]) + 1 if "starting_after" in request.args else 0
        page = found[first + (conduct == "one skipped") :][: int(request.args.get("limit", 10))]
        return jsonify(object="list", url="/v1/charges", data=page, has_more=len(found) > first + len(page))

    return app


def _drive_payments(client: Client) -> None:
    customer = client.post("/v1/customers", 200, data={"email": "ann@example.com", "metadata[plan]": "team"})
    wanted = {"customer": customer["id"], "currency": "eur"}
    charges = [client.post("/v1/charges", 200, data=wanted | {"amount": str(cents)}) for cents in (1999, 500, 725)]
    client.get(f"/v1/charges/{charges[0]['id']}")
    client.get(f"/v1/charges/{charges[0]['id']}", params={"expand[]": "customer"})
    page = client.get("/v1/charges", params={"customer": customer["id"], "limit": 2})
    client.get("/v1/charges", params={"customer": customer["id"], "limit": 2, "starting_after": page["data"][-1]["id"]})
    client.post("/v1/charges", 400, data={"customer": "cus_nobody", "currency": "eur", "amount": "100"})


PAYMENTS = Specimen(
    name="payments with prefixes",
    app=_payments,
    drive=_drive_payments,
    breaks=("in another unit", "never expanded", "one skipped"),
)


def _tracker(conduct: Conduct) -> Flask:
    """Projects with keys that the client chooses, and issues that count up in each."""
    app = Flask("tracker")
    ids = conduct.ids(10000)
    projects: dict[str, dict[str, Any]] = {}
    issues: dict[str, dict[str, Any]] = {}

    @app.post("/projects")
    def found() -> ResponseReturnValue:
        given = request.get_json()
        if given["key"] in projects:
            return jsonify(errorMessages=[], errors={"projectKey": "A project with that key exists."}), 400
        projects[given["key"]] = {"id": str(next(ids)), "key": given["key"], "name": given["name"], "count": 0}
        return jsonify(projects[given["key"]]), 201

    @app.post("/issues")
    def create() -> ResponseReturnValue:
        fields = request.get_json()["fields"]
        project = projects[fields["project"]["key"]]
        project["count"] += 1
        key = f"{project['key']}-{project['count']}"
        status = {"name": "Done" if conduct == "born done" else "Open"}
        issues[key] = {"id": str(next(ids)), "key": key, "fields": fields | {"status": status, "assignee": None}}
        return jsonify(
            {name: issues[key][name] for name in ("id", "key")} | {"self": f"{request.host_url}issues/{key}"}
        ), 201

    @app.get("/issues/<key>")
    def read(key: str) -> ResponseReturnValue:
        if key not in issues:
            return jsonify(errorMessages=["Issue does not exist"]), 404
        return jsonify(issues[key])

    @app.post("/issues/<key>/transitions")
    def move(key: str) -> ResponseReturnValue:
        if conduct != "stays":
            issues[key]["fields"]["status"] = {"name": request.get_json()["transition"]["name"]}
        return "", 204

    @app.get("/search")
    def search() -> ResponseReturnValue:
        key, _, state = request.args["jql"].removeprefix("project = ").partition(" AND status = ")
        found = [each for each in issues.values() if each["key"].startswith(key + "-")]
        if conduct != "status ignored":
            found = [each for each in found if not state or each["fields"]["status"]["name"] == state.strip('"')]
        return jsonify(startAt=0, maxResults=50, total=len(found), issues=found)

    return app


def _drive_tracker(client: Client) -> None:
    client.post("/projects", json={"key": "SHOP", "name": "The shop"})
    issues = [
        client.post("/issues", json={"fields": {"project": {"key": "SHOP"}, "summary": each}})
        for each in ("Cart loses items", "Taxes are wrong")
    ]
    client.get(f"/issues/{issues[0]['key']}")
    client.call("POST", f"/issues/{issues[0]['key']}/transitions", 204, json={"transition": {"name": "Done"}})
    client.get(f"/issues/{issues[0]['key']}")
    client.get("/issues/SHOP-999", 404)
    client.get("/search", params={"jql": "project = SHOP"})
    client.get("/search", params={"jql": 'project = SHOP AND status = "Done"'})
    client.post("/projects", 400, json={"key": "SHOP", "name": "Another shop"})


TRACKER = Specimen(
    name="issues that count in projects",
    app=_tracker,
    drive=_drive_tracker,
    breaks=("born done", "stays", "status ignored"),
)


def _ledger(conduct: Conduct) -> Flask:
    """Balances that follow from transfers, with decimals as texts; a transfer sent twice counts once."""
    app = Flask("ledger")
    ids, entries = conduct.ids(), conduct.ids(500)
    cents: dict[int, int] = {}
    done: dict[str, dict[str, Any]] = {}

    def shown(number: int) -> dict[str, Any]:
        return {"id": number, "balance": f"{cents[number] / 100:.2f}", "currency": "EUR"}

    @app.post("/accounts")
    def open_account() -> ResponseReturnValue:
        number = next(ids)
        cents[number] = round(float(request.get_json()["opening_balance"]) * 100)
        return jsonify(shown(number)), 201

    @app.post("/transfers")
    def transfer() -> ResponseReturnValue:
        given, key = request.get_json(), request.headers["Idempotency-Key"]
        if key in done and conduct != "booked twice":
            return jsonify(done[key]), 200
        amount = round(float(given["amount"]) * 100)
        if cents[given["from"]] < amount:
            return jsonify(code="insufficient_funds", available=shown(given["from"])["balance"]), 422
        cents[given["from"]] -= amount + (50 if conduct == "a fee" else 0)
        cents[given["to"]] += amount
        done[key] = given | {"id": next(entries), "state": "booked", "booked_at": datetime.now(UTC).isoformat()}
        return jsonify(done[key]), 201

    @app.get("/accounts/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        return jsonify(shown(number))

    @app.get("/accounts/<int:number>/entries")
    def booked(number: int) -> ResponseReturnValue:
        found = [each for each in done.values() if number in (each["from"], each["to"])]
        signs = [
            {"transfer_id": each["id"], "amount": ("-" if each["from"] == number else "") + each["amount"]}
            for each in found
        ]
        return jsonify([each | ({"amount": "0.00"} if conduct == "no amounts" else {}) for each in signs])

    return app


def _drive_ledger(client: Client) -> None:
    mine, yours = (client.post("/accounts", json={"opening_balance": each})["id"] for each in ("100.00", "20.50"))
    first = {"from": mine, "to": yours, "amount": "30.25", "purpose": "rent"}
    client.post("/transfers", json=first, headers={"Idempotency-Key": "4f1c7a52-6c3e-4a8e-b8ef-0a1b2c3d4e5f"})
    client.post("/transfers", 200, json=first, headers={"Idempotency-Key": "4f1c7a52-6c3e-4a8e-b8ef-0a1b2c3d4e5f"})
    client.get(f"/accounts/{mine}")
    client.get(f"/accounts/{yours}")
    too_much = {"from": yours, "to": mine, "amount": "900.00", "purpose": "a car"}
    client.post("/transfers", 422, json=too_much, headers={"Idempotency-Key": "d0b6b9ae-95c4-4f7f-9d43-7a4f0e5a1c11"})
    client.get(f"/accounts/{yours}/entries")


LEDGER = Specimen(name="a ledger", app=_ledger, drive=_drive_ledger, breaks=("booked twice", "a fee", "no amounts"))


def _bookings(conduct: Conduct) -> Flask:
    """Rooms whose free nights depend on bookings, for dates that lie ahead of today."""
    app = Flask("bookings")
    ids, rooms = conduct.ids(), conduct.ids(40)
    kinds: dict[int, str] = {}
    bookings: dict[int, dict[str, Any]] = {}

    def taken(room: int, first: str, last: str) -> bool:
        return any(each["room_id"] == room and each["from"] < last and first < each["to"] for each in bookings.values())

    @app.post("/rooms")
    def build() -> ResponseReturnValue:
        number = next(rooms)
        kinds[number] = request.get_json()["kind"]
        return jsonify(id=number, kind=kinds[number]), 201

    @app.post("/bookings")
    def book() -> ResponseReturnValue:
        given = request.get_json()
        if given["from"] < datetime.now(UTC).date().isoformat() or given["from"] >= given["to"]:
            return jsonify(error="bad_dates"), 400
        if taken(given["room_id"], given["from"], given["to"]) and conduct != "booked over":
            return jsonify(error="not_available"), 409
        nights = (date.fromisoformat(given["to"]) - date.fromisoformat(given["from"])).days
        number = next(ids)
        bookings[number] = given | {
            "id": number,
            "nights": nights + (conduct == "one more night"),
            "status": "confirmed",
        }
        return jsonify(bookings[number]), 201

    @app.delete("/bookings/<int:number>")
    def cancel(number: int) -> ResponseReturnValue:
        bookings.pop(number)
        return "", 204

    @app.get("/rooms/<int:number>/availability")
    def free(number: int) -> ResponseReturnValue:
        first, last = request.args["from"], request.args["to"]
        return jsonify(
            room_id=number, available=not taken(number, first, last) or conduct == "always free", **request.args
        )

    return app


def _drive_bookings(client: Client) -> None:
    def day(ahead: int) -> str:
        return (datetime.now(UTC).date() + timedelta(days=ahead)).isoformat()

    room = client.post("/rooms", json={"kind": "double"})["id"]
    wanted = {"from": day(7), "to": day(10)}
    client.get(f"/rooms/{room}/availability", params=wanted)
    booking = client.post("/bookings", json=wanted | {"room_id": room})
    client.get(f"/rooms/{room}/availability", params=wanted)
    client.post("/bookings", 409, json={"from": day(9), "to": day(12), "room_id": room})
    client.post("/bookings", 400, json={"from": day(-3), "to": day(1), "room_id": room})
    client.call("DELETE", f"/bookings/{booking['id']}", 204)
    client.get(f"/rooms/{room}/availability", params=wanted)


BOOKINGS = Specimen(
    name="bookings for days ahead",
    app=_bookings,
    drive=_drive_bookings,
    breaks=("booked over", "one more night", "always free"),
)


SPECIMENS = (PAYMENTS, TRACKER, LEDGER, BOOKINGS)
