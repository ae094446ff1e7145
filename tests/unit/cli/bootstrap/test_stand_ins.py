from __future__ import annotations

from pathlib import Path

import requests

from tests.integration.verify import contracts
from treaty.verify.outcome import Unanswered
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
