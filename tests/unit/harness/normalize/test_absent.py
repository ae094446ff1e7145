"""What is not there."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import flow_of


def test_what_another_read_found_is_not_absent() -> None:
    session = Session()
    session.call("a>b", "GET /users/5", None, 200, {"name": "Ann"})
    session.call("a>b", "GET /users/5/mails", None, 404)
    session.call("a>b", "GET /users/6", None, 404)
    flow = flow_of(session)
    found, missing = flow.at(2, "request.path[1]"), flow.at(3, "request.path[1]")
    assert found is not None
    assert missing is not None
    assert (found.absent, missing.absent) == (False, True)
