"""Specimens of what shops run: carts whose totals follow, and jobs that end by themselves."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen


def _cart(conduct: Conduct) -> Flask:
    """A cart whose total follows from its lines and its voucher."""
    app = Flask("cart")
    carts: dict[str, dict[str, Any]] = {}
    vouchers: dict[str, int] = {}

    def shown(key: str) -> dict[str, Any]:
        subtotal = sum(each["quantity"] * each["unit_price"] for each in carts[key]["lines"])
        percent = vouchers.get(carts[key]["voucher"], 0)
        discount = 0 if conduct == "no discount" else round(subtotal * percent / 100, 2)
        total = round(subtotal - discount + (1 if conduct == "one too much" else 0), 2)
        return carts[key] | {"id": key, "subtotal": round(subtotal, 2), "discount": discount, "total": total}

    @app.post("/vouchers")
    def issue() -> ResponseReturnValue:
        # A letter among the digits: without one it would be the number of a voucher.
        code = "V-A" + secrets.token_hex(4).upper()
        vouchers[code] = request.get_json()["percent"]
        return jsonify(code=code, percent=vouchers[code]), 201

    @app.post("/carts")
    def begin() -> ResponseReturnValue:
        # Without hyphens: of one such key alone nobody can tell whether they part it.
        key = secrets.token_urlsafe(12).replace("-", "h").replace("_", "u")
        carts[key] = {"lines": [], "voucher": None}
        return jsonify(shown(key)), 201, {"Location": f"/carts/{key}"}

    @app.post("/carts/<key>/lines")
    def add(key: str) -> ResponseReturnValue:
        carts[key]["lines"].append(request.get_json())
        return jsonify(shown(key)), 201

    @app.put("/carts/<key>/voucher")
    def redeem(key: str) -> ResponseReturnValue:
        if request.get_json()["code"] not in vouchers:
            return jsonify(error="unknown_voucher"), 422
        carts[key]["voucher"] = request.get_json()["code"]
        return jsonify(shown(key))

    @app.get("/carts/<key>")
    def read(key: str) -> ResponseReturnValue:
        return jsonify(shown(key))

    return app


def _drive_cart(client: Client) -> None:
    voucher = client.post("/vouchers", json={"percent": 10})
    cart = client.post("/carts")
    lines = f"/carts/{cart['id']}/lines"
    client.post(lines, json={"sku": "MUG-1", "quantity": 2, "unit_price": 8.5})
    client.post(lines, json={"sku": "TEA-7", "quantity": 1, "unit_price": 13.0})
    client.get(f"/carts/{cart['id']}")
    client.call("PUT", f"/carts/{cart['id']}/voucher", 422, json={"code": "V-NOSUCH"})
    client.call("PUT", f"/carts/{cart['id']}/voucher", 200, json={"code": voucher["code"]})
    client.get(f"/carts/{cart['id']}")


CART = Specimen(name="a cart with vouchers", app=_cart, drive=_drive_cart, breaks=("no discount", "one too much"))


def _jobs(conduct: Conduct) -> Flask:
    """Jobs that are queued, run and end by themselves, and can be cancelled before that.

    Time goes by with the looks at a job, so that no machine is too slow for it.
    """
    app = Flask("jobs")
    ids = conduct.ids()
    jobs: dict[int, dict[str, Any]] = {}

    def shown(number: int) -> dict[str, Any]:
        job = jobs[number]
        ended = "failed" if job["kind"] == "explode" else "done"
        state = job["state"] or ("queued" if job["looks"] < 3 else ended)
        seen: dict[str, Any] = {"id": number, "kind": job["kind"], "state": state, "attempts": int(state != "queued")}
        result = {"rows": 3 if conduct != "rows as text" else "3"} if state == "done" else None
        return seen | {"result": result, "error": "boom" if state == "failed" else None}

    @app.post("/jobs")
    def enqueue() -> ResponseReturnValue:
        number = next(ids)
        jobs[number] = {"kind": request.get_json()["kind"], "state": None, "looks": 0}
        return jsonify(shown(number)), 202

    @app.get("/jobs/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        jobs[number]["looks"] += 1
        return jsonify(shown(number))

    @app.post("/jobs/<int:number>/cancel")
    def cancel(number: int) -> ResponseReturnValue:
        if shown(number)["state"] in {"done", "failed"} and conduct != "ended all the same":
            return jsonify(error="already ended"), 409
        jobs[number]["state"] = "cancelled" if conduct != "not cancelled" else None
        return jsonify(shown(number))

    return app


def _drive_jobs(client: Client) -> None:
    for kind, end in (("report", "done"), ("explode", "failed")):
        job = client.post("/jobs", 202, json={"kind": kind})
        while client.get(f"/jobs/{job['id']}")["state"] != end:
            # A client that polls; the third look shows the end.
            continue
        client.post(f"/jobs/{job['id']}/cancel", 409)
    other = client.post("/jobs", 202, json={"kind": "report"})
    client.post(f"/jobs/{other['id']}/cancel", 200)
    client.get(f"/jobs/{other['id']}")


JOBS = Specimen(
    name="jobs that end by themselves",
    app=_jobs,
    drive=_drive_jobs,
    breaks=("rows as text", "ended all the same", "not cancelled"),
)

SPECIMENS = (CART, JOBS)
