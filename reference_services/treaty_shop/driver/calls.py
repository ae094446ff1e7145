"""The client's calls: each is checked against what the day expects."""

from collections.abc import Mapping
from typing import Final

import requests

from treaty_shop.platform.json_text import Json, NotJson, read_json, write_json
from treaty_shop.platform.names import ServiceName

TIMEOUT: Final = 30.0
"""Seconds; a refund blocks for a while."""


class DayFailed(Exception):
    """The day did not go as expected; the text is a sentence for the user."""


class Client:
    """Sends the calls that are to be seen, in order, over one connection a service."""

    def __init__(self, urls: Mapping[ServiceName, str]) -> None:
        self._urls = urls
        self._session = requests.Session()
        self._session.headers.update({"Accept": "application/json", "User-Agent": "shop-client"})
        self.count = 0
        """How many calls were answered."""

    def get(self, service: ServiceName, path: str, *, expect: int = 200) -> Json:
        """GET a path and return the body; raises `DayFailed` for another status."""
        return self._call(service, "GET", path, None, expect)

    def post(self, service: ServiceName, path: str, body: Mapping[str, object], *, expect: int = 201) -> Json:
        """POST a JSON object and return the body; raises `DayFailed` for another status."""
        return self._call(service, "POST", path, body, expect)

    def put(self, service: ServiceName, path: str, body: Mapping[str, object], *, expect: int = 200) -> Json:
        """PUT a JSON object and return the body; raises `DayFailed` for another status."""
        return self._call(service, "PUT", path, body, expect)

    def delete(self, service: ServiceName, path: str, *, expect: int = 200) -> Json:
        """DELETE a path and return the body; raises `DayFailed` for another status."""
        return self._call(service, "DELETE", path, None, expect)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _call(
        self, service: ServiceName, method: str, path: str, body: Mapping[str, object] | None, expect: int
    ) -> Json:
        data = None if body is None else write_json(dict(body)).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        url = f"{self._urls[service]}{path}"
        try:
            response = self._session.request(
                method, url, data=data, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            raise DayFailed(f"{method} {url}: {type(error).__name__}, is the {service} service up?") from error
        if response.status_code != expect:
            shown = response.text[:200]
            raise DayFailed(f"{method} {url}: expected {expect}, got {response.status_code} {shown}")
        self.count += 1
        try:
            return read_json(response.content)
        except NotJson as error:
            raise DayFailed(f"{method} {url}: the answer is not JSON") from error


def field(body: Json, *names: str | int) -> Json:
    """Return what is found by these keys and positions, one after another; raises `DayFailed`."""
    value = body
    for name in names:
        try:
            value = value[name]  # type: ignore[index]  # a wrong type is caught below
        except (KeyError, IndexError, TypeError):
            path = ".".join(str(part) for part in names)
            raise DayFailed(f"an answer has no {path}: {write_json(body)[:200]}") from None
    return value


def check(body: Json, *names: str | int, expect: Json) -> None:
    """Compare what is found by these keys; raises `DayFailed`."""
    found = field(body, *names)
    if found != expect:
        path = ".".join(str(part) for part in names)
        raise DayFailed(f"expected {path} to be {expect!r}, got {found!r}: {write_json(body)[:200]}")
