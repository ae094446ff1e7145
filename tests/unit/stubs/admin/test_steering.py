"""The calls that change what the stubs do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from tests.unit.stubs.admin.calling import Run, play
from treaty.contract.json_value import JsonValue
from treaty.errors import ConfigInvalid, NotThere, PactUnreadable, UsageError
from treaty_stubs.faults.model import Fault


class Switches:
    """Faults that are only remembered."""

    def __init__(self) -> None:
        self.playing: JsonValue = {"faults": ["of the start"]}

    def document(self) -> JsonValue:
        return self.playing

    def counts(self) -> Mapping[str, int]:
        return {"reset": 3}

    def play(self, document: JsonValue, *, check: Callable[[Sequence[Fault]], None]) -> None:
        check([Fault(name="f", provider="nobody")] if document == {"faults": ["of nobody"]} else [])
        if document == {"faults": "bad"}:
            raise ConfigInvalid("these are no faults", where="/faults", why="'bad' is no list")
        self.playing = document

    def switch(self, name: str, *, on: bool) -> None:
        if name != "reset":
            raise UsageError(f"there is no fault '{name}'")
        self.playing = {"faults": [name, on]}

    def reset(self) -> None:
        self.playing = {"faults": ["of the start"]}


class Rooms:
    """Spaces that hold one word each."""

    weight = 7
    gone = 2

    def __init__(self) -> None:
        self.words = {"one": "a", "two": "b"}
        self.copies: dict[str, str] = {}

    def names(self) -> Sequence[str]:
        return sorted(self.words)

    def describe(self, name: str) -> JsonValue:
        return {"items": [self.words[name]]}

    def reset(self, name: str | None = None) -> None:
        for each in self.names() if name is None else [name]:
            self.words.pop(each, None)

    def snapshot(self, name: str) -> str:
        self.copies["copy"] = self.words[name]
        return "copy"

    def restore(self, name: str, snapshot: str) -> None:
        if snapshot not in self.copies:
            raise NotThere(f"there is no copy '{snapshot}'")
        self.words[name] = self.copies[snapshot]


def test_the_journal_is_cleared_of_one_provider_or_of_all() -> None:
    async def test(run: Run) -> None:
        run.ask("user", "/users/1")
        run.ask("order", "/orders")
        assert (await run.call("DELETE", "/journal?provider=user")).status == 204
        assert [each["provider"] for each in (await run.get("/journal")).json["requests"]] == ["order"]
        assert (await run.call("DELETE", "/journal")).status == 204
        assert (await run.get("/journal")).json["total"] == 0
        assert (await run.call("DELETE", "/journal?provider=x")).status == 404

    play(test)


def test_a_state_is_chosen_for_all_requests() -> None:
    async def test(run: Run) -> None:
        chosen = await run.call("PUT", "/state", {"state": "the user is gone"})
        assert [view["chosen_state"] for view in chosen.json["providers"]] == ["the user is gone"] * 2
        assert run.ask("user", "/users/1").status == 404
        chosen = await run.call("PUT", "/state", {"provider": "user", "state": None})
        assert [view["chosen_state"] for view in chosen.json["providers"]] == ["the user is gone", None]
        assert run.ask("user", "/users/1").status == 200

    play(test)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"state": "unheard of"}, 422, "no interaction needs a state 'unheard of'"),
        ({"provider": "order", "state": "the user is gone"}, 422, "provider 'order'"),
        ({"provider": "usr", "state": "the user is gone"}, 404, "did you mean 'user'?"),
        ({"state": ""}, 422, "/state"),
        ({}, 422, "'state' is a required property"),
        ([], 422, "is not of type 'object'"),
        (b"{", 422, "the body is no JSON"),
        (b"\xff\xfe\x00", 422, "the body is no JSON"),
    ],
)
def test_a_state_that_cannot_be_chosen_is_refused(body: object, status: int, said: str) -> None:
    async def test(run: Run) -> None:
        refused = await run.call("PUT", "/state", body)
        assert refused.status == status
        assert said in refused.content.decode()
        assert run.platform.stub("user").chosen_state is None

    play(test)


def test_a_reset_makes_all_as_it_was() -> None:
    """Journal, state, faults and spaces; with a provider, only what is its own."""
    switches, rooms = Switches(), Rooms()

    async def test(run: Run) -> None:
        await run.call("PUT", "/faults", {"faults": []})
        await run.call("PUT", "/state", {"state": "the user is gone"})
        run.ask("user", "/users/1")
        assert (await run.call("POST", "/reset?provider=user")).status == 204
        assert run.platform.stub("user").chosen_state is None
        assert (switches.playing, len(rooms.words)) == ({"faults": []}, 2)
        assert (await run.call("POST", "/reset")).status == 204
        assert (switches.playing, rooms.words) == ({"faults": ["of the start"]}, {})
        assert (await run.call("POST", "/reset?provider=x")).status == 404

    play(test, faults=switches, spaces=rooms)


def test_faults_are_shown_played_and_reset() -> None:
    async def test(run: Run) -> None:
        assert (await run.get("/faults")).json == {"faults": ["of the start"], "played": {"reset": 3}}
        played = await run.call("PUT", "/faults", {"faults": ["reset"], "played": {"reset": 1}})
        assert (played.status, played.json) == (200, {"faults": ["reset"], "played": {"reset": 3}})
        refused = await run.call("PUT", "/faults", {"faults": "bad"})
        assert (refused.status, refused.json["detail"]) == (422, "'bad' is no list")
        assert (await run.call("PUT", "/faults", {"faults": ["of nobody"]})).status == 404
        assert (await run.get("/faults")).json["faults"] == ["reset"]
        assert (await run.call("PUT", "/faults/reset", {"on": False})).json["faults"] == ["reset", False]
        assert (await run.call("PUT", "/faults/other", {"on": False})).status == 422
        assert (await run.call("DELETE", "/faults")).status == 204
        assert (await run.get("/faults")).json == {"faults": ["of the start"], "played": {"reset": 3}}

    play(test, faults=Switches())


def test_spaces_are_shown_emptied_and_restored() -> None:
    rooms = Rooms()

    async def test(run: Run) -> None:
        shown = (await run.get("/spaces")).json
        assert (shown["bytes"], shown["gone"]) == (7, 2)
        listed = shown["spaces"]
        assert listed == [{"name": "one", "holds": {"items": ["a"]}}, {"name": "two", "holds": {"items": ["b"]}}]
        taken = await run.call("POST", "/spaces/one/snapshots")
        assert (taken.status, taken.json) == (201, {"snapshot": "copy"})
        assert (await run.call("DELETE", "/spaces/one")).status == 204
        assert rooms.words == {"two": "b"}
        assert (await run.call("POST", "/spaces/one/restore", {"snapshot": "copy"})).status == 204
        assert rooms.words == {"one": "a", "two": "b"}
        assert (await run.call("POST", "/spaces/one/restore", {"snapshot": "other"})).status == 404
        assert (await run.call("DELETE", "/spaces")).status == 204
        assert rooms.words == {}

    play(test, spaces=rooms)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/faults", None),
        ("PUT", "/faults", {}),
        ("DELETE", "/faults", None),
        ("PUT", "/faults/a", {"on": True}),
        ("GET", "/spaces", None),
        ("DELETE", "/spaces", None),
        ("DELETE", "/spaces/a", None),
        ("POST", "/spaces/a/snapshots", None),
        ("POST", "/spaces/a/restore", {"snapshot": "x"}),
        ("POST", "/reload", None),
    ],
)
def test_what_a_run_was_started_without_is_said(method: str, path: str, body: object) -> None:
    async def test(run: Run) -> None:
        refused = await run.call(method, path, body)
        assert (refused.status, refused.json["code"]) == (409, "stub-unable")

    play(test)


def test_pacts_are_read_again_now() -> None:
    async def reload() -> Sequence[str]:
        return ("user",)

    async def test(run: Run) -> None:
        assert (await run.call("POST", "/reload")).json == {"changed": ["user"]}

    play(test, reload=reload)


def test_pacts_that_cannot_be_read_again_are_said() -> None:
    async def reload() -> Sequence[str]:
        raise PactUnreadable("a.json is not a Pact file we can read", where="line 3")

    async def test(run: Run) -> None:
        refused = await run.call("POST", "/reload")
        assert (refused.status, refused.json["code"], refused.json["where"]) == (422, "pact-unreadable", "line 3")

    play(test, reload=reload)
