from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from treaty.errors import StateFailed
from treaty.report.failures import SCREEN, Mark, difference_lines, failure_lines, failure_text
from treaty.verify.calls import Answer
from treaty.verify.outcome import Difference, Outcome, Verdict
from treaty.verify.sent_request import SentRequest

REQUEST = SentRequest(method="GET", url="http://127.0.0.1:1/a")


def difference(wanted: str, got: str, **more: str) -> Difference:
    return Difference(**{"location": "body.$.role", "wanted": wanted, "got": got, "message": "it differs", **more})


def outcome(*differences: Difference, **more: object) -> Outcome:
    parts = {"verdict": Verdict.BROKEN, "differences": differences, **more}
    return Outcome(
        pact="p.json",
        consumer="web",
        provider="shop",
        position=0,
        description="d",
        states=(),
        **parts,  # type: ignore[arg-type] # a table
    )


def texts(one: Difference) -> list[str]:
    return [line.text for line in difference_lines(one)]


def test_short_values_stand_beside_their_place() -> None:
    """With the sentence, the rule and the cause below."""
    assert texts(difference('"member"', '"guest"', rule="regex", cause="constant")) == [
        'body.$.role  wanted "member", got "guest"',
        "  it differs [rule regex; recorded as constant]",
    ]


def test_a_rule_that_is_the_cause_is_named_once() -> None:
    assert texts(difference("1", "2", rule="echo", cause="echo of path[1]"))[1] == (
        "  it differs [recorded as echo of path[1]]"
    )


def test_a_status_needs_no_sentence() -> None:
    assert texts(difference("200", "404", location="status")) == ["status  wanted 200, got 404"]


def test_what_the_engine_does_not_say_is_left_out() -> None:
    assert texts(difference("", "absent", message="")) == ["body.$.role  got absent"]


def test_long_texts_are_shown_around_their_first_difference() -> None:
    """One below the other."""
    place, wanted, got, _ = texts(difference("a" * 300 + "X" + "b" * 300, "a" * 300 + "Y"))
    assert place == "body.$.role"
    assert wanted.startswith("  wanted  ...aaa")
    assert wanted.index("X") == got.index("Y")
    assert max(len(wanted), len(got)) < 110


def test_documents_are_compared_line_by_line() -> None:
    """Keys in another order are no difference, and lines far from any difference are left out."""
    same = {f"key_{number:02}": number for number in range(20)}
    wanted = json.dumps({**same, "role": "member"})
    got = json.dumps({"role": "guest", **same})
    lines = list(difference_lines(difference(wanted, got)))
    assert [line.text.strip() for line in lines if line.mark is Mark.WANTED] == ['-   "role": "member"']
    assert [line.text.strip() for line in lines if line.mark is Mark.GOT] == ['+   "role": "guest"']
    assert not any("key_03" in line.text for line in lines)


def test_a_failure_ends_with_how_to_send_the_request_again() -> None:
    lines = failure_lines(outcome(difference("1", "2"), request=REQUEST))
    assert [line.text for line in lines[-2:]] == ["to send it again:", "  curl -i http://127.0.0.1:1/a"]
    assert lines[-1].mark is Mark.COMMAND


def test_behind_another_status_only_the_first_differences_are_shown() -> None:
    """Another answer has another body, and all of it differs."""
    places = ("status", *(f"body.$.{name}" for name in "abcd"))
    lines = [line.text for line in failure_lines(outcome(*(difference("1", "2", location=place) for place in places)))]
    assert any("body.$.b" in line for line in lines)
    assert not any("body.$.c" in line for line in lines)
    assert lines[-1] == "and 2 more differences"


def test_another_status_is_explained_by_the_answer() -> None:
    """Its beginning says more than what is missing in its body."""
    refusal = Answer(status=400, body=b'{"error": "the password is missing"}')
    broken = outcome(difference("200", "400", location="status"), difference("1", "absent"), answer=refusal)
    assert [line.text for line in failure_lines(broken)] == [
        "status  wanted 200, got 400",
        '  the answer was {"error": "the password is missing"}',
        "and 1 more difference",
    ]
    assert "the password is missing" in failure_text(broken)


def test_equality_goes_without_saying() -> None:
    assert texts(difference("1", "2", rule="equality"))[1] == "  it differs"


def test_of_very_many_differences_the_whole_text_has_the_first() -> None:
    text = failure_text(outcome(*(difference("1", "2", location=f"body.$[{n}]") for n in range(1001))))
    assert text.count("wanted 1, got 2") == 100
    assert "and 901 more differences; --json writes them all" in text


def test_the_whole_text_has_the_reason_and_every_difference() -> None:
    """As reports in files show it."""
    reason = StateFailed("the state failed", why="409")
    text = failure_text(outcome(*(difference("1", "2", location=f"body.$.a{n}") for n in range(50)), reason=reason))
    assert text.startswith("the state failed  [state-failed]\n  why    409\n")
    assert text.count("wanted 1, got 2") == 50


@given(st.lists(st.builds(difference, st.text(max_size=300), st.text(max_size=300)), min_size=1, max_size=20))
def test_a_failure_never_takes_more_than_a_screen(differences: list[Difference]) -> None:
    """Unless its first difference alone does, which is bounded by itself."""
    lines = failure_lines(outcome(*differences, request=REQUEST))
    assert len(lines) <= SCREEN
    assert all("\n" not in line.text for line in lines)


def test_a_note_about_the_verdict_comes_before_the_command() -> None:
    one = outcome(difference("1", "2"), note="kept on a fresh provider", request=REQUEST)
    lines = [line.text for line in failure_lines(one)]
    assert lines.index("kept on a fresh provider") == lines.index("to send it again:") - 1
    assert "kept on a fresh provider" in failure_text(one)
