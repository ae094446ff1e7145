"""The map from secrets to stand-ins hardly grows, and never forgets."""

from __future__ import annotations

import pytest

from tests.unit.harness.redaction.planted import make_redactor
from treaty.redaction import known, redactor, stand_ins
from treaty.redaction.known import KnownValues
from treaty.redaction.stand_ins import StandIns

FEW = 40


def _secret(number: int) -> str:
    return f"tok-{number:06d}-Zq31gIjM"


@pytest.mark.parametrize("role", ["token", "jwt", "card", "code"])
def test_an_old_secret_keeps_its_stand_in(role: str) -> None:
    """Long after its text was dropped it is drawn again, the same."""
    few = StandIns(FEW)
    secrets = [_secret(number) for number in range(3 * FEW)] + [str(number) for number in range(10, 60)]
    first = [few.of(secret, role) for secret in secrets]
    assert [few.get(secret) for secret in secrets] == first
    assert [few.of(secret, "another role") for secret in reversed(secrets)] == first[::-1]
    assert len(few) == len(secrets)
    assert few.get("never seen 123") is None


def test_many_secrets_are_still_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest anywhere, older ones as words of a text, in paths, in queries and in their places."""
    monkeypatch.setattr(redactor, "StandIns", lambda: stand_ins.StandIns(FEW))
    monkeypatch.setattr(redactor, "KnownValues", lambda: known.KnownValues(FEW))
    crowded = make_redactor()
    made = {
        _secret(number): crowded.header("Authorization", f"Bearer {_secret(number)}").removeprefix("Bearer ")
        for number in range(5 * FEW)
    }
    assert len(set(made.values())) == 5 * FEW
    for secret in (_secret(0), _secret(FEW), _secret(5 * FEW - 1)):
        assert crowded.text(f"glad to see {secret}, again") == f"glad to see {made[secret]}, again"
        assert crowded.path(f"/a/{secret}/b") == f"/a/{made[secret]}/b"
        assert crowded.pairs(f"q=1&x={secret}") == (f"q=1&x={made[secret]}", ("x[0]",))
        assert crowded.header("X-Api-Key", secret) == made[secret]


def test_a_dropped_value_leaves_the_others() -> None:
    """Values that share pieces and heads are dropped one by one."""
    few = KnownValues(8)
    values = [f"shared-head-{number:02d}" for number in range(12)] + [f"ab12c{number:02d}" for number in range(12)]
    for value in values:
        few.add(value, "x" * len(value))
    assert few.dropped
    kept = [value for value in values if list(few.spans(value))]
    assert kept == values[-len(few) :]
    assert 0 < len(few) <= 8
