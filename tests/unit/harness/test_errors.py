"""One table of errors: each class has a code of its own and a place in the tree."""

from __future__ import annotations

import copy
import pickle
import re
from pathlib import Path

import pytest

from treaty.errors import CouldNot, ExitStatus, NothingToDo, OurBug, PortTaken, TreatyError, counted, did_you_mean

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ("harness", "stubs", "cli")


def _below(kind: type[TreatyError]) -> list[type[TreatyError]]:
    children = sorted(kind.__subclasses__(), key=lambda child: child.__name__)
    return [below for child in children for below in (child, *_below(child))]


KINDS = _below(TreatyError)


def test_each_error_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in KINDS]
    assert sorted(codes) == sorted(set(codes))
    assert all("code" in vars(kind) for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_is_the_name_in_words(kind: type[TreatyError]) -> None:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()
    assert kind.code in (words, words.removesuffix("-error"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_exit_status_follows_from_the_place_in_the_tree(kind: type[TreatyError]) -> None:
    statuses = {CouldNot: ExitStatus.COULD_NOT, NothingToDo: ExitStatus.NOTHING_TO_DO, OurBug: ExitStatus.OUR_BUG}
    expected = next((status for base, status in statuses.items() if base in kind.__mro__), ExitStatus.USAGE)
    assert kind.exit_status is expected


@pytest.mark.parametrize("kind", KINDS)
def test_errors_are_values(kind: type[TreatyError]) -> None:
    """They compare by what they say and survive copies, processes and added notes."""
    error = kind("what", where="where", why="why", hint="hint")
    assert _through_a_pipe(error) == error
    assert copy.copy(error) == error
    assert hash(copy.copy(error)) == hash(error)
    error.add_note("seen by a test")
    assert _through_a_pipe(error) == error
    assert error != kind("other")


def _through_a_pipe(error: TreatyError) -> object:
    return pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes, as multiprocessing sends them


def test_all_errors_are_defined_in_one_place() -> None:
    bases = "|".join(("TreatyError", *(kind.__name__ for kind in KINDS)))
    definition = re.compile(rf"^class \w+\((?:{bases})\):", re.MULTILINE)
    stray = [
        str(file.relative_to(ROOT))
        for source in SOURCES
        for file in sorted((ROOT / source).rglob("*.py"))
        if file.name != "errors.py" and definition.search(file.read_text(encoding="utf-8"))
    ]
    assert stray == []


def test_an_error_says_what_code_where_why_and_hint_with_lines_aligned() -> None:
    error = PortTaken("port 1 is taken", where="a\nb", hint="c")
    assert str(error) == "port 1 is taken  [port-taken]\n  where  a\n         b\n  hint   c"


@pytest.mark.parametrize(
    ("word", "expected"),
    [("recrod", "did you mean 'record'?"), ("RECORD", "did you mean 'record'?"), ("xyz", ""), ("", "")],
)
def test_the_nearest_choice_is_suggested(word: str, expected: str) -> None:
    assert did_you_mean(word, ["verify", "record"]) == expected


@pytest.mark.parametrize(("number", "text"), [(0, "0 pacts"), (1, "1 pact"), (2, "2 pacts")])
def test_one_is_counted_without_an_s(number: int, text: str) -> None:
    assert counted(number, "pact") == text
