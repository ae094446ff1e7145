from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from treaty.config import load_config
from treaty.verify.document import PactDocument
from treaty.verify.outcome import Unanswered
from treaty.verify.ports import Script, StandIn
from treaty_cli.bootstrap.isolation import isolated_provider

SERVER = """
import http.server, json, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({name: os.environ.get(name) for name in ("BANK", "MAIL", "DATABASE")}).encode())
    def log_message(self, *_): ...
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@dataclass
class NamedStandIn:
    """Only an address and one finding; remembers what it was told to answer."""

    url: str
    found: Sequence[Unanswered]
    name: str
    told: list[tuple[str, str, str, int]]

    def unanswered(self) -> Sequence[Unanswered]:
        return self.found

    def answer(self, *, method: str, path: str, scripts: Sequence[Script], shared: bool = False) -> str:
        self.told.append((self.name, f"shared {method}" if shared else method, path, len(scripts)))
        return ""

    def begin(self) -> None:
        self.told.append((self.name, "begin", "", 0))


@dataclass
class NamedStandIns:
    """Remembers for whom stand-ins were asked."""

    asked: list[tuple[str, str, int]] = field(default_factory=list)
    told: list[tuple[str, str, str, int]] = field(default_factory=list)

    @contextmanager
    def serve(self, *, consumer: str, dependency: str, documents: Sequence[PactDocument]) -> Iterator[StandIn]:
        self.asked.append((consumer, dependency, len(documents)))
        found = Unanswered(consumer=consumer, dependency=dependency, request="GET /x")
        yield NamedStandIn(url=f"http://{dependency}.test", found=[found], name=dependency, told=self.told)


def test_a_provider_gets_the_addresses_of_its_stand_ins_and_a_work_folder(tmp_path: Path) -> None:
    """Only edges in which it is the consumer count, also for scripts; the folder is gone afterwards."""
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "treaty.yaml").write_text(
        json.dumps(
            {
                "services": {
                    "shop": {
                        "start": ["${python}", "server.py", "${port}"],
                        "ready": "/",
                        "env": {
                            "BANK": "${edge.shop.bank}",
                            "MAIL": "${edge.shop.mail}",
                            "DATABASE": "sqlite:///${work}/shop.db",
                        },
                    },
                    "bank": {"url": "http://127.0.0.1:1"},
                    "mail": {"kind": "smtp"},
                },
                "edges": ["web:shop", "shop:bank", "shop:mail", "bank:shop"],
            }
        )
    )
    config = load_config(tmp_path / "treaty.yaml")
    stand_ins = NamedStandIns()
    with isolated_provider(config, config.services["shop"], [], stand_ins=stand_ins) as provider:
        environment = requests.get(provider.url, timeout=10).json()
        work = Path(environment["DATABASE"].removeprefix("sqlite:///")).parent
        assert work.is_dir()
        assert environment["BANK"] == "http://bank.test"
        assert environment["MAIL"].startswith("smtp://127.0.0.1:")
        assert [found.dependency for found in provider.unanswered()] == ["bank"]
        assert provider.failure() is None
        script = Script(description="GET /x -> 200", status=200, body=())
        assert provider.answer(dependency="bank", method="GET", path="/x", scripts=[script], shared=True) == ""
        refused = provider.answer(dependency="post", method="GET", path="/x", scripts=[script])
        provider.begin()
    assert stand_ins.told == [("bank", "shared GET", "/x", 1), ("bank", "begin", "", 0)]
    assert "no edge to post" in refused
    assert stand_ins.asked == [("shop", "bank", 0)]
    assert not work.exists()
