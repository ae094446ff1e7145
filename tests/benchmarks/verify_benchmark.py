"""What verification costs per interaction, for pacts of 10 to 10,000 interactions: both engines, and a bare client.

Every interaction is a GET with four rules for its body. The bare client sends the same requests over one kept
connection and does nothing else. Each run is a process of its own; the runs of one size follow each other.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.verify_process import user

_MODULE: Final = "tests.benchmarks.verify_process"
_FAST_SIZES: Final = (10, 100, 1_000, 10_000)
_QUICK_SIZES: Final = (10, 100, 1_000)
_SLOW_SIZE: Final = 400
_SLOW_MILLISECONDS: Final = 20.0
_WORKERS: Final = (1, 2, 4, 8, 16)
_LIMIT_SECONDS: Final = 60.0
_LIMIT_MEGABYTES: Final = 2_048


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What one process took: seconds to read the pact, seconds to ask, memory at its largest."""

    reading: float
    asking: float
    megabytes: float


def run(quick: bool) -> None:
    """Measure and print the tables."""
    sizes = _QUICK_SIZES if quick else _FAST_SIZES
    with tempfile.TemporaryDirectory() as folder:
        pacts = {size: _write(Path(folder), size) for size in {*sizes, _SLOW_SIZE}}
        with _provider(0.0) as url:
            _print("verify: a provider that answers at once; ms per interaction without reading the pact, best of 3")
            _print(
                f"{'interactions':<14}{'bare':>8}{'treaty':>9}{'over':>8}{'read':>8}{'MB':>6}{'official':>11}{'x':>6}"
            )
            for size in sizes:
                _compare(url, pacts[size], size)
        with _provider(_SLOW_MILLISECONDS) as url:
            _print(f"verify: a provider that takes {_SLOW_MILLISECONDS:g} ms; {_SLOW_SIZE} interactions")
            _print(f"{'':<22}{'ms each':>8}{'faster':>8}")
            _scale(url, pacts[_SLOW_SIZE])


def _compare(url: str, pact: Path, size: int) -> None:
    bare = treaty = None
    for _ in range(3):
        bare = _best(bare, _ask("bare", url, pact))
        treaty = _best(treaty, _ask("treaty", url, pact))
    official = _ask("official", url, pact)
    assert bare is not None
    assert treaty is not None
    mine, least = treaty.asking / size * 1000, bare.asking / size * 1000
    theirs = "over limit" if official is None else f"{official.asking / size * 1000:.2f}"
    ratio = "" if official is None else f"{official.asking / treaty.asking:.0f}"
    _print(
        f"{size:<14,}{least:>8.3f}{mine:>9.3f}{mine - least:>8.3f}{treaty.reading / size * 1000:>8.3f}"
        f"{treaty.megabytes:>6.0f}{theirs:>11}{ratio:>6}"
    )


def _scale(url: str, pact: Path) -> None:
    first: float | None = None
    for workers in _WORKERS:
        found = _ask("treaty", url, pact, workers)
        if found is not None:
            first = first or found.asking
            each = found.asking / _SLOW_SIZE * 1000
            _print(f"{f'treaty, {workers} workers':<22}{each:>8.2f}{first / found.asking:>8.1f}")
    for who in ("bare", "official"):
        found = _ask(who, url, pact)
        shown = "over limit" if found is None else f"{found.asking / _SLOW_SIZE * 1000:.2f}"
        _print(f"{who:<22}{shown:>8}")


def _best(before: _Run | None, now: _Run | None) -> _Run | None:
    if before is None or now is None:
        return now or before
    return min(before, now, key=lambda each: each.asking)


def _ask(who: str, url: str, pact: Path, workers: int = 1) -> _Run | None:
    """Run one process; None when it passes the limit of time or memory."""
    command = [sys.executable, "-m", _MODULE, who, url, str(pact), str(workers)]
    # The limit is that of the address space, hence the margin over what is resident.
    limited = ["prlimit", f"--as={_LIMIT_MEGABYTES * 4 * 1024 * 1024}", *command]
    try:
        done = subprocess.run(limited, capture_output=True, text=True, timeout=_LIMIT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        raise RuntimeError(done.stderr)
    found = json.loads(lines[-1])
    return None if found["megabytes"] > _LIMIT_MEGABYTES else _Run(**found)


@contextmanager
def _provider(milliseconds: float) -> Iterator[str]:
    command = [sys.executable, "-m", _MODULE, "serve", str(milliseconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
        finally:
            process.stdin.close()


def _write(folder: Path, size: int) -> Path:
    path = folder / f"{size}.json"
    document = {
        "consumer": {"name": "load"},
        "provider": {"name": "bench"},
        "interactions": [_interaction(number) for number in range(size)],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _interaction(number: int) -> dict[str, Any]:
    rules = {
        "$.id": {"match": "integer"},
        "$.name": {"match": "type"},
        "$.email": {"match": "regex", "regex": r"\S+@\S+"},
        "$.tags": {"match": "type", "min": 1},
    }
    content = {"contentType": "application/json", "encoded": False, "content": user(number)}
    return {
        "type": "Synchronous/HTTP",
        "description": f"interaction {number}",
        "request": {"method": "GET", "path": f"/users/{number}", "headers": {"Accept": ["application/json"]}},
        "response": {
            "status": 200,
            "headers": {"Content-Type": ["application/json"]},
            "body": content,
            "matchingRules": {
                "body": {path: {"combine": "AND", "matchers": [matcher]} for path, matcher in rules.items()}
            },
        },
    }


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
