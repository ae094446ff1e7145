"""Headers in other forms."""

from __future__ import annotations

import random
import re

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.stubs.examples import interaction, read_interaction, regex
from treaty_stubs.vary.bounds import Bounds
from treaty_stubs.vary.headers import header_edits, read_lines, write_lines

_HEAD = b"Content-Type: text/plain\r\nX-Zone: eu-1\r\nX-Trace: 17\r\nX-Treaty-Match: a\r\n"


def _drawn() -> list[dict[str, str]]:
    written = interaction(
        "a",
        response={
            "headers": {"Content-Type": ["text/plain"], "X-Zone": ["eu-1"], "X-Trace": ["17"]},
            "matchingRules": {
                "header": {"Content-Type": regex(".+"), "X-Zone": regex(r"(eu|us)-\d"), "X-Trace": regex(r"\d+")}
            },
        },
        causes={"header.X-Trace": {"cause": "echo", "of": "header.X-Trace"}},
    )
    read = read_interaction(written)
    made = []
    for seed in range(60):
        lines = read_lines(_HEAD)
        for edit in header_edits(lines, read.response.rules.header, Bounds(read), random.Random(seed)):
            lines = edit(lines)
        made.append(dict(lines))
    return made


def test_names_values_and_further_headers_vary() -> None:
    made = _drawn()
    assert any("x-zone" in each for each in made)
    assert any("X-Added-By-Treaty" in each for each in made)
    zones = {each.get("X-Zone") or each["x-zone"] for each in made}
    assert len(zones) > 1
    assert all(re.fullmatch(r"(eu|us)-\d", zone) for zone in zones)


def test_what_has_a_meaning_or_a_cause_stays() -> None:
    """And our own header keeps its name, which people look for."""
    for each in _drawn():
        lowered = {name.lower(): value for name, value in each.items()}
        assert (lowered["content-type"], lowered["x-trace"]) == ("text/plain", "17")
        assert each["X-Treaty-Match"] == "a"


@given(st.lists(st.tuples(st.from_regex(r"[A-Za-z-]{1,9}", fullmatch=True), st.text("a:é ü\t", max_size=9))))
def test_lines_that_are_written_are_read_again(lines: list[tuple[str, str]]) -> None:
    assert read_lines(write_lines(tuple(lines))) == tuple(lines)
