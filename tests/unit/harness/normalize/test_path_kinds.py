"""What the keys in paths are keys of."""

from __future__ import annotations

import pytest

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import observed, views_of
from treaty.contract.json_value import JsonValue
from treaty.normalize.path_kinds import with_path_kinds


def names(session: Session) -> dict[str, str]:
    """Give what the leaves of paths and answers are called, by number and location."""
    return {
        f"{item.number} {leaf.location}": str(leaf.name)
        for item in with_path_kinds(observed(session))
        for leaf in (*item.request, *item.response)
        if leaf.location.startswith("path[") or leaf.name.field == "id"
    }


def test_values_of_paths_without_words_are_called_after_what_gave_them_out() -> None:
    session = Session()
    session.call("a>b", "POST /open", {"city": "Bern"}, 201, {"court": 4, "city": "Bern"})
    session.call("a>b", "POST /4", {"title": "Fox v. Crow"}, 201, {"docket": 21, "title": "Fox v. Crow"})
    session.call("a>b", "GET /4/21", None, 200, {"docket": 21, "court": 4})
    assert names(session) == {
        "1 body.$.court": "court_id",
        "2 path[0]": "court_id",
        "2 body.$.docket": "docket_id",
        "3 path[0]": "court_id",
        "3 path[1]": "docket_id",
        "3 body.$.docket": "docket_id",
        "3 body.$.court": "court_id",
    }
    assert [str(item.template) for item in with_path_kinds(observed(session))] == [
        "/open", "/{id}", "/{court_id}/{docket_id}",
    ]  # fmt: skip


def test_a_number_that_paths_name_is_an_id_whatever_it_is_called() -> None:
    """Also where others speak of it, with the word for the thing before it."""
    session = Session()
    session.call("a>b", "POST /invoices", {"to": "Ann"}, 201, {"no": 17, "lines": 17})
    session.call("a>b", "GET /invoices/17", None, 200, {"no": 17, "lines": 17})
    session.call("a>b", "POST /payments", {"invoice_no": 17}, 201, {"ok": True, "invoice_no": 17})
    found = names(session)
    assert found == {
        "1 body.$.no": "invoice_id",
        "2 path[1]": "invoice_id",
        "2 body.$.no": "invoice_id",
        "3 body.$.invoice_no": "invoice_id",
    }


@pytest.mark.parametrize(
    "answer",
    [{"lines": 17, "parts": 17}, {"position": 17}, {"to": "Ann"}],
    ids=["two that fit", "a word for a count", "none"],
)
def test_one_number_is_no_evidence_where_others_fit_or_its_name_is_that_of_a_count(answer: JsonValue) -> None:
    session = Session()
    session.call("a>b", "POST /invoices", {"to": "Ann"}, 201, answer)
    session.call("a>b", "GET /invoices/17", None, 200, answer)
    assert names(session) == {"2 path[1]": "invoice_id"}
    assert with_path_kinds(observed(session)) == observed(session)


def test_what_an_address_or_an_id_explains_stays() -> None:
    session = Session()
    session.call("a>b", "POST /invoices", {}, 201, {"lines": 17}, answer_headers=(("Location", "/invoices/17"),))
    session.call("a>b", "GET /invoices/17", None, 200, {"lines": 17})
    session.call("a>b", "POST /carts", {}, 201, {"id": 5, "lines": 5})
    session.call("a>b", "GET /carts/5", None, 200, {"id": 5, "lines": 5})
    assert with_path_kinds(observed(session)) == observed(session)


def test_tenants_and_their_things_get_states_of_their_own() -> None:
    """From the names that the consumer chose to the calls that made them, with nothing but ``/{}/{}`` between."""
    session = Session()
    for name in ("acme", "globex"):
        session.call("a>b", "POST /tenants", {"name": name}, 201, {"name": name})
    session.call("a>b", "POST /acme", {"name": "widgets"}, 201, {"name": "widgets", "owner": "acme"})
    session.call("a>b", "GET /acme/widgets", None, 200, {"name": "widgets", "owner": "acme"})
    (read,) = [view for view in views_of(session, "a>b") if view.request["method"] == "GET"]
    assert read.steps == ["call POST /tenants -> 201", "call POST /{id} -> 201"]
    assert sorted(read.state["mint"]) == sorted(name.strip("${}") for name in read.generator("path")[1:].split("/"))
