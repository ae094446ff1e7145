"""Provider states written out: variables, steps, a name for people and the hash that is their identity (DESIGN 4.4)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from treaty.contract.json_value import JsonValue, dumps
from treaty.normalize.calls import Writer, as_carried, as_slot, example_writer, request_of
from treaty.normalize.dependencies import Answer
from treaty.normalize.examples import SHORTEST_INSIDE, Examples, within
from treaty.normalize.leaves import Leaf
from treaty.normalize.observations import LOGIN, Observation, basic_login
from treaty.normalize.renaming import renamed_step
from treaty.normalize.shapes import Shape
from treaty.normalize.slices import Step
from treaty.normalize.state_names import answer_phrase, describe, state_name, step_phrase
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

Entry: TypeAlias = dict[str, dict[str, JsonValue]]
"""A step as it is written: its kind, and what it says."""

Written: TypeAlias = tuple[Entry, str]
"""A step, and its canonical JSON text."""

AWAIT_SECONDS = 30
"""How long a time-driven state is waited for; a bound, not a delay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A provider state of one interaction.

    Attributes:
        key: twelve hexadecimal digits of the SHA-256 of its content; empty for the empty state.
        name: for people.
        document: the entry of ``metadata.treaty.states``.
        variables: name of the variable that carries each token.
        credentials: name of the variable that carries each recorded value of Basic credentials.
        phrases: what the name says of each step of the document.

    """

    key: str
    name: str
    document: Mapping[str, JsonValue]
    variables: Mapping[Token, str]
    credentials: Mapping[str, str]
    phrases: tuple[str, ...] = ()


def write_state(
    target: Observation,
    steps: Sequence[Step],
    answers: Sequence[Answer],
    flow: Flow,
    examples: Examples,
    *,
    shown: Sequence[Token] = (),
    write_steps: Callable[[Sequence[Step], Writing], Sequence[Written]] | None = None,
) -> State:
    """Write the state of an interaction.

    Args:
        target: the exchange that the state is for.
        steps: its set-up.
        answers: what stand-ins of the provider's dependencies must answer.
        flow: the tokens.
        examples: numbers the canonical values; shared with the interaction.
        shown: what the answer is to show of the set-up, so that it needs a variable.
        write_steps: writes the set-up, in place of `each_step`.

    """
    bound = bound_by(steps, flow)
    names = _variable_names(varied_tokens(target, steps, flow, bound, shown))
    logins = basic_logins([*(step.observation for step in steps), target], flow, names, bound)
    writing = Writing(
        steps=steps, answers=answers, flow=flow, names=names, bound=bound, logins=logins, examples=examples
    )
    mint, expected = writing.mint(), [_expectation(answer, writing) for answer in answers]
    if not mint and not steps and not expected:
        return State(key="", name="", document={}, variables={}, credentials={})
    written = [
        *((entry, dumps(entry, sort_keys=True)) for entry in expected),
        *(write_steps or each_step)(steps, writing),
    ]
    plain = f'{{"mint":{dumps(mint, sort_keys=True)},"steps":[{",".join(text for _, text in written)}]}}'
    key = hashlib.sha256(plain.encode()).hexdigest()[:12]
    final = writing.renamed(f"_{key[:6]}")
    varied = {token.value for token in names}
    in_words = [answer_phrase(answer) for answer in answers], [step_phrase(step, target, varied) for step in steps]
    document: dict[str, JsonValue] = {"name": state_name(in_words[1], in_words[0], names.values())}
    if mint:
        document["mint"] = final.mint()
    if written:
        renaming = writing.names_in(final)
        document["steps"] = [renamed_step(entry, renaming) for entry, _ in written]
    credentials = {value: login.variable for value, login in final.logins.items()}
    return State(
        key=key,
        name=str(document["name"]),
        document=document,
        variables=final.names,
        credentials=credentials,
        phrases=(*in_words[0], *in_words[1]),
    )


def unused_name(base: str, taken: Collection[str]) -> str:
    """Give a name, with a number behind it when it is taken."""
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class _Login:
    """Basic credentials whose user name is a variable: the variable of the whole, the user's, and the password."""

    variable: str
    token: Token
    password: str


def basic_logins(
    items: Sequence[Observation], flow: Flow, names: Mapping[Token, str], bound: Mapping[Token, tuple[int, str]]
) -> dict[str, _Login]:
    """Find the recorded Authorization values that have to follow a minted user name."""
    found: dict[str, _Login] = {}
    for item in items:
        token = flow.at(item.number, f"request.{LOGIN}")
        if token is None or token not in names or token in bound:
            continue
        for name, value in item.request_headers:
            if name.lower() == "authorization" and value not in found:
                variable = f"basic_{len(found) + 1}" if found else "basic"
                found[value] = _Login(variable=variable, token=token, password=basic_login(value)[1])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A state under one set of variable names: first plain ones, for the hash, then those that carry the hash."""

    steps: Sequence[Step]
    answers: Sequence[Answer]
    flow: Flow
    names: Mapping[Token, str]
    bound: Mapping[Token, tuple[int, str]]
    logins: Mapping[str, _Login]
    examples: Examples

    def renamed(self, suffix: str) -> Writing:
        """Give the same with something behind each name."""
        names = {token: name + suffix for token, name in self.names.items()}
        logins = {value: replace(login, variable=login.variable + suffix) for value, login in self.logins.items()}
        return replace(self, names=names, logins=logins)

    def mint(self) -> dict[str, JsonValue]:
        """Write how each value is made that no answer gives."""
        made = {self.names[token]: mint_of(token, self.examples) for token in self.names if token not in self.bound}
        for login in self.logins.values():
            like = "${" + self.names[login.token] + "}:" + login.password.replace("${", "$${")
            made[login.variable] = {"type": "base64", "like": like}
        return made

    def names_in(self, other: Writing) -> dict[str, str]:
        """Give the name that each variable of this state has in another writing of it."""
        names = {name: other.names[token] for token, name in self.names.items()}
        return names | {login.variable: other.logins[value].variable for value, login in self.logins.items()}

    def binds(self) -> dict[int, dict[str, str]]:
        """Give what each step binds: by index of the step the location of each variable."""
        found: dict[int, dict[str, str]] = {}
        for token, (index, location) in self.bound.items():
            if token in self.names:
                found.setdefault(index, {})[self.names[token]] = location
        return found

    def request_of(self, item: Observation) -> dict[str, JsonValue]:
        """Write a request with names in it."""
        return request_of(item, self.flow, self._writer(item))

    def _writer(self, item: Observation) -> Writer:
        """Write ``${name}`` for tokens that are variables, and examples for the rest, with ``${`` escaped."""
        plain = example_writer(item, self.examples)

        def write(leaf: Leaf, token: Token | None) -> JsonValue:
            if slot := self.flow.slot(item.number, leaf.location):
                return as_slot(leaf, slot)
            if token is not None and token in self.names:
                return as_carried(leaf, "${" + self.names[token] + "}")
            if leaf.location.lower() == "header.authorization" and leaf.value in self.logins:
                return "Basic ${" + self.logins[str(leaf.value)].variable + "}"
            if token is None and (expression := expression_of(leaf, self.names)):
                return expression
            value = plain(leaf, token)
            return value.replace("${", "$${") if isinstance(value, str) else value

        return write


def expression_of(leaf: Leaf, names: Mapping[Token, str]) -> str:
    """Write a text of a request with ``${name}`` for the unique values inside it; empty when there are none.

    Such values are names that a consumer chose: ``photos`` in ``X-Amz-Copy-Source: photos/cat.txt``.
    """
    if not isinstance(leaf.value, str) or not leaf.location.startswith(("header.", "query.", "body.$", "path[")):
        return ""
    if leaf.location.lower() == "header.authorization":
        return ""
    unique = {str(token.value): name for token, name in names.items() if token.unique}
    values = sorted((value for value in unique if len(value) >= SHORTEST_INSIDE), key=len, reverse=True)
    if not values:
        return ""
    form = re.compile("|".join(f"({within(value)})" for value in values))
    if not form.search(leaf.value):
        return ""
    return form.sub(lambda found: "${" + unique[found[0]] + "}", leaf.value.replace("${", "$${"))


def bound_by(steps: Sequence[Step], flow: Flow) -> dict[Token, tuple[int, str]]:
    """Find where each token comes out of the set-up: the index of the step, and the location in its answer."""
    found: dict[Token, tuple[int, str]] = {}
    for index, step in enumerate(steps):
        used = {token for _, token in flow.tokens_of(step.observation.number, "request.")}
        for location, token in flow.tokens_of(step.observation.number, "response."):
            made_here = token.provider == step.observation.edge.provider and not token.location.startswith("request.")
            if made_here and token not in used and token not in found:
                found[token] = (index, location.removeprefix("response."))
    return found


def varied_tokens(
    target: Observation,
    steps: Sequence[Step],
    flow: Flow,
    bound: Mapping[Token, tuple[int, str]],
    shown: Sequence[Token],
) -> list[Token]:
    """Give the tokens of an exchange and its set-up that are others in each verification: bound, or minted.

    Args:
        target: the exchange.
        steps: its set-up.
        flow: the tokens.
        bound: what comes out of the set-up.
        shown: what the answer is to show of the set-up.

    """
    found: dict[Token, None] = {}
    for item in [*(step.observation for step in steps), target]:
        for _, token in flow.tokens_of(item.number, "request."):
            if token in bound or is_minted(token, item):
                found.setdefault(token)
    return list(found | dict.fromkeys(token for token in shown if token in bound))


def _variable_names(tokens: Sequence[Token]) -> dict[Token, str]:
    names: dict[Token, str] = {}
    for token in tokens:
        names[token] = unused_name(str(token.name), set(names.values()))
    return names


def is_minted(token: Token, item: Observation) -> bool:
    """Tell whether every verification draws a new value: what others made, what must be unique, what is random."""
    if token.absent:
        return False
    if token.unique or token.is_of_the_clock:
        return True
    if token.provider:
        return token.provider != item.edge.provider
    return token.shape in {Shape.UUID, Shape.HEX}


def mint_of(token: Token, examples: Examples) -> JsonValue:
    """Say how a token is made anew."""
    example = examples.of_token(token)
    if token.moment is not None:
        return {"type": "datetime", "like": example}
    if isinstance(example, int):
        return {"type": "integer", "like": example}
    kind = {Shape.UUID: "uuid", Shape.HEX: "hex"}.get(token.shape, "string")
    return {"type": kind, "like": example}


def write_step(step: Step, writing: Writing, bind: Mapping[str, str]) -> Entry:
    """Write one step of a set-up, which binds variables from locations of its answer."""
    item = step.observation
    request = writing.request_of(item)
    document: dict[str, JsonValue] = {"description": describe(item), "request": request, "status": item.status}
    if step.until:
        document["until"] = dict(step.until)
        document["seconds"] = AWAIT_SECONDS
    if bind:
        document["bind"] = dict(sorted(bind.items()))
    return {"await" if step.until else "call": document}


def each_step(steps: Sequence[Step], writing: Writing) -> list[Written]:
    """Write all steps of a set-up."""
    binds = writing.binds()
    entries = [write_step(step, writing, binds.get(index, {})) for index, step in enumerate(steps)]
    return [(entry, dumps(entry, sort_keys=True)) for entry in entries]


def _expectation(answer: Answer, writing: Writing) -> Entry:
    item = answer.observation
    written = writing.request_of(item)
    document: dict[str, JsonValue] = {
        "description": describe(item),
        "provider": item.edge.provider,
        "request": {"method": item.method, "path": written["path"]},
        "status": item.status,
    }
    if answer.codes:
        document["body"] = dict(answer.codes)
    return {"expect": document}
