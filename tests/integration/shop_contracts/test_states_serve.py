"""The shop's pacts with the official verifier on its own, whose states are brought about by `treaty states serve`.

test_official_cli does so wherever ids begin.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.shop_contracts.official_library import verify
from tests.integration.shop_contracts.providers import write_configuration
from tests.integration.shop_contracts.served_states import served

pytest.importorskip("pact", reason="the extra 'official' is not installed")


def test_the_official_verifier_is_green_at_another_time(tmp_path: Path) -> None:
    """The states are those of a service that lives in the future."""
    config = write_configuration(tmp_path, "user")
    with served("user", config, "--clock", "+400d") as (states, address):
        results = verify("user", address, states)
    assert {result for _, result in results} == {"OK"}
