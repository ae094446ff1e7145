"""A network that gives prepared answers, in the place of `requests.request`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import requests


@dataclass(kw_only=True)
class PreparedNetwork:
    """Gives its answers in turn, or its error; remembers every call as method, URL and options."""

    answers: Sequence[tuple[int, bytes]] = ()
    error: Exception | None = None
    calls: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, method: str, url: str, **options: Any) -> requests.Response:
        self.calls.append((method, url, options))
        if self.error is not None:
            raise self.error
        response = requests.Response()
        response.status_code, response._content = self.answers[len(self.calls) - 1]
        return response
