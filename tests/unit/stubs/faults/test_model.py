"""Which requests a fault meets, and how late it makes their answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty_stubs.faults.model import Fault, Latency

PORTIONS = st.floats(0, 1, allow_nan=False)


@pytest.mark.parametrize(
    ("template", "path", "met"),
    [
        ("/users/{id}", "/users/7", True),
        ("/users/{id}", "/users/7/orders", False),
        ("/users/{id}", "/users/", False),
        ("/users/{id}", "/users/a%2Bb", True),
        ("/users/**", "/users/7/orders", True),
        ("**/orders", "/users/7/orders", True),
        ("/a.b", "/axb", False),
        ("/r%", "/r%25", True),
        ("/v{major}.{minor}/x", "/v1.2/x", True),
    ],
)
def test_templates_of_paths(template: str, path: str, met: bool) -> None:
    assert Fault(name="f", path=template).meets(provider="user", method="GET", path=path) is met


def test_provider_and_method_narrow_a_fault() -> None:
    fault = Fault(name="f", provider="user", method="GET")
    assert fault.meets(provider="user", method="GET", path="/")
    assert not fault.meets(provider="order", method="GET", path="/")
    assert not fault.meets(provider="user", method="POST", path="/")


@given(PORTIONS)
def test_a_fixed_latency_is_the_same_for_all(portion: float) -> None:
    assert Latency(curve=((100.0, 0.2),)).draw(portion) == 0.2


def test_percentiles_are_kept_and_joined_by_lines() -> None:
    """Beyond the highest one its time holds."""
    latency = Latency(curve=((0.0, 0.0), (50.0, 0.02), (90.0, 0.1)))
    assert [round(latency.draw(portion), 6) for portion in (0.0, 0.25, 0.5, 0.7, 0.9, 1.0)] == [
        0.0,
        0.01,
        0.02,
        0.06,
        0.1,
        0.1,
    ]


@given(PORTIONS, PORTIONS)
def test_a_higher_portion_never_takes_less(one: float, other: float) -> None:
    latency = Latency(curve=((0.0, 0.0), (10.0, 0.01), (99.0, 0.5), (100.0, 3.0)))
    low, high = sorted((one, other))
    assert latency.draw(low) <= latency.draw(high) <= 3.0
