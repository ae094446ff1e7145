"""``make bench``: run the benchmarks, all or those that are named; none of them is a test."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Final

from tests.benchmarks import calls_benchmark, normalize_benchmark, stub_benchmark, stub_peers, verify_benchmark

BENCHMARKS: Final[Mapping[str, Callable[[bool], None]]] = {
    "stub": stub_benchmark.run,
    "stub-peers": stub_peers.run,
    "verify": verify_benchmark.run,
    "calls": calls_benchmark.run,
    "normalize": normalize_benchmark.run,
}


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--quick", action="store_true", help="fewer requests; figures are rough")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(BENCHMARKS))
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}")
    for name in arguments.names or [name for name in BENCHMARKS if name != "stub-peers"]:
        BENCHMARKS[name](arguments.quick)
    return 0


if __name__ == "__main__":
    sys.exit(main())
