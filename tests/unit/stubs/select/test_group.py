"""Groups narrow sets of interactions by bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.unit.stubs.examples import candidates, interaction, json_body, received
from treaty_stubs.select.candidate import Candidate
from treaty_stubs.select.constants import split_constants
from treaty_stubs.select.group import Group, Member, Why


def _members(found: Sequence[Candidate], asked: list[str]) -> list[Member]:
    def member(candidate: Candidate) -> Member:
        def accepts(_received: object) -> bool:
            asked.append(candidate.name)
            return True

        return Member(
            candidate=candidate, kind=candidate.name, accepts=accepts, is_example=lambda _: False, by_line=False
        )

    return [member(candidate) for candidate in found]


def _posts(count: int) -> tuple[Candidate, ...]:
    return candidates(
        *(
            interaction(f"p{number:03}", method="POST", request={"body": json_body({"sku": number})})
            for number in range(count)
        )
    )


def test_required_values_leave_only_those_that_ask_for_them() -> None:
    """Of hundreds of interactions with a constant in their body, the rules of one are asked."""
    asked: list[str] = []
    group = Group(_members(_posts(300), asked))
    fit = group.fit(received("POST", body={"sku": 123}))
    assert fit is not None
    assert [candidate.name for candidate in group.list(fit[0])] == ["p123"]
    assert fit[1] is Why.RULES
    assert asked == ["p123"]
    assert group.fit(received("POST", body={"sku": 1000})) is None
    assert asked == ["p123"]


def test_members_of_a_state() -> None:
    """A set is cut down to those that need a state of a name."""
    found = candidates(interaction("a"), interaction("b", states=[{"name": "s"}, {"name": "t"}]))
    group = Group(_members(found, []))
    assert [each.name for each in group.list(group.in_state(0b11, "t"))] == ["b"]
    assert group.in_state(0b11, "u") == 0
    assert group.first(0b10).name == "b"


def test_a_number_of_another_spelling_is_told_behind_the_index() -> None:
    """The index compares numbers by value; what a constant must be is 1, neither 1.0 nor true."""
    group = Group([_with_constants(member) for member in _members(_posts(3), [])])
    assert group.fit(received("POST", body={"sku": 1})) is not None
    assert group.fit(received("POST", body=b'{"sku": 1.0}')) is None
    assert group.fit(received("POST", body={"sku": True})) is None


def _with_constants(member: Member) -> Member:
    return replace(member, constants=split_constants(member.candidate.interaction.request).constants)
