"""The stubs of one run as one thing: what was asked of all of them, and what they shall do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.stubs.examples import interaction, pact, received, regex
from treaty.errors import ProviderUnknown
from treaty_stubs.answering import Answering
from treaty_stubs.expectation import HowOften, read_calls
from treaty_stubs.journal import Journal
from treaty_stubs.platform import Asked, Filter, Platform
from treaty_stubs.repertoire import Repertoire
from treaty_stubs.select.candidate import gather_candidates

USERS = pact(
    interaction("a user", path="/users/1", request={"matchingRules": {"path": regex(r"/users/\d+")}}),
    interaction(
        "no user",
        path="/users/1",
        status=404,
        request={"matchingRules": {"path": regex(r"/users/\d+")}},
        states=[{"name": "the user is gone"}],
    ),
    provider="user",
)
ORDERS = pact(interaction("all orders", path="/orders"), provider="order")


def _platform(**options: Any) -> Platform:
    stubs = [
        Answering(gather_candidates([each]), provider=each.provider, journal=Journal(**options))
        for each in (USERS, ORDERS)
    ]
    return Platform(stubs)


def test_requests_of_all_providers_are_in_the_order_in_which_they_came() -> None:
    platform = _platform()
    platform.stub("user")(received(target="/users/1"))
    platform.stub("order")(received(target="/orders"))
    platform.stub("user")(received(target="/nothing"))
    assert [
        (asked.entry.number, asked.provider, asked.candidate.name if asked.candidate else None)
        for asked in platform.journal()
    ] == [(1, "user", "a user"), (2, "order", "all orders"), (3, "user", None)]
    assert [asked.entry.number for asked in platform.journal(after=1)] == [2, 3]
    assert [asked.entry.number for asked in platform.journal(Filter(provider="user"))] == [1, 3]
    assert [asked.entry.number for asked in platform.journal(Filter(missed=True))] == [3]
    assert [asked.entry.number for asked in platform.journal(Filter(status=501))] == [3]
    assert [asked.entry.number for asked in platform.journal(Filter(consumer="web"))] == [1, 2]
    assert [asked.entry.number for asked in platform.journal(Filter(calls=read_calls("all orders")))] == [2]


def test_providers_are_counted() -> None:
    platform = _platform()
    platform.listens("user", "http://127.0.0.1:9000")
    platform.stub("user")(received(target="/users/7"))
    platform.stub("user")(received(target="/nothing"))
    order, user = platform.providers()
    assert (order.name, order.url, order.served, order.unused) == ("order", "", 0, 1)
    assert (user.name, user.url, user.consumers) == ("user", "http://127.0.0.1:9000", {"web": 2})
    assert (user.served, user.missed, user.unused, user.states) == (1, 1, 1, ("the user is gone",))


def test_interactions_have_names_that_outlive_a_reload() -> None:
    """Their numbers change when another one comes before them."""
    platform = _platform()
    user = platform.stub("user")
    user(received(target="/users/1"))
    before = {view.candidate.name: (view.id, view.served) for view in platform.interactions("user")}
    more = pact(interaction("a first one", path="/first"), provider="user")
    user.take_up(Repertoire(gather_candidates([more, USERS])))
    after = {view.candidate.name: (view.id, view.served) for view in platform.interactions("user")}
    assert after.items() >= before.items()
    assert before["a user"][1] == 1
    assert len({view.id for view in platform.interactions()}) == 4


def test_an_interaction_that_is_gone_has_no_name() -> None:
    """Who looks may still hold it when pacts are read again."""
    platform = _platform()
    user = platform.stub("user")
    first, last = user.candidates
    assert platform.identity(last) == platform.interactions("user")[1].id
    user.take_up(Repertoire(gather_candidates([pact(interaction("another"), provider="user")])))
    assert (platform.identity(first), platform.identity(last)) == ("", "")


def test_a_chosen_state_holds_for_requests_that_name_none() -> None:
    platform = _platform()
    user = platform.stub("user")
    platform.choose_state("the user is gone")
    assert user(received(target="/users/1")).status == 404
    assert user(received(target="/users/1", headers={"X-Treaty-State": "another"})).status == 200
    assert [view.chosen_state for view in platform.providers()] == ["the user is gone"] * 2
    platform.choose_state(None, provider="user")
    assert user(received(target="/users/1")).status == 200
    assert [view.chosen_state for view in platform.providers()] == ["the user is gone", None]


def test_a_verdict_counts_what_is_meant() -> None:
    platform = _platform()
    for number in (1, 2):
        platform.stub("user")(received(target=f"/users/{number}"))
    wanted = Filter(calls=read_calls("GET /users/{id}"))
    assert platform.verify(wanted, HowOften(at_least=2, at_most=2)).kept
    verdict = platform.verify(wanted, HowOften(at_least=3))
    assert not verdict.kept
    assert (verdict.count, [asked.entry.received.path for asked in verdict.requests]) == (2, ["/users/1", "/users/2"])


def test_a_verdict_that_hangs_on_forgotten_requests_is_not_kept() -> None:
    """An upper bound cannot be told when the journal has dropped some; a lower one that is reached can."""
    platform = _platform(size=2)
    for _ in range(3):
        platform.stub("user")(received(target="/users/1"))
    wanted = Filter(calls=read_calls("GET /users/{id}"))
    verdict = platform.verify(wanted, HowOften(at_least=2, at_most=2))
    assert (verdict.kept, verdict.count, verdict.forgotten) == (False, 2, 1)
    assert platform.verify(wanted, HowOften(at_least=2)).kept
    assert platform.verify(Filter(provider="order"), HowOften(at_least=0, at_most=0)).kept


def test_listeners_hear_every_request_until_they_stop() -> None:
    platform = _platform()
    heard: list[Asked] = []
    stop = platform.listen(heard.append)
    platform.stub("user")(received(target="/users/1"))
    platform.stub("order")(received(target="/orders"))
    stop()
    platform.stub("order")(received(target="/orders"))
    assert [asked.provider for asked in heard] == ["user", "order"]


def test_a_reset_forgets_requests_states_and_scripts() -> None:
    """Of one provider, or of all; numbers go on, so that a reader of the journal misses nothing."""
    platform = _platform()
    user = platform.stub("user")
    user.script(method="GET", path="/users/1", candidates=[user.candidates[1]])
    platform.choose_state("x")
    assert user(received(target="/users/1")).status == 404
    platform.reset("order")
    assert (len(platform.journal()), user.chosen_state) == (1, "x")
    platform.reset()
    assert (platform.journal(), user.chosen_state) == ((), None)
    assert user(received(target="/users/1")).status == 200
    assert [asked.entry.number for asked in platform.journal()] == [2]


def test_a_provider_that_is_not_there_is_an_error_with_a_hint() -> None:
    platform = _platform()
    for call in (
        lambda: platform.stub("usr"),
        lambda: platform.interactions("usr"),
        lambda: platform.journal(Filter(provider="usr")),
        lambda: platform.reset("usr"),
        lambda: platform.choose_state("x", provider="usr"),
    ):
        with pytest.raises(ProviderUnknown) as raised:
            call()
        assert raised.value.hint == "did you mean 'user'?"
