"""Who imports whom: the contracts of pyproject.toml, and the places of third-party engines."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TREATY = ("harness", "stubs", "cli")
DATABASES = {"alembic", "bson", "psycopg", "pymongo", "pymysql", "redis", "sqlalchemy"}
ENGINES = DATABASES | {
    "aio_pika",
    "aiosmtpd",
    "confluent_kafka",
    "grpc",
    "mitmproxy",
    "pact",
    "pact_ffi",
    "pika",
    "schemathesis",
    "time_machine",
}
ADAPTERS = ROOT / "harness" / "treaty" / "adapters"
SHOP = ROOT / "reference_services" / "treaty_shop"


def test_the_layers_are_kept() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        capture_output=True,
        check=False,
        cwd=ROOT,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_engines_are_imported_by_adapters_only() -> None:
    """Also inside functions and under TYPE_CHECKING: engines are replaceable because one place knows them."""
    found = [
        f"{file.relative_to(ROOT)} imports {name}"
        for folder in TREATY
        for file in sorted((ROOT / folder).rglob("*.py"))
        if not file.is_relative_to(ADAPTERS)
        for name in _imported(file)
        if name in ENGINES
    ]
    assert found == []


def test_the_shop_speaks_to_its_databases_in_its_engines_and_schemas_only() -> None:
    """Also inside functions: all else of a service does not know what it is kept in."""
    found = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in sorted(SHOP.rglob("*.py"))
        if not {"engines", "schema"} & set(file.relative_to(SHOP).parts)
        for name in _imported(file)
        if name in DATABASES
    ]
    assert found == []


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.partition(".")[0]
