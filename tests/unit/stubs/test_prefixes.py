"""Several stubs behind one address."""

from __future__ import annotations

import json
from concurrent.futures import Future

from tests.unit.stubs.examples import candidates, interaction, matches, received
from treaty_stubs.answering import Answering
from treaty_stubs.message import Answer, Awaited, Delivery, Received
from treaty_stubs.prefixes import Prefixed, prefix_of


def _prefixed(**stubs: Answer) -> tuple[Prefixed, list[Received], list[Received]]:
    seen: list[Received] = []
    unplaced: list[Received] = []

    def answers(answer: Answer) -> object:
        def give(asked: Received) -> Answer:
            seen.append(asked)
            return answer

        return give

    return (
        Prefixed({name: answers(answer) for name, answer in stubs.items()}, miss_status=501, unplaced=unplaced.append),  # type: ignore[misc]  # functions, told as objects
        seen,
        unplaced,
    )


def test_each_stub_sees_the_path_behind_its_name() -> None:
    """With query and body; an absolute target and the bare name are understood too."""
    prefixed, seen, unplaced = _prefixed(user=Answer(200, b""), order=Answer(201, b""))
    assert prefixed(received("POST", "/user/users/12?a=1", body={"a": 1})).status == 200
    assert prefixed(received(target="http://stub.test/order/x")).status == 201
    assert prefixed(received(target="/order")).status == 201
    assert prefixed(received(target="/order/?b")).status == 201
    assert [each.target for each in seen] == ["/users/12?a=1", "/x", "/", "/?b"]
    assert (seen[0].json, seen[0].query, seen[0].base_path) == ({"a": 1}, {"a": ("1",)}, "/user")
    assert unplaced == []


def test_a_path_of_nobody_is_said() -> None:
    prefixed, seen, unplaced = _prefixed(user=Answer(200, b""))
    answer = prefixed(received(target="/users/12"))
    assert answer.status == 501
    assert "none of the providers: /user." in json.loads(answer.body)["detail"]
    assert seen == []
    assert [each.target for each in unplaced] == ["/users/12"]


def test_names_are_encoded_in_paths() -> None:
    prefixed, _, _ = _prefixed(**{"user service/1": Answer(200, b"")})
    assert prefixed(received(target=f"{prefix_of('user service/1')}/x")).status == 200


def test_headers_that_lead_elsewhere_on_the_server_get_the_prefix() -> None:
    """Those that lead to other servers stay; an answer that is still being made is changed when it is there."""
    head = b"Location: /users/7\r\ncontent-location: /users\r\nX-Other: /users\r\n"
    prefixed, _, _ = _prefixed(user=Answer(201, head), order=Answer(302, b"Location: //cdn.test/x\r\n"))
    assert prefixed(received(target="/user/users")).head == (
        b"Location: /user/users/7\r\ncontent-location: /user/users\r\nX-Other: /users\r\n"
    )
    assert prefixed(received(target="/order/x")).head == b"Location: //cdn.test/x\r\n"
    done: Future[None] = Future()
    later = Delivery(awaited=Awaited(done=done, settle=lambda: Answer(201, head)))
    prefixed, _, _ = _prefixed(user=Answer(502, b"", b"", None, later))
    delivery = prefixed(received(target="/user/users")).delivery
    assert delivery is not None
    assert delivery.awaited is not None
    assert delivery.awaited.settle().head.startswith(b"Location: /user/users/7\r\n")


def test_links_that_the_stub_makes_lead_back_to_it() -> None:
    """By the generator for addresses of a mock server."""
    link = "http://recorded.test/users/7"
    response = {
        "headers": {"Content-Type": ["application/json"]},
        "body": {"contentType": "application/json", "encoded": False, "content": {"self": link}},
        "matchingRules": {"body": {"$.self": matches("regex", regex=r".*(\/users\/7)$")}},
        "generators": {"body": {"$.self": {"type": "MockServerURL", "example": link, "regex": r".*(\/users\/7)$"}}},
    }
    stub = Answering(candidates(interaction("a", path="/users/7", response=response)), provider="user")
    prefixed = Prefixed({"user": stub}, miss_status=501, unplaced=lambda _: None)
    body = json.loads(prefixed(received(target="/user/users/7")).body)
    assert body == {"self": "http://stub.test/user/users/7"}


def test_the_question_whether_the_server_is_there_has_no_path() -> None:
    stub = Answering(candidates(interaction("a")), provider="user")
    prefixed = Prefixed({"user": stub}, miss_status=501, unplaced=lambda _: None)
    assert prefixed(received("OPTIONS", "*")).status == 204
