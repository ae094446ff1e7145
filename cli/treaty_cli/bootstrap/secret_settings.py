"""`--secret NAME=env:VARIABLE`: values for the secret slots of pacts, out of the environment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from treaty.errors import UsageError, did_you_mean
from treaty.verify.document import PactDocument
from treaty.verify.plan import slots_of

_FORM: Final = "NAME=env:VARIABLE"


def read_secrets(texts: Sequence[str], *, environment: Mapping[str, str]) -> Mapping[str, str]:
    """Read the values of slots.

    Args:
        texts: as they were given; what follows the name is never repeated, for it may be the secret itself.
        environment: the variables of the process.

    Raises:
        UsageError: when a text is not of the form `NAME=env:VARIABLE`, or there is no such variable.

    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, source = text.partition("=")
        variable = source.removeprefix("env:")
        if not equals or not name or not variable or variable == source:
            raise UsageError(
                f"a --secret is not of the form {_FORM}",
                where="--secret",
                why="a secret itself has no place on a command line, which others can see",
                hint=f"--secret {name}=env:VARIABLE" if equals and name else f"--secret {_FORM}",
            )
        if name in found:
            raise UsageError(f"--secret {name} is given twice", where="--secret")
        if not environment.get(variable):
            raise UsageError(
                f"the variable of --secret {name} is not set",
                where=f"env:{variable}",
                hint=did_you_mean(variable, environment) or f"export {variable}=...",
            )
        found[name] = environment[variable]
    return found


def check_known(names: Iterable[str], documents: Sequence[PactDocument]) -> None:
    """Insist that the pacts have these slots.

    Raises:
        UsageError: for the first name that is none.

    """
    slots = sorted(
        {slot for document in documents for each in document.interactions for slot in slots_of(document, each)}
    )
    for name in names:
        if name not in slots:
            known = f"the slots of these pacts are {', '.join(slots)}" if slots else "these pacts have no slots"
            raise UsageError(
                f"no pact has a slot ${{secret.{name}}}", where="--secret", why=known, hint=did_you_mean(name, slots)
            )
