"""Pact files: reading all versions of the specification, writing them canonically."""

from treaty.pactfile.canonical import canonical_json
from treaty.pactfile.reading import read_pact
from treaty.pactfile.writing import Written, write_pact, write_pact_as

__all__ = ["Written", "canonical_json", "read_pact", "write_pact", "write_pact_as"]
