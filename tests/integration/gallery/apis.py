"""Specimens of APIs with a shape of their own: JSON:API, HAL, GraphQL, JSON-RPC, targets in a header, nested forms."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from tests.integration.gallery.specimen import Client, Conduct, Specimen


def _resources(conduct: Conduct) -> Flask:
    """JSON:API: identities are texts, relations point to what is included."""
    app = Flask("resources")
    ids = conduct.ids()
    people: dict[str, str] = {}
    articles: dict[str, dict[str, str]] = {}

    def answer(data: Any, status: int = 200, **more: Any) -> Response:
        return Response(json.dumps({"data": data, **more}), status, content_type="application/vnd.api+json")

    def person(number: str) -> dict[str, Any]:
        return {"type": "people", "id": number, "attributes": {"name": people[number]}}

    def article(number: str) -> dict[str, Any]:
        author = articles[number]["author"]
        other = str(int(author) + 1) if conduct == "author of another" else author
        key = "writer" if conduct == "relation renamed" else "author"
        return {
            "type": "posts" if conduct == "another type" else "articles",
            "id": number,
            "attributes": {"title": articles[number]["title"]},
            "relationships": {key: {"data": {"type": "people", "id": other}}},
            "links": {"self": f"/articles/{int(number) + 1 if conduct == 'link to another' else number}"},
        }

    @app.post("/people")
    def add_person() -> ResponseReturnValue:
        number = str(next(ids))
        people[number] = request.get_json(force=True)["data"]["attributes"]["name"]
        return answer(person(number), 201)

    @app.post("/articles")
    def add_article() -> ResponseReturnValue:
        data = request.get_json(force=True)["data"]
        author = data["relationships"]["author"]["data"]["id"]
        if author not in people:
            return Response(json.dumps({"errors": [{"status": "404"}]}), 404, content_type="application/vnd.api+json")
        number = str(next(ids))
        articles[number] = {"title": data["attributes"]["title"], "author": author}
        return answer(article(number), 201)

    @app.get("/articles/<number>")
    def read(number: str) -> ResponseReturnValue:
        found = article(number)
        included = [] if conduct == "nothing included" else [person(articles[number]["author"])]
        return answer(found, included=included)

    return app


def _drive_resources(client: Client) -> None:
    headers = {"Content-Type": "application/vnd.api+json"}

    def post(path: str, data: Any) -> str:
        return str(client.post(path, data=json.dumps({"data": data}), headers=headers)["data"]["id"])

    author = post("/people", {"type": "people", "attributes": {"name": "Ann Example"}})
    relation = {"author": {"data": {"type": "people", "id": author}}}
    number = post("/articles", {"type": "articles", "attributes": {"title": "On tea"}, "relationships": relation})
    client.get(f"/articles/{number}?include=author")


RESOURCES = Specimen(
    name="JSON:API",
    app=_resources,
    drive=_drive_resources,
    breaks=("author of another", "relation renamed", "another type", "link to another", "nothing included"),
)


def _hal(conduct: Conduct) -> Flask:
    """HAL: links and what is embedded."""
    app = Flask("hal")
    ids = conduct.ids()
    orders: dict[int, list[Any]] = {}

    def order(number: int) -> dict[str, Any]:
        other = number + 1 if conduct == "self of another" else number
        links = {"self": {"href": f"/orders/{other}"}, "items": {"href": f"/orders/{number}/items"}}
        if conduct == "no items link":
            links.pop("items")
        return {"_links": links, "id": number, "state": "open", "_embedded": {"lines": orders[number]}}

    @app.post("/orders")
    def create() -> ResponseReturnValue:
        number = next(ids)
        orders[number] = request.get_json()["lines"]
        made = jsonify(order(number))
        made.headers["Content-Type"] = "application/hal+json"
        made.headers["Location"] = f"/orders/{number}"
        return made, 201

    @app.get("/orders/<int:number>")
    def read(number: int) -> ResponseReturnValue:
        found = order(number)
        if conduct == "a line lost":
            found["_embedded"]["lines"] = found["_embedded"]["lines"][:-1]
        return Response(json.dumps(found), content_type="application/hal+json")

    return app


def _drive_hal(client: Client) -> None:
    made = client.post("/orders", json={"lines": [{"sku": "tea", "count": 2}, {"sku": "cup", "count": 1}]})
    client.get(made["_links"]["self"]["href"])


HAL = Specimen(
    name="HAL",
    app=_hal,
    drive=_drive_hal,
    breaks=("self of another", "no items link", "a line lost"),
)


def _graph(conduct: Conduct) -> Flask:
    """GraphQL: all operations at one address, errors under 200."""
    app = Flask("graph")
    ids, notes = conduct.ids(), {}

    @app.post("/graphql")
    def operation() -> ResponseReturnValue:
        given = request.get_json()
        name, variables = given["operationName"], given.get("variables") or {}
        if name == "AddNote":
            number = str(next(ids))
            notes[number] = variables["text"]
            return jsonify(data={"addNote": {"id": number, "text": notes[number]}})
        if name == "EditNote":
            if conduct != "edit ignored":
                notes[variables["id"]] = variables["text"]
            return jsonify(data={"editNote": {"id": variables["id"]}})
        found = variables["id"] if variables["id"] in notes else None
        if found is None:
            code = "GONE" if conduct == "another code" else "NOT_FOUND"
            return jsonify(data={"note": None}, errors=[{"message": "no such note", "extensions": {"code": code}}])
        other = str(int(found) + 1) if conduct == "another id" else found
        field = "body" if conduct == "text renamed" else "text"
        if conduct == "always null":
            return jsonify(data={"note": None})
        return jsonify(data={"note": {"id": other, field: notes[found]}})

    return app


def _drive_graph(client: Client) -> None:
    def send(name: str, query: str, **variables: Any) -> Any:
        return client.post("/graphql", 200, json={"operationName": name, "query": query, "variables": variables})

    reading = "query ReadNote($id: ID!) { note(id: $id) { id text } }"
    adding = "mutation AddNote($text: String!) { addNote(text: $text) { id text } }"
    number = send("AddNote", adding, text="Buy tea")["data"]["addNote"]["id"]
    send("ReadNote", reading, id=number)
    editing = "mutation EditNote($id: ID!, $text: String!) { editNote(id: $id, text: $text) { id } }"
    send("EditNote", editing, id=number, text="Buy more tea")
    send("ReadNote", reading, id=number)
    send("ReadNote", reading, id="424242")


GRAPH = Specimen(
    name="GraphQL",
    app=_graph,
    drive=_drive_graph,
    breaks=("another id", "text renamed", "always null", "another code", "edit ignored"),
)


def _remote(conduct: Conduct) -> Flask:
    """JSON-RPC, one call or several at once."""
    app = Flask("remote")
    ids, things = conduct.ids(), {}

    def result(call: dict[str, Any]) -> dict[str, Any]:
        wanted = call["params"]
        if call["method"] == "thing.add":
            number = next(ids)
            things[number] = wanted["name"]
            return {"thing_id": number}
        number = wanted["thing_id"]
        return {"thing_id": number + 1 if conduct == "another id" else number, "name": things[number]}

    def answer(call: dict[str, Any]) -> dict[str, Any]:
        version = "1.0" if conduct == "another version" else "2.0"
        own = 0 if conduct == "call id lost" else call["id"]
        if call["method"] not in {"thing.add", "thing.get"}:
            code = -32600 if conduct == "another error" else -32601
            return {"jsonrpc": version, "id": own, "error": {"code": code, "message": "Method not found"}}
        return {"jsonrpc": version, "id": own, "result": result(call)}

    @app.post("/rpc")
    def call() -> ResponseReturnValue:
        given = request.get_json(force=True)
        answers = [answer(each) for each in given] if isinstance(given, list) else answer(given)
        if conduct == "one answer lost" and isinstance(answers, list):
            answers = answers[:-1]
        return Response(json.dumps(answers), content_type="application/json-rpc")

    return app


def _drive_remote(client: Client) -> None:
    headers = {"Content-Type": "application/json-rpc"}

    def call(method: str, number: int, **params: Any) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}

    def send(calls: Any) -> Any:
        return client.post("/rpc", 200, data=json.dumps(calls), headers=headers)

    number = send(call("thing.add", 1, name="cup"))["result"]["thing_id"]
    send(call("thing.get", 2, thing_id=number))
    send([call("thing.get", 3, thing_id=number), call("thing.add", 4, name="pot")])
    send(call("thing.burn", 5))


REMOTE = Specimen(
    name="JSON-RPC",
    app=_remote,
    drive=_drive_remote,
    breaks=("another id", "another version", "call id lost", "another error", "one answer lost"),
)


def _targets(conduct: Conduct) -> Flask:
    """The operation in a header, JSON by another name, keys chosen by the client."""
    app = Flask("targets")
    items: dict[str, dict[str, Any]] = {}

    @app.post("/")
    def operation() -> ResponseReturnValue:
        name = request.headers["X-Amz-Target"].rpartition(".")[2]
        given = request.get_json(force=True)
        answer: dict[str, Any] = {}
        if name == "PutItem":
            items[given["Item"]["pk"]["S"]] = given["Item"]
        else:
            found = items.get(given["Key"]["pk"]["S"])
            if found is not None and conduct != "item lost":
                answer = {"Item": dict(found)}
            if conduct == "count as number" and found is not None:
                answer["Item"]["count"] = {"N": 3}
        return Response(json.dumps(answer), content_type="application/x-amz-json-1.0")

    return app


def _drive_targets(client: Client) -> None:
    def send(name: str, **given: Any) -> None:
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"Store_20260101.{name}"}
        client.call("POST", "/", 200, data=json.dumps(given), headers=headers)

    send("PutItem", TableName="cups", Item={"pk": {"S": "cup-red"}, "count": {"N": "3"}})
    send("GetItem", TableName="cups", Key={"pk": {"S": "cup-red"}})
    send("GetItem", TableName="cups", Key={"pk": {"S": "cup-none"}})


TARGETS = Specimen(
    name="targets in a header",
    app=_targets,
    drive=_drive_targets,
    breaks=("item lost", "count as number"),
)


def _forms(conduct: Conduct) -> Flask:
    """Forms with nested names and repeated keys; lists in queries."""
    app = Flask("forms")
    ids, carts = conduct.ids(), {}

    @app.post("/carts")
    def create() -> ResponseReturnValue:
        number = next(ids)
        tags = request.form.getlist("tags[]")
        carts[number] = {
            "id": number,
            "owner": request.form["owner[name]"],
            "tags": tags[:-1] if conduct == "a tag lost" else tags,
            "first": request.form["lines[0][sku]"],
        }
        return jsonify(carts[number]), 201

    @app.get("/carts")
    def find() -> ResponseReturnValue:
        wanted = [int(number) for number in request.args.getlist("ids[]")]
        if conduct == "only the first":
            wanted = wanted[:1]
        return jsonify(carts=[carts[number] for number in wanted])

    return app


def _drive_forms(client: Client) -> None:
    def create(owner: str, sku: str) -> int:
        fields = [("owner[name]", owner), ("tags[]", "red"), ("tags[]", "big"), ("lines[0][sku]", sku)]
        return int(client.post("/carts", data=fields)["id"])

    first, second = create("Ann Example", "tea"), create("Bob Example", "cup")
    client.get(f"/carts?ids[]={first}&ids[]={second}")


FORMS = Specimen(
    name="nested forms",
    app=_forms,
    drive=_drive_forms,
    breaks=("a tag lost", "only the first"),
)

SPECIMENS = (RESOURCES, HAL, GRAPH, REMOTE, TARGETS, FORMS)
