from __future__ import annotations

import importlib.util
from contextlib import ExitStack

import pytest

from treaty.errors import ExtraMissing, UsageError
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.verify.concealment import Concealer
from treaty.verify.engine import TreatyEngine
from treaty_cli.bootstrap.engines import ENGINES, EngineSettings, check_engine, make_engine


@pytest.mark.parametrize("engine", ENGINES)
def test_each_engine_has_the_name_that_users_give_it(engine: str) -> None:
    """And the settings that it can use."""
    settings = EngineSettings(
        engine=engine,
        base_url="http://127.0.0.1:9",
        concealer=Concealer([], Redactor(RedactionPolicy())),
        state_url="http://127.0.0.1:9/states",
        headers=[("X-Key", "k")],
        workers=3,
    )
    with ExitStack() as running:
        made = make_engine(settings, running)
    assert made.name == engine
    if isinstance(made, TreatyEngine):
        assert made.workers == 3
        assert made.manual is not None


def test_only_the_official_engine_needs_more_than_the_base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    check_engine("treaty", workers=1)
    with pytest.raises(ExtraMissing):
        check_engine("official", workers=1)


def test_only_our_engine_has_workers() -> None:
    check_engine("treaty", workers=8)
    with pytest.raises(UsageError, match="one worker"):
        check_engine("official", workers=2)
