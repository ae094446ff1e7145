"""Specimens about bodies that are not JSON objects: XML, files, texts, forms."""

from __future__ import annotations

import hashlib
from typing import Any

import defusedxml.ElementTree
from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen

_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154789c63000100000500010d0a2db40000000049454e44ae426082"
)


def _xml(conduct: Conduct) -> Flask:
    """Requests and answers in XML."""
    app = Flask("xml")
    ids = conduct.ids()
    books: dict[int, str] = {}

    def shown(number: int) -> Response:
        name = "heading" if conduct == "title renamed" else "title"
        price = "" if conduct == "price dropped" else '<price currency="EUR">12.50</price>'
        other = number + 1 if conduct == "another id" else number
        blank = "\n  " if conduct == "indented" else ""
        text = f'<?xml version="1.0"?><book id="{other}">{blank}<{name}>{books[number]}</{name}>{blank}{price}</book>'
        return Response(text, content_type="application/xml")

    @app.post("/books")
    def create() -> ResponseReturnValue:
        number = next(ids)
        books[number] = str(defusedxml.ElementTree.fromstring(request.data).findtext("title"))
        answer = shown(number)
        answer.status_code = 201
        return answer

    @app.get("/books/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        if number not in books:
            return Response("<error><code>404</code></error>", 404, content_type="application/xml")
        return shown(number)

    return app


def _drive_xml(client: Client) -> None:
    headers = {"Content-Type": "application/xml"}
    answer = client.call("POST", "/books", 201, data="<book><title>Emma</title></book>", headers=headers)
    number = defusedxml.ElementTree.fromstring(answer.content).get("id")
    client.call("GET", f"/books/{number}", 200)
    client.call("GET", "/books/424242", 404)


XML = Specimen(
    name="XML",
    app=_xml,
    drive=_drive_xml,
    breaks=("title renamed", "price dropped", "another id"),
    harmless=("indented",),
)


def _files(conduct: Conduct) -> Flask:
    """Uploads in parts, and downloads."""
    app = Flask("files")
    ids, files = conduct.ids(), {}

    @app.post("/files")
    def upload() -> ResponseReturnValue:
        file = request.files["file"]
        number, data = next(ids), file.read()
        files[number] = (file.mimetype, data)
        digest = hashlib.sha256(b"x" if conduct == "wrong digest" else data).hexdigest()
        size = 1 if conduct == "wrong size" else len(data)
        label = request.form["label"]
        return jsonify(id=number, name=file.filename, size=size, sha256=digest, label=label), 201

    @app.get("/files/<int:number>")
    def download(number: int) -> ResponseReturnValue:
        if number not in files:
            return jsonify(error="not found"), 404
        kind, data = files[number]
        return Response(b"garbage" if conduct == "garbage" else data, content_type=kind)

    return app


def _drive_files(client: Client) -> None:
    parts: dict[str, Any] = {"files": {"file": ("pixel.png", _PIXEL, "image/png")}, "data": {"label": "one pixel"}}
    made = client.post("/files", **parts)
    client.call("GET", f"/files/{made['id']}", 200)
    client.call("GET", "/files/424242", 404)


FILES = Specimen(
    name="files in parts",
    app=_files,
    drive=_drive_files,
    breaks=("wrong digest", "wrong size", "garbage"),
)


def _texts(conduct: Conduct) -> Flask:
    """Plain texts with ids in them, CSV, and forms."""
    app = Flask("texts")
    ids, rows = conduct.ids(), {}

    @app.post("/rows")
    def create() -> ResponseReturnValue:
        number = next(ids)
        rows[number] = request.form["name"]
        other = number + 1 if conduct == "another id" else number
        return Response(f"created {other}", 201, content_type="text/plain; charset=utf-8")

    @app.get("/rows/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        name = "nobody" if conduct == "another name" else rows[number]
        return Response(name, content_type="text/plain; charset=utf-8")

    @app.get("/rows.csv")
    def export() -> ResponseReturnValue:
        head = "number,name" if conduct == "column renamed" else "id,name"
        lines = [head, *(f"{number},{name}" for number, name in rows.items())]
        return Response("\n".join(lines) + "\n", content_type="text/csv")

    @app.get("/health")
    def health() -> ResponseReturnValue:
        return Response("DOWN" if conduct == "down" else "OK", content_type="text/plain")

    return app


def _drive_texts(client: Client) -> None:
    number = client.call("POST", "/rows", 201, data={"name": "Ann Example"}).text.split()[-1]
    client.call("GET", f"/rows/{number}", 200)
    client.call("GET", "/rows.csv", 200)
    client.call("GET", "/health", 200)


TEXTS = Specimen(
    name="plain texts",
    app=_texts,
    drive=_drive_texts,
    breaks=("another id", "another name", "column renamed", "down"),
)

SPECIMENS = (XML, FILES, TEXTS)
