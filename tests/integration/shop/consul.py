"""A small stand-in for an agent of Consul: the part of its HTTP API that the shop uses, with checks that run out."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from werkzeug import Request, Response
from werkzeug.serving import make_server


@dataclass(kw_only=True)
class Consul:
    """Knows instances, and when each last passed its check; `clock` is in seconds."""

    url: str = ""
    clock: Callable[[], float] = time.monotonic
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    passed: dict[str, float] = field(default_factory=dict)

    def answer(self, request: Request) -> Response:
        """Answer as an agent would."""
        path = request.path
        body = json.loads(request.get_data() or b"{}")
        if path == "/v1/agent/service/register":
            self.entries[body["ID"]] = body
        elif path.startswith("/v1/agent/check/update/service:"):
            id_ = path.rpartition(":")[2]
            if id_ not in self.entries:
                return Response("Unknown check ID", 404)
            self.passed[id_] = self.clock()
        elif path.startswith("/v1/agent/service/deregister/"):
            self.entries.pop(path.rpartition("/")[2], None)
        elif path.startswith("/v1/health/service/"):
            return Response(json.dumps(self._passing(path.rpartition("/")[2])), content_type="application/json")
        else:
            return Response("no such path", 404)
        return Response()

    def _passing(self, name: str) -> list[dict[str, Any]]:
        found = []
        for id_, entry in self.entries.items():
            seconds = float(entry["Check"]["TTL"].removesuffix("s"))
            if entry["Name"] == name and self.clock() - self.passed.get(id_, -seconds) < seconds:
                service = {"ID": id_, "Service": name, "Address": entry["Address"], "Port": entry["Port"]}
                found.append({"Node": {"Node": "here", "Address": "127.0.0.1"}, "Service": service})
        return found


@contextmanager
def running_consul() -> Iterator[Consul]:
    """Serve the stand-in on a free port."""
    consul = Consul()
    server = make_server("127.0.0.1", 0, Request.application(consul.answer), threaded=True)
    consul.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield consul
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
