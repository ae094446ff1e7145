"""What a program hands to a stub is read, or refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.stubs.examples import interaction, pact
from treaty.errors import ConfigInvalid, FileMissing, NothingToDo, ProviderUnknown
from treaty_stubs.given import declared_faults, named_faults, providers_of, read_given

PACT = pact(interaction("all"), provider="order")


def test_faults_need_no_names_in_a_list() -> None:
    (first, second) = declared_faults([{"status": 503}, {"name": "mine", "malformed": True}])
    assert (first.name, first.status, second.name, second.malformed) == ("fault-1", 503, "mine", True)
    assert declared_faults({"faults": [{"name": "x", "status": 500}]})[0].name == "x"
    assert declared_faults(()) == ()
    assert named_faults([{"name": "kept"}]) == [{"name": "kept"}]
    with pytest.raises(ConfigInvalid):
        declared_faults([{"status": "many"}])


def test_pacts_are_taken_as_they_are_or_read() -> None:
    assert read_given([PACT]) == [PACT]
    with pytest.raises(FileMissing):
        read_given([Path("no-such-folder")])


def test_providers_come_by_name() -> None:
    other = pact(interaction("all"), provider="bank")
    assert providers_of([PACT, other], None) == ["bank", "order"]
    assert providers_of([PACT, other], "order") == ["order"]
    with pytest.raises(ProviderUnknown):
        providers_of([PACT], "oder")
    with pytest.raises(NothingToDo):
        providers_of([], None)
