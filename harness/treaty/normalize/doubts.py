"""How far a promise can be trusted, and what would change it: told from what the session showed of its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from treaty.errors import counted

THIN: Final = 1
DOUBTFUL: Final = 2
_OF_TOKENS: Final = frozenset({"created", "carried", "echo"})
"""What was made when it was seen first is carried when it is seen again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why a promise may be wrong.

    Attributes:
        degree: 1 when little was seen, 2 when something speaks against it.
        why: for people.

    """

    degree: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What the promise of a place rests on.

    Attributes:
        causes: the causes of its values (DESIGN 4.2), as they came. Of requests: ``carried``, ``minted``, ``absent``
            (names what nobody made), ``outside`` (used, and made by no recorded call), ``secret``.
        of: what they are echoes of, or the slot.
        along: what varied between runs along with it.
        exact: whether the very values are promised.
        is_token: whether its values identify something.
        values: how many different ones there were.
        forms: of which forms (`treaty.normalize.shapes.Shape`).
        exchanges: in how many exchanges it was seen.
        missing: in how many of the looked at it was absent.
        weak: whether something else has the name and the value of what it is linked with.
        by_itself: whether the field was seen to change with no call in between.

    """

    causes: tuple[str, ...]
    of: tuple[str, ...]
    along: tuple[str, ...]
    exact: bool
    is_token: bool
    values: int
    forms: tuple[str, ...]
    exchanges: int
    missing: int
    weak: bool
    by_itself: bool

    @property
    def kind(self) -> str:
        """The cause, where all agree; else an empty text."""
        return self.causes[0] if len(self.causes) == 1 else ""


def doubt_of(place: str, rest: Rest) -> Doubt | None:
    """Say why a promise may be wrong; None when nothing speaks against it."""
    against = _against(place, rest)
    if against:
        return Doubt(degree=DOUBTFUL, why=against)
    little = "" if rest.by_itself else _little(place, rest)
    return Doubt(degree=THIN, why=little) if little else None


def _against(place: str, rest: Rest) -> str:
    if "outside" in rest.causes and place.startswith(("request.path", "request.query")):
        return "no recorded call made what it names: a provider without the same data answers otherwise"
    if "random" in rest.causes and not rest.along:
        return "it differed between runs in which nothing else varied"
    if rest.along:
        return f"it differed between runs, as {' and '.join(rest.along)} did"
    if rest.exact and rest.forms == ("null",) and not rest.by_itself:
        return "only ever seen as null: any other value counts as a break"
    return ""


def _little(place: str, rest: Rest) -> str:
    if rest.weak and rest.kind != "echo":
        return "something else has its name and its value; runs with other ids (--runs 2) tell them apart"
    if place.startswith("response.body") and len(rest.causes) > 1 and not _OF_TOKENS.issuperset(rest.causes):
        return f"its cause is not always the same: {', '.join(rest.causes)}"
    if not place.startswith("response.body") or rest.exchanges != 1 or rest.is_token:
        return ""
    if rest.kind == "derived" and rest.exact:
        return "seen once: the number may only happen to be what the lists give"
    if rest.kind == "echo" and rest.exact:
        return "seen once: it may only happen to be equal to what was asked"
    if rest.kind == "constant" and rest.exact:
        return "seen once: nothing shows yet whether it is always the same"
    return ""


def change_of(place: str, rest: Rest) -> str:
    """Say what would change a promise; an empty text when nothing but an edit by hand would."""
    if place.startswith("request."):
        return _request_change(rest)
    if place.startswith("response.header."):
        return "an answer without it, or one that has it otherwise"
    if rest.missing:
        return "nothing recorded: Pact cannot promise a key that may be absent"
    if rest.by_itself:
        return "a look that finds it in a state that was not seen yet"
    if rest.exact and rest.kind in {"constant", "derived"}:
        return "an answer to the same call that has another value here: then only its type is promised"
    texts = {
        "created": "nothing recorded: each provider makes its own; values in another form widen the rule",
        "echo": "an answer that differs from what was asked",
        "clock": "a time in another format: then the pattern takes both",
        "random": "runs in which it stays the same while the rest varies (record --runs)",
        "secret": "--allow-secret in a new recording: then its value is looked at",
        "constant": "nothing recorded: no input fixes it; an edit by hand can demand more",
    }
    if rest.kind == "carried":
        if rest.exact:
            return "an answer that differs from what the set-up sent"
        return "an answer with a value of another form"
    return texts.get(rest.kind, "an answer with a value of another form")


def _request_change(rest: Rest) -> str:
    texts = {
        "outside": "recording the call that makes it, as the first of the session",
        "carried": "a recording in which another call makes it",
        "minted": "an answer that gives this value out before it is used",
        "absent": "a recorded call that makes it",
        "secret": "a recorded call that gives it out: then that call is a step of the set-up",
    }
    return texts.get(rest.kind, "")


def seen_in_words(rest: Rest) -> str:
    """Say in how many exchanges a place was seen, with how many values."""
    where = f"in {counted(rest.exchanges, 'exchange')}"
    if rest.exchanges == 1:
        return where
    return f"the same {where}" if rest.values == 1 else f"{counted(rest.values, 'value')} {where}"
