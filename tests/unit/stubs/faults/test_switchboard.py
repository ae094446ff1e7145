"""Which requests faults meet, by seed, and how they are switched."""

from __future__ import annotations

import pytest

from tests.unit.stubs.examples import received
from treaty.errors import ConfigInvalid, UsageError
from treaty_stubs.faults.model import Fault, Latency
from treaty_stubs.faults.switchboard import Faults
from treaty_stubs.message import Answer, Ending

ANSWER = Answer(200, b"X-Treaty-Match: a\r\n", b"{}")
DOWN = Fault(name="down", provider="user", status=503)


def _statuses(faults: Faults, count: int, provider: str = "user") -> list[int]:
    return [faults.treat(provider, received(), ANSWER)[0].status for _ in range(count)]


def test_a_fault_meets_only_what_it_is_about() -> None:
    faults = Faults([DOWN])
    assert faults.treat("order", received(), ANSWER) == (ANSWER, "")
    answer, names = faults.treat("user", received(), ANSWER)
    assert (answer.status, names) == (503, "down")


def test_the_share_of_requests_follows_from_the_seed() -> None:
    """The same in each run, another one with another seed, and near to what was asked for."""
    share = Fault(name="down", status=503, share=0.3)
    one, again, other = (_statuses(Faults([share], seed=seed), 400) for seed in (7, 7, 8))
    assert one == again != other
    assert 80 <= one.count(503) <= 160


def test_another_fault_does_not_change_what_a_seed_gives() -> None:
    share = Fault(name="down", status=503, share=0.5)
    late = Fault(name="broken", malformed=True, share=0.5)
    assert _statuses(Faults([share], seed=7), 50) == _statuses(Faults([late, share], seed=7), 50)


def test_a_fault_is_over_after_its_times() -> None:
    """So a client that tries again can be tested."""
    faults = Faults([Fault(name="down", status=503, times=2)])
    assert _statuses(faults, 4) == [503, 503, 200, 200]
    assert faults.played("down") == faults.counts()["down"] == 2


def test_faults_that_say_the_same_take_turns() -> None:
    """A fault that an earlier one leaves nothing to say is neither used up nor named."""
    faults = Faults(
        [
            Fault(name="cut", connection=Ending.RESET, times=1),
            Fault(name="down", status=503, times=1),
            Fault(name="busy", status=429, times=1),
            Fault(name="late", latency=Latency(curve=((100.0, 0.5),))),
        ]
    )
    told = [faults.treat("user", received(), ANSWER)[1] for _ in range(4)]
    assert told == ["cut, late", "down, late", "busy, late", "late"]
    assert faults.played("down") == 1


def test_a_fault_that_is_passed_over_draws_as_ever() -> None:
    """Else a fault that is added in front would change which later requests another one meets."""
    share = Fault(name="down", status=503, share=0.5)
    first = Fault(name="first", status=429, times=1)
    assert _statuses(Faults([first, share], seed=7), 50)[1:] == _statuses(Faults([share], seed=7), 50)[1:]


def test_switching_on_begins_anew() -> None:
    faults = Faults([Fault(name="down", status=503, times=1, on=False)])
    assert _statuses(faults, 1) == [200]
    faults.switch("down", on=True)
    assert _statuses(faults, 2) == [503, 200]
    faults.switch("down", on=True)
    assert _statuses(faults, 1) == [503]


def test_an_unknown_fault_is_not_switched() -> None:
    with pytest.raises(UsageError, match="no fault 'dwn'") as caught:
        Faults([DOWN]).switch("dwn", on=True)
    assert caught.value.hint == "did you mean 'down'?"


def test_documents_go_in_and_out_and_reset_takes_back() -> None:
    faults = Faults([DOWN])
    declared = faults.document()
    faults.play({"faults": [{"name": "cut", "connection": "truncated"}]})
    assert [fault.name for fault in faults.faults] == ["cut"]
    with pytest.raises(ConfigInvalid):
        faults.play({"faults": [{"name": "cut"}]})
    assert [fault.name for fault in faults.faults] == ["cut"]
    faults.reset()
    assert faults.document() == declared == {"faults": [{"name": "down", "provider": "user", "status": 503}]}


def test_without_a_seed_one_is_drawn_and_told() -> None:
    """So a run can be repeated all the same."""
    share = Fault(name="down", status=503, share=0.5)
    faults = Faults([share])
    assert _statuses(faults, 50) == _statuses(Faults([share], seed=faults.seed), 50)
