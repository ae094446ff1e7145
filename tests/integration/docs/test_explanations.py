"""The worked example of the explanation of normalisation: what the page shows is what Treaty prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from tests.integration.docs.wire import session_of
from tests.unit.cli.bootstrap.test_normalizing import stored
from treaty.errors import ExitStatus
from treaty_cli.app import main

PAGE: Final = Path(__file__).parents[3] / "docs" / "explanation" / "normalisation.md"
HASH: Final = re.compile(r"_[0-9a-f]{6}\b")


def block(language: str) -> str:
    """Give the only block of the page in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_example_is_explained_as_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """But for the hashes of states, which are others when a state is written in another way."""
    monkeypatch.chdir(tmp_path)
    stored(Path("session"), session_of(block("wire")))
    assert main(["normalize", "session"]) == ExitStatus.KEPT
    capsys.readouterr()
    pact = "pacts/client-payment.json"
    assert main(["explain", pact, "--session", "session", "--interaction", "GET"]) == ExitStatus.KEPT
    assert HASH.sub("_", block("explained")) in HASH.sub("_", capsys.readouterr().out)


def test_a_line_that_is_no_exchange_is_refused() -> None:
    """A slip in the page must not make an example of nothing."""
    with pytest.raises(ValueError, match="no exchange"):
        session_of("client -> user  GET /users\n 2OO {}\n")
