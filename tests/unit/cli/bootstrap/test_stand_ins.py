from __future__ import annotations

from pathlib import Path
from typing import Any

import requests

from tests.integration.verify import contracts
from treaty.verify.outcome import Unanswered
from treaty.verify.ports import Script
from treaty_cli.bootstrap.stand_ins import StubStandIns
from treaty_cli.bootstrap.verification import read_documents


def test_what_was_promised_is_answered_and_the_rest_remembered(tmp_path: Path) -> None:
    """Each path once, without its query, with the nearest interaction."""
    contracts.write(tmp_path, contracts.pact([contracts.HEALTH]))
    with StubStandIns().serve(
        consumer="web", dependency="shop", documents=read_documents([tmp_path], None)
    ) as stand_in:
        assert requests.get(f"{stand_in.url}/health", timeout=10).json() == {"ok": True}
        assert stand_in.unanswered() == ()
        for token in ("a", "b"):
            assert requests.get(f"{stand_in.url}/healthy?token={token}", timeout=10).status_code == 501
        (finding,) = stand_in.unanswered()
    assert (finding.request, finding.nearest) == ("GET /healthy", "GET /health -> 200")
    assert finding.places == ("path", "query.token")


def test_without_pacts_every_request_is_unanswered() -> None:
    """A dependency that nobody recorded does not pass unnoticed."""
    with StubStandIns().serve(consumer="web", dependency="shop", documents=()) as stand_in:
        assert requests.post(f"{stand_in.url}/x", timeout=10).status_code == 501
        assert stand_in.unanswered() == (Unanswered(consumer="web", dependency="shop", request="POST /x"),)


def script(interaction: dict[str, Any], **codes: Any) -> Script:
    """Name an interaction's answer, with the values at these members."""
    body = tuple((f"body.$.{name}", value) for name, value in codes.items())
    return Script(description=interaction["description"], status=interaction["response"]["status"], body=body)


def test_scripted_answers_are_given_one_after_the_other(tmp_path: Path) -> None:
    """In the place of what would be selected; the last one stays, and other paths are as before."""
    contracts.write(tmp_path, contracts.pact(contracts.EVERYTHING))
    documents = read_documents([tmp_path], None)
    with StubStandIns().serve(consumer="web", dependency="shop", documents=documents) as stand_in:
        scripts = [script(contracts.MISSING, error="user not found"), script(contracts.READ_USER, role="member")]
        assert stand_in.answer(method="GET", path="/users/7", scripts=scripts) == ""
        answers = [requests.get(f"{stand_in.url}/users/7", timeout=10) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [404, 200, 200]
        assert answers[1].json()["id"] == 7
        assert requests.get(f"{stand_in.url}/health", timeout=10).status_code == 200
        assert stand_in.unanswered() == ()


def test_the_next_interaction_gets_no_answer_that_was_meant_for_the_one_before(tmp_path: Path) -> None:
    """Where both may ask for the path; what has a value of one interaction in its path may still come late."""
    contracts.write(tmp_path, contracts.pact(contracts.EVERYTHING))
    documents = read_documents([tmp_path], None)
    with StubStandIns().serve(consumer="web", dependency="shop", documents=documents) as stand_in:
        for path, shared in (("/health", True), ("/users/7", False)):
            scripts = [script(contracts.MISSING)]
            assert stand_in.answer(method="GET", path=path, scripts=scripts, shared=shared) == ""
        assert requests.get(f"{stand_in.url}/health", timeout=10).status_code == 404
        stand_in.begin()
        assert requests.get(f"{stand_in.url}/health", timeout=10).status_code == 200
        assert requests.get(f"{stand_in.url}/users/7", timeout=10).status_code == 404


def test_an_answer_that_the_pact_does_not_hold_is_refused(tmp_path: Path) -> None:
    """With the pact, the interaction and the codes; then none of the answers is scripted."""
    contracts.write(tmp_path, contracts.pact([contracts.READ_USER, contracts.HEALTH]))
    documents = read_documents([tmp_path], None)
    with StubStandIns().serve(consumer="web", dependency="shop", documents=documents) as stand_in:
        scripts = [script(contracts.HEALTH), script(contracts.READ_USER, role="owner", id=None)]
        refused = stand_in.answer(method="GET", path="/users/7", scripts=scripts)
        assert refused == (
            """the pact web-shop has no 'GET /users/{id} -> 200', body.$.role = "owner", body.$.id = null"""
        )
        assert requests.get(f"{stand_in.url}/users/7", timeout=10).status_code == 501
        assert stand_in.answer(method="GET", path="/x", scripts=[script(contracts.MISSING)]) == (
            "the pact web-shop has no 'GET /users/{id} -> 404'"
        )
