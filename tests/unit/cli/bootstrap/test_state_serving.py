from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
import requests

from tests.integration.verify import contracts
from tests.integration.verify.provider import running_provider
from treaty.errors import NothingVerified
from treaty_cli.bootstrap.state_serving import StatesRequest, serve_states


def test_states_of_several_pacts_are_served_until_a_signal(tmp_path: Path) -> None:
    """The same key in two pacts is one state; signals do afterwards what they did before."""
    contracts.write(tmp_path, contracts.pact(contracts.EVERYTHING))
    contracts.write(tmp_path, contracts.pact([contracts.READ_USER], consumer="app"), "app-shop.json")
    before = signal.getsignal(signal.SIGTERM)
    with running_provider(first_id=4711) as provider:
        request = StatesRequest(pacts=[tmp_path], base_url=provider.url)
        with serve_states(request) as served:
            assert (served.states, served.pacts) == (len(contracts.ALL_STATES), 2)
            call = {"action": "setup", "params": {"treaty": contracts.STATE}, "state": "a user exists"}
            answer = requests.post(served.url, json=call, timeout=10)
            assert answer.status_code == 200
            assert answer.json()["user_id_4f1c"] == 4711
            assert not served.ended.is_set()
            os.kill(os.getpid(), signal.SIGTERM)
            assert served.ended.wait(10)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_folder_without_pacts_has_no_states(tmp_path: Path) -> None:
    """Nothing is served then."""
    with pytest.raises(NothingVerified), serve_states(StatesRequest(pacts=[tmp_path], base_url="http://127.0.0.1:1")):
        pass
