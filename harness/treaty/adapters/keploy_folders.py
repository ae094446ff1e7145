"""Read the files of keploy: test sets with their tests and mocks, of one service or of several."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from treaty.errors import CaptureUnreadable
from treaty.record.captures.finds import Find, Oddity
from treaty.record.captures.keploy_calls import Mappings, calls_of
from treaty.record.captures.keploy_documents import Recorded, read_document
from treaty.record.captures.keploy_noise import plain_noise
from treaty.record.captures.parties import Parties

_MOCKS: Final = ("mocks.yaml", "mocks.yml")
_TESTS: Final = "tests"
_SCHEMA: Final = "schema"
_MAPPINGS: Final = "serviceMappings.yaml"
_OWN_FOLDER: Final = "keploy"
_NUMBER: Final = re.compile(r"(\d+)")


class _TextLoader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc] # a class that is chosen at import
    """Reads every scalar as the text that stands there: an id of digits stays a text, a time keeps its nanoseconds."""


def _binary(loader: Any, node: yaml.ScalarNode) -> bytes:
    try:
        return base64.b64decode(loader.construct_scalar(node))
    except (binascii.Error, ValueError):
        raise yaml.constructor.ConstructorError(None, None, "malformed !!binary", node.start_mark) from None


_TextLoader.add_constructor("tag:yaml.org,2002:binary", _binary)


def read_keploy(path: Path, parties: Parties) -> Iterator[Find]:
    """Read a folder of keploy, or one of its files: the calls of all services in it, and what is odd.

    Only the HTTP calls are held in memory.

    Raises:
        CaptureUnreadable: when there is nothing of keploy, or it may not be read.

    """
    recorded: list[Recorded] = []
    files = _files(path)
    if not files:
        raise CaptureUnreadable(
            "there are no recordings of keploy",
            where=str(path),
            why="no folder in it holds tests/*.yaml or mocks.yaml",
            hint="give the folder that holds the test sets, often called keploy",
        )
    for file in files:
        is_mock = file.name in _MOCKS
        service = _service_of(_set_of(file.resolve()))
        for document, place in _documents(file, path):
            if isinstance(document, Oddity):
                yield document
                continue
            for find in read_document(document, place, service, is_mock=is_mock):
                if isinstance(find, Oddity):
                    yield find
                else:
                    recorded.append(find)
    yield from plain_noise(recorded)
    yield from calls_of(recorded, parties, _mappings(files))


def _files(path: Path) -> list[Path]:
    """Find the files of tests and mocks, in the order of their names and numbers; not the schemas made of them."""
    if path.is_file():
        return [path]
    found = [
        file
        for file in path.rglob("*.y*ml")
        if (file.name in _MOCKS or file.parent.name == _TESTS)
        and file.suffix in {".yaml", ".yml"}
        and _SCHEMA not in file.relative_to(path).parts[:-1]
    ]
    return sorted(found, key=lambda file: (_natural(str(_set_of(file))), file.name in _MOCKS, _natural(str(file))))


def _natural(text: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (0, part) for part in _NUMBER.split(text)]


def _set_of(file: Path) -> Path:
    """Give the folder of the test set that a file of tests or mocks belongs to; people may give it any name."""
    return file.parent if file.name in _MOCKS else file.parent.parent


def _service_of(test_set: Path) -> str:
    """Give the name of the service: that of the first folder above a test set that keploy did not make."""
    return next((folder.name for folder in test_set.parents if folder.name != _OWN_FOLDER), "") or "service"


def _documents(file: Path, root: Path) -> Iterator[tuple[Any, str]]:
    """Give the documents of a file with their places, or what is wrong; what came before an error counts."""
    place = str(file.relative_to(root)) if file != root else file.name
    number = 0
    try:
        with file.open("rb") as source:
            for document in yaml.load_all(source, _TextLoader):
                number += 1
                if document is not None:
                    yield document, f"{place} document {number}" if file.name in _MOCKS else place
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark is not None else ""
        yield Oddity(place=f"{place}{line}", reason="is not YAML from here on"), place
    except (RecursionError, UnicodeDecodeError):
        yield Oddity(place=place, reason="is not YAML from here on"), place
    except OSError as fault:
        raise CaptureUnreadable("a recording cannot be read", where=str(file), why=fault.strerror or "") from None


def _mappings(files: list[Path]) -> Mappings:
    """Read what keploy was told about who serves which path, where that is so; only a hint, so errors do not count."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for test_set in {_set_of(file.resolve()) for file in files}:
        path = test_set.parent / _SCHEMA / _MAPPINGS
        if path.is_file():
            found[_service_of(test_set)] = _mapping(path)
    return found


def _mapping(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        with path.open("rb") as source:
            document = next(yaml.load_all(source, _TextLoader), None)
    except (yaml.YAMLError, OSError, RecursionError):
        return {}
    services = document.get("servicesMapping") if isinstance(document, dict) else None
    own = str(document.get("self")) if isinstance(document, dict) else ""
    return {
        name: tuple(each for each in paths if isinstance(each, str) and each.startswith("/"))
        for name, paths in (services.items() if isinstance(services, dict) else ())
        if name != own and isinstance(paths, list)
    }
