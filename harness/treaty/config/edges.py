"""Edges and services as people write them: ``order:user:9101=http://127.0.0.1:8081``, ``user=http://127.0.0.1:8081``.

The forms are those of ``--edge`` and ``--service`` (DESIGN 5) and of ``edges`` in ``treaty.yaml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from treaty.errors import EdgeInvalid
from treaty.session.exchange import Edge

EDGE_FORM: Final = "CONSUMER:PROVIDER[:PORT][=URL], as order:user:9101=http://127.0.0.1:8081"
SERVICE_FORM: Final = "NAME=URL, as user=http://127.0.0.1:8081"
NAME_FORM: Final = "a name starts with a letter or digit and holds letters, digits, '-' and '_'"

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_PORT: Final = re.compile(r"[0-9]{1,5}")
_LAST_PORT: Final = 65535
_SCHEMES: Final = ("http", "https")


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeSetting:
    """An edge to record.

    Attributes:
        edge: who calls whom.
        port: where to listen for the consumer's calls; 0 picks a free one.
        url: where the provider is, without a path; None when it follows from elsewhere.

    """

    edge: Edge
    port: int = 0
    url: str | None = None


def parse_edge(text: str) -> EdgeSetting:
    """Read ``CONSUMER:PROVIDER[:PORT][=URL]``.

    Raises:
        EdgeInvalid: when a part is missing or malformed.

    """
    ends, equals, url = text.strip().partition("=")
    parts = ends.split(":")
    if len(parts) not in (2, 3):
        wrong = "the part before '=' has more than two ':'" if len(parts) > 3 else "there is no ':' between two names"
        raise _edge_invalid(text, wrong)
    for role, name in zip(("consumer", "provider"), parts, strict=False):
        if not _NAME.fullmatch(name):
            raise _edge_invalid(text, f"'{name}' is not the name of a {role}: {NAME_FORM}")
    if parts[0] == parts[1]:
        raise _edge_invalid(text, "consumer and provider are the same")
    port = _port(text, parts[2]) if len(parts) == 3 else 0
    checked = None
    if equals:
        checked, fault = check_url(url)
        if fault:
            raise _edge_invalid(text, fault)
    return EdgeSetting(edge=Edge(consumer=parts[0], provider=parts[1]), port=port, url=checked)


def parse_service(text: str) -> tuple[str, str]:
    """Read ``NAME=URL`` and return both.

    Raises:
        EdgeInvalid: when a part is missing or malformed.

    """
    name, equals, url = text.strip().partition("=")
    checked, fault = check_url(url) if equals else (None, "there is no '='")
    if not _NAME.fullmatch(name):
        fault = f"'{name}' is not the name of a service: {NAME_FORM}"
    if fault or checked is None:
        raise EdgeInvalid(f"'{_shown(text)}' is not a service", why=fault, hint=f"write {SERVICE_FORM}")
    return name, checked


def check_url(url: str, schemes: tuple[str, ...] = _SCHEMES) -> tuple[str | None, str]:
    """Check the base URL of a service.

    Returns:
        The URL without a final slash and an empty text, or None and what is wrong with it.

    """
    try:
        parts = urlsplit(url)
        port = parts.port
        (parts.hostname or "").encode("idna")  # raises a ValueError where no resolver would find the host
    except ValueError:
        return None, "its URL has a malformed host or a port that is not a number from 0 to 65535"
    forms = " or ".join(f"{scheme}://HOST:PORT" for scheme in schemes)
    faults = (
        (parts.scheme not in schemes or not parts.hostname, f"its URL is not of the form {forms}"),
        (port == 0, "port 0 of a URL is nowhere"),
        ("@" in parts.netloc, "its URL holds a user or password; give them to the service in its environment"),
        (bool(parts.query or parts.fragment), "its URL has a query or fragment"),
        (parts.path not in ("", "/"), "its URL has a path; consumers send the path themselves"),
        (any(character.isspace() for character in url), "its URL holds a space"),
    )
    for is_fault, fault in faults:
        if is_fault:
            return None, fault
    return url.rstrip("/"), ""


def _port(text: str, port: str) -> int:
    if not _PORT.fullmatch(port) or int(port) > _LAST_PORT:
        raise _edge_invalid(text, f"'{port}' is not a port: a number from 0 (any free one) to {_LAST_PORT}")
    return int(port)


def _edge_invalid(text: str, why: str) -> EdgeInvalid:
    return EdgeInvalid(f"'{_shown(text)}' is not an edge", why=why, hint=f"write {EDGE_FORM}")


def _shown(text: str) -> str:
    # A user and password in a URL must not reach the terminal or a log.
    return re.sub(r"//[^/\s]*@", "//...@", text)
