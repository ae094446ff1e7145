"""What the stand-in keeps: objects by id, in memory, and how they get their ids and times."""

import secrets
import string
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from treaty_shop.outside.stripe.errors import no_such

Object: TypeAlias = dict[str, Any]
"""An object of Stripe's, as it is written: it has an ``id`` and says in ``object`` what it is."""

_LETTERS: Final = string.ascii_letters + string.digits
_LENGTHS: Final = {"prod": 14, "cs_test": 58}
_LENGTH: Final = 24


def new_id(prefix: str) -> str:
    """Return an id such as ``pi_3Kx...``: nothing in it tells what comes next."""
    length = _LENGTHS.get(prefix, _LENGTH)
    return f"{prefix}_{''.join(secrets.choice(_LETTERS) for _ in range(length))}"


class Objects:
    """The objects of an account; not thread-safe, its owner locks."""

    def __init__(self, clock: Callable[[], int], make_id: Callable[[str], str] = new_id) -> None:
        """Use a clock in unix seconds and a source of ids for prefixes."""
        self.clock = clock
        self._make_id = make_id
        self._kept: dict[str, Object] = {}

    def add(self, prefix: str, kind: str, **members: Any) -> Object:
        """Keep a new object with an id, a time, and the members."""
        id_ = self._make_id(prefix)
        made = {"id": id_, "object": kind, "created": self.clock(), "livemode": False, **members}
        self._kept[id_] = made
        return made

    def get(self, kind: str, id_: str, param: str = "id") -> Object:
        """Return an object; raises `StripeError` when there is none of the kind."""
        found = self._kept.get(id_)
        if found is None or found["object"] != kind:
            raise no_such(kind, id_, param)
        return found

    def all(self, kind: str) -> list[Object]:
        """Return the objects of a kind, newest first."""
        return [each for each in reversed(self._kept.values()) if each["object"] == kind]

    def secret(self, id_: str) -> str:
        """Return what a browser shows to act on an object."""
        return f"{id_}_{self._make_id('secret')}"
