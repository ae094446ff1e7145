"""`${name}` in texts and JSON values: finding the names, and putting values in their place.

``$${`` is a literal ``${``. A JSON text that is exactly one name takes the variable's value with its type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from treaty.contract.json_value import JsonValue, Number, dumps

Variables = Mapping[str, JsonValue]

SLOT_PREFIX: Final = "secret."
"""What names of secret slots begin with: `${secret.token}` is filled from `--secret token=env:VARIABLE`."""

_NAME: Final = re.compile(r"\$\$\{|\$\{([^{}]+)\}")
_WHOLE: Final = re.compile(r"\$\{([^{}]+)\}")


class VariableUnknown(LookupError):
    """A name has no value; the text of the error is the name."""

    def __str__(self) -> str:
        """Give the name."""
        return str(self.args[0])


def as_text(value: JsonValue) -> str:
    """Write a value as it appears inside a text: texts as they are, everything else as JSON."""
    return value if isinstance(value, str) else dumps(value)


def substitute_text(text: str, variables: Variables, *, quote: Callable[[str], str] = str) -> str:
    """Put values in the place of names.

    Args:
        text: what may contain names.
        variables: the values.
        quote: applied to each value, for example percent-encoding.

    Raises:
        VariableUnknown: when a name has no value.

    """

    def value_of(found: re.Match[str]) -> str:
        return "${" if found[1] is None else quote(as_text(_value(found[1], variables)))

    return _NAME.sub(value_of, text)


def substitute_json(value: JsonValue, variables: Variables) -> JsonValue:
    """Put values in the place of names in all texts of a JSON value, keys included.

    Raises:
        VariableUnknown: when a name has no value.

    """
    if isinstance(value, str):
        whole = _WHOLE.fullmatch(value)
        return substitute_text(value, variables) if whole is None else _value(whole[1], variables)
    if isinstance(value, Mapping):
        return {substitute_text(key, variables): substitute_json(item, variables) for key, item in value.items()}
    if value is None or isinstance(value, (bool, int, Number)):
        return value
    return [substitute_json(item, variables) for item in value]


def names_in_expression(expression: str) -> frozenset[str]:
    """Give the names that the expression of a ProviderState generator uses; without `${` it is itself one name."""
    if "${" not in expression:
        return frozenset({expression})
    return frozenset(found[1] for found in _NAME.finditer(expression) if found[1] is not None)


def names_in_text(text: str) -> Iterator[str]:
    """Yield the names in a text, in order."""
    return (found[1] for found in _NAME.finditer(text) if found[1] is not None)


def slots_among(names: Iterable[str]) -> frozenset[str]:
    """Give the secret slots among names, without what they begin with."""
    return frozenset(name.removeprefix(SLOT_PREFIX) for name in names if name.startswith(SLOT_PREFIX))


def secret_variables(secrets: Mapping[str, str]) -> Variables:
    """Give the variables of secret slots."""
    return {f"{SLOT_PREFIX}{name}": value for name, value in secrets.items()}


def _value(name: str, variables: Variables) -> JsonValue:
    if name not in variables:
        raise VariableUnknown(name)
    return variables[name]
