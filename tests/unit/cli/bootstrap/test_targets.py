from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from treaty.config import Config, load_config
from treaty.errors import UsageError
from treaty_cli.bootstrap.clock_setting import ClockSetting
from treaty_cli.bootstrap.targets import Target, find_target

LATER = ClockSetting(text="+1d", shift=timedelta(days=1))


def target(config: Config | None, *, base_url: str | None = None, clock: ClockSetting | None = None) -> Target:
    with ExitStack() as running:
        return find_target("shop", base_url=base_url, config=config, documents=[], running=running, clock=clock)


def configured(folder: Path, service: str) -> Config:
    (folder / "treaty.yaml").write_text(f"services: {{shop: {service}}}\n")
    return load_config(folder / "treaty.yaml")


def test_a_given_address_beats_the_configuration(tmp_path: Path) -> None:
    """It is not started then, cannot fail, and nothing was asked of dependencies."""
    found = target(configured(tmp_path, "{url: 'http://127.0.0.1:1'}"), base_url="http://127.0.0.1:2")
    assert found.base_url == "http://127.0.0.1:2"
    assert found.unanswered() == ()
    assert found.renewal(fresh=False) is None
    assert found.renewal_once() is None
    found.check_alive(patience=0.0)


def test_a_service_that_runs_elsewhere_has_its_own_clock_and_is_not_emptied(tmp_path: Path) -> None:
    """Even when the configuration says how: what it holds was not made here."""
    config = configured(tmp_path, "{url: 'http://127.0.0.1:1', reset: /reset}")
    assert target(config).base_url == "http://127.0.0.1:1"
    assert target(config).renewal(fresh=False) is None
    with pytest.raises(UsageError, match="--fresh"):
        target(config).renewal(fresh=True)
    with pytest.raises(UsageError, match="clock of shop cannot be set"):
        target(config, clock=LATER)


def test_without_a_place_it_is_asked_for() -> None:
    with pytest.raises(UsageError, match="not known where 'shop' runs"):
        target(None)
