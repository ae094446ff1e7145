"""The process of the normalise benchmark: turns one session into pacts and says what it took, as one line of JSON.

Usage: ``python -m tests.benchmarks.normalize_process SESSION OUT``. A process of its own, so that its memory is that of
one session.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from treaty_cli.bootstrap.normalizing import normalize_to


def main() -> None:
    """Normalise as ``treaty normalize`` does."""
    session, out = map(Path, sys.argv[1:])
    before = _megabytes()
    start = time.process_time()
    summary = normalize_to(session, out)
    taken = {
        "exchanges": sum(summary.observed.values()),
        "seconds": time.process_time() - start,
        "interactions": sum(outcome.interactions for outcome in summary.pacts),
        "before": before,
        "megabytes": _megabytes(),
    }
    sys.stdout.write(json.dumps(taken) + "\n")


def _megabytes() -> float:
    """Give the most memory that this process had so far; where the system says it, without that of who started it."""
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":
    main()
