"""Runs the official verifier for one pact file, in a process of its own: one JSON line in, one JSON text out.

The engine writes its report straight to file descriptor 1 and keeps the process busy until it is done, hence a process:
descriptor 1 is turned away before the engine is loaded, and when the parent goes away so does this.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any


def main() -> int:
    """Read the task from standard input, verify, write `{"results": ...}` or `{"error": ...}`."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    task = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        found = _verify(task)
    except Exception as fault:  # noqa: BLE001 - the parent has to be told, whatever it was
        found = {"results": None, "error": f"{type(fault).__name__}: {fault}"}
    with answer:
        json.dump(found, answer)
    return 0


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)


def _verify(task: dict[str, Any]) -> dict[str, Any]:
    os.environ["PACT_DO_NOT_TRACK"] = "true"
    from pact import Verifier  # noqa: PLC0415 - the environment must be set first

    verifier = Verifier(task["provider"], task["host"])
    verifier.add_transport(protocol="http", port=task["port"], path=task["path"], scheme=task["scheme"])
    verifier.state_handler(task["state_url"], teardown=task["teardown"], body=True)
    verifier.add_source(task["pact"])
    verifier.follow_redirects(False)
    verifier.set_request_timeout(task["timeout_milliseconds"])
    verifier.set_coloured_output(enabled=False)
    verifier.add_custom_headers([(name, value) for name, value in task["headers"]])
    error = ""
    try:
        verifier.verify()
    except RuntimeError as fault:
        # Raised for every broken promise, too; the results tell one from the other.
        error = str(fault)
    try:
        return {"results": verifier.results, "error": error}
    except (RuntimeError, ValueError) as fault:
        return {"results": None, "error": error or str(fault)}


if __name__ == "__main__":
    raise SystemExit(main())
