"""Events of stubs count what they are about."""

from __future__ import annotations

from treaty_cli.bootstrap.stub_events import Reloaded, StubStarted


def test_interactions_are_those_of_all_consumers() -> None:
    consumers = {"app": 2, "web": 3}
    assert StubStarted(provider="user", url="http://127.0.0.1:1", consumers=consumers).interactions == 5
    assert Reloaded(provider="user", consumers=consumers).interactions == 5
