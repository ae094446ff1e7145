"""One draft an exchange: its set-up, its canonical request, and the key under which like exchanges come together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue, dumps
from treaty.normalize.beside import Beside, Company, is_scope
from treaty.normalize.calls import example_writer, request_of
from treaty.normalize.changes import Changes
from treaty.normalize.contents import sent_contents
from treaty.normalize.dependencies import Answer, Dependencies
from treaty.normalize.elements import Members, holds_one_thing, is_read
from treaty.normalize.examples import Examples
from treaty.normalize.leaves import Leaf, header, wildcard
from treaty.normalize.left_out import LeftOut, find_left_out
from treaty.normalize.missing_members import missing_members
from treaty.normalize.observations import SHORTEST_COOKIE, Observation
from treaty.normalize.orders import Order, Orders
from treaty.normalize.shapes import RARE
from treaty.normalize.slices import Slicer, Step, with_more
from treaty.normalize.standing import Standing
from treaty.normalize.state_names import code_leaves
from treaty.normalize.states import State, bound_by, varied_tokens, write_state
from treaty.normalize.switches import Switches
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow
from treaty.normalize.written_steps import WrittenSteps

Key: TypeAlias = tuple[str, ...]

MOST_MEMBERS: Final = 50
"""So many members of a list are told one by one."""

_LEAST_KEYS: Final = 2

_MOST_REPEATS = 2
"""Repeated steps beyond this number tell nothing new: ten orders are several orders, as three are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is known of one run, to draft its exchanges with.

    Attributes:
        slicer: finds what an exchange depends on.
        beside: finds what was there beside what a list shows.
        standing: finds what stands for all.
        switches: finds what reads that name nothing show since other calls.
        dependencies: finds what dependencies answered out of the ordinary.
        flow: the tokens.
        orders: tells the order of drafts.
        steps: writes set-ups.
        signatures: of steps, by number, once they are known.
        listed: operations with the places of their answers where one of them lists things that a call made.

    """

    slicer: Slicer
    beside: Beside
    standing: Standing
    switches: Switches
    dependencies: Dependencies
    flow: Flow
    orders: Orders
    steps: WrittenSteps
    signatures: dict[int, str] = field(default_factory=dict)
    listed: set[tuple[Key, str]] = field(default_factory=set)

    @classmethod
    def of(cls, run: Sequence[Observation], flow: Flow, changes: Changes) -> World:
        """Look at one run.

        Args:
            run: its observations, in order of their start.
            flow: the tokens.
            changes: what changes by itself.

        """
        standing = Standing(observations=run, flow=flow)
        slicer = Slicer(observations=run, flow=flow, changes=changes)
        dependencies = Dependencies(observations=run, flow=flow)
        orders = Orders(flow=flow)
        beside = Beside(observations=run, flow=flow, slicer=slicer, dependencies=dependencies)
        switches = Switches(observations=run, flow=flow)
        slicer.behind = lambda item, steps: [
            *standing.behind(item, steps),
            *beside.moved(item, steps),
            *switches.behind(item),
        ]
        return cls(
            slicer=slicer,
            beside=beside,
            standing=standing,
            switches=switches,
            dependencies=dependencies,
            flow=flow,
            orders=orders,
            steps=WrittenSteps(orders=orders),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    state: State
    request: Mapping[str, JsonValue]
    examples: Examples


@dataclass(eq=False, slots=True, kw_only=True)
class Draft:
    """An observation on its way to an interaction.

    Of many drafts of one interaction only the example is written down, so state, request and examples are made when
    they are asked for.

    Attributes:
        item: the observation.
        steps: its set-up.
        own: the part of it that the exchange depends on; the rest is there beside what it lists.
        company: what is there beside it.
        answers: what stand-ins of the provider's dependencies must answer.
        varied: the tokens that the set-up binds or mints.
        operation: method, template, operation name, status and request media type.
        request_shape: which keys and parameters the request has.
        state_signature: the set-up without its values.
        lists: the lists of the answer that are in no other one.
        missing: by the place of a list, what the set-up made of the same kind as its members and it does not show.
        reads: whether the call only looks.
        unsettled: locations of the answer whose values hold as long as nobody has changed them.
        tallied: locations of the answer that count what was made.
        scoped: whether the request names something that the answer is about, so that the set-up decides what it lists.
        world: what is known of the run.

    """

    item: Observation
    steps: Sequence[Step]
    own: Sequence[Step]
    company: Company
    answers: Sequence[Answer]
    varied: Sequence[Token]
    operation: Key
    request_shape: Key
    state_signature: Key
    lists: Sequence[Members]
    missing: Mapping[str, Sequence[Token]]
    reads: bool
    unsettled: frozenset[str]
    tallied: frozenset[str]
    scoped: bool
    world: World
    _written: _Written | None = None
    _order: Order | None = None

    @property
    def state(self) -> State:
        """The written state."""
        return self._write().state

    @property
    def shown(self) -> Sequence[Token]:
        """What lists show of the set-up or leave out, so that it needs a variable."""
        return _shown(self.item, self.lists, self.missing, self.world.flow)

    @property
    def request(self) -> Mapping[str, JsonValue]:
        """The canonical request in the form of Pact V4."""
        return self._write().request

    @property
    def examples(self) -> Examples:
        """The canonical values of this interaction."""
        return self._write().examples

    @property
    def size(self) -> tuple[bool, int]:
        """What goes before the order: whether more is there than the exchange depends on, and how many steps."""
        return bool(self.company.calls), len(self.steps)

    @property
    def order(self) -> Order:
        """What to choose by among equals without looking at time: the same for the same state and request."""
        if self._order is None:
            self._order = self.world.orders.order(self.item, self.steps, self.answers, self.varied)
        return self._order

    def left_out(self) -> Sequence[LeftOut]:
        """Find what the set-up leaves out."""
        return find_left_out(self.item, self.steps, self.world.slicer)

    def _write(self) -> _Written:
        if self._written is None:
            flow = self.world.flow
            examples = Examples(find=partial(flow.named, self.item.run))
            state = write_state(
                self.item,
                self.steps,
                self.answers,
                flow,
                examples,
                shown=self.shown,
                write_steps=self.world.steps.write,
            )
            request = request_of(self.item, flow, example_writer(self.item, examples))
            for leaf in self.item.response:
                token = flow.at(self.item.number, f"response.{leaf.location}")
                if leaf.location.startswith("body") and token is not None and not token.unique:
                    # What the answer shows is numbered behind what was asked, and known to texts around it.
                    examples.of_token(token)
            self._written = _Written(state=state, request=request, examples=examples)
        return self._written

    @property
    def sent_contents(self) -> list[bytes]:
        """Give the contents that the exchange and its set-up sent."""
        items = (self.item, *(step.observation for step in self.steps))
        return [data for item in items for data in sent_contents(item)]


def draft(item: Observation, world: World) -> Draft:
    """Draft one observation."""
    slicer, beside, dependencies, flow = world.slicer, world.beside, world.dependencies, world.flow
    own = slicer.steps(item)
    company = beside.company(item, [step.observation for step in own])
    steps = with_more(own, company.calls, in_order=company.in_order) if company.calls else own
    answers = dependencies.unusual(item, steps)
    usual = answers if steps is own else dependencies.unusual(item, own)
    lists = beside.lists(item)
    missing = missing_members(item, lists, steps, flow) if lists and is_read(item, flow) else {}
    varied = varied_tokens(item, steps, flow, bound_by(steps, flow), _shown(item, lists, missing, flow))
    world.listed.update((_operation(item), each.place) for each in lists if each.tokens)
    return Draft(
        item=item,
        steps=steps,
        own=own,
        company=company,
        answers=answers,
        varied=varied,
        operation=_operation(item),
        request_shape=_request_shape(item),
        state_signature=(*_state_signature(own, usual, world.signatures, flow), *_parts_named(item, own, lists, flow)),
        lists=lists,
        missing=missing,
        reads=is_read(item, flow),
        unsettled=world.standing.unsettled(item, [step.observation for step in own]) - world.switches.switched(item),
        tallied=world.switches.tallied(item),
        scoped=_is_scoped(item, varied, lists, slicer),
        world=world,
    )


def _shown(
    item: Observation, lists: Sequence[Members], missing: Mapping[str, Sequence[Token]], flow: Flow
) -> list[Token]:
    """Give what lists show or leave out, and rare values beside lists: whose owner it is, a uuid alone does not say."""
    shown = [token for each in lists for token in each.tokens[:MOST_MEMBERS]]
    shown += [token for tokens in missing.values() for token in tokens]
    beside = (
        token
        for location, token in flow.tokens_of(item.number, "response.body.$")
        if token.shape in RARE and "[" not in location and "|" not in location
    )
    return [*shown, *beside]


def _is_scoped(item: Observation, varied: Sequence[Token], lists: Sequence[Members], slicer: Slicer) -> bool:
    """Tell whether the set-up decides what an answer lists: a key that it made scopes it, or nobody ever changes it."""
    keys = [
        token
        for location, token in slicer.flow.tokens_of(item.number, "request.")
        if is_scope(location) or (item.operation.name and location.startswith("request.body.$"))
    ]
    if any(token in varied or token.absent for token in keys):
        return True
    if not any(leaf.location.startswith("path[") for leaf in item.request):
        return False
    provider = item.edge.provider
    if lists and not any(each.size for each in lists):
        # Nothing was there, under a key that nobody here made: others may have written there since.
        return False
    return not any(each.tokens for each in lists) and not any(slicer.changes_naming(provider, key) for key in keys)


def _operation(item: Observation) -> Key:
    return (
        item.method,
        str(item.template),
        item.operation.name,
        f"{item.status} refused" if item.refused else str(item.status),
        item.request_payload.media_type,
    )


def _request_shape(item: Observation) -> Key:
    """List keys of the query and of the body, and the names of headers that are not about representation."""
    places = {wildcard(leaf.location) for leaf in item.request if leaf.location.startswith("body.$")}
    places |= {
        leaf.location.rsplit("[", 1)[0]
        for leaf in item.request
        if leaf.location.startswith(
            ("query.", "header.If-", "header.Authorization", "header.Range", "header.Accept-Language")
        )
        or _is_telling_cookie(leaf)
    }
    if not item.request_payload.data:
        places.add("no body")
    return tuple(sorted(places))


def _is_telling_cookie(leaf: Leaf) -> bool:
    """Tell whether a cookie may decide who asks; short ones are settings."""
    return leaf.location.lower().startswith("header.cookie|") and len(str(leaf.value)) >= SHORTEST_COOKIE


def _state_signature(steps: Sequence[Step], answers: Sequence[Answer], known: dict[int, str], flow: Flow) -> Key:
    """Write a set-up without its values; of each kind of step only the last two count, wherever they stand."""
    entries = [*map(_answer_signature, answers), *(_known_signature(step, known, flow) for step in steps)]
    counts: dict[str, int] = {}
    kept: list[str] = []
    for entry in reversed(entries):
        counts[entry] = counts.get(entry, 0) + 1
        if counts[entry] <= _MOST_REPEATS:
            kept.append(entry)
    return tuple(reversed(kept))


def _known_signature(step: Step, known: dict[int, str], flow: Flow) -> str:
    if step.until:
        return _step_signature(step, flow)
    number = step.observation.number
    if number not in known:
        known[number] = _step_signature(step, flow)
    return known[number]


def _parts_named(item: Observation, own: Sequence[Step], lists: Sequence[Members], flow: Flow) -> Key:
    """Say which keys in the path of a list each step is about: of two columns of a board only one gets the cards."""
    keys = [token for location, token in flow.tokens_of(item.number, "request.path") if not token.absent]
    if len(keys) < _LEAST_KEYS or not lists or holds_one_thing(item):
        return ()
    marks: set[str] = set()
    for step in own:
        made = step.observation
        named = {token for _, token in flow.tokens_of(made.number, "")}
        about = [index for index, key in enumerate(keys) if key in named]
        marks.add(dumps(["about", made.method, str(made.template), about]))
    return tuple(sorted(marks))


def _answer_signature(answer: Answer) -> str:
    item = answer.observation
    codes = [[wildcard(place), value] for place, value in answer.codes]
    return dumps(["expect", item.edge.provider, item.method, str(item.template), item.status, codes])


def _step_signature(step: Step, flow: Flow) -> str:
    item = step.observation
    parts: list[JsonValue] = [item.method, str(item.template), item.status]
    if item.method in {"PUT", "PATCH"}:
        parts.extend(
            [place, value] for place, value in code_leaves(item) if flow.at(item.number, f"request.{place}") is None
        )
    if step.until:
        parts.append([[wildcard(place), value] for place, value in sorted(step.until, key=repr)])
    return dumps(parts)


def content_type(item: Observation) -> str:
    """Give the media type of the answer, or an empty text."""
    return (header(item.answer.headers, "Content-Type") or "").split(";")[0].strip().lower()
