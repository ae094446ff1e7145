"""What is needed and what is installed."""

from __future__ import annotations

import pytest

from treaty_cli.bootstrap.installation import installed_parts, is_within


@pytest.mark.parametrize(
    ("version", "wanted", "expected"),
    [
        ("1.10", ">=1.9", True),
        ("1.9", ">=1.10", False),
        ("11.0.2", ">=11.0.2", True),
        ("2", ">=1.0", True),
        ("3.0", ">=1,<3", False),
        ("2.9.post1", ">=1,<3", True),
        ("1.0", "", True),
    ],
)
def test_versions_are_compared_by_their_numbers(version: str, wanted: str, expected: bool) -> None:
    assert is_within(version, wanted) is expected


def test_needs_are_grouped_by_extra() -> None:
    base, fast = installed_parts(
        [
            "click>=8",
            "no-such-thing-anywhere>=1 ; extra == 'fast'",
            "treaty[fast]; extra == 'all'",
            'pyyaml; extra == "fast"',
        ]
    )
    assert (base.name, [requirement.name for requirement in base.requirements]) == ("", ["click"])
    assert base.requirements[0].is_met
    assert fast.name == "fast"
    assert [(requirement.name, requirement.is_met) for requirement in fast.requirements] == [
        ("no-such-thing-anywhere", False),
        ("pyyaml", True),
    ]


def test_treatys_own_needs_are_met_where_its_tests_run() -> None:
    base = installed_parts()[0]
    assert {"click", "jsonschema", "pyyaml"} <= {requirement.name for requirement in base.requirements}
    assert [requirement for requirement in base.requirements if not requirement.is_met] == []
