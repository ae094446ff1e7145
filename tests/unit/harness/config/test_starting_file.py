"""The first treaty.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from treaty.config import EdgeSetting, load_config
from treaty.config.starting_file import starting_file
from treaty.errors import EdgeInvalid
from treaty.session.exchange import Edge

NAMES = st.sampled_from(["user", "order", "on", "null", "1", "a-b", "0x1", "30", "true", "y"])
EDGES = st.builds(Edge, consumer=NAMES, provider=NAMES).filter(lambda edge: edge.consumer != edge.provider)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edges=st.lists(EDGES, max_size=4, unique=True), services=st.lists(NAMES, max_size=3, unique=True))
def test_what_is_written_is_what_is_read(tmp_path: Path, edges: list[Edge], services: list[str]) -> None:
    urls = {name: f"http://127.0.0.1:{8000 + index}" for index, name in enumerate(services)}
    wanted = {**{edge.provider: "http://h:1" for edge in edges}, **urls}
    ports = range(9000, 9000 + len(edges))
    given_edges = [
        EdgeSetting(edge=edge, port=port, url=None if edge.provider in urls else "http://h:1")
        for edge, port in zip(edges, ports, strict=True)
    ]
    path = tmp_path / "treaty.yaml"
    path.write_text(starting_file(given_edges, urls), encoding="utf-8")
    config = load_config(path)
    assert {name: service.url for name, service in config.services.items()} == wanted
    assert [(setting.edge, setting.port) for setting in config.edges] == list(zip(edges, ports, strict=True))


def test_a_consumer_that_is_a_service_is_shown_its_variables() -> None:
    text = starting_file(
        [EdgeSetting(edge=Edge(consumer="order", provider="user-data"))],
        {"order": "http://h:1", "user-data": "http://h:2"},
    )
    assert '# env: {USER_DATA_URL: "${edge.order.user-data}"}' in text


def test_the_comments_are_valid_when_they_are_taken_in(tmp_path: Path) -> None:
    """A comment that does not work once its mark is removed would be a trap."""
    text = starting_file([], {})
    lines = [
        line.removeprefix("# ") for line in text.splitlines() if line.startswith("# ") and not line.startswith("# I")
    ]
    settings_lines = lines[lines.index("services:") :]
    path = tmp_path / "treaty.yaml"
    path.write_text("\n".join(settings_lines), encoding="utf-8")
    config = load_config(path)
    assert list(config.services) == ["user"]
    assert len(config.edges) == 2


def test_a_provider_without_an_address_is_refused() -> None:
    with pytest.raises(EdgeInvalid) as caught:
        starting_file([EdgeSetting(edge=Edge(consumer="a", provider="b"), port=7)], {})
    assert caught.value.where == "edge a:b:7"
