from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from treaty.adapters.http_calls import check_reachable
from treaty.errors import NothingVerified, ProviderUnknown, ProviderUnreachable, UsageError, WritesRefused
from treaty.pytest_plugin.marking import read_marking
from treaty.pytest_plugin.messages import Handlers
from treaty.pytest_plugin.verifying import Case, Verifier, failure_message, names_of
from treaty.verify.outcome import Verdict

NO_HANDLERS = Handlers(messages={}, states={})
STATES = {
    "4f1c": {
        "name": "a user",
        "mint": {},
        "steps": [{"call": {"request": {"method": "POST", "path": "/u"}, "status": 201}}],
    }
}
READ: dict[str, Any] = {
    "type": "Synchronous/HTTP",
    "description": "GET /a -> 200",
    "request": {"method": "GET", "path": "/a"},
    "response": {"status": 200},
}
PAID: dict[str, Any] = {
    "type": "Asynchronous/Messages",
    "description": "an order was paid",
    "contents": {"contentType": "application/json", "encoded": False, "content": {"status": "paid"}},
}


def write(folder: Path, *interactions: dict[str, Any], provider: str = "shop") -> None:
    content = {
        "consumer": {"name": "web"},
        "provider": {"name": provider},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": "4.0"}, "treaty": {"format": 1, "states": STATES}},
    }
    (folder / "pacts").mkdir(exist_ok=True)
    (folder / "pacts" / f"web-{provider}.json").write_text(json.dumps(content), encoding="utf-8")


def cases(folder: Path, **named: Any) -> tuple[Case, ...]:
    return Verifier(folder).cases(read_marking((), {"provider": "shop", **named}))


def test_the_usual_folder_is_that_of_the_root_or_of_the_configuration(tmp_path: Path) -> None:
    write(tmp_path, READ)
    assert names_of(cases(tmp_path)) == ["web: GET /a -> 200"]
    (tmp_path / "pacts").rename(tmp_path / "contracts")
    (tmp_path / "treaty.yaml").write_text("services: {shop: {url: 'http://127.0.0.1:1'}}\npacts: contracts\n")
    assert names_of(cases(tmp_path)) == ["web: GET /a -> 200"]
    assert names_of(cases(tmp_path, pacts="contracts")) == ["web: GET /a -> 200"]
    assert Verifier(tmp_path).configured_url("shop") == "http://127.0.0.1:1"
    assert Verifier(tmp_path).configured_url("bank") == ""


def test_the_mark_selects(tmp_path: Path) -> None:
    """By a part of the description or of a state; nothing selected is an error, never a green run."""
    given_user = {**READ, "providerStates": [{"name": "a user", "params": {"treaty": "4f1c"}}]}
    write(tmp_path, READ, given_user, PAID)
    assert len(cases(tmp_path)) == 3
    assert names_of(cases(tmp_path, state="user")) == ["web: GET /a -> 200, given a user"]
    assert names_of(cases(tmp_path, description="paid", consumer="web")) == ["web: an order was paid"]
    with pytest.raises(NothingVerified):
        cases(tmp_path, description="nothing like it")
    with pytest.raises(ProviderUnknown):
        cases(tmp_path, provider="shopp")


def test_a_message_is_judged_without_a_provider(tmp_path: Path) -> None:
    """Kept, broken with its differences, or not told when nobody makes it."""
    write(tmp_path, PAID)
    (case,) = cases(tmp_path)
    verifier = Verifier(tmp_path)

    def verdict(made: Any) -> Verdict:
        functions = Handlers(messages={"an order was paid": lambda: made}, states={})
        return verifier.verify(case, base_url="", handlers=functions).verdict

    assert verdict({"status": "paid"}) is Verdict.KEPT
    assert verdict({"status": "open"}) is Verdict.BROKEN
    outcome = verifier.verify(case, base_url="", handlers=NO_HANDLERS)
    assert outcome.verdict is Verdict.COULD_NOT_TELL
    assert "handler-missing" in failure_message(case, outcome)


def test_a_provider_that_does_not_answer_cannot_be_told(tmp_path: Path) -> None:
    """The text names the interaction, the reason and the steps of the state."""
    write(tmp_path, {**READ, "providerStates": [{"name": "a user", "params": {"treaty": "4f1c"}}]})
    (case,) = cases(tmp_path)
    outcome = Verifier(tmp_path).verify(case, base_url="http://127.0.0.1:1", handlers=NO_HANDLERS)
    lines = failure_message(case, outcome).splitlines()
    assert lines[0] == "web: GET /a -> 200, given a user"
    assert lines[1].startswith("could not tell (")
    assert "connection refused" in "\n".join(lines)
    assert lines[-2:] == [
        "  the state 'a user' was set up so:",
        "    send POST /u, which is answered with status 201",
    ]


def test_set_up_is_sent_to_this_machine_or_where_it_is_allowed(tmp_path: Path) -> None:
    """As on the command line; a URL that is none, or none at all, is refused as well."""
    write(tmp_path, {**READ, "providerStates": [{"name": "a user", "params": {"treaty": "4f1c"}}]})
    (case,) = cases(tmp_path)
    verifier = Verifier(tmp_path)
    with pytest.raises(WritesRefused):
        verifier.verify(case, base_url="http://0.0.0.0:1", handlers=NO_HANDLERS)
    for base_url in ("", "shop:80"):
        with pytest.raises(UsageError):
            verifier.verify(case, base_url=base_url, handlers=NO_HANDLERS)
    (allowed,) = cases(tmp_path, allow_writes=["0.0.0.0"])
    outcome = verifier.verify(allowed, base_url="http://0.0.0.0:1", handlers=NO_HANDLERS)
    assert outcome.verdict is Verdict.COULD_NOT_TELL


def test_of_each_provider_one_application_is_served_at_a_time(tmp_path: Path) -> None:
    """The same one stays where it is, another one takes its place, and a URL is itself."""
    verifier = Verifier(tmp_path)

    def first(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [environ["PATH_INFO"].encode()]

    def second(environ: Any, start_response: Any) -> list[bytes]:
        return first(environ, start_response)

    assert verifier.address_of("shop", "http://h") == "http://h"
    url = verifier.address_of("shop", first)
    other = verifier.address_of("bank", first)
    assert verifier.address_of("shop", first) == url != other
    check_reachable(url)
    assert verifier.address_of("shop", second) != other
    with pytest.raises(ProviderUnreachable):
        check_reachable(url)
    check_reachable(other)
    verifier.close()
    with pytest.raises(ProviderUnreachable):
        check_reachable(other)
