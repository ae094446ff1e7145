"""Reading the parameters of a call; each reader raises `StripeError` as Stripe does."""

import re
from collections.abc import Mapping
from typing import Final

from treaty_shop.outside.stripe.errors import StripeError, missing
from treaty_shop.outside.stripe.forms import Form

_CURRENCIES: Final = frozenset({"chf", "cny", "eur", "gbp", "usd"})
_INTEGER: Final = re.compile(r"-?[0-9]{1,15}")
_LARGEST_AMOUNT: Final = 99_999_999


class Parameters:
    """The members of one object of a form; `path` is where it stands, such as ``line_items[0]``."""

    def __init__(self, values: Mapping[str, Form], path: str = "") -> None:
        self._values = values
        self._path = path

    def only(self, *names: str) -> None:
        """Refuse what is not known here."""
        for name in self._values:
            if name not in names:
                param = self.at(name)
                raise StripeError(400, f"Received unknown parameter: {param}", code="parameter_unknown", param=param)

    def find(self, name: str) -> str | None:
        """Return a text, or None when it is not there or empty."""
        value = self._values.get(name, "")
        if not isinstance(value, str):
            raise StripeError(400, f"Invalid string: {self.at(name)}", param=self.at(name))
        return value or None

    def text(self, name: str) -> str:
        """Return a text that has to be there."""
        value = self.find(name)
        if value is None:
            raise missing(self.at(name))
        return value

    def amount(self, name: str, *, least: int = 1) -> int:
        """Return an amount in minor units, which is a whole number."""
        return self._integer(name, self.text(name), least, _LARGEST_AMOUNT)

    def integer(self, name: str, *, default: int, least: int, most: int) -> int:
        """Return a whole number between bounds."""
        text = self.find(name)
        return default if text is None else self._integer(name, text, least, most)

    def _integer(self, name: str, text: str, least: int, most: int) -> int:
        param = self.at(name)
        if _INTEGER.fullmatch(text) is None:
            raise StripeError(400, f"Invalid integer: {text}", code="parameter_invalid_integer", param=param)
        value = int(text)
        if not least <= value <= most:
            message = f"This value must be from {least} to {most}."
            raise StripeError(400, message, code="parameter_invalid_integer", param=param)
        return value

    def currency(self, name: str) -> str:
        """Return a currency in lower case."""
        text = self.text(name).lower()
        if text not in _CURRENCIES:
            raise StripeError(400, f"Invalid currency: {text}.", param=self.at(name))
        return text

    def flag(self, name: str) -> bool:
        """Return ``true`` or ``false``, which is the default."""
        text = self.find(name) or "false"
        if text not in {"true", "false"}:
            raise StripeError(400, f"Invalid boolean: {text}", param=self.at(name))
        return text == "true"

    def choice(self, name: str, *choices: str) -> str | None:
        """Return one of some texts, or None when it is not there."""
        text = self.find(name)
        if text is not None and text not in choices:
            words = ", ".join(choices[:-1]) + f", or {choices[-1]}" if len(choices) > 1 else choices[0]
            raise StripeError(400, f"Invalid {self.at(name)}: must be one of {words}", param=self.at(name))
        return text

    def metadata(self) -> dict[str, str]:
        """Return what a caller noted on an object: texts by name."""
        value = self._values.get("metadata", {})
        if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
            raise StripeError(400, "Invalid hash: metadata", param=self.at("metadata"))
        return {name: str(each) for name, each in value.items()}

    def texts(self, name: str) -> list[str]:
        """Return a list of texts; none when it is not there."""
        value = self._values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise StripeError(400, "Invalid array", param=self.at(name))
        return [str(each) for each in value]

    def below(self, name: str) -> "Parameters | None":
        """Return the members of an object, or None when it is not there."""
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise StripeError(400, "Invalid object", param=self.at(name))
        return Parameters(value, self.at(name))

    def each(self, name: str) -> "list[Parameters]":
        """Return the members of each object of a list that has to be there."""
        value = self._values.get(name)
        if value is None:
            raise missing(self.at(name))
        if not isinstance(value, list):
            raise StripeError(400, "Invalid array", param=self.at(name))
        inner = []
        for position, each in enumerate(value):
            path = f"{self.at(name)}[{position}]"
            if not isinstance(each, dict):
                raise StripeError(400, "Invalid object", param=path)
            inner.append(Parameters(each, path))
        return inner

    def at(self, name: str) -> str:
        """Return where a member stands: what errors call it."""
        return f"{self._path}[{name}]" if self._path else name
