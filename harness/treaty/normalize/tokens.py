"""The flow of values: where each identifying value was made, and every place it was used since (DESIGN 4.3).

A token is one such value with its origin. Rare values (uuids, long hexadecimal, e-mail addresses) speak for themselves;
whole numbers and short texts need the same entity name at both ends, so order 1 and user 1 stay apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus

from treaty.contract.json_value import JsonValue
from treaty.normalize.absent import mark_absent
from treaty.normalize.contents import known_digests, tells_a_content
from treaty.normalize.identifiers import is_digest, is_identifier, keys_of_paths, unique_names
from treaty.normalize.inner_tokens import InnerTokens
from treaty.normalize.key_forms import KeyForms
from treaty.normalize.leaves import Leaf, path_segments
from treaty.normalize.logins import credentials_of, find_credentials, find_logins
from treaty.normalize.mentions import Mentions, is_ahead, own_key, own_moment
from treaty.normalize.names import LOGIN_FIELDS, Name
from treaty.normalize.observations import LOGIN, SAFE_METHODS, Observation
from treaty.normalize.operation_names import names_by_operations
from treaty.normalize.path_keys import NamedKey, NamesInPaths, named_by_paths, place_of
from treaty.normalize.shapes import RARE, Shape, shape_of
from treaty.normalize.spellings import is_condition, names, speaks_for_itself, spellings
from treaty.normalize.token_values import Place, Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """All tokens, by the places where they stand; the slots of secrets from outside; places whose links were chance."""

    places: Mapping[Place, Token]
    by_exchange: Mapping[int, Sequence[tuple[str, Token]]]
    by_name: Mapping[tuple[int, str, int], Token]
    slots: Mapping[Place, str] = field(default_factory=dict)
    chance: frozenset[tuple[str, str, str, int, str]] = frozenset()
    inner: frozenset[int] = field(init=False)
    """The exchanges with values inside texts; few have any."""
    _by_prefix: dict[str, dict[int, Sequence[tuple[str, Token]]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        with_inner = (
            number for number, pairs in self.by_exchange.items() if any("|" in location for location, _ in pairs)
        )
        object.__setattr__(self, "inner", frozenset(with_inner))

    def slot(self, number: int, location: str) -> str:
        """Give the slot of a secret from outside at a location of a request, without its side; else an empty text."""
        return self.slots.get((number, f"request.{location}"), "")

    def at(self, number: int, location: str) -> Token | None:
        """Give the token at a location (``request.path[3]``) of an exchange, if the value there is one."""
        return self.places.get((number, location))

    def inside(self, number: int, location: str) -> tuple[tuple[str, Token], ...]:
        """Give the tokens inside a text, with the way to each (``number[0]``)."""
        prefix = location + "|"
        if number not in self.inner:
            return ()
        pairs = self.by_exchange.get(number, ())
        return tuple((place.removeprefix(prefix), token) for place, token in pairs if place.startswith(prefix))

    def named(self, run: int, entity: str, number: int) -> Token | None:
        """Give the token that a text like ``order 12`` of a run speaks of."""
        return self.by_name.get((run, entity, number))

    def tokens_of(self, number: int, prefix: str) -> Sequence[tuple[str, Token]]:
        """List (location, token) of an exchange whose location starts with a prefix (``request.``), in leaf order."""
        known = self._by_prefix.setdefault(prefix, {})
        if number not in known:
            known[number] = [pair for pair in self.by_exchange.get(number, ()) if pair[0].startswith(prefix)]
        return known[number]


def trace(
    observations: Sequence[Observation], *, is_chance: Callable[[Observation, str], bool] = lambda _item, _place: False
) -> Flow:
    """Follow every identifying value through one run.

    Args:
        observations: in order of their start.
        is_chance: whether what was made elsewhere only happens to be equal to the value at a place.

    """
    unique = unique_names(observations)
    logging_in = find_logins(observations, unique)
    logins = frozenset(
        leaf.value
        for item in observations
        for leaf in item.request
        if leaf.location == LOGIN or (item.number, leaf.location) in logging_in
    )
    conditions = frozenset(leaf.value for item in observations for leaf in item.request if is_condition(leaf))
    mentions = Mentions(observations, is_chance=is_chance)
    used = named_by_paths(observations)
    registry = _Registry(
        forms=KeyForms.of(observations, mentions.handed),
        unique=unique,
        logins=logins,
        logging_in=logging_in,
        credentials=find_credentials(observations),
        conditions=conditions,
        names=NamesInPaths(
            keys=keys_of_paths(observations) | names_by_operations(observations), used=used, spoken=mentions.spoken
        ),
        used=used,
        mentions=mentions,
        digests=known_digests(observations),
        observed={item.number: item for item in observations},
        is_chance=is_chance,
    )
    events: list[tuple[datetime, int, int, Observation]] = []
    for item in observations:
        events += [(item.started, 0, item.number, item), (item.ended, 1, item.number, item)]
    for _, side, _, item in sorted(events, key=lambda event: event[:3]):
        if side == 0:
            registry.take_request(item)
        else:
            registry.take_response(item)
    registry.inner.settle()
    mark_absent(observations, registry.places)
    return _flow(registry, observations)


def _flow(registry: _Registry, observations: Sequence[Observation]) -> Flow:
    by_exchange: dict[int, list[tuple[str, Token]]] = {}
    order = {item.number: [*item.locations(), *registry.inner.locations.get(item.number, ())] for item in observations}
    for item in observations:
        by_exchange[item.number] = [
            (location, registry.places[item.number, location])
            for location in order[item.number]
            if (item.number, location) in registry.places
        ]
    by_name = {
        (registry.observed[number].run, token.name.entity, token.value): token
        for (number, _), token in registry.places.items()
        if isinstance(token.value, int) and token.name.field == "id"
    }
    return Flow(places=registry.places, by_exchange=by_exchange, by_name=by_name)


@dataclass(slots=True, kw_only=True)
class _Registry:
    unique: frozenset[tuple[str, Name]]
    logins: frozenset[JsonValue]
    logging_in: frozenset[Place]
    credentials: frozenset[str]
    conditions: frozenset[JsonValue]
    names: NamesInPaths
    used: frozenset[NamedKey]
    mentions: Mentions
    forms: KeyForms
    digests: frozenset[str]
    observed: Mapping[int, Observation]
    is_chance: Callable[[Observation, str], bool]
    places: dict[Place, Token] = field(default_factory=dict)
    _rare: dict[JsonValue, Token] = field(default_factory=dict)
    _named: dict[tuple[Name, JsonValue], list[Token]] = field(default_factory=dict)
    _accounts: dict[JsonValue, Token] = field(default_factory=dict)
    _made_at: dict[tuple[str, str], Token] = field(default_factory=dict)
    _tags: dict[tuple[str, JsonValue], Token] = field(default_factory=dict)
    _given: dict[tuple[str, str], Token | None] = field(default_factory=dict)
    _files: dict[tuple[str, JsonValue], Token | None] = field(default_factory=dict)
    inner: InnerTokens = field(init=False)

    def __post_init__(self) -> None:
        asked = frozenset(
            (item.edge.provider, leaf.name.field, leaf.value)
            for item in self.observed.values()
            for leaf in item.request
            if leaf.location.startswith("query.") and isinstance(leaf.value, str) and is_identifier(leaf)
        )
        self.inner = InnerTokens(places=self.places, known=self._known, make=self._make, used=self.used, asked=asked)

    def _make(self, leaf: Leaf, item: Observation) -> Token:
        token = self._new(leaf, item, "response", provider=item.edge.provider)
        if leaf.location.endswith("]") and "|query[" in leaf.location and token.shape is Shape.CODE:
            # What a link gives to go on with means something to its provider alone.
            token.shape = Shape.OPAQUE
        return token

    def take_request(self, item: Observation) -> None:
        for leaf in item.request:
            if (
                whole := self._files.get((item.edge.provider, leaf.value))
                if leaf.location.startswith("path[")
                else None
            ):
                self.inner.note(item, f"request.{leaf.location}|name", whole)
            if whole or self.names.key_within(leaf, item):
                # A file that is called after a key is another one with it.
                continue
            known = self._spoken_of(leaf, item)
            if known is None and not self._counts(leaf, item):
                known = self.mentions.referred(leaf, item) or self._moment(leaf, item)
            if known is not None:
                self.places[item.number, f"request.{leaf.location}"] = known
            if known is not None or not self._counts(leaf, item):
                continue
            token = self._known(leaf, item, "request")
            if token is None:
                # A secret that no answer gave out came from outside: a slot to be filled, not a value that flows.
                if item.is_secret("request", leaf.location) or tells_a_content(leaf, self.digests):
                    continue
                token = self._new(leaf, item, "request", provider="")
            self.places[item.number, f"request.{leaf.location}"] = token
        self.inner.take_request(item)

    def take_response(self, item: Observation) -> None:
        own = self._request_tokens(item)
        self._claim(item)
        for leaf in item.response:
            if leaf.location == "header.ETag" and leaf.value in self.conditions:
                self._take_tag(leaf, item)
                continue
            if leaf.value in self.credentials and self._take_credentials(leaf, item):
                continue
            if not self._counts(leaf, item):
                named = self.mentions.referred(leaf, item) or own_moment(leaf, own)
                if named is not None:
                    self.places[item.number, f"response.{leaf.location}"] = named
                continue
            if tells_a_content(leaf, self.digests) and not self._is_used(leaf, item):
                continue
            token = own.get((leaf.name, leaf.value)) or own_key(leaf, own) or self._known(leaf, item, "response")
            if token is None:
                token = self._new(leaf, item, "response", provider=item.edge.provider)
            elif not token.provider and (self._is_made_here(token, item) or self._was_put(token, item)):
                token.provider = item.edge.provider
            elif not token.provider and token not in own.values() and self._was_told_early(token, item):
                token.provider, token.origin = item.edge.provider, item.number
                token.location = f"response.{leaf.location}"
            self.places[item.number, f"response.{leaf.location}"] = token
        self.inner.take_response(item)

    def _is_used(self, leaf: Leaf, item: Observation) -> bool:
        return any((item.edge.provider, name.entity, leaf.value) in self.used for name in names(leaf))

    def _spoken_of(self, leaf: Leaf, item: Observation) -> Token | None:
        """Give the account that logs in, the credentials it was given, or the entity tag that a condition names.

        The last are those of RFC 9110 section 13.1.
        """
        if leaf.location == LOGIN:
            return self._accounts.get(leaf.value)
        if leaf.location.startswith("path[") and (made := self._made_at.get(place_of(leaf, item))):
            return made
        if (item.number, leaf.location) in self.logging_in:
            return self._accounts.get(leaf.value)
        if credentials := credentials_of(leaf, self.credentials):
            # What no answer gave out before it is first used came from outside, and stays that.
            return self._given.setdefault((item.edge.provider, credentials), None)
        return self._tags.get((item.edge.provider, leaf.value)) if is_condition(leaf) else None

    def _moment(self, leaf: Leaf, item: Observation) -> Token | None:
        """Make a token of a time that lies ahead: it is another one at each verification."""
        if not is_ahead(leaf, item):
            return None
        token = self._new(leaf, item, "request", provider="")
        token.moment = item.started
        return token

    def _take_credentials(self, leaf: Leaf, item: Observation) -> bool:
        """Take what an answer gives out and later requests show; False when it was shown before it was given."""
        key = (item.edge.provider, str(leaf.value))
        if key not in self._given:
            token = self._new(leaf, item, "response", provider=item.edge.provider)
            token.shape = token.shape if token.shape in RARE else Shape.OPAQUE
            self._given[key] = token
        known = self._given[key]
        if known is not None:
            self.places[item.number, f"response.{leaf.location}"] = known
        return known is not None

    def _take_tag(self, leaf: Leaf, item: Observation) -> None:
        key = (item.edge.provider, leaf.value)
        if key not in self._tags:
            self._tags[key] = self._new(leaf, item, "response", provider=item.edge.provider)
        self.places[item.number, f"response.{leaf.location}"] = self._tags[key]

    def _claim(self, item: Observation) -> None:
        """Take over the keys that the consumer chose for what a call made: in its path, or to log in with later."""
        if not item.effectful:
            return
        for leaf in item.request:
            if key := self.names.key_within(leaf, item):
                token = self.places.get((item.number, f"request.{key.location}"))
                self._files[item.edge.provider, leaf.value] = token
            token = self.places.get((item.number, f"request.{leaf.location}"))
            if token is None or not isinstance(leaf.value, str):
                continue
            if leaf.location == item.made_key and self._was_only_missed(token):
                # Who makes a thing under a name may have looked first whether it is free.
                token.origin, token.location = item.number, f"request.{leaf.location}"
            if token.origin != item.number:
                continue
            chosen = leaf.location == item.made_key or self.names.is_key(leaf, item) or self.names.is_file(leaf, item)
            account = leaf.value in self.logins and leaf.name.field in LOGIN_FIELDS
            if leaf.location == item.made_key:
                self._made_at[place_of(leaf, item)] = token
            if leaf.location == item.made_key or self.names.is_file(leaf, item):
                self.mentions.choose(token, item)
            if chosen or account:
                token.provider, token.unique = item.edge.provider, True
            if account:
                self._accounts[leaf.value] = token

    def _was_only_missed(self, token: Token) -> bool:
        first = self.observed[token.origin]
        return not token.provider and first.status == HTTPStatus.NOT_FOUND and first.method in SAFE_METHODS

    def _is_made_here(self, token: Token, item: Observation) -> bool:
        """Tell whether the consumer chose this key in the very call that made the thing."""
        return token.origin == item.number and item.effectful and token.location.startswith("request.path")

    def _was_put(self, token: Token, item: Observation) -> bool:
        """Tell whether a consumer put a thing at a name, by which the provider speaks of it now."""
        maker = self.observed[token.origin]
        last = len(path_segments(maker.path.rstrip("/"))) - 1
        is_last = maker.method == "PUT" and token.location == f"request.path[{last}]"
        return is_last and maker.effectful and maker is not item and maker.edge.provider == item.edge.provider

    def _was_told_early(self, token: Token, item: Observation) -> bool:
        """Tell whether the provider made a value in this call and named it to others before it answered."""
        teller = self.observed[token.origin]
        return item.effectful and teller.edge.consumer == item.edge.provider and teller.started >= item.started

    def _request_tokens(self, item: Observation) -> dict[tuple[Name, JsonValue], Token]:
        found: dict[tuple[Name, JsonValue], Token] = {}
        for leaf in item.request:
            token = self.places.get((item.number, f"request.{leaf.location}"))
            if token is not None:
                found[leaf.name, leaf.value] = token
        return found

    def _counts(self, leaf: Leaf, item: Observation) -> bool:
        if leaf.location == LOGIN or is_digest(leaf, item) or self.forms.is_way(leaf):
            return False
        return (
            is_identifier(leaf)
            or self._is_unique(leaf, item)
            or self._is_account(leaf, item)
            or self.names.is_key(leaf, item)
            or self.names.is_file(leaf, item)
            or self.mentions.tells(leaf, item)
        )

    def _is_account(self, leaf: Leaf, item: Observation) -> bool:
        """Tell whether a call that made something was given the name that a consumer logs in with."""
        return (
            item.effectful
            and leaf.value in self.logins
            and leaf.name.field in LOGIN_FIELDS
            and leaf.location.startswith("body")
        )

    def _is_unique(self, leaf: Leaf, item: Observation) -> bool:
        return isinstance(leaf.value, str) and (item.edge.provider, leaf.name) in self.unique

    def _known(self, leaf: Leaf, item: Observation, side: str) -> Token | None:
        if said := self.mentions.said(leaf, item):
            return said
        if self._is_rare(leaf):
            return self._rare.get(leaf.value)
        for value in spellings(leaf):
            for name in names(leaf if value is leaf.value else replace(leaf, value=value)):
                candidates = self._named.get((name, value), [])
                if candidates and self.is_chance(item, f"{side}.{leaf.location}"):
                    candidates = [each for each in candidates if not self.observed[each.origin].effectful]
                if candidates:
                    return candidates[-1]
        return None

    def _is_rare(self, leaf: Leaf) -> bool:
        return speaks_for_itself(leaf.value) or leaf.value in self.forms.rare

    def _new(self, leaf: Leaf, item: Observation, side: str, *, provider: str) -> Token:
        token = Token(
            value=leaf.value,
            name=leaf.name,
            origin=item.number,
            location=f"{side}.{leaf.location}",
            provider=provider,
            shape=self.forms.shape(leaf, provider) if provider else shape_of(leaf.value),
            unique=self._is_unique(leaf, item),
        )
        self.mentions.note(token, leaf, item)
        if self._is_rare(leaf):
            self._rare[leaf.value] = token
        peers = self._named.setdefault((leaf.name, leaf.value), [])
        # What is equal by chance never stands for what was made.
        peers.insert(0 if self.is_chance(item, token.location) else len(peers), token)
        return token
