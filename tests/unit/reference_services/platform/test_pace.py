"""When delayed steps may run."""

from treaty_shop.platform.pace import GatePace, PaceKind, Step, TimerPace, make_pace


def _step(name: str) -> Step:
    return Step(name=name, run=lambda: None)


def test_a_timer_hands_steps_out_in_the_order_they_are_due() -> None:
    """Delays are scaled; nothing comes early."""
    pace = TimerPace(0.5)
    pace.hold(_step("late"), 4.0, 100.0)
    pace.hold(_step("early"), 2.0, 100.0)
    pace.hold(_step("early too"), 2.0, 100.0)
    assert pace.held() == ("early", "early too", "late")
    assert pace.take_due(100.9) == []
    assert pace.wait_time(100.5) == 0.5
    assert [step.name for step in pace.take_due(101.0)] == ["early", "early too"]
    assert [step.name for step in pace.take_due(102.0)] == ["late"]
    assert pace.wait_time(102.0) is None


def test_a_timer_can_be_told_to_hurry() -> None:
    """Release makes the next step due."""
    pace = TimerPace(1.0)
    assert pace.release() is None
    pace.hold(_step("one"), 100.0, 1.0)
    assert pace.release() == "one"
    assert [step.name for step in pace.take_due(1.0)] == ["one"]


def test_a_gate_lets_nothing_through_by_itself() -> None:
    """Only release does, the oldest first."""
    pace = GatePace()
    pace.hold(_step("one"), 0.0, 0.0)
    pace.hold(_step("two"), 0.0, 0.0)
    assert pace.take_due(1e9) == []
    assert pace.wait_time(1e9) is None
    assert pace.release() == "one"
    assert [step.name for step in pace.take_due(0.0)] == ["one"]
    assert pace.held() == ("two",)
    assert pace.release() == "two"
    assert pace.release() is None


def test_the_kind_decides_the_pace() -> None:
    """One word in the settings."""
    assert isinstance(make_pace(PaceKind.GATE, 1.0), GatePace)
    assert isinstance(make_pace(PaceKind.TIMER, 1.0), TimerPace)
