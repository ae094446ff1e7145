"""Specimens whose paths have no words, or other ones than their bodies."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen


def _tenants(conduct: Conduct) -> Flask:
    """Names at the root of all paths, and names below them."""
    app = Flask("tenants")
    ids, tenants = conduct.ids(), dict[str, dict[str, str]]()

    @app.post("/tenants")
    def open_one() -> ResponseReturnValue:
        name = request.get_json()["name"]
        if name in tenants:
            return jsonify(error="taken"), 409
        tenants[name] = {}
        return jsonify(id=next(ids), name=name), 201

    @app.post("/<tenant>")
    def create(tenant: str) -> ResponseReturnValue:
        if tenant not in tenants:
            return jsonify(error="no tenant"), 404
        sent = request.get_json()
        tenants[tenant][sent["name"]] = sent["text"]
        return jsonify(name=sent["name"], owner=tenant, text=sent["text"]), 201

    @app.get("/<tenant>/<name>")
    def read(tenant: str, name: str) -> ResponseReturnValue:
        if name not in tenants.get(tenant, {}):
            return jsonify(error="no such thing"), 404
        text = "Others" if conduct == "another text" else tenants[tenant][name]
        return jsonify(name=name, owner="nobody" if conduct == "another owner" else tenant, text=text)

    @app.delete("/<tenant>/<name>")
    def delete(tenant: str, name: str) -> ResponseReturnValue:
        if conduct != "not deleted":
            tenants[tenant].pop(name, None)
        return "", 204

    return app


def _drive_tenants(client: Client) -> None:
    for tenant, name in (("acme", "widgets"), ("globex", "gears")):
        client.post("/tenants", json={"name": tenant})
        client.post(f"/{tenant}", json={"name": name, "text": f"Some {name}"})
        client.get(f"/{tenant}/{name}")
    client.get("/acme/nothing", 404)
    client.call("DELETE", "/acme/widgets", 204)
    client.get("/acme/widgets", 404)


def _courts(conduct: Conduct) -> Flask:
    """Paths of numbers only, which bodies call otherwise."""
    app = Flask("courts")
    ids, courts = conduct.ids(), dict[int, dict[int, str]]()

    @app.post("/open")
    def open_one() -> ResponseReturnValue:
        number = next(ids)
        courts[number] = {}
        return jsonify(court=number, city=request.get_json()["city"]), 201

    @app.post("/<int:court>")
    def file(court: int) -> ResponseReturnValue:
        if court not in courts:
            return jsonify(error="no court"), 404
        number = next(ids) + 17
        courts[court][number] = request.get_json()["title"]
        return jsonify(docket=number, title=courts[court][number]), 201

    @app.get("/<int:court>/<int:docket>")
    def read(court: int, docket: int) -> ResponseReturnValue:
        if docket not in courts.get(court, {}):
            return jsonify(error="no case"), 404
        shown = docket + 1 if conduct == "another docket" else docket
        return jsonify(docket=shown, court=court, title=courts[court][docket])

    @app.get("/<int:court>")
    def listed(court: int) -> ResponseReturnValue:
        found = courts if conduct == "cases of all courts" else {court: courts[court]}
        return jsonify(
            cases=[{"docket": number, "title": title} for one in found.values() for number, title in one.items()]
        )

    return app


def _drive_courts(client: Client) -> None:
    courts = [client.post("/open", json={"city": city})["court"] for city in ("Bern", "Thun")]
    cases = [client.post(f"/{court}", json={"title": "Fox v. Crow"})["docket"] for court in courts]
    for court, case in zip(courts, cases, strict=True):
        client.get(f"/{court}/{case}")
    client.get(f"/{courts[0]}")
    client.get(f"/{courts[0]}/999999", 404)


def _invoices(conduct: Conduct) -> Flask:
    """What paths name is called ``no``, in lists and by others as well."""
    app = Flask("invoices")
    ids, invoices = conduct.ids(), dict[int, dict[str, Any]]()

    @app.post("/invoices")
    def create() -> ResponseReturnValue:
        number = next(ids)
        invoices[number] = {"no": number, "customer": request.get_json()["customer"], "paid": False}
        return jsonify(invoices[number]), 201

    @app.get("/invoices")
    def listed() -> ResponseReturnValue:
        rows = list(invoices.values())
        return jsonify(rows[:-1] if conduct == "new one missing" else rows)

    @app.get("/invoices/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        if number not in invoices:
            return jsonify(error="no such invoice"), 404
        return jsonify(invoices[number] | ({"no": number + 1} if conduct == "another number" else {}))

    @app.post("/payments")
    def pay() -> ResponseReturnValue:
        sent = request.get_json()
        if sent["invoice_no"] not in invoices:
            return jsonify(error="no such invoice"), 422
        invoices[sent["invoice_no"]]["paid"] = conduct != "not paid"
        shown = sent["invoice_no"] + (conduct == "payment of another")
        return jsonify(invoice_no=shown, amount=sent["amount"]), 201

    return app


def _drive_invoices(client: Client) -> None:
    first = client.post("/invoices", json={"customer": "Ann Berg"})["no"]
    client.post("/invoices", json={"customer": "Bob Carr"})
    client.get(f"/invoices/{first}")
    client.get("/invoices")
    client.post("/payments", json={"invoice_no": first, "amount": 1250})
    client.get(f"/invoices/{first}")
    client.post("/payments", 422, json={"invoice_no": 999_999, "amount": 1250})


def _packages(conduct: Conduct) -> Flask:
    """Binary uploads, named after what they are of; no body says the name of a file but the upload."""
    app = Flask("packages")
    files = dict[str, bytes]()

    def of(project: str) -> list[str]:
        return [name for name in files if name.rpartition("-")[0] == project]

    @app.post("/")
    def upload() -> ResponseReturnValue:
        file = request.files["content"]
        name = str(file.filename)
        if name in files and conduct != "files twice":
            return Response("there is such a file", 409)
        if not name.startswith(request.form["name"] + "-"):
            return Response("that is no file of the project", 400)
        files[name] = file.read()
        return "", 200

    @app.get("/packages/<name>")
    def download(name: str) -> ResponseReturnValue:
        if name not in files:
            return Response("no such file", 404)
        return Response(b"?" if conduct == "another content" else files[name], mimetype="application/octet-stream")

    @app.get("/simple/<project>/")
    def index(project: str) -> ResponseReturnValue:
        return Response("".join(f"<a>{name}</a>" for name in of(project)), 200 if of(project) else 404)

    @app.get("/<project>/json")
    def about(project: str) -> ResponseReturnValue:
        if not of(project):
            return Response("no such project", 404)
        return jsonify(name="other" if conduct == "another name" else project, kind="package")

    return app


def _drive_packages(client: Client) -> None:
    for minor, status in (("0", 200), ("1", 200), ("0", 409)):
        client.call(
            "POST",
            "/",
            status,
            data={"name": "demo", "version": f"1.{minor}"},
            files={"content": (f"demo-1.{minor}.tar.gz", b"\x1f\x8b\xff" + minor.encode(), "application/gzip")},
        )
    client.call("GET", "/simple/demo/", 200)
    client.call("GET", "/packages/demo-1.0.tar.gz", 200)
    client.call("GET", "/packages/missing-1.0.tar.gz", 404)
    client.get("/demo/json")


def _parcels(conduct: Conduct) -> Flask:
    """Several keys in one segment of a path."""
    app = Flask("parcels")
    ids, parcels = conduct.ids(), dict[str, int]()

    @app.post("/parcels")
    def create() -> ResponseReturnValue:
        key = f"PX{next(ids):05d}"
        parcels[key] = request.get_json()["weight"]
        return jsonify(id=key, weight=parcels[key]), 201

    @app.get("/parcels/<keys>")
    def read(keys: str) -> ResponseReturnValue:
        wanted = keys.split("+")
        if not parcels.keys() >= set(wanted):
            return jsonify(error="unknown"), 404
        shown = wanted[:1] if conduct == "the first only" else wanted
        other = next(iter(parcels))
        return jsonify([{"id": other if conduct == "another" else key, "weight": parcels[key]} for key in shown])

    return app


def _drive_parcels(client: Client) -> None:
    keys = [client.post("/parcels", json={"weight": weight})["id"] for weight in (3, 5, 9)]
    client.get(f"/parcels/{keys[0]}")
    client.get(f"/parcels/{keys[1]}+{keys[0]}")
    client.get("/parcels/" + "+".join(keys))


SPECIMENS = (
    Specimen(
        name="several keys in a segment", app=_parcels, drive=_drive_parcels, breaks=("the first only", "another")
    ),
    Specimen(
        name="packages by file name",
        app=_packages,
        drive=_drive_packages,
        breaks=("files twice", "another content", "another name"),
    ),
    Specimen(
        name="tenants at the root",
        app=_tenants,
        drive=_drive_tenants,
        breaks=("another text", "another owner", "not deleted"),
    ),
    Specimen(
        name="paths of numbers only", app=_courts, drive=_drive_courts, breaks=("another docket", "cases of all courts")
    ),
    Specimen(
        name="invoices by no",
        app=_invoices,
        drive=_drive_invoices,
        breaks=("new one missing", "another number", "not paid", "payment of another"),
    ),
)
