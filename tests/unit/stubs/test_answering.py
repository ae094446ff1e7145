"""From a request to an answer, its reason, and the journal."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.unit.stubs.examples import candidates, interaction, json_body, matches, pact, received, regex
from treaty_stubs.answering import Answering
from treaty_stubs.message import Answer, Received
from treaty_stubs.select.candidate import gather_candidates


def _answering(*interactions: dict[str, Any], **options: Any) -> Answering:
    return Answering(candidates(*interactions), provider="order", **options)


def _match(answer: Answer) -> str:
    lines = answer.head.decode("ascii").splitlines()
    return next(line.removeprefix("X-Treaty-Match: ") for line in lines if line.startswith("X-Treaty-Match: "))


def test_every_answer_names_interaction_state_and_reason() -> None:
    """Also where names hold quotes, line breaks or letters beyond ASCII."""
    answering = _answering(
        interaction("größe\n1", path="/a", states=[{"name": 'a "b"'}, {"name": "c"}]), interaction("b", path="/b")
    )
    assert _match(answering(received(target="/a"))) == r'gr\xf6\xdfe 1; state="a \"b\", c"; why="exact example"'
    assert _match(answering(received(target="/b"))) == 'b; state=""; why="exact example"'
    assert _match(answering(received(target="/c"))) == 'none; why="no interaction matches"'


def test_a_tie_is_in_the_header_and_in_the_journal() -> None:
    """Consumers whose recordings contradict each other."""
    pacts = [
        pact(interaction(name, response={"body": json_body(name)}), consumer=name) for name in ("one", "two", "three")
    ]
    answering = Answering(gather_candidates(pacts), provider="order")
    answer = answering(received())
    assert _match(answer) == 'one; state=""; why="default state"; tie="three"; tie="two"'
    assert answering.journal.entries[0].tie == ("three", "two")
    assert answering.journal.ties == 1


def test_the_state_header_chooses() -> None:
    answering = _answering(interaction("found"), interaction("gone", status=410, states=[{"name": "it is gone"}]))
    assert answering(received()).status == 200
    assert answering(received(headers={"X-Treaty-State": "it is gone"})).status == 410


def test_a_state_or_consumer_that_is_not_there_is_said_to_be_ignored() -> None:
    """A typing error must not pass for what was asked for; its text is not repeated."""
    answering = _answering(interaction("found"), interaction("gone", status=410, states=[{"name": "it is gone"}]))
    answer = answering(received(headers={"X-Treaty-State": "it is gome", "X-Treaty-Consumer": "nobody"}))
    assert answer.status == 200
    assert _match(answer).endswith('; ignored="X-Treaty-State and X-Treaty-Consumer"')
    assert answering.journal.entries[0].why.endswith("; nothing fits X-Treaty-State and X-Treaty-Consumer")
    assert "ignored" not in _match(answering(received(headers={"X-Treaty-State": "it is gone"})))


def test_a_miss_is_a_problem_with_the_nearest_three() -> None:
    """Each with every difference: where, by which rule, what was wanted and what came."""
    answering = _answering(
        interaction(
            "a", path="/users/1", request={"matchingRules": {"path": regex(r"/users/\d+")}}, states=[{"name": "s"}]
        ),
        *(interaction(name, path=f"/{name}") for name in "bcd"),
        miss_status=599,
    )
    answer = answering(received(target="/users/x"))
    problem = json.loads(answer.body)
    assert answer.status == problem["status"] == 599
    assert b"Content-Type: application/problem+json\r\n" in answer.head
    assert "GET /users/x" in problem["detail"]
    assert len(problem["nearest"]) == 3
    assert problem["nearest"][0] == {
        "interaction": "a",
        "consumer": "web",
        "state": "s",
        "differences": [{"location": "path", "rule": r"regex /users/\d+", "wanted": "/users/1", "got": "/users/x"}],
    }
    entry = answering.journal.misses[0]
    assert [near.interaction for near in entry.nearest] == ["a", "b", "c"]
    assert entry.status == 599


def test_a_miss_shows_no_secret() -> None:
    """Neither those of the request nor those that a hand-written pact holds."""
    request = {"headers": {"Authorization": ["Bearer pact-secret-123456"]}}
    answering = _answering(interaction("a", path="/a", request=request))
    secret = "request-secret-654321"
    answer = answering(
        received("POST", f"/a?token={secret}", headers={"Authorization": f"Bearer {secret}"}, body={"password": secret})
    )
    shown = answer.body.decode() + repr(answering.journal.misses[0].nearest)
    assert secret not in shown
    assert "pact-secret-123456" not in shown


def test_a_seed_makes_answers_repeatable() -> None:
    """The same requests get the same values again, in whatever order interactions are asked, and beside any others."""
    rules = {"matchingRules": {"body": {"$.id": matches("integer")}}}
    written = [
        interaction(
            name,
            method="POST",
            path=f"/{name}",
            response={"body": json_body({"id": 9007001}), **rules},
            causes={"body.$.id": {"cause": "created"}},
        )
        for name in "ab"
    ]

    def ids(order: str, seed: int | None, *more: dict[str, Any]) -> dict[str, list[int]]:
        answering = _answering(*more, *written, seed=seed)
        found: dict[str, list[int]] = {"a": [], "b": []}
        for name in order:
            found[name].append(json.loads(answering(received("POST", f"/{name}")).body)["id"])
        return found

    assert ids("aabb", 1) == ids("baba", 1) == ids("aabb", 1, interaction("another", path="/another"))
    assert ids("aabb", 1) != ids("aabb", 2)
    assert len({*ids("aaaa", 1)["a"]}) == 4
    assert ids("aabb", None) != ids("aabb", None)


def test_asking_for_the_stub_itself_meets_no_recorded_path() -> None:
    """``OPTIONS *`` says that it is there, and is neither served nor missed."""
    answering = _answering(interaction("a", path="/health"))
    assert answering(Received(method="OPTIONS", target="*")).status == 204
    assert (answering.journal.served, answering.journal.missed) == (0, 0)


def test_scripted_answers_come_one_after_the_other() -> None:
    """A method and path that are scripted answer so, the last one from then on; others are selected as ever."""
    answering = _answering(
        interaction("a", path="/a"), interaction("b", path="/a", status=202), interaction("c", path="/c")
    )
    by_name = {candidate.name: candidate for candidate in answering.candidates}
    answering.script(method="GET", path="/a", candidates=[by_name["b"], by_name["a"]])
    assert [answering(received(target="/a")).status for _ in range(3)] == [202, 200, 200]
    assert answering(received(target="/c")).status == 200


def _scripted(*statuses: int) -> Answering:
    """Give a stub of three interactions, of which `/a` is scripted to answer with these statuses."""
    answering = _answering(
        interaction("a", path="/a"), interaction("b", path="/a", status=202), interaction("c", path="/c", status=203)
    )
    by_status = {candidate.interaction.response.status: candidate for candidate in answering.candidates}
    answering.script(method="GET", path="/a", candidates=[by_status[status] for status in statuses])
    return answering


def test_a_script_is_for_one_method_and_path() -> None:
    """Whatever the query; the answer need not be one of that path, and its reason is told."""
    answering = _scripted(203)
    answer = answering(received(target="/a?page=2"))
    assert (answer.status, _match(answer)) == (203, 'c; state=""; why="scripted"')
    assert answering.journal.entries[-1].why == "scripted"
    assert answering(received("POST", "/a")).status == 501
    assert answering(received(target="/a/")).status == 501


def test_a_new_script_takes_the_place_of_the_old_one() -> None:
    """At whatever point that was; an empty one ends it."""
    answering = _scripted(202, 203)
    assert answering(received(target="/a")).status == 202
    answering.script(method="GET", path="/a", candidates=answering.candidates[:1])
    assert [answering(received(target="/a")).status for _ in range(2)] == [200, 200]
    answering.script(method="GET", path="/a", candidates=[])
    assert _match(answering(received(target="/a"))) == 'a; state=""; why="default state"'


def test_a_script_goes_before_a_chosen_state() -> None:
    """The set-up of a provider speaks for one test, the header for a whole client."""
    assert _scripted(202)(received(target="/a", headers={"X-Treaty-State": "x"})).status == 202


def test_the_steps_of_a_script_are_those_that_come_in() -> None:
    """Misses and requests of other paths take none of them."""
    answering = _scripted(202, 203)
    for target in ("/nowhere", "/c"):
        answering(received(target=target))
    assert [answering(received(target="/a")).status for _ in range(3)] == [202, 203, 203]


def test_times_in_answers_may_lie_ahead_of_ours() -> None:
    """As far as those of the service that the stub answers."""
    content = interaction(
        "a",
        response={
            "body": json_body({"at": "2000-01-01T00:00:00Z"}),
            "matchingRules": {"body": {"$.at": matches("type")}},
        },
        causes={"body.$.at": {"cause": "clock"}},
    )
    answer = _answering(content, shift=timedelta(days=400))(received())
    told = datetime.fromisoformat(json.loads(answer.body)["at"])
    assert abs(told - datetime.now(UTC) - timedelta(days=400)) < timedelta(minutes=1)


def test_of_very_many_differences_the_first_are_shown_and_the_others_counted() -> None:
    """A miss stays small, however much of a request is unlike what was promised."""
    answering = _answering(interaction("a", method="POST", path="/a", request={"body": json_body({"a": 1})}))
    answer = answering(received("POST", "/a", body={"a": 1} | {f"k{number}": 0 for number in range(60)}))
    (near,) = json.loads(answer.body)["nearest"]
    assert len(near["differences"]) == 50
    assert near["more_differences"] == 10
    assert answering.journal.misses[0].nearest[0].more == 10


def test_the_consumer_header_ends_a_tie() -> None:
    """Among answers that are otherwise equal the one promised to this consumer is given, if there is one."""
    pacts = [pact(interaction("x", response={"body": json_body(name)}), consumer=name) for name in ("app", "web")]
    answering = Answering(gather_candidates(pacts), provider="order")
    chosen = answering(received(headers={"X-Treaty-Consumer": "web"}))
    assert chosen.body == b'"web"'
    assert _match(chosen) == 'x; state=""; why="chosen consumer"'
    assert answering(received(headers={"X-Treaty-Consumer": "nobody"})).body == b'"app"'
    assert answering(received()).body == b'"app"'
    assert [bool(entry.tie) for entry in answering.journal.entries] == [False, True, True]
