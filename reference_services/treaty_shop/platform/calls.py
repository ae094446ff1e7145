"""Calls to other services over HTTP."""

from dataclasses import dataclass

import requests

from treaty_shop.platform.errors import DependencyFailed, DependencyTimedOut
from treaty_shop.platform.json_text import Json, NotJson, read_json, write_json
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import Settings
from treaty_shop.platform.structured_log import StructuredLog

_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What another service answered: a status below 500 and its JSON body (None when empty)."""

    status: int
    body: Json


class Dependency:
    """One other service, called with an explicit timeout."""

    def __init__(self, settings: Settings, name: ServiceName, log: StructuredLog) -> None:
        self._base_url = settings.dependencies[name]
        self._caller = settings.service
        self._name = name
        self._timeout = settings.timeout
        self._log = log

    def get(self, path: str) -> Answer:
        """GET a path; raises `DependencyFailed` or `DependencyTimedOut`."""
        return self._call("GET", path, None)

    def post(self, path: str, body: dict[str, object]) -> Answer:
        """POST a JSON object; raises `DependencyFailed` or `DependencyTimedOut`."""
        return self._call("POST", path, body)

    def put(self, path: str, body: dict[str, object]) -> Answer:
        """PUT a JSON object; raises `DependencyFailed` or `DependencyTimedOut`."""
        return self._call("PUT", path, body)

    def delete(self, path: str) -> Answer:
        """DELETE a path; raises `DependencyFailed` or `DependencyTimedOut`."""
        return self._call("DELETE", path, None)

    def _call(self, method: str, path: str, body: dict[str, object] | None) -> Answer:
        headers = {"Accept": "application/json", "User-Agent": f"shop-{self._caller}"}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = write_json(body, sort_keys=True).encode()
        try:
            # A connection of its own for each call: none can have gone stale in between.
            response = requests.request(
                method,
                f"{self._base_url}{path}",
                data=data,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.Timeout as error:
            self._log.warning("call_timed_out", method=method, to=self._name, path=path)
            code = f"{self._name}_timeout"
            raise DependencyTimedOut(code, f"the {self._name} service did not answer") from error
        except requests.RequestException as error:
            self._log.warning("call_failed", method=method, to=self._name, path=path)
            raise self._failed("cannot be reached") from error
        self._log.info("called", method=method, to=self._name, path=path, status=response.status_code)
        return self._read(response)

    def _read(self, response: requests.Response) -> Answer:
        if response.status_code >= _SERVER_ERROR:
            raise self._failed(f"answered {response.status_code}")
        try:
            body = read_json(response.content) if response.content else None
        except NotJson as error:
            raise self._failed("answered with something that is not JSON") from error
        return Answer(status=response.status_code, body=body)

    def _failed(self, what: str) -> DependencyFailed:
        return DependencyFailed(f"{self._name}_unavailable", f"the {self._name} service {what}")

    def misunderstood(self) -> DependencyFailed:
        """Return the error for an answer that does not hold what was promised."""
        return self._failed("answered with something unexpected")
