"""Keys in paths."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import observed
from treaty.normalize.path_keys import named_by_paths


def test_keys_have_their_provider_and_the_kind_of_thing() -> None:
    session = Session()
    session.call("a>b", "GET /users/7/orders/3f2504e04f89", None, 200, {"user_id": 9})
    assert named_by_paths(observed(session)) == {("b", "user", 7), ("b", "order", "3f2504e04f89")}
