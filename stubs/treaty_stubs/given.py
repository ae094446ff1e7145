"""What a program hands to a stub: paths or pacts, names, faults."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from treaty.contract.model import Pact
from treaty.errors import NothingToDo, ProviderUnknown, counted, did_you_mean
from treaty_stubs.expectation import as_json_value
from treaty_stubs.faults.document import accept_faults
from treaty_stubs.faults.model import Fault

Given: TypeAlias = str | os.PathLike[str] | Pact


def declared_faults(faults: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> Sequence[Fault]:
    """Read faults, as a list or a whole document; raises `ConfigInvalid` when they are none."""
    if not faults:
        return ()
    document = faults if isinstance(faults, Mapping) else {"faults": named_faults(faults)}
    return accept_faults(as_json_value(document))


def named_faults(faults: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Give faults names where they have none."""
    return [{"name": f"fault-{position}", **fault} for position, fault in enumerate(faults, 1)]


def read_given(given: Sequence[Given]) -> list[Pact]:
    """Read pacts from where they lie; raises `FileMissing` and `PactUnreadable`."""
    from treaty.adapters.pact_files import read_pacts  # noqa: PLC0415 - pacts may be given as they are

    pacts: list[Pact] = []
    for each in given:
        pacts.extend([each] if isinstance(each, Pact) else read_pacts([Path(each)]))
    return pacts


def providers_of(pacts: Sequence[Pact], provider: str | None) -> list[str]:
    """Give the providers to stand in for, by name; raises `ProviderUnknown` and `NothingToDo`."""
    known = sorted({pact.provider for pact in pacts if pact.http_interactions()})
    if provider is not None and provider not in known:
        raise ProviderUnknown(
            f"no pact is of provider '{provider}'",
            why=f"the pacts name these providers: {', '.join(known) or 'none'}",
            hint=did_you_mean(provider, known),
        )
    if not known:
        raise NothingToDo(
            "there is nothing to serve", why=f"{counted(len(pacts), 'pact')} read, and no interaction over HTTP"
        )
    return known if provider is None else [provider]
