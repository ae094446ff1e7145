"""What was wrong with the requests is told without secrets, and not at any length."""

from __future__ import annotations

import pytest

from tests.unit.stubs.examples import interaction, matches, pact, received
from treaty.errors import UsageError
from treaty_stubs.answering import Answering
from treaty_stubs.complaints import LONGEST_VALUE, check_description, check_state, shortened, ties_text, unmatched_text
from treaty_stubs.platform import Platform
from treaty_stubs.select.candidate import gather_candidates

TYPED = {
    "body": {"contentType": "application/json", "content": {"n": 1}},
    "matchingRules": {"body": {"$.n": matches("type")}},
}
LOGIN = pact(
    interaction("log in", method="POST", path="/login", request=TYPED),
    interaction("look", path="/look", response={"status": 200}, states=[{"name": "one"}]),
    interaction("look again", path="/look", response={"status": 202}, states=[{"name": "two"}]),
    provider="door",
)


def platform() -> Platform:
    return Platform([Answering(gather_candidates([LOGIN]), provider="door")])


def test_a_missed_request_is_told_with_the_nearest_interactions_and_each_difference() -> None:
    stubs = platform()
    stubs.stub("door")(received("POST", "/login?api_key=hunter2secret", body={"n": "x", "password": "hunter2secret"}))
    said = unmatched_text(stubs.journal()).splitlines()
    assert said[0] == "no interaction accepts 1 request"
    assert said[1].startswith("  door: POST /login?api_key=")
    assert said[1].endswith(" -> 501")
    assert said[2] == "    near  log in, promised to web"
    assert '          body.$.n: wanted 1 (by type), got "x"' in said
    assert not any("hunter2secret" in line for line in said)


def test_names_that_nothing_has_are_refused_with_some_that_there_are() -> None:
    """States may have commas in them, so each is quoted."""
    with pytest.raises(UsageError) as caught:
        check_state(platform(), "on")
    assert (caught.value.why, caught.value.hint) == ("2 states known: 'one', 'two'", "did you mean 'one'?")
    check_state(platform(), "two", "door")
    with pytest.raises(UsageError, match="names no request"):
        check_description(platform(), "log out")
    check_description(platform(), "log in")


def test_answers_that_were_chosen_by_name_are_told_with_their_rivals() -> None:
    stubs = platform()
    stubs.stub("door")(received("GET", "/look"))
    assert unmatched_text(stubs.journal()) == ""
    entry = stubs.journal()[0].entry._replace(tie=("another",))
    asked = [type(stubs.journal()[0])(provider="door", entry=entry, candidate=None)]
    assert ties_text(asked).splitlines()[-1] == "    tie with another: its answer differs"
    assert ties_text(stubs.journal()) == ""


def test_of_many_requests_the_first_are_told() -> None:
    stubs = platform()
    for number in range(25):
        stubs.stub("door")(received("GET", f"/other/{number}"))
    said = unmatched_text(stubs.journal()).splitlines()
    assert said[0] == "no interaction accepts 25 requests"
    assert said[-1] == "  and 5 more"


def test_values_are_put_on_one_line() -> None:
    assert shortened("a\n  b") == "a b"
    assert shortened("") == "nothing"
    assert shortened("x" * 500) == "x" * LONGEST_VALUE + "..."
