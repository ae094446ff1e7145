"""The text of a first ``treaty.yaml``: what is known as settings, what may follow as comments."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from treaty.config.edges import EdgeSetting
from treaty.errors import EdgeInvalid

_HEAD: Final = """\
# What Treaty knows of this project. `treaty doctor` checks it; unknown keys are errors.
# In the texts of a service ${port} is its port, ${work} a scratch folder, ${python} the Python that runs Treaty and
# ${edge.CONSUMER.PROVIDER} the URL that CONSUMER has to use for PROVIDER; $${ writes a plain ${.
"""
_TAIL: Final = """
# pacts: pacts                   # where the pacts are written, and read from
# sessions: .treaty/sessions     # recordings; keep this folder out of version control
# strictness: promise            # or replay: all that is reproducible is exact
# redaction: {allow: [], names: []}   # fields that are never, or always, secret
"""
_NO_SERVICES: Final = """
# services:
#   user:
#     url: http://127.0.0.1:8081
#     start: [python, -m, user_service, --port, "8081"]
#     ready: /health
# edges: ["client:user", "order:user"]
"""


def starting_file(edges: Sequence[EdgeSetting], services: Mapping[str, str]) -> str:
    """Write a configuration with comments that say what else can be set.

    Args:
        edges: with or without URLs; the URL of an edge becomes that of its provider.
        services: URLs by name.

    Raises:
        EdgeInvalid: when nothing says where a provider is, or two URLs contradict each other.

    """
    urls = _urls(edges, services)
    if not urls:
        return _HEAD + _NO_SERVICES + _TAIL
    lines = ["", "services:"]
    for name, url in urls.items():
        lines += _service_lines(name, url, edges)
    if edges:
        lines += ["", "# CONSUMER:PROVIDER[:PORT][=URL]; the recorder listens on PORT, or on a free one.", "edges:"]
        lines += [f"  - {json.dumps(_edge_text(setting))}" for setting in edges]
    return _HEAD + "\n".join(lines) + "\n" + _TAIL


def _urls(edges: Sequence[EdgeSetting], services: Mapping[str, str]) -> dict[str, str]:
    urls = dict(services)
    for setting in edges:
        provider = setting.edge.provider
        if setting.url is not None and urls.setdefault(provider, setting.url) != setting.url:
            raise EdgeInvalid(
                f"two URLs are given for '{provider}'",
                why=f"{urls[provider]} and {setting.url}",
                hint="give one of them",
            )
    for setting in edges:
        if setting.edge.provider not in urls:
            raise EdgeInvalid(
                f"nothing says where '{setting.edge.provider}' is",
                where=f"edge {_edge_text(setting)}",
                hint=f"add --service {setting.edge.provider}=URL",
            )
    return urls


def _service_lines(name: str, url: str, edges: Sequence[EdgeSetting]) -> Iterator[str]:
    yield f"  {json.dumps(name) if not name.isalpha() else name}:"
    yield f"    url: {url}"
    yield "    # start: [COMMAND, ARGUMENT]   # Treaty starts it, with the variables of env, and stops it"
    yield "    # ready: /health               # answered with 2xx once it is ready; absent: its port accepts"
    calls = [setting.edge for setting in edges if setting.edge.consumer == name]
    variables = ", ".join(f'{_variable(edge.provider)}: "${{edge.{edge.consumer}.{edge.provider}}}"' for edge in calls)
    if variables:
        yield f"    # env: {{{variables}}}"


def _variable(provider: str) -> str:
    name = provider.upper().replace("-", "_")
    return f"{name}_URL" if not name[0].isdigit() else f"SERVICE_{name}_URL"


def _edge_text(setting: EdgeSetting) -> str:
    port = f":{setting.port}" if setting.port else ""
    return f"{setting.edge.consumer}:{setting.edge.provider}{port}"
