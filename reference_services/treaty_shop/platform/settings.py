"""A service's settings, read from environment variables."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from treaty_shop.platform.faults import Faults, UnknownFault
from treaty_shop.platform.flow import Flow
from treaty_shop.platform.names import DEFAULT_PORTS, DEPENDENCIES, OUTSIDE, ServiceName
from treaty_shop.platform.pace import PaceKind


class InvalidSetting(ValueError):
    """A variable holds what it cannot hold; the text names it and what is valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one service needs to know.

    `dependencies` are base URLs without a trailing slash; `timeout` is in seconds and bounds each
    call to another service; `time_scale` multiplies every delay; `own` are the variables whose names
    begin with the service's, such as ``GATEWAY_RATE_LIMIT``, for the service to read by `Variables`.
    """

    service: ServiceName
    host: str = "127.0.0.1"
    port: int = 0
    dependencies: Mapping[ServiceName, str] = field(default_factory=dict)
    # These may carry a password: never shown.
    smtp_url: str | None = field(default=None, repr=False)
    database_url: str = field(default="sqlite://", repr=False)
    redis_url: str | None = field(default=None, repr=False)
    time_scale: float = 1.0
    pace: PaceKind = PaceKind.TIMER
    faults: Faults = field(default_factory=Faults)
    start_id: int = 1
    timeout: float = 5.0
    consul_url: str | None = None
    flow: Flow = Flow.REST
    # Certificates to trust in place of this machine's.
    smtp_ca_file: str | None = None
    # Variables that only this service reads; may hold secrets.
    own: Mapping[str, str] = field(default_factory=dict, repr=False)


def read_settings(
    service: ServiceName,
    environment: Mapping[str, str],
    *,
    port: int | None = None,
    faults: Iterable[str] = (),
) -> Settings:
    """Return settings of a service from the environment; arguments go first. Raises `InvalidSetting`.

    An empty variable counts as unset. A dependency's URL is the first of
    ``TREATY_URL_<SERVICE>_<DEPENDENCY>`` (set by a recorder for one edge), ``<DEPENDENCY>_URL``
    and the default port on this machine.
    """
    variables = Variables(environment)
    try:
        switched_on = Faults([*read_fault_ids(environment), *faults])
    except UnknownFault as error:
        raise InvalidSetting(str(error)) from error
    prefix = service.upper()
    return Settings(
        service=service,
        host=variables.text("SHOP_HOST", default="127.0.0.1"),
        port=variables.port("PORT", default=DEFAULT_PORTS[service]) if port is None else port,
        dependencies={name: variables.dependency(service, name) for name in DEPENDENCIES[service]},
        smtp_url=variables.smtp("SMTP_URL"),
        database_url=variables.text(
            f"{prefix}_DATABASE_URL", default=variables.text("DATABASE_URL", default="sqlite://")
        ),
        redis_url=variables.find(f"{prefix}_REDIS_URL") or variables.find("REDIS_URL"),
        time_scale=variables.number("SHOP_TIME_SCALE", default=1.0),
        pace=variables.pace("SHOP_PACE"),
        faults=switched_on,
        start_id=variables.positive("SHOP_START_ID", default=1),
        timeout=variables.number("SHOP_TIMEOUT", default=5.0, above_zero=True),
        consul_url=variables.base_url("CONSUL_URL"),
        flow=variables.flow("FLOW"),
        smtp_ca_file=variables.find("SMTP_CA_FILE"),
        own={name: text for name, text in environment.items() if name.startswith(_own_prefixes(service))},
    )


def _own_prefixes(service: ServiceName) -> tuple[str, ...]:
    prefix = service.upper()
    # What a recorder sets for an edge to something outside the shop comes by TREATY_URL_.
    return (f"{prefix}_", f"TREATY_URL_{prefix}_", *OUTSIDE.get(service, ()))


def read_fault_ids(environment: Mapping[str, str]) -> list[str]:
    """Return the ids in the comma list SHOP_FAULTS, unchecked."""
    return [part.strip() for part in environment.get("SHOP_FAULTS", "").split(",") if part.strip()]


def check_base_url(name: str, text: str) -> str:
    """Return an http or https base URL without its trailing slash; raises `InvalidSetting`."""
    try:
        parts = urlsplit(text)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or parts.query or parts.fragment:
        raise InvalidSetting(f"{name} must be a base URL such as http://127.0.0.1:8081")
    return text.rstrip("/")


class Variables:
    """Reads variables; an empty one counts as unset. Every reader raises `InvalidSetting` naming the variable."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def find(self, name: str) -> str | None:
        """Return the text of a variable, or None when it is unset."""
        return self._environment.get(name, "").strip() or None

    def text(self, name: str, *, default: str) -> str:
        """Return the text of a variable."""
        return self.find(name) or default

    def base_url(self, name: str) -> str | None:
        """Return a base URL without its trailing slash, or None when it is unset."""
        text = self.find(name)
        return None if text is None else check_base_url(name, text)

    def dependency(self, service: ServiceName, name: ServiceName) -> str:
        """Return where a service calls another one."""
        for variable in (f"TREATY_URL_{service.upper()}_{name.upper()}", f"{name.upper()}_URL"):
            text = self.find(variable)
            if text is not None:
                return check_base_url(variable, text)
        return f"http://127.0.0.1:{DEFAULT_PORTS[name]}"

    def smtp(self, name: str) -> str | None:
        """Return the URL of a mail server, or None when it is unset."""
        text = self.find(name)
        if text is None:
            return None
        try:
            parts = urlsplit(text)
            valid = parts.scheme in {"smtp", "smtps", "smtp+starttls"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            valid = False
        if not valid:
            raise InvalidSetting(f"{name} must be smtp://host:port, smtps://host:port or smtp+starttls://host:port")
        return text

    def port(self, name: str, *, default: int) -> int:
        """Return a port; 0 picks a free one."""
        return self._integer(name, default, 0, 65535)

    def positive(self, name: str, *, default: int) -> int:
        """Return an integer above zero."""
        return self._integer(name, default, 1, 10**15)

    def _integer(self, name: str, default: int, lowest: int, highest: int) -> int:
        text = self.find(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit()) or not lowest <= int(text) <= highest:
            raise InvalidSetting(f"{name} must be an integer from {lowest} to {highest}, not {text!r}")
        return int(text)

    def number(self, name: str, *, default: float, above_zero: bool = False) -> float:
        """Return a finite number, zero or more."""
        text = self.find(name)
        if text is None:
            return default
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or number < 0 or (above_zero and number == 0):
            range_ = "above zero" if above_zero else "zero or more"
            raise InvalidSetting(f"{name} must be a number, {range_}, not {text!r}")
        return number

    def flow(self, name: str) -> Flow:
        """Return the way that orders go."""
        text = self.text(name, default=Flow.REST)
        if text not in set(Flow):
            raise InvalidSetting(f"{name} must be one of {', '.join(Flow)}, not {text!r}")
        return Flow(text)

    def pace(self, name: str) -> PaceKind:
        """Return the kind of pace."""
        text = self.text(name, default=PaceKind.TIMER)
        if text not in set(PaceKind):
            raise InvalidSetting(f"{name} must be one of {', '.join(PaceKind)}, not {text!r}")
        return PaceKind(text)
