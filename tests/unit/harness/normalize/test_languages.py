"""Reads in several languages."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import observed
from treaty.normalize.languages import in_several_languages


def test_the_language_belongs_to_what_was_asked_for_in_several() -> None:
    session = Session()
    session.call("a>b", "GET /greeting", None, 200, {"lang": "en"})
    session.call("a>b", "GET /greeting", None, 200, {"lang": "de"}, headers=(("Accept-Language", "de"),))
    session.call("a>b", "GET /about", None, 200, {"lang": "de"}, headers=(("Accept-Language", "de"),))
    assert in_several_languages(session.exchanges) == {("b", "GET", "/greeting")}
    headers = [item.request_headers for item in observed(session)]
    assert headers == [(), (("Accept-Language", "de"),), ()]
