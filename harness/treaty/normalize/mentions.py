"""What refers to a thing without saying so in its name: ``customer: 7``, ``from: 1``, codes that an answer handed out.

A name ends in the word for a thing as often as in ``_id``; others name the part that a thing plays. What an answer to a
change gave out, and a later request brings back, is a value of the provider, however it is called.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf, wildcard
from treaty.normalize.names import FILE_NAME, IDENTIFIER_FIELDS, KEY_FIELDS, Name, is_plural, singular
from treaty.normalize.observations import Observation
from treaty.normalize.shapes import Shape, instant_of, shape_of
from treaty.normalize.spellings import spellings
from treaty.normalize.token_values import Token

_Giving: TypeAlias = tuple[str, str, str]
"""Method and template of a change, and the place in its answer at which it gave something out."""

_ROLES: Final = frozenset(
    {"from", "to", "source", "target", "destination", "parent", "child", "owner", "author", "creator", "by", "sender"}
    | {"recipient", "receiver", "assignee", "reporter", "reviewer", "manager", "member", "payer", "payee", "payees"}
    | {"debtor", "creditor", "subject", "previous", "next", "after", "before", "root", "origin"}
)
"""Words for the part that a thing plays, whatever it is."""

_COUNTED: Final = frozenset({"page", "version", "revision", "level", "step", "position", "rank", "sort", "number"})
"""Words for things that are as often the name of a count."""

_HANDED: Final = re.compile(r"[A-Za-z0-9_.~+/=-]{6,256}")
_ENDLESS: Final = re.compile(r"(?=[^\s]*[A-Za-z0-9]{32})[A-Za-z0-9_.~+/=:-]{40,2048}")
"""A text that no language has for a word: a receipt, a handle, a cursor."""

_COUNTER: Final = re.compile(r"[A-Za-z]{0,12}([-_#/.]?\d{1,6})+")
_BASE64: Final = re.compile(r"[A-Za-z0-9_+/-]+={0,2}")
_WITH_NUMBER: Final = re.compile(rb"(?=.*\d)[ -~]+")
_LEAST_WRAPPED: Final = 6
_UNLIKELY: Final = 10**12
_NEAR: Final = timedelta(seconds=90)


def thing_named(leaf: Leaf) -> str:
    """Give the thing that the last word of a field names: ``customer`` of ``customer`` and of ``billing_customer``.

    Several things are named by the members of a list; ``"orders": 3`` counts them.
    """
    word = leaf.name.field.rpartition("_")[2]
    if is_plural(word) and not leaf.location.endswith("]"):
        return ""
    return "" if singular(word) in _COUNTED else singular(word)


def is_role(leaf: Leaf) -> bool:
    """Tell whether a field names the part that something plays, or its value could be no other thing."""
    value = str(leaf.value)
    if value.isdecimal() and int(value) >= _UNLIKELY:
        return True
    return leaf.name.field.rpartition("_")[2] in _ROLES


def names_of_keys(leaf: Leaf) -> Iterator[Name]:
    """List what the value of a field may be called where the thing itself is."""
    if leaf.name.field in KEY_FIELDS:
        yield leaf.name
    thing = thing_named(leaf)
    if thing:
        yield from (Name(entity=thing, field=field) for field in sorted(KEY_FIELDS))


def spoken_keys(observations: Sequence[Observation]) -> frozenset[tuple[str, str, JsonValue]]:
    """Give (provider, entity, text) of keys by which bodies and queries of calls about something else name things."""
    return frozenset(
        (item.edge.provider, name.entity, leaf.value)
        for item in observations
        for leaf in item.request
        if leaf.location.startswith(("body.$", "query.")) and isinstance(leaf.value, str) and leaf.value
        for name in names_of_keys(leaf)
        if name.entity and name.entity != item.template.entity
    )


def handed_out(observations: Sequence[Observation]) -> frozenset[tuple[str, JsonValue]]:
    """Give (provider, text) of what the answer to a change gave out first, and a later request brought back.

    Only texts with digits, or of a length, which are seldom words of a language that both sides know. What one answer
    gives out under the name of such a text is another of its kind, though nobody ever asks for it.
    """
    sent: set[JsonValue] = set()
    given: dict[tuple[str, JsonValue], _Giving] = {}
    found: set[tuple[str, JsonValue]] = set()
    for item in observations:
        for leaf in item.request:
            if (key := (item.edge.provider, leaf.value)) in given:
                found.add(key)
            sent.add(leaf.value)
        for leaf in item.response:
            if (
                leaf.location.startswith("body")
                and leaf.value not in sent
                and ((item.effectful and _is_handed(leaf)) or is_stamp(leaf.value))
            ):
                given.setdefault((item.edge.provider, leaf.value), _giving(item, leaf))
    kinds = {given[key] for key in found if not is_stamp(key[1])}
    return frozenset(found | {key for key, kind in given.items() if kind in kinds and not is_stamp(key[1])})


def _giving(item: Observation, leaf: Leaf) -> _Giving:
    return item.method, str(item.template), wildcard(leaf.location)


def _is_handed(leaf: Leaf) -> bool:
    value = leaf.value
    if isinstance(value, str) and _ENDLESS.fullmatch(value):
        return True
    if (
        not isinstance(value, str)
        or value.isdigit()
        or shape_of(value) not in {Shape.CODE, Shape.NUMBERED}
        or not _HANDED.fullmatch(value)
    ):
        return False
    return leaf.name.field in IDENTIFIER_FIELDS or re.search(r"\d", value) is not None or is_wrapped(value)


def is_wrapped(value: JsonValue) -> bool:
    """Tell whether a text is base64 of a text with a number, as handles are: of ``acct:1``, with any padding."""
    if not isinstance(value, str) or len(value) < _LEAST_WRAPPED or not _BASE64.fullmatch(value):
        return False
    try:
        text = value.rstrip("=").replace("+", "-").replace("/", "_")
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return False
    return _WITH_NUMBER.fullmatch(data) is not None


def is_stamp(value: JsonValue) -> bool:
    """Tell whether a text is a time to the second at least: who sends it back means what it was read from."""
    return isinstance(value, str) and shape_of(value) is Shape.TIMESTAMP


def is_counted(value: JsonValue) -> bool:
    """Tell whether a text is a number behind a word, as ``SHOP-12``: it has a form that people rely on."""
    return isinstance(value, str) and _COUNTER.fullmatch(value) is not None and not is_wrapped(value)


def own_key(leaf: Leaf, own: Mapping[tuple[Name, JsonValue], Token]) -> Token | None:
    """Give the key of the own path that an answer repeats under another name: ``{"slug": "red"}`` at ``/teams/red``."""
    if not isinstance(leaf.value, str) or leaf.name.field not in KEY_FIELDS:
        return None
    return next(
        (
            token
            for (name, value), token in own.items()
            if value == leaf.value and name.entity == leaf.name.entity and token.location.startswith("request.path")
        ),
        None,
    )


def is_ahead(leaf: Leaf, item: Observation) -> bool:
    """Tell whether a request speaks of a time that had yet to come, or of today: it moves with the clock."""
    if not isinstance(leaf.value, str) or not leaf.location.startswith(("body.$", "query.")):
        return False
    shape = shape_of(leaf.value)
    if shape is Shape.DATE:
        return leaf.value >= item.started.date().isoformat()
    instant = instant_of(leaf.value) if shape is Shape.TIMESTAMP else None
    return instant is not None and instant - item.started >= _NEAR


def own_moment(leaf: Leaf, own: Mapping[tuple[Name, JsonValue], Token]) -> Token | None:
    """Give the time of the own request that an answer repeats."""
    return next((each for each in own.values() if each.moment is not None and each.value == leaf.value), None)


def _is_key_in_a_body(leaf: Leaf) -> bool:
    is_member = leaf.location.endswith("]") and (not leaf.name.field or is_plural(leaf.name.field))
    return leaf.location.startswith("body.$") and (is_member or leaf.name.field in {"id", "key"})


class Mentions:
    """Finds the tokens that fields refer to.

    Args:
        observations: in order of their start.
        is_chance: whether what was made elsewhere only happens to be equal to the value at a place.

    """

    def __init__(self, observations: Sequence[Observation], *, is_chance: Callable[[Observation, str], bool]) -> None:
        self.spoken: Final = spoken_keys(observations)
        self.handed: Final = handed_out(observations)
        self._is_chance: Final = is_chance
        self._chosen: Final[dict[tuple[str, JsonValue], Token]] = {}
        self._handed: Final[dict[tuple[str, JsonValue], Token]] = {}
        self._numbers: Final[dict[tuple[str, JsonValue], list[Token]]] = {}
        self._named: Final[dict[tuple[str, Name, JsonValue], list[Token]]] = {}
        self._texts: Final[set[tuple[str, JsonValue]]] = set()

    def note(self, token: Token, leaf: Leaf, item: Observation) -> None:
        """Note a new token; what was handed out gets the form, or the moment, of such values."""
        provider = item.edge.provider
        self._named.setdefault((provider, leaf.name, leaf.value), []).append(token)
        self._texts.add((provider, leaf.value))
        if token.unique and leaf.name.field in KEY_FIELDS:
            # A name that nobody else may have says who it is, whatever the collection in whose paths it stands.
            self._chosen.setdefault((provider, leaf.value), token)
        if token.provider and (provider, leaf.value) in self.handed:
            if is_stamp(leaf.value):
                token.moment = item.ended
            elif token.shape is Shape.CODE and not is_counted(leaf.value):
                token.shape = Shape.KEY
            self._handed[provider, leaf.value] = token
        if token.provider and isinstance(leaf.value, int) and leaf.name.field == "id":
            self._numbers.setdefault((provider, leaf.value), []).append(token)

    def said(self, leaf: Leaf, item: Observation) -> Token | None:
        """Give what was handed out, or a thing by its unique name, whatever that is called."""
        key = (item.edge.provider, leaf.value)
        return self._handed.get(key) or self.named(leaf, item)

    def tells(self, leaf: Leaf, item: Observation) -> bool:
        """Tell whether a value is, or will be, handed out, or is the unique name of a thing."""
        return (item.edge.provider, leaf.value) in self.handed or self.named(leaf, item) is not None

    def named(self, leaf: Leaf, item: Observation) -> Token | None:
        """Give the thing whose unique name stands in a path, as the key of something, or in a list.

        That of a file also stands under other names of keys: ``{"name": "notes.txt"}``.
        """
        chosen = self._chosen.get((item.edge.provider, leaf.value))
        if chosen is None or leaf.location.startswith("path[") or _is_key_in_a_body(leaf):
            return chosen
        is_file = chosen.name.field == FILE_NAME and leaf.location.startswith("body.$")
        return chosen if is_file and leaf.name.field in KEY_FIELDS | {FILE_NAME} else None

    def choose(self, token: Token, item: Observation) -> None:
        """Note a name that a consumer chose for what a call made at its path."""
        self._chosen.setdefault((item.edge.provider, token.value), token)

    def referred(self, leaf: Leaf, item: Observation) -> Token | None:
        """Give the thing that a field names by the word for it, or by the part that it plays."""
        value, provider = leaf.value, item.edge.provider
        if not leaf.location.startswith(("body.$", "query.")) or item.is_secret("request", leaf.location):
            return None
        if isinstance(value, str) and (provider, value) in self._texts:
            named = (
                each for name in names_of_keys(leaf) for each in reversed(self._named.get((provider, name, value), ()))
            )
            found = next((each for each in named if each.provider == provider), None)
            if found is not None:
                return found
        if self._is_chance(item, f"request.{leaf.location}"):
            return None
        numbers = [each for each in spellings(leaf) if isinstance(each, int) and not isinstance(each, bool)]
        for number in numbers:
            made = [each for each in self._numbers.get((provider, number), ()) if each.origin != item.number]
            fitting = [each for each in made if each.name.entity == thing_named(leaf)]
            if not fitting and is_role(leaf) and len({each.name.entity for each in made}) == 1:
                fitting = made
            if fitting:
                return fitting[-1]
        return None
