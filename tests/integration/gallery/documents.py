"""Specimens whose bodies are documents: SOAP, WebDAV, feeds, lists in XML, lines of JSON, events, maps by ids."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape

import defusedxml.ElementTree
from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_OURS = "urn:example:library"


def _soap(conduct: Conduct) -> Flask:
    """One address, and operations in envelopes."""
    app = Flask("soap")
    ids, books = conduct.ids(), {}

    def envelope(inner: str, status: int = 200) -> Response:
        prefix = "env" if conduct == "other prefixes" else "s"
        blank = "\n  " if conduct == "indented" else ""
        text = (
            f'<?xml version="1.0" encoding="UTF-8"?><{prefix}:Envelope xmlns:{prefix}="{_SOAP}">'
            f"<{prefix}:Body>{blank}{inner}{blank}</{prefix}:Body></{prefix}:Envelope>"
        )
        return Response(text.replace("s:Fault", f"{prefix}:Fault"), status, content_type="text/xml; charset=utf-8")

    @app.post("/library")
    def operation() -> ResponseReturnValue:
        root = defusedxml.ElementTree.fromstring(request.data)
        call = next(iter(next(iter(root))))
        name = call.tag.rpartition("}")[2]
        given = {child.tag.rpartition("}")[2]: child.text or "" for child in call}
        if name == "AddBook":
            number = next(ids)
            books[number] = given["Title"]
            return envelope(f'<AddBookResponse xmlns="{_OURS}"><BookId>{number}</BookId></AddBookResponse>')
        number = int(given["BookId"])
        if number not in books:
            return envelope("<s:Fault><faultcode>Client.NotFound</faultcode></s:Fault>", 404)
        if name == "RenameBook":
            books[number] = given["Title"] if conduct != "rename ignored" else books[number]
            return envelope(f'<RenameBookResponse xmlns="{_OURS}"><Renamed>true</Renamed></RenameBookResponse>')
        shown = number + 1 if conduct == "another id" else number
        tag = "Name" if conduct == "title renamed" else "Title"
        space = "urn:example:other" if conduct == "another namespace" else _OURS
        more = "<Shelf>A1</Shelf>" if conduct == "element added" else ""
        inner = f"<BookId>{shown}</BookId><{tag}>{escape(books[number])}</{tag}>{more}"
        return envelope(f'<GetBookResponse xmlns="{space}">{inner}</GetBookResponse>')

    return app


def _call_soap(client: Client, name: str, *fields: tuple[str, object]) -> str:
    inner = "".join(f"<{key}>{value}</{key}>" for key, value in fields)
    data = f'<s:Envelope xmlns:s="{_SOAP}"><s:Body><{name} xmlns="{_OURS}">{inner}</{name}></s:Body></s:Envelope>'
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{_OURS}/{name}"'}
    return client.call("POST", "/library", 200, data=data, headers=headers).text


def _drive_soap(client: Client) -> None:
    number = _call_soap(client, "AddBook", ("Title", "Emma")).partition("<BookId>")[2].partition("<")[0]
    _call_soap(client, "GetBook", ("BookId", number))
    _call_soap(client, "RenameBook", ("BookId", number), ("Title", "Persuasion"))
    _call_soap(client, "GetBook", ("BookId", number))


SOAP = Specimen(
    name="SOAP",
    app=_soap,
    drive=_drive_soap,
    breaks=("another id", "title renamed", "another namespace", "rename ignored"),
    harmless=("other prefixes", "indented", "element added"),
)


def _dav(conduct: Conduct) -> Flask:
    """Collections of WebDAV, whose properties come as one document about many things."""
    app = Flask("dav")
    files: dict[str, bytes] = {}

    @app.route("/dav/<name>", methods=["PUT"])
    def put(name: str) -> ResponseReturnValue:
        status = 204 if name in files else 201
        files[name] = request.data
        return Response(status=status)

    @app.route("/dav/<name>", methods=["PROPFIND"])
    def one(name: str) -> ResponseReturnValue:
        return multistatus([name]) if name in files else Response(status=404)

    @app.route("/dav/", methods=["PROPFIND"])
    def all_of_them() -> ResponseReturnValue:
        return multistatus(sorted(files))

    def multistatus(names: list[str]) -> Response:
        length = "size" if conduct == "length renamed" else "getcontentlength"
        parts = []
        for index, name in enumerate(names):
            size = len(files[name]) + (1 if conduct == "wrong length" else 0)
            shown = "" if conduct == "later ones without properties" and index else f"<D:{length}>{size}</D:{length}>"
            status = "HTTP/1.1 404 Not Found" if conduct == "not found inside" else "HTTP/1.1 200 OK"
            parts.append(
                f"<D:response><D:href>/dav/{name}</D:href><D:propstat><D:prop>{shown}</D:prop>"
                f"<D:status>{status}</D:status></D:propstat></D:response>"
            )
        text = f'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">{"".join(parts)}</D:multistatus>'
        return Response(text, 207, content_type="application/xml; charset=utf-8")

    return app


def _drive_dav(client: Client) -> None:
    for name, text in (("hello.txt", "hello"), ("longer.txt", "a longer one")):
        client.call("PUT", f"/dav/{name}", 201, data=text, headers={"Content-Type": "text/plain"})
    client.call("PROPFIND", "/dav/hello.txt", 207)
    client.call("PROPFIND", "/dav/", 207)
    client.call("PROPFIND", "/dav/nothing.txt", 404)


DAV = Specimen(
    name="properties in XML",
    app=_dav,
    drive=_drive_dav,
    breaks=("length renamed", "wrong length", "not found inside", "later ones without properties"),
)


def _feed(conduct: Conduct) -> Flask:
    """Lists in XML that grow."""
    app = Flask("feed")
    ids, entries = conduct.ids(), {}

    @app.post("/entries")
    def create() -> ResponseReturnValue:
        number = next(ids)
        entries[number] = request.get_json()["title"]
        return jsonify(id=number), 201

    @app.get("/feed.xml")
    def feed() -> ResponseReturnValue:
        parts = []
        for index, (number, title) in enumerate(entries.items()):
            tag = "name" if conduct == "title renamed" or (conduct == "one renamed" and index) else "title"
            identity = "x" if conduct == "ids as words" else str(number)
            more = "<author>nobody</author>" if conduct == "element added" else ""
            parts.append(f'<entry id="{identity}"><{tag}>{escape(title)}</{tag}>{more}<read>false</read></entry>')
        if conduct == "always empty":
            parts = []
        return Response(f"<feed>{''.join(parts)}</feed>", content_type="application/atom+xml")

    return app


def _drive_feed(client: Client) -> None:
    for title in ("A first one", "A second & third"):
        client.post("/entries", json={"title": title})
    client.call("GET", "/feed.xml", 200)


FEED = Specimen(
    name="lists in XML",
    app=_feed,
    drive=_drive_feed,
    breaks=("title renamed", "one renamed", "ids as words", "always empty"),
    harmless=("element added",),
)


def _lines(conduct: Conduct) -> Flask:
    """JSON under other names: one value a line, events, ``text/json``."""
    app = Flask("lines")
    ids = conduct.ids()
    ticks: dict[int, str] = {}

    def shown(number: int) -> dict[str, Any]:
        text = "7" if conduct == "level as text" else 7
        return {"id": number, "name": ticks[number], "level": text} | ({"more": 1} if conduct == "field added" else {})

    @app.post("/ticks")
    def create() -> ResponseReturnValue:
        number = next(ids)
        ticks[number] = request.get_json(force=True)["name"]
        if conduct == "name dropped":
            return Response(json.dumps({"id": number}), 201, content_type="text/json")
        return Response(json.dumps(shown(number)), 201, content_type="text/json; charset=utf-8")

    @app.get("/ticks")
    def export() -> ResponseReturnValue:
        text = "".join(json.dumps(shown(number)) + "\n" for number in ticks)
        return Response("" if conduct == "always empty" else text, content_type="application/x-ndjson")

    @app.get("/ticks/<int:number>/events")
    def events(number: int) -> ResponseReturnValue:
        kind = "tock" if conduct == "another event" else "tick"
        return Response(
            f"event: {kind}\ndata: {json.dumps(shown(number))}\n\nevent: end\ndata: {{}}\n\n",
            content_type="text/event-stream",
        )

    return app


def _drive_lines(client: Client) -> None:
    headers = {"Content-Type": "text/json"}
    made = [client.post("/ticks", data=json.dumps({"name": name}), headers=headers) for name in ("one", "two")]
    client.call("GET", "/ticks", 200)
    client.call("GET", f"/ticks/{made[0]['id']}/events", 200)


LINES = Specimen(
    name="JSON by other names",
    app=_lines,
    drive=_drive_lines,
    breaks=("level as text", "name dropped", "always empty", "another event"),
    harmless=("field added",),
)

SPECIMENS = (SOAP, DAV, FEED, LINES)
