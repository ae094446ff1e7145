from __future__ import annotations

from typing import Any

import pytest

from tests.unit.harness.verify.tales import call, document, interaction, state
from treaty.errors import WritesRefused
from treaty.verify.plan import Selection, make_plan
from treaty.verify.writes import check_writes

CREATE = call("POST", "/things", bind={"id": "body.$.id"}, status=201)
HOST = "shop.example"


def check(*interactions: dict[str, Any], **more: Any) -> None:
    plan = make_plan([document(interactions)], provider="shop", selection=Selection())
    settings: dict[str, Any] = {"host": HOST, "started": False, "loopback": False, "allowed": []}
    check_writes(plan, **(settings | more))


@pytest.mark.parametrize(
    "content",
    [interaction("GET", "/things/1", state(CREATE), generated="/things/${id}"), interaction("POST", "/things")],
    ids=["set-up", "interaction"],
)
def test_writes_are_only_sent_where_they_are_allowed(content: dict[str, Any]) -> None:
    """Started here, on loopback, or allowed by name; for set-up and for interactions themselves."""
    with pytest.raises(WritesRefused) as raised:
        check(content, allowed=["other.example"])
    assert f"--allow-writes {HOST}" in raised.value.hint
    check(content, started=True)
    check(content, loopback=True)
    check(content, allowed=[HOST])


def test_what_only_reads_is_sent_anywhere() -> None:
    """A state that only mints sends nothing."""
    check(interaction("GET", "/a"), interaction("HEAD", "/b"), interaction("OPTIONS", "/c", state()))


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (interaction("DELETE", "/things/1"), "DELETE /things/1 -> 200"),
        (interaction("PUT", "/things/1", generated="/things/${secret.name}"), "PUT /things/1 -> 200"),
        (interaction("GET", "/x", state(call("PATCH", "/settings"))), "set-up: PATCH /settings"),
    ],
    ids=["interaction", "slot", "set-up"],
)
def test_what_was_not_made_here_is_neither_deleted_nor_overwritten(content: dict[str, Any], named: str) -> None:
    """Even where writes are allowed, unless --destructive says so; a secret in the path makes nothing ours."""
    plan = make_plan([document([content])], provider="shop", selection=Selection(), secrets=["name"])
    settings: dict[str, Any] = {"host": HOST, "started": False, "loopback": False, "allowed": [HOST]}
    with pytest.raises(WritesRefused) as raised:
        check_writes(plan, **settings)
    assert raised.value.where == named
    assert "--destructive" in raised.value.hint
    check_writes(plan, **settings, destructive=True)
    check_writes(plan, **(settings | {"loopback": True}))


def test_what_this_run_made_may_be_deleted_and_overwritten() -> None:
    """Its path has a value that was minted or bound."""
    change = call("PUT", "/things/${id}")
    check(interaction("DELETE", "/things/1", state(CREATE, change), generated="/things/${id}"), allowed=[HOST])


def test_of_many_only_some_are_listed() -> None:
    """The rest is counted."""
    with pytest.raises(WritesRefused) as raised:
        check(*(interaction("POST", f"/things/{number}") for number in range(8)))
    assert raised.value.where.splitlines()[-1] == "and 3 more"
