"""The official verifier (pact-python) as an engine: one worker process a pact, results mapped to outcomes."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from treaty.adapters.http_calls import split_base_url
from treaty.adapters.official_results import outcome_of, result_positions
from treaty.adapters.state_server import StateServer
from treaty.contract.model import HttpInteraction
from treaty.errors import EngineFailed, ExtraMissing
from treaty.session.exchange import Headers
from treaty.verify.document import Interaction, PactDocument, write_selection
from treaty.verify.given_headers import HeaderRule, recorded_call
from treaty.verify.outcome import Outcome
from treaty.verify.run import could_not_tell
from treaty.verify.state_desk import ManualStates, SetsUp, StateDesk

_START_SECONDS: Final = 60.0
_END_SECONDS: Final = 5.0
_TAIL: Final = 600
_PROXIES: Final = frozenset({"http_proxy", "https_proxy", "all_proxy"})


def check_installed() -> None:
    """Insist that pact-python is there.

    Raises:
        ExtraMissing: when it is not.

    """
    if importlib.util.find_spec("pact") is None or importlib.util.find_spec("pact_ffi") is None:
        raise ExtraMissing(
            "the official engine is not installed",
            why="pact-python, which brings it, is not here",
            hint="pip install 'treaty[official]'",
        )


def run_worker(task: Mapping[str, Any], *, bound: float) -> Mapping[str, Any]:
    """Run the worker for one task and give the engine's results.

    Args:
        task: as `treaty.adapters.official_worker` reads it.
        bound: seconds after which it is killed.

    Raises:
        EngineFailed: when there are no results; `why` has the end of what the engine wrote.

    """
    command = [sys.executable, "-P", "-m", "treaty.adapters.official_worker"]
    with tempfile.TemporaryFile() as noise:
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=noise, env=_environment()
        ) as worker:
            try:
                output = _talk(worker, json.dumps(task), bound)
                # It closes its output last; if it fell over, it may still be saying why.
                with suppress(subprocess.TimeoutExpired):
                    worker.wait(timeout=_END_SECONDS)
            finally:
                worker.kill()
        noise.seek(0)
        tail = noise.read().decode("utf-8", "replace").strip()[-_TAIL:]
    if output is None:
        raise EngineFailed("the official engine did not end", why=f"it was given {bound:.0f} s", where=tail)
    try:
        answer = json.loads(output)
    except ValueError:
        raise EngineFailed("the official engine ended without results", why=tail or "it said nothing") from None
    results = answer.get("results")
    if not isinstance(results, Mapping):
        raise EngineFailed("the official engine ended without results", why=str(answer.get("error") or tail))
    return results


class Worker(Protocol):
    """Runs the engine for one task."""

    def __call__(self, task: Mapping[str, Any], *, bound: float) -> Mapping[str, Any]:
        """Give the engine's results, see `run_worker`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialEngine:
    """Verifies with pact-python's Verifier.

    Attributes:
        base_url: of the provider.
        set_ups: gives what brings about the states of a pact.
        manual: the user's own state handler, if any.
        headers: given for every request; never shown.
        rule: tells which requests a given header belongs to.
        seconds: the bound for one request, and for the calls of one state.
        renew: empties the provider before the states of each interaction.
        work: runs the engine for one task within a bound of seconds, see `run_worker`.

    """

    base_url: str
    set_ups: Callable[[PactDocument], SetsUp]
    manual: ManualStates | None = None
    headers: Sequence[tuple[str, str]] = ()
    rule: HeaderRule = field(default_factory=HeaderRule)
    seconds: float = 10.0
    renew: Callable[[], None] | None = None
    work: Worker = run_worker
    name: str = field(default="official", init=False)

    def verify(self, document: PactDocument, interactions: Sequence[Interaction]) -> Iterator[Outcome]:
        """Judge the interactions of one pact.

        Raises:
            EngineFailed: when the worker ends without results.

        """
        desk = StateDesk(
            set_ups=self.set_ups(document), manual=self.manual, interactions=interactions, renew=self.renew
        )
        timeout = self._timeout(document, interactions)
        by_position: dict[int, Mapping[str, Any]] = {}
        with StateServer(desk) as server, tempfile.TemporaryDirectory(prefix="treaty-verify-") as folder:
            for headers, group in self._by_headers(document, interactions).items():
                pact = Path(folder) / "pact.json"
                pact.write_bytes(write_selection(document, [each.position for each in group]))
                task = self._task(document, pact=pact, state_url=server.url, timeout=timeout, headers=headers)
                results = self.work(task, bound=_START_SECONDS + timeout * _requests(group))
                by_position |= result_positions(results)
        for interaction in interactions:
            result = by_position.get(interaction.position)
            if result is None:
                yield could_not_tell(document, interaction, _missing_result())
            else:
                yield outcome_of(document, interaction, result, desk)

    def _by_headers(
        self, document: PactDocument, interactions: Sequence[Interaction]
    ) -> Mapping[Headers, Sequence[Interaction]]:
        """Put together what gets the same headers: the engine sets its headers on every request of a run."""
        groups: dict[Headers, list[Interaction]] = {}
        for interaction in interactions:
            contract = document.contract.interactions[interaction.position]
            headers: Headers = ()
            if isinstance(contract, HttpInteraction):
                headers = self.rule.added(recorded_call(contract), self.headers)
            groups.setdefault(headers, []).append(interaction)
        return groups

    def _timeout(self, document: PactDocument, interactions: Sequence[Interaction]) -> float:
        """Give the engine's one timeout, which has to cover its longest state call."""
        keys = {state.key for each in interactions for state in each.states if state.key is not None}
        waits = [document.states[key].longest_wait for key in keys if key in document.states]
        return self.seconds + max(waits, default=0.0) + 1.0

    def _task(
        self, document: PactDocument, *, pact: Path, state_url: str, timeout: float, headers: Headers
    ) -> Mapping[str, Any]:
        scheme, host, port, path = split_base_url(self.base_url)
        return {
            "provider": document.provider,
            "host": f"[{host}]" if ":" in host else host,
            "port": port,
            "path": path,
            "scheme": scheme,
            "pact": str(pact),
            "state_url": state_url,
            "teardown": self.manual is not None,
            "timeout_milliseconds": int(timeout * 1000),
            "headers": [list(line) for line in headers],
        }


def _talk(worker: subprocess.Popen[bytes], task: str, bound: float) -> bytes | None:
    """Hand over the task and read the answer; standard input stays open, as its end tells the worker to go."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    late = threading.Event()

    def give_up() -> None:
        late.set()
        worker.kill()

    watch = threading.Timer(bound, give_up)
    watch.daemon = True
    watch.start()
    try:
        # A worker that dies at once is found out by its empty answer.
        with suppress(BrokenPipeError):
            worker.stdin.write(f"{task}\n".encode())
            worker.stdin.flush()
        output = worker.stdout.read()
    finally:
        watch.cancel()
    return None if late.is_set() else output


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.lower() not in _PROXIES}
    return {**kept, "PACT_DO_NOT_TRACK": "true"}


def _requests(interactions: Sequence[Interaction]) -> int:
    return sum(2 + 2 * len(each.states) for each in interactions)


def _missing_result() -> EngineFailed:
    return EngineFailed(
        "the official engine gave no result for this interaction",
        why="it reported fewer results than the pact has interactions",
    )
