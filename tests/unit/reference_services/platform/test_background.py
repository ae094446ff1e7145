"""Background work."""

import threading

from tests.unit.reference_services.doubles import advance, gated_work, settle
from treaty_shop.platform.background import BackgroundWork
from treaty_shop.platform.pace import TimerPace


def test_steps_run_one_after_another_in_the_order_they_came(work: BackgroundWork) -> None:
    """One queue, one thread."""
    seen: list[int] = []
    for number in range(20):
        work.submit("count", lambda number=number: seen.append(number))  # type: ignore[misc] # a default binds the number
    settle(work)
    assert seen == list(range(20))
    assert work.state().accepted == 20


def test_steps_of_a_request_wait_for_the_reply(work: BackgroundWork) -> None:
    """They count as running from the start, so nobody takes the service for idle."""
    seen: list[str] = []
    with work.until_reply() as batch:
        work.submit("now", lambda: seen.append("now"))
        work.submit("later", lambda: seen.append("later"), delay=1.0)
    assert work.state().running == 2
    assert seen == []
    batch.start()
    settle(work)
    assert seen == ["now"]
    assert work.state().held == ("later",)


def test_other_threads_are_not_held_up_by_a_request(work: BackgroundWork) -> None:
    """Only what the request's own thread asks for waits."""
    done = threading.Event()
    with work.until_reply() as batch:
        thread = threading.Thread(target=lambda: work.submit("elsewhere", done.set))
        thread.start()
        thread.join()
        assert done.wait(10)
    batch.start()


def test_a_held_step_runs_when_it_is_released(work: BackgroundWork) -> None:
    """And may hold the next one in turn."""
    seen: list[str] = []

    def first() -> None:
        seen.append("first")
        work.submit("second", lambda: seen.append("second"), delay=2.0)

    work.submit("first", first, delay=2.0)
    assert advance(work) == "first"
    assert seen == ["first"]
    assert advance(work) == "second"
    assert seen == ["first", "second"]
    assert work.advance() is None


def test_a_step_that_breaks_does_not_stop_the_others(work: BackgroundWork) -> None:
    """The next one still runs."""
    done = threading.Event()
    work.submit("broken", lambda: 1 // 0)  # type: ignore[arg-type] # only that it raises matters
    work.submit("next", done.set)
    assert done.wait(10)


def test_closing_finishes_what_is_queued() -> None:
    """Also delayed steps of a timer."""
    work = gated_work(TimerPace(0.001))
    seen: list[str] = []
    work.submit("delayed", lambda: seen.append("delayed"), delay=5.0)
    work.submit("queued", lambda: seen.append("queued"))
    assert work.close(10.0) == ()
    assert sorted(seen) == ["delayed", "queued"]


def test_closing_names_what_was_left_undone() -> None:
    """A gate's held steps are not waited for."""
    work = gated_work()
    work.submit("held", lambda: None, delay=1.0)
    assert work.close(10.0) == ("held",)
