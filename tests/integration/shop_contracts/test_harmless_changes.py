"""Changes of a provider that break nobody raise no alarm."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.shop_contracts import harmless_shop
from tests.integration.shop_contracts.providers import PROVIDERS, Variant, verify_alone

pytest.importorskip("pact", reason="the extra 'official' is not installed")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_more_keys_in_another_order_are_fine(provider: str, tmp_path: Path) -> None:
    """Consumers read what they know, by its name."""
    variant = Variant(environment={}, launcher=(str(Path(harmless_shop.__file__).resolve()),))
    verification = verify_alone(tmp_path, provider, variant)
    assert verification.account() == ""
    assert verification.summary.kept > 0
    assert f"{harmless_shop.WITNESS} /api/v1/{provider}s" in verification.log


def test_the_changes_are_there_and_harmless() -> None:
    """Else the test above would prove nothing."""
    before = b'{"id": 1, "total": 66.00, "items": [{"a": null, "b": []}]}'
    after = harmless_shop.changed(before)
    assert b'"total": 66.00' in after
    assert list(json.loads(after)) == ["schema_hint", "items", "total", "id"]
    assert list(json.loads(after)["items"][0]) == ["schema_hint", "b", "a"]
