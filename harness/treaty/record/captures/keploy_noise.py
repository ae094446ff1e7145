"""Fields that keploy was told not to compare, and that do not look as if they had to differ.

keploy ignores such a field altogether. Treaty finds out by itself why a value differs (made by the provider, a time, an
echo), so noise does not loosen a promise; a person should know where the two may disagree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from treaty.record.captures.finds import Oddity
from treaty.record.captures.keploy_documents import Recorded

_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} .*|1\d{9}(?:\d{3}|\d{6}|\d{9})?"
)
_BODY: Final = "body"


def plain_noise(recorded: Sequence[Recorded]) -> Iterator[Oddity]:
    """Report the noise of bodies whose values are no times, one field of a service at a time."""
    fields: dict[tuple[str, str], bool] = {}
    for item in recorded:
        for name in item.noise:
            values = list(_values(item, name))
            if values and not all(_TIME.fullmatch(str(value)) for value in values):
                fields[item.service, name] = True
    for service, name in sorted(fields):
        yield Oddity(
            place=service,
            reason="keploy does not compare it, Treaty looks for its cause; see what it is in the pact",
            kept=True,
            detail=name,
        )


def _values(item: Recorded, name: str) -> Iterator[Any]:
    """Give the scalars of the answer at a dotted name; lists are gone through."""
    head, _, rest = name.partition(".")
    if head != _BODY:
        return
    try:
        document = json.loads(item.response.content.data)
    except (ValueError, RecursionError):
        return
    found = [document]
    for key in rest.split(".") if rest else ():
        below = [element for value in found for element in (value if isinstance(value, list) else [value])]
        found = [value[key] for value in below if isinstance(value, dict) and key in value]
    for value in found:
        yield from value if isinstance(value, list) else [value]
