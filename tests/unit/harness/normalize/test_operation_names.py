"""Names that a consumer chose in a call by an operation."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import flow_of, observed, view_of
from treaty.contract.json_value import JsonValue
from treaty.normalize.operation_names import names_by_operations


def call(session: Session, operation: str, sent: JsonValue, answered: JsonValue = None, status: int = 200) -> None:
    headers = (("X-Amz-Target", f"Store_20260101.{operation}"),)
    session.call("a>b", "POST /", sent, status, answered, headers=headers)


def test_what_a_call_made_and_another_names_again_has_a_name_that_was_chosen() -> None:
    """Not what was only asked for, what was refused, nor what no other operation names."""
    session = Session()
    call(session, "DescribeTable", {"TableName": "sold"}, {}, 400)
    call(session, "CreateTable", {"TableName": "cups"})
    call(session, "CreateTable", {"TableName": "jugs"})
    call(session, "CreateTable", {"TableName": "pans"}, {}, 400)
    for name in ("cups", "pans", "sold"):
        call(session, "PutItem", {"TableName": name})
    assert names_by_operations(observed(session)) == {("b", "table", "cups")}


def test_such_a_name_is_new_for_each_set_up_and_found_in_lists() -> None:
    """A table of that name may be there already."""
    session = Session()
    call(session, "CreateTable", {"TableName": "cups"}, {"Table": {"TableName": "cups"}})
    call(session, "ListTables", {}, {"TableNames": ["cups"]})
    call(session, "DescribeTable", {"TableName": "cups"}, {"Table": {"TableName": "cups"}})
    flow = flow_of(session)
    made = flow.at(1, "request.body.$.TableName")
    assert made is not None
    assert made.unique
    assert flow.at(2, "response.body.$.TableNames[0]") is made
    assert flow.at(3, "request.body.$.TableName") is made
    view = view_of(session, "a>b", "POST / -> 200 (Store_20260101.DescribeTable)")
    assert view.generator("body", "$.TableName").startswith("${table_name_")
    assert view.steps == ["call POST / -> 200"]
