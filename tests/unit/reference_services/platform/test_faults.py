"""The registry of faults."""

import pytest

from treaty_shop.platform.faults import FAULTS, Faults, UnknownFault
from treaty_shop.platform.names import ServiceName


def test_ids_are_unique_and_described() -> None:
    """Each fault says what is wrong and what is seen."""
    assert len({fault.id for fault in FAULTS}) == len(FAULTS) >= 18
    assert all(fault.summary and fault.effect for fault in FAULTS)


def test_nothing_is_wrong_by_default() -> None:
    """Faults are only ever switched on."""
    assert not Faults()
    assert "S0-1" not in Faults()


def test_a_service_only_has_its_own_faults() -> None:
    """One list can be given to all four."""
    faults = Faults(["S0-1", "S0-3", "S0-4"])
    assert list(faults.of(ServiceName.ORDER)) == ["S0-1"]
    assert list(faults.of(ServiceName.NOTIFICATION)) == []


def test_an_unknown_fault_is_answered_with_the_nearest() -> None:
    """A typo in code or on the command line is told."""
    with pytest.raises(UnknownFault, match="did you mean S4-3"):
        Faults(["S4-33"])
    with pytest.raises(UnknownFault):
        assert "nonsense" in Faults()
