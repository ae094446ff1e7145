"""Pact files that are meant to do harm, given to the commands as processes with little time and memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.integration.verify.answering_provider import AnsweringProvider, answering_provider

SECONDS = 10
"""Of processor time, so that a busy machine makes no test red."""

MEMORY = 1024**3
NUMBER = "1e999999999"


def answer(body: Any, rules: dict[str, Any], *, content_type: str = "application/json", **more: Any) -> dict[str, Any]:
    response = {"status": 200, "body": {"contentType": content_type, "encoded": False, "content": body}, **more}
    path = {"text/plain": "/text", "application/xml": "/xml"}.get(content_type, "/json")
    return contracts.pact(
        [contracts.interaction("x", {"method": "GET", "path": path}, {**response, "matchingRules": {"body": rules}})]
    )


def one(matcher: dict[str, Any]) -> dict[str, Any]:
    return {"combine": "AND", "matchers": [matcher]}


def regex(pattern: str) -> dict[str, Any]:
    return {"match": "regex", "regex": pattern}


def with_number(content: dict[str, Any]) -> str:
    """Write a number in place of the text @@, as no Python value has it."""
    return json.dumps(content).replace('"@@"', NUMBER)


def nested_regex() -> dict[str, Any]:
    """Build patterns that backtrack for ever, inside rules that hold rules."""
    evil = regex("((?:[ab]?){1,99}){1,99}$x")
    return answer(
        {"tags": ["a"], "by_id": {"17": {"v": "a"}}},
        {
            "$.tags": one({"match": "arrayContains", "variants": [{"index": 0, "rules": {"$": one(evil)}}]}),
            "$.by_id": one({"match": "eachKey", "rules": [evil]}),
            "$.by_id.*": one({"match": "eachValue", "rules": [evil]}),
        },
    )


BOMB = '<!DOCTYPE l [<!ENTITY a "ha">%s]><l>&a9;</l>' % "".join(  # noqa: UP031 - the text is full of braces otherwise
    f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 10)
)
OUTSIDE = Path(__file__).with_name("outside.txt")
FILE = f'<!DOCTYPE l [<!ENTITY x SYSTEM "{OUTSIDE.as_uri()}">]><a n="1"><b>&x;</b></a>'
WHOLE = json.dumps(contracts.pact(contracts.EVERYTHING))
FILES: dict[str, bytes] = {
    name: (content if isinstance(content, str) else json.dumps(content)).encode()
    for name, content in {
        "a repetition of repetitions": answer({"n": "a"}, {"$.n": one(regex("(((a{1000}){1000}){1000}){1000}"))}),
        "an endless generator": answer(
            {"n": "a"}, {}, generators={"body": {"$.n": {"type": "Regex", "regex": "(?<a>[ab]\\g<a>)"}}}
        ),
        "patterns in nested rules": nested_regex(),
        "a pattern for a text": answer(
            "a" * 1999, {"$": one(regex("(?:[a-z ]?){500}[0-9]"))}, content_type="text/plain"
        ),
        "a pattern of a megabyte": answer({"n": "a"}, {"$.n": one(regex("[]" * 500_000))}),
        "a minimum beyond all numbers": with_number(answer([1], {"$": one({"match": "type", "min": "@@"})})),
        "an example beyond all numbers": with_number(answer({"n": "@@"}, {"$.n": one({"match": "number"})})),
        "a status beyond all numbers": with_number(
            contracts.pact([contracts.interaction("x", {"method": "GET", "path": "/json"}, {"status": "@@"})])
        ),
        "a path of a hundred thousand names": answer({"n": 1}, {"$" + ".a" * 100_000: one({"match": "type"})}),
        "an XML bomb": answer(BOMB, {}, content_type="application/xml"),
        "an external entity": answer(FILE, {"$.a": one({"match": "type"})}, content_type="application/xml"),
        "XML as deep as any": answer("<a>" * 100_000 + "</a>" * 100_000, {}, content_type="application/xml"),
        "lists as deep as any": WHOLE.replace('"ok": true', '"ok": ' + "[" * 100_000 + "]" * 100_000),
        "ten thousand rules": answer(
            {f"k{number}": number for number in range(10_000)},
            {f"$.k{number}": one({"match": "type"}) for number in range(10_000)},
        ),
        "ten million values": WHOLE.replace('"ok": true', '"ok": [' + "1," * 10_000_000 + "1]"),
        "a version of tomorrow": WHOLE.replace('"4.0"', '"5.0"'),
        "no version": WHOLE.replace('"4.0"', '""'),
        "interactions that are null": WHOLE.replace('"interactions": [', '"interactions": null, "others": ['),
        "keys twice": WHOLE.replace('"interactions":', '"interactions": 7, "interactions":'),
        "a mark of the byte order": "\ufeff" + WHOLE,
    }.items()
}
FILES["no UTF-8"] = WHOLE.encode().replace(b"shop", b"sh\xff\xfep")
FILES["UTF-16 that is none"] = b"\xff\xfe" + WHOLE.encode()
FILES["nothing"] = b""


@pytest.fixture(name="provider", scope="module")
def _provider() -> Iterator[AnsweringProvider]:
    with answering_provider() as provider:
        yield provider


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command with bounds; more is a signal or an error of memory."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    return subprocess.run(
        [sys.executable, "-m", "treaty_cli", *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS * 20,
        preexec_fn=bound,
    )


def written(folder: Path, name: str) -> Path:
    path = folder / "web-shop.json"
    path.write_bytes(FILES[name])
    return path


def check(ended: subprocess.CompletedProcess[str], name: str) -> None:
    """Whatever the verdict: no fault of ours, nothing endless to read, nothing from files of this machine."""
    assert ended.returncode in {0, 1, 2, 3}, ended.stderr[-2000:]
    assert "Traceback" not in ended.stderr
    if ended.returncode == 2:
        assert "error: " in ended.stderr
        assert len(ended.stderr) < 3000, name
    assert OUTSIDE.read_text(encoding="utf-8").strip() not in ended.stdout + ended.stderr


@pytest.mark.parametrize("name", FILES)
def test_verify_ends_with_a_verdict_or_a_clear_error(name: str, tmp_path: Path, provider: AnsweringProvider) -> None:
    """In bounded time and memory."""
    check(run("verify", "--provider", "shop", "--base-url", provider.url, written(tmp_path, name)), name)


@pytest.mark.parametrize("name", FILES)
def test_diff_ends_with_a_verdict_or_a_clear_error(name: str, tmp_path: Path) -> None:
    """Against a harmless file, which has other rules."""
    old = tmp_path / "old.json"
    old.write_text(json.dumps(answer({"n": "a"}, {"$.n": one(regex("[a-z]+"))})), encoding="utf-8")
    check(run("diff", old, written(tmp_path, name)), name)


def test_a_file_without_end_is_refused(provider: AnsweringProvider) -> None:
    """It is read as far as a pact may go."""
    ended = run("verify", "--provider", "shop", "--base-url", provider.url, "/dev/zero")
    assert ended.returncode == 2
    assert "too large a Pact file" in ended.stderr
