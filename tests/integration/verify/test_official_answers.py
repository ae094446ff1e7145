"""Whole answers: the official verifier and our matching say the same of status, headers and bodies under all rules."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from treaty.contract.matching import match_response
from treaty.contract.model import ActualResponse
from treaty.pactfile import read_pact

pact = pytest.importorskip("pact", reason="the extra 'official' is not installed")

JSON = "application/json"
LETTER = {"match": "regex", "regex": "[ab]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the provider answers."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


Case = tuple[dict[str, Any], Answer]


def rules(*matchers: dict[str, Any], combine: str = "AND") -> dict[str, Any]:
    return {"combine": combine, "matchers": list(matchers)}


def of_status() -> Iterator[Case]:
    classes: list[Any] = ["info", "success", "redirect", "clientError", "serverError", "nonError", "error", [200, 404]]
    others = [{"match": "integer"}, {"match": "equality"}, {"match": "regex", "regex": r"2\d\d"}, {"match": "decimal"}]
    for matcher in [*({"match": "statusCode", "status": each} for each in classes), *others]:
        for status in (200, 204, 304, 404, 500):
            yield {"status": 200, "matchingRules": {"status": rules(matcher)}}, Answer(status=status)


def of_headers() -> Iterator[Case]:
    for name in ("X-A", "Accept", "Vary", "Cache-Control", "Link", "ETag"):
        for wanted, came in product((["a, b"], ["a", "b"], ["a,b"], ["a"]), (["a, b"], ["a", "b"], ["a ,b"], ["b"])):
            headers = tuple((name.lower(), value) for value in came)
            yield {"status": 200, "headers": {name: wanted}}, Answer(headers=headers)
    types = ("text/html", "text/html; charset=utf-8", "text/html;charset=UTF-8", "Text/HTML", "text/html; a=1; b=2")
    for kind, came_as in product(types, types):
        yield {"status": 200, "headers": {"Content-Type": [kind]}}, Answer(headers=(("Content-Type", came_as),))


def of_header_rules() -> Iterator[Case]:
    matchers = [
        rules(),
        rules(LETTER),
        rules({"match": "type"}),
        rules({"match": "equality"}),
        rules({"match": "type", "min": 2}),
        rules({"match": "regex", "regex": "x"}, LETTER, combine="OR"),
    ]
    for given, name in product(matchers, ("X-A", "x-a", "$.X-A", "$['X-A'][0]", "X-A[0]")):
        for wanted, came in product((["a"], ["a", "b"]), (["a"], ["b"], ["c"], ["a", "b"], ["a", "b", "a"])):
            promised = {"status": 200, "headers": {"X-A": wanted}, "matchingRules": {"header": {name: given}}}
            yield promised, Answer(headers=tuple(("X-A", value) for value in came))


def of_bodies() -> Iterator[Case]:
    bodies: list[Any] = [
        None,
        {"content": ""},
        {"contentType": JSON, "encoded": False, "content": {"a": 1}},
        {"contentType": JSON, "encoded": False, "content": "a"},
        {"contentType": JSON, "encoded": "json", "content": "null"},
        {"contentType": "*/*", "encoded": False, "content": "a"},
        {"contentType": "text/plain", "encoded": False, "content": "a"},
        {"contentType": "application/octet-stream", "encoded": "base64", "content": "AAEC"},
        {"contentType": "application/x-www-form-urlencoded", "encoded": False, "content": "a=1&b=2"},
        {"encoded": False, "content": {"a": 1}},
    ]
    contents = (b"", b"null", b"a", b'"a"', b'{"a":1}', b'{"a":1.0,"b":2}', b"\x00\x01\x02", b"b=2&a=1", b"-1")
    for body, content, kind in product(bodies, contents, ("", JSON, "text/plain", "application/hal+json")):
        yield {"status": 200, "body": body}, Answer(headers=(("Content-Type", kind),) if kind else (), body=content)


@contextmanager
def answering(answers: Sequence[Answer]) -> Iterator[int]:
    """Serve answers under their numbers while the context lasts; gives the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = answers[int(self.path[1:])]
            lines = [f"HTTP/1.1 {answer.status} -", *(f"{name}: {value}" for name, value in answer.headers)]
            head = "\r\n".join([*lines, f"Content-Length: {len(answer.body)}", "Connection: close", "", ""])
            self.wfile.write(head.encode() + answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given by the standard library
            """Keep standard error clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def official_verdicts(file: Path, answers: Sequence[Answer]) -> list[bool]:
    """Let the official verifier judge the answers to the interactions of a file, whose descriptions are numbers."""
    with answering(answers) as port:
        verifier = pact.Verifier("provider", "127.0.0.1").add_transport(protocol="http", port=port, scheme="http")
        verifier.add_source(str(file))
        with suppress(RuntimeError):  # something is broken; the results say what
            verifier.verify()
        found = {int(each["description"]): each["result"] for each in verifier.results["interactionResults"]}
    return [found[number] == "OK" for number in range(len(answers))]


@pytest.mark.parametrize("cases", [of_status, of_headers, of_header_rules, of_bodies])
def test_both_judge_answers_alike(cases: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty rules, several lines, keys that look like paths, odd media types, bodies of every kind."""
    monkeypatch.setenv("PACT_DO_NOT_TRACK", "true")
    promised, answers = zip(*cases(), strict=True)
    interactions = [
        {
            "type": "Synchronous/HTTP",
            "description": str(number),
            "request": {"method": "GET", "path": f"/{number}"},
            "response": response,
        }
        for number, response in enumerate(promised)
    ]
    parties = {"consumer": {"name": "consumer"}, "provider": {"name": "provider"}}
    metadata = {"pactSpecification": {"version": "4.0"}}
    file = tmp_path / "pact.json"
    file.write_text(json.dumps({**parties, "interactions": interactions, "metadata": metadata}), encoding="utf-8")
    theirs = official_verdicts(file, answers)
    contract = read_pact(file.read_bytes(), source="pact.json").http_interactions()
    for interaction, answer, verdict in zip(contract, answers, theirs, strict=True):
        came = ActualResponse(status=answer.status, headers=answer.headers, body=answer.body)
        mine = match_response(interaction.response, came)
        assert (not mine) == verdict, (promised[int(interaction.description)], answer, mine)
    assert any(theirs)
    assert not all(theirs)
