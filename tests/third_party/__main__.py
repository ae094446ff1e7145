"""``make third-party``: hold Treaty against servers of others, recorded by their own clients."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.third_party.mutating import Mutator
from tests.third_party.page import save, write_page
from tests.third_party.proving import Prover
from tests.third_party.serving import Installation
from tests.third_party.systems import SYSTEMS


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def prove(installation: Installation, folder: Path, *, most: int, results: Path) -> None:
    """Prove one system, and print what came out."""
    system = installation.system
    prover = Prover(installation, folder)
    proof = prover.prove()
    say(f"{system.name}: {proof.exchanges} exchanges, {proof.interactions} interactions")
    say(f"  recorded again: {'the same bytes' if proof.same_bytes else 'other bytes'}")
    for line in proof.difference.splitlines()[:8]:
        say(f"      {line[:200]}")
    for name, verdicts in proof.situations.items():
        say(f"  {name}: {verdicts.text()}")
        for complaint in verdicts.complaints:
            say(f"      {complaint[:300]}")
    say("  strength: {caught} of {harmful}, {false_alarms} false alarms of {harmless}".format(**proof.strength))
    for survivor in proof.survivors:
        say(f"      {survivor[:300]}")
    mutation = Mutator(prover, most).mutate()
    say(f"  wire: {mutation.broken} broken and {mutation.untold} untold of {mutation.harmful}")
    for each in mutation.missed:
        say(f"      missed: {each}")
    say(f"  wire: {len(mutation.alarms)} false alarms in {mutation.harmless} harmless changes")
    for each in mutation.alarms:
        say(f"      {each}")
    save(results, system, proof, mutation, most=most)


def main() -> int:
    """Prove what the command line names."""
    names = [each.name for each in SYSTEMS]
    parser = argparse.ArgumentParser(prog="python -m tests.third_party", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of: {', '.join(names)}")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "treaty-third-party")
    parser.add_argument("--most", type=int, default=2000, help="harmful changes on the wire, chosen evenly")
    parser.add_argument("--page", action="store_true", help="write the results of all systems into the documentation")
    arguments = parser.parse_args()
    results = arguments.cache / "results"
    for system in SYSTEMS:
        if not arguments.names or system.name in arguments.names:
            installation = Installation(system, arguments.cache)
            installation.ensure()
            folder = arguments.cache / "runs" / f"{system.name}-{os.getpid()}"
            folder.mkdir(parents=True)
            prove(installation, folder, most=arguments.most, results=results)
    if arguments.page:
        write_page(results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
