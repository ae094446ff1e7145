"""Specimens about time: stamps that relate to each other, and old ones that do not move."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen


def _stamps(conduct: Conduct) -> Flask:
    """Created, updated, due; old seed data; epochs."""
    app = Flask("stamps")
    ids, tasks = conduct.ids(), {}

    def now() -> datetime:
        moment = datetime.now(UTC)
        if conduct == "an hour late":
            moment -= timedelta(hours=1)
        return moment

    def written(moment: datetime) -> Any:
        if conduct == "no zone":
            return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")
        if conduct == "epoch":
            return int(moment.timestamp())
        if conduct == "other zone":
            return (moment + timedelta(hours=2)).isoformat(timespec="milliseconds")[:-6] + "+02:00"
        if conduct == "more digits":
            return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def shown(task: dict[str, Any]) -> dict[str, Any]:
        return task | {name: written(task[name]) for name in ("created_at", "updated_at", "due_at")}

    @app.post("/tasks")
    def create() -> ResponseReturnValue:
        number, at = next(ids), now()
        minutes = 30 if conduct == "due later" else 15
        updated = at - timedelta(hours=5) if conduct == "updated before created" else at
        tasks[number] = {
            "id": number,
            "title": request.get_json()["title"],
            "created_at": at,
            "updated_at": updated,
            "due_at": at + timedelta(minutes=minutes),
            "epoch": int(at.timestamp() * (1 if conduct == "seconds" else 1000)),
            "done_at": None,
        }
        return jsonify(shown(tasks[number])), 201

    @app.patch("/tasks/<int:number>")
    def change(number: int) -> ResponseReturnValue:
        if conduct != "update forgotten":
            tasks[number]["updated_at"] = now()
        tasks[number]["title"] = request.get_json()["title"]
        return jsonify(shown(tasks[number]))

    @app.get("/tasks/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        return (jsonify(shown(tasks[number])), 200) if number in tasks else (jsonify(error="not found"), 404)

    @app.get("/about")
    def about() -> ResponseReturnValue:
        return jsonify(service="tasks", founded="2011-03-04T05:06:07Z", born="1999-12-31", api="v2")

    return app


def _drive_stamps(client: Client) -> None:
    task = client.post("/tasks", json={"title": "Water the plants"})
    client.get(f"/tasks/{task['id']}")
    # Changed later than made: in milliseconds, the two stamps must differ.
    time.sleep(0.02)
    client.call("PATCH", f"/tasks/{task['id']}", 200, json={"title": "Water all plants"})
    client.get(f"/tasks/{task['id']}")
    client.get("/about")


STAMPS = Specimen(
    name="stamps that relate",
    app=_stamps,
    drive=_drive_stamps,
    breaks=("no zone", "epoch", "seconds", "due later", "updated before created", "an hour late"),
    harmless=("more digits", "other zone"),
)

SPECIMENS = (STAMPS,)
