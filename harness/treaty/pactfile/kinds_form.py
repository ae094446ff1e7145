"""How a matcher or a generator is written: a word that says its kind, and a key for each thing it was given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from treaty.contract.json_value import JsonValue
from treaty.pactfile.node import Node

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One thing that a matcher or generator is given.

    Attributes:
        field: the name of the field of our class.
        key: the key in a file.
        read: takes the value from a file.
        write: makes the value of a file.
        meaning: what it says, for the complaint when it is missing; empty when it may be.
        old_keys: what the key is called in other files; the first that is there counts.
        omitted: values that are not written.

    """

    field: str
    key: str
    read: Callable[[Node], object]
    write: Callable[..., JsonValue]
    meaning: str = ""
    old_keys: tuple[str, ...] = ()
    omitted: tuple[object, ...] = (None,)

    def found(self, node: Node) -> Node | None:
        """Give the value in a file; None when it may be missing and is, or is null."""
        for key in (self.key, *self.old_keys):
            value = node.get(key)
            if value is not None:
                return None if value.value is None and not self.meaning else value
        return node.need(self.key, self.meaning) if self.meaning else None


def text(
    field: str, key: str, meaning: str = "", *, old_keys: tuple[str, ...] = (), keep_empty: bool = False
) -> Detail:
    """Describe a detail that is a text; an empty one is not written unless `keep_empty`."""
    return Detail(
        field=field,
        key=key,
        read=Node.text,
        write=str,
        meaning=meaning,
        old_keys=old_keys,
        omitted=() if keep_empty or meaning else ("",),
    )


def whole(field: str, key: str) -> Detail:
    """Describe a detail that is a whole number."""
    return Detail(field=field, key=key, read=Node.whole, write=int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Generic[Kind]):
    """How one class of matchers or generators is written.

    Attributes:
        build: the class.
        details: what it is given.

    """

    build: Callable[..., Kind]
    details: tuple[Detail, ...] = ()

    def read(self, node: Node, *word_keys: str) -> Kind:
        """Read one; `word_keys` are the keys that say its kind."""
        fields: dict[str, object] = {}
        known = [*word_keys]
        for detail in self.details:
            found = detail.found(node)
            known.append(detail.key if found is None else found.tokens[-1])
            if found is not None:
                fields[detail.field] = detail.read(found)
        return self.build(**fields, unknown=node.others(*known))

    def write(self, one: Kind) -> dict[str, JsonValue]:
        """Write what one was given, its kind apart."""
        written: dict[str, JsonValue] = {}
        for detail in self.details:
            value = getattr(one, detail.field)
            if value not in detail.omitted:
                written[detail.key] = detail.write(value)
        return written


def by_class(forms: Iterable[Form[Kind]]) -> Mapping[object, Form[Kind]]:
    """Index forms by the class that they build; the first of a class counts."""
    indexed: dict[object, Form[Kind]] = {}
    for form in forms:
        indexed.setdefault(form.build, form)
    return indexed
