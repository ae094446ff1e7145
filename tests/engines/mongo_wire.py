"""A server that speaks MongoDB's wire protocol over sockets and keeps documents in mongomock.

No real MongoDB: it shows that our code and pymongo agree on the wire (OP_MSG, and OP_QUERY for the first handshake),
with the commands that the shop uses. What MongoDB itself does is tested on MONGO_URL only.
"""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import mongomock
from bson import CodecOptions, decode, decode_all, encode
from pymongo.errors import BulkWriteError

Document = dict[str, Any]
_OP_REPLY, _OP_QUERY, _OP_MSG = 1, 2004, 2013
_CODEC: Final[CodecOptions[Document]] = CodecOptions(document_class=dict)
_HELLO: Final = {
    "ismaster": True,
    "isWritablePrimary": True,
    "helloOk": True,
    "maxBsonObjectSize": 16 * 1024 * 1024,
    "maxMessageSizeBytes": 48_000_000,
    "maxWriteBatchSize": 100_000,
    "minWireVersion": 0,
    "maxWireVersion": 17,
    "readOnly": False,
}


class _Store:
    """Runs commands one at a time."""

    def __init__(self) -> None:
        self._client: Any = mongomock.MongoClient(tz_aware=False)
        self._lock = threading.Lock()
        self._commands: dict[str, Callable[[Any, Document], Document]] = {
            "insert": _insert,
            "find": _find,
            "update": _update,
            "delete": _delete,
            "findandmodify": _find_and_modify,
            "createindexes": _create_indexes,
        }

    def run(self, command: Document) -> Document:
        """Return the reply to a command, whose name is its first key."""
        name = next(iter(command)).lower()
        if name in {"hello", "ismaster"}:
            return {**_HELLO, "ok": 1.0}
        if name in {"ping", "endsessions"}:
            return {"ok": 1.0}
        if name not in self._commands:
            return {"ok": 0.0, "code": 59, "codeName": "CommandNotFound", "errmsg": f"no such command: {name}"}
        with self._lock:
            collection = self._client[command["$db"]][command[next(iter(command))]]
            return {**self._commands[name](collection, command), "ok": 1.0}


def _insert(collection: Any, command: Document) -> Document:
    try:
        collection.insert_many(command["documents"], ordered=command.get("ordered", True))
    except BulkWriteError as error:
        errors = [
            {"index": each["index"], "code": each["code"], "errmsg": str(each["errmsg"])}
            for each in error.details["writeErrors"]
        ]
        return {"n": error.details["nInserted"], "writeErrors": errors}
    return {"n": len(command["documents"])}


def _find(collection: Any, command: Document) -> Document:
    found = collection.find(command.get("filter", {}))
    if command.get("sort"):
        found = found.sort(list(command["sort"].items()))
    if command.get("limit"):
        found = found.limit(abs(command["limit"]))
    namespace = f"{command['$db']}.{command['find']}"
    return {"cursor": {"id": 0, "ns": namespace, "firstBatch": list(found)}}


def _update(collection: Any, command: Document) -> Document:
    matched = modified = 0
    for each in command["updates"]:
        change = collection.update_many if each.get("multi") else collection.update_one
        result = change(each["q"], each["u"], upsert=each.get("upsert", False))
        matched += result.matched_count
        modified += result.modified_count
    return {"n": matched, "nModified": modified}


def _delete(collection: Any, command: Document) -> Document:
    removed = 0
    for each in command["deletes"]:
        remove = collection.delete_one if each["limit"] == 1 else collection.delete_many
        removed += remove(each["q"]).deleted_count
    return {"n": removed}


def _find_and_modify(collection: Any, command: Document) -> Document:
    value = collection.find_one_and_update(
        command["query"],
        command["update"],
        upsert=command.get("upsert", False),
        return_document=command.get("new", False),
    )
    return {"value": value, "lastErrorObject": {"n": 1, "updatedExisting": True}}


def _create_indexes(collection: Any, command: Document) -> Document:
    for index in command["indexes"]:
        collection.create_index(list(index["key"].items()), name=index["name"], unique=index.get("unique", False))
    return {"numIndexesAfter": len(command["indexes"]) + 1}


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.store = _Store()


class _Connection(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        """Answer one message after the other until the client leaves."""
        while len(head := self.rfile.read(16)) == 16:
            length, request, _, operation = struct.unpack("<iiii", head)
            content = self.rfile.read(length - 16)
            assert isinstance(self.server, _Server)
            if operation == _OP_QUERY:
                # flags, name of the collection, how many to skip and to return, then the command.
                command = decode(content[content.index(b"\0", 4) + 9 :], _CODEC)
                body = struct.pack("<iqii", 8, 0, 0, 1) + encode(self.server.store.run(command))
                self._send(request, _OP_REPLY, body)
                continue
            assert operation == _OP_MSG, operation
            reply = self.server.store.run(_read_message(content))
            self._send(request, _OP_MSG, struct.pack("<iB", 0, 0) + encode(reply))

    def _send(self, request: int, operation: int, body: bytes) -> None:
        self.wfile.write(struct.pack("<iiii", 16 + len(body), 0, request, operation) + body)


def _read_message(content: bytes) -> Document:
    """Read the sections of an OP_MSG: the command, and lists of documents that belong into it."""
    place = 4
    command: Document = {}
    while place < len(content):
        kind, (size,) = content[place], struct.unpack_from("<i", content, place + 1)
        section = content[place + 1 : place + 1 + size]
        if kind == 0:
            # The command's own keys come first: its name is the first of all.
            command = {**decode(section, _CODEC), **command}
        else:
            end = section.index(b"\0", 4)
            command[section[4:end].decode()] = decode_all(section[end + 1 :], _CODEC)
        place += 1 + size
    return command


@contextmanager
def mongo_wire() -> Iterator[str]:
    """Run the server on a free port and yield its URL."""
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"mongodb://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join(10)
