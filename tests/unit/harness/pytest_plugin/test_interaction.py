from __future__ import annotations

from treaty.pytest_plugin.interaction import State, TreatyInteraction


def test_an_interaction_is_named_by_consumer_description_and_states() -> None:
    """A state without a name says nothing."""
    states = (State(name="a user exists"), State(name=""), State(name="it is late"))
    bare = TreatyInteraction(pact="p.json", consumer="web", provider="shop", description="GET /a -> 200")
    full = TreatyInteraction(pact="p.json", consumer="web", provider="shop", description="GET /a -> 200", states=states)
    assert str(bare) == "web: GET /a -> 200"
    assert str(full) == "web: GET /a -> 200, given a user exists and it is late"
