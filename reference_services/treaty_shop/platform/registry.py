"""Consul's HTTP API, the small part of it that the shop uses, and a service's entry there."""

import threading
from typing import Final, Self
from urllib.parse import quote

import requests

from treaty_shop.platform.json_text import Json, NotJson, read_json, write_json
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.structured_log import StructuredLog

TTL_SECONDS: Final = 5
"""A service that is not heard of for so long does not pass its check."""

_BEAT_SECONDS: Final = 1.0
_FORGOTTEN_SECONDS: Final = 10
_TIMEOUT_SECONDS: Final = 2.0
_OK: Final = 200
_NOT_FOUND: Final = 404


class RegistryFailed(Exception):
    """Consul cannot be reached, or did not do what was asked."""


class ConsulAgent:
    """One agent of Consul."""

    def __init__(self, base_url: str) -> None:
        """Use the agent below a base URL, such as ``http://127.0.0.1:8500``."""
        self._base_url = base_url

    def register(self, service: ServiceName, id_: str, address: str, port: int) -> None:
        """Enter an instance, with a check that it must keep passing itself; raises `RegistryFailed`."""
        check = {"TTL": f"{TTL_SECONDS}s", "DeregisterCriticalServiceAfter": f"{_FORGOTTEN_SECONDS}s"}
        body = {"ID": id_, "Name": str(service), "Address": address, "Port": port, "Check": check}
        self._expect_ok(self._call("PUT", "/v1/agent/service/register", body))

    def pass_check(self, id_: str) -> bool:
        """Say that an instance is well: False when the agent does not know it; raises `RegistryFailed`."""
        answer = self._call("PUT", f"/v1/agent/check/update/{quote(f'service:{id_}')}", {"Status": "passing"})
        if answer.status_code == _NOT_FOUND:
            return False
        self._expect_ok(answer)
        return True

    def deregister(self, id_: str) -> None:
        """Take an instance out; raises `RegistryFailed`."""
        self._expect_ok(self._call("PUT", f"/v1/agent/service/deregister/{quote(id_)}", None))

    def passing(self, service: ServiceName) -> tuple[str, ...]:
        """Return the base URLs of the instances that pass their checks, sorted; raises `RegistryFailed`."""
        answer = self._call("GET", f"/v1/health/service/{service}?passing=true", None)
        self._expect_ok(answer)
        try:
            entries = read_json(answer.content)
        except NotJson as error:
            raise RegistryFailed("consul answered with something that is not JSON") from error
        if not isinstance(entries, list):
            raise RegistryFailed("consul answered with something unexpected")
        return tuple(sorted(_url(entry) for entry in entries))

    def _call(self, method: str, target: str, body: dict[str, object] | None) -> requests.Response:
        data = None if body is None else write_json(body).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            return requests.request(
                method, f"{self._base_url}{target}", data=data, headers=headers, timeout=_TIMEOUT_SECONDS
            )
        except requests.RequestException as error:
            raise RegistryFailed("consul cannot be reached") from error

    def _expect_ok(self, answer: requests.Response) -> None:
        if answer.status_code != _OK:
            raise RegistryFailed(f"consul answered {answer.status_code}")


def _url(entry: Json) -> str:
    service = entry.get("Service") if isinstance(entry, dict) else None
    node = entry.get("Node") if isinstance(entry, dict) else None
    if not isinstance(service, dict) or not isinstance(service.get("Port"), int):
        raise RegistryFailed("consul answered with something unexpected")
    # A service without an address of its own has its node's.
    address = service.get("Address") or (node.get("Address") if isinstance(node, dict) else None)
    if not isinstance(address, str) or not address:
        raise RegistryFailed("consul answered with something unexpected")
    host = f"[{address}]" if ":" in address else address
    return f"http://{host}:{service['Port']}"


class Registration:
    """A service's own entry, kept alive from a thread for as long as the service serves."""

    def __init__(self, agent: ConsulAgent, service: ServiceName, address: str, port: int, log: StructuredLog) -> None:
        self._agent = agent
        self._service = service
        self._address = address
        self._port = port
        self._log = log
        self._id = f"{service}-{address}-{port}"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="registration", daemon=True)

    def __enter__(self) -> Self:
        """Enter the service; an agent that is down is tried again with each beat."""
        self.beat(known=False)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the service out."""
        self._stop.set()
        self._thread.join()
        try:
            self._agent.deregister(self._id)
        except RegistryFailed as error:
            self._log.warning("not_deregistered", why=str(error))

    def beat(self, *, known: bool = True) -> bool:
        """Pass the check, entering the service where the agent does not know it: whether it is known now."""
        try:
            if not known or not self._agent.pass_check(self._id):
                self._agent.register(self._service, self._id, self._address, self._port)
                self._agent.pass_check(self._id)
        except RegistryFailed as error:
            self._log.warning("not_registered", why=str(error))
            return False
        return True

    def _loop(self) -> None:
        while not self._stop.wait(_BEAT_SECONDS):
            self.beat()
