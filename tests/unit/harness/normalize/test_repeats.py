"""Long sessions: what says nothing new is left out, and nothing that a pact says is lost with it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from tests.unit.harness.normalize.long_sessions import LONG, accounts, carts, orders, polls
from treaty.normalize import kept_flows, repeats
from treaty.normalize.pipeline import Normalized, normalize
from treaty.normalize.repeats import without_repeats
from treaty.pactfile import canonical_json
from treaty.session.exchange import Exchange


@pytest.fixture
def early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take sessions for long, and values for hubs, that are neither, so that tests stay short."""
    monkeypatch.setattr(repeats, "LONGEST_WHOLE", 100)
    monkeypatch.setattr(kept_flows, "MOST_ALIKE", 6)
    monkeypatch.setattr(kept_flows, "HUB", 30)


def pacts_of(found: Normalized) -> dict[str, bytes]:
    return {str(edge): canonical_json(pact) for edge, pact in found.pacts.items()}


def test_of_a_short_session_nothing_is_left_out() -> None:
    session = orders(40)
    found = without_repeats(iter(session))
    assert list(found.exchanges) == list(session)
    assert found.likes == {}
    assert found.observed == Counter(item.edge for item in session)


@pytest.mark.parametrize("name", sorted(LONG))
def test_what_is_left_promises_what_the_whole_session_does(name: str, request: pytest.FixtureRequest) -> None:
    session = LONG[name](40 if name == "carts" else 90)
    whole = normalize(session)
    request.getfixturevalue("early")
    found = without_repeats(session)
    assert len(found.exchanges) - len(found.beside) < len(session) * 0.9
    assert pacts_of(normalize(session)) == pacts_of(whole)


@pytest.mark.usefixtures("early")
def test_of_a_chain_only_the_beginning_is_told() -> None:
    """What comes last has the longest set-up, and says what was said before."""
    found = without_repeats(carts(100))
    told = [item.number for item in found.exchanges if item.number not in found.beside]
    assert max(told) < 150
    assert len(found.exchanges) > 300


@pytest.mark.usefixtures("early")
def test_each_exchange_that_is_left_out_is_counted_with_one_that_is_like_it() -> None:
    session = accounts(100)
    found = without_repeats(session)
    assert sum(found.likes.values()) + len(found.exchanges) - len(found.beside) == len(session)
    assert sum(found.observed.values()) == len(session)
    [evidence] = normalize(session).evidence().values()
    assert sum(each.exchanges.count for each in evidence.values()) == len(session)


@pytest.mark.usefixtures("early")
def test_the_order_of_storing_decides_nothing() -> None:
    session = accounts(100)
    shuffled = random.Random(7).sample(session, len(session))
    numbers = sorted(item.number for item in without_repeats(session).exchanges)
    assert sorted(item.number for item in without_repeats(shuffled).exchanges) == numbers


@pytest.mark.usefixtures("early")
def test_a_session_may_grow_while_it_is_read() -> None:
    class Growing(list[Exchange]):
        """A session to which a recorder adds an exchange each time it is read."""

        def __iter__(self) -> Iterator[Exchange]:
            yield from list(super().__iter__())
            self.append(more[0])

    session: Sequence[Exchange] = polls(150)
    more = session[-1:]
    assert without_repeats(Growing(session[:-1])).exchanges


@pytest.mark.usefixtures("early")
def test_five_times_as_much_of_the_same_leaves_as_much() -> None:
    assert len(without_repeats(accounts(300)).exchanges) == len(without_repeats(accounts(60)).exchanges)
