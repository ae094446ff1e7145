"""The calls that only look; that their answers are as described is checked by each call."""

from __future__ import annotations

import pytest

from tests.unit.stubs.admin.calling import Run, play


def test_providers_are_listed_with_their_counts() -> None:
    async def test(run: Run) -> None:
        run.platform.listens("user", "http://127.0.0.1:9000")
        run.ask("user", "/users/7")
        run.ask("user", "/nothing")
        order, user = (await run.get("/providers")).json["providers"]
        assert (order["name"], order["url"], order["unused"]) == ("order", "", 1)
        assert (user["url"], user["served"], user["missed"], user["unused"]) == ("http://127.0.0.1:9000", 1, 1, 1)
        assert (user["states"], user["consumers"]) == (["the user is gone"], {"web": 2})

    play(test)


@pytest.mark.parametrize(
    ("query", "names", "total"),
    [
        ("", ["all orders", "a user", "no user"], 3),
        ("?provider=user", ["a user", "no user"], 2),
        ("?consumer=app", [], 0),
        ("?unused=true", ["all orders", "no user"], 2),
        ("?unused=false", ["a user"], 1),
        ("?text=GONE", ["no user"], 1),
        ("?text=get%20/ord", ["all orders"], 1),
        ("?limit=1&offset=1", ["a user"], 3),
    ],
)
def test_interactions_are_found(query: str, names: list[str], total: int) -> None:
    async def test(run: Run) -> None:
        run.ask("user", "/users/7")
        found = (await run.get(f"/interactions{query}")).json
        assert [each["name"] for each in found["interactions"]] == names
        assert found["total"] == total

    play(test)


def test_an_interaction_is_shown_as_its_pact_has_it() -> None:
    async def test(run: Run) -> None:
        listed = (await run.get("/interactions?provider=order")).json["interactions"][0]
        shown = (await run.get(f"/interactions/{listed['id']}")).json
        assert shown["interaction"] == listed
        assert shown["pact"]["request"] == {"method": "GET", "path": "/orders"}
        assert (await run.get("/interactions/0")).status == 404

    play(test)


@pytest.mark.parametrize(
    ("query", "numbers", "total"),
    [
        ("", [1, 2, 3, 4], 4),
        ("?provider=user", [1, 3, 4], 3),
        ("?consumer=web", [1, 2, 3], 3),
        ("?interaction=all%20orders", [2], 1),
        ("?method=get", [1, 2, 3], 3),
        ("?path=/users/{id}", [1, 3, 4], 3),
        ("?path=/**", [1, 2, 3, 4], 4),
        ("?status=501", [4], 1),
        ("?missed=true", [4], 1),
        ("?missed=false", [1, 2, 3], 3),
        ("?after=2", [3, 4], 2),
        ("?limit=2", [3, 4], 4),
    ],
)
def test_requests_are_found(query: str, numbers: list[int], total: int) -> None:
    """The last ones, when there are more than are wanted."""

    async def test(run: Run) -> None:
        for provider, target in (("user", "/users/7"), ("order", "/orders"), ("user", "/users/8")):
            run.ask(provider, target)
        run.ask("user", "/users/9", "DELETE")
        found = (await run.get(f"/journal{query}")).json
        assert [each["number"] for each in found["requests"]] == numbers
        assert (found["total"], found["forgotten"]) == (total, 0)

    play(test)


def test_a_miss_is_listed_with_its_differences() -> None:
    async def test(run: Run) -> None:
        run.ask("order", "/order")
        (miss,) = (await run.get("/journal")).json["requests"]
        assert (miss["missed"], miss["interaction"], miss["status"]) == (True, None, 501)
        (near,) = miss["nearest"]
        assert near["interaction"] == "all orders"
        assert near["differences"] == [{"location": "path", "rule": "equality", "wanted": "/orders", "got": "/order"}]

    play(test)


def test_a_request_is_shown_whole() -> None:
    async def test(run: Run) -> None:
        run.ask("order", "/orders?page=1", "POST", headers={"X-Trace": "7"}, body={"name": "Alice"})
        run.ask("order", "/orders", "POST", body=b"\x00\xff")
        shown = (await run.get("/journal/1")).json
        assert shown["request"]["target"] == "/orders?page=1"
        assert {"name": "X-Trace", "value": "7"} in shown["headers"]
        assert shown["body"] == {"text": '{"name": "Alice"}', "bytes": 17}
        assert (await run.get("/journal/2")).json["body"] == {"base64": "AP8=", "bytes": 2}

    play(test)


def test_a_request_that_is_not_kept_is_not_there() -> None:
    async def test(run: Run) -> None:
        for _ in range(3):
            run.ask("order", "/orders")
        statuses = [(await run.get(f"/journal/{number}")).status for number in (1, 2, 3, 4)]
        assert statuses == [404, 200, 200, 404]
        assert (await run.get("/journal")).json["forgotten"] == 1

    play(test, journal_size=2)


def test_secrets_are_not_shown() -> None:
    secret = "hunter2-Zq81kd93"

    async def test(run: Run) -> None:
        run.ask(
            "order",
            f"/nothing?api_key={secret}",
            "POST",
            headers={"Authorization": f"Bearer {secret}"},
            body={"password": secret},
        )
        for target in ("/journal", "/journal/1"):
            shown = await run.get(target)
            assert b"/nothing" in shown.content
            assert secret.encode() not in shown.content

    play(test)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("/journal?statsu=1", "did you mean 'status'?"),
        ("/journal?status=abc", "parameter 'status' cannot be 'abc'"),
        ("/journal?status=99", "parameter 'status' cannot be '99'"),
        ("/journal?limit=0", "parameter 'limit' cannot be '0'"),
        ("/journal?limit=1001", "parameter 'limit' cannot be '1001'"),
        ("/journal?path=users", "parameter 'path' cannot be 'users'"),
        ("/journal?missed=perhaps", "parameter 'missed' cannot be 'perhaps'"),
        ("/interactions?offset=-1", "parameter 'offset' cannot be '-1'"),
        ("/interactions?unused=", "parameter 'unused' cannot be ''"),
    ],
)
def test_parameters_that_cannot_be_are_refused(target: str, said: str) -> None:
    async def test(run: Run) -> None:
        refused = await run.get(target)
        assert refused.status == 422
        assert said in refused.content.decode()

    play(test)


@pytest.mark.parametrize("target", ["/journal?provider=usr", "/interactions?provider=usr"])
def test_an_unknown_provider_is_not_there(target: str) -> None:
    async def test(run: Run) -> None:
        refused = await run.get(target)
        assert (refused.status, refused.json["hint"]) == (404, "did you mean 'user'?")

    play(test)
