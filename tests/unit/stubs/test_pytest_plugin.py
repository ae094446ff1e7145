"""The fixtures `treaty_stub` and `treaty_stub_session` in runs of pytest of their own."""

from __future__ import annotations

import json
from importlib.metadata import entry_points
from typing import Any

import pytest

from tests.unit.stubs.examples import interaction, json_body, regex

pytest_plugins = ["pytester"]

PLUGIN = "treaty_stubs.pytest_plugin"
IS_ENTERED = any(point.value == PLUGIN for point in entry_points(group="pytest11"))
LOADING = () if IS_ENTERED else ("-p", PLUGIN)
"""An environment from before there was a plugin does not load it by itself; the wheel is tested for its entry point."""

PATH = {"matchingRules": {"path": regex(r"/users/\d+")}}
INTERACTIONS = (
    interaction("a user", path="/users/1", request=PATH, response={"body": json_body({"name": "ada"})}),
    interaction("no user", path="/users/1", status=404, request=PATH, states=[{"name": "the user is gone"}]),
)


@pytest.fixture(name="project")
def _project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A consumer's project with pacts/web-user.json."""
    (pytester.path / "pacts").mkdir()
    document: dict[str, Any] = {
        "consumer": {"name": "web"},
        "provider": {"name": "user"},
        "interactions": list(INTERACTIONS),
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    (pytester.path / "pacts" / "web-user.json").write_text(json.dumps(document))
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    unneeded = (f"-pno:{name}" for name in ("cacheprovider", "pact", "hypothesispytest", "time_machine", "anyio"))
    return project.runpytest_subprocess(*LOADING, *unneeded, *arguments, timeout=120)


def test_a_test_has_a_stub_of_its_own_and_fails_at_its_end_for_what_nothing_accepts(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest, requests

        def get(url):
            return requests.get(url, timeout=30)

        def test_pacts_are_found(treaty_stub):
            assert get(treaty_stub.url + "/users/7").json() == {"name": "ada"}
            treaty_stub.expect_called("GET /users/{id}", times=1)

        @pytest.mark.treaty_stub(state="the user is gone")
        def test_mark(treaty_stub):
            assert get(treaty_stub.url + "/users/7").status_code == 404

        def test_unmatched(treaty_stub):
            assert get(treaty_stub.url + "/users/ada").status_code == 501

        @pytest.mark.treaty_stub(allow_unmatched=True, miss_status=500)
        def test_allowed(treaty_stub):
            assert get(treaty_stub.url + "/users/ada").status_code == 500

        def test_not_called(treaty_stub):
            treaty_stub.expect_called("GET /users/{id}", times=2)

        @pytest.mark.treaty_stub("pacts", provider="usr")
        def test_unknown_provider(treaty_stub):
            pass

        @pytest.mark.treaty_stub(sed=3)
        def test_unknown_name(treaty_stub):
            pass
        """
    )
    result = run(project)
    result.assert_outcomes(passed=4, failed=1, errors=3)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_unmatched*",
            "treaty_stub: no interaction accepts 1 request",
            "  user: GET /users/ada -> 501",
            "    near  a user, promised to web",
            "          path: wanted /users/1 (by regex*), got /users/ada",
            "to let it be: @pytest.mark.treaty_stub(..., allow_unmatched=True)*",
            "*ERROR at setup of test_unknown_provider*",
            "error: no pact is of provider 'usr'  [[]provider-unknown]",
            "*ERROR at setup of test_unknown_name*",
            "treaty_stub knows no 'sed'; *seed*",
            "*FAILURES*",
            "E *GET /users/{id} was expected exactly 2 times, and came never",
            "E *nothing was asked",
        ]
    )


def test_a_session_has_one_stub_that_each_test_finds_empty(project: pytest.Pytester) -> None:
    """An application that is started once keeps its address; requests of one test are not held against another."""
    project.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def treaty_stub_options():
            return {"pacts": "pacts", "provider": "user", "seed": 1}

        @pytest.fixture(scope="session")
        def application(treaty_stub_session):
            return treaty_stub_session.url
        """
    )
    project.makepyfile(
        """
        import pytest, requests

        urls = set()

        @pytest.mark.parametrize("number", [1, 2])
        def test_calls(application, treaty_stub_session, number):
            urls.add(application)
            assert len(urls) == 1
            assert treaty_stub_session.asked() == ()
            assert requests.get(f"{application}/users/{number}", timeout=30).status_code == 200

        @pytest.mark.treaty_stub(state="the user is gone")
        def test_state(application):
            assert requests.get(f"{application}/users/7", timeout=30).status_code == 404

        @pytest.mark.treaty_stub("pacts", faults=[{"status": 503}])
        def test_fault(application):
            assert requests.get(f"{application}/users/7", timeout=30).status_code == 503

        def test_unmatched(application):
            requests.get(f"{application}/other", timeout=30)

        def test_after(application):
            assert requests.get(f"{application}/users/7", timeout=30).status_code == 200

        @pytest.mark.treaty_stub(seed=2, stateful=True)
        def test_another_stub(application):
            assert False, "never reached"

        @pytest.mark.treaty_stub(seed=2, state="the user is gone")
        def test_both(application, treaty_stub):
            assert requests.get(f"{application}/users/7", timeout=30).status_code == 200
            assert requests.get(f"{treaty_stub.url}/users/7", timeout=30).status_code == 404
        """
    )
    result = run(project, "-n", "2", "--dist", "loadfile")
    result.assert_outcomes(passed=7, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_unmatched*",
            "treaty_stub: no interaction accepts 1 request",
            "treaty_stub: the mark says seed, stateful, and the stub of the whole run was started without that",
            "a mark can change state, faults, vary of it; *treaty_stub_options*",
        ]
    )


def test_what_cannot_be_started_is_told_in_a_few_lines(project: pytest.Pytester) -> None:
    """A port that is taken, and options of another type, are no matter for a traceback; a complaint is made once."""
    project.makepyfile(
        """
        import socket
        import pytest, requests

        taken = socket.create_server(("127.0.0.1", 0))

        @pytest.mark.treaty_stub(port=taken.getsockname()[1])
        def test_taken(treaty_stub):
            pass

        @pytest.mark.treaty_stub(port="80")
        def test_port(treaty_stub):
            pass

        @pytest.mark.treaty_stub(faults="late")
        def test_faults(treaty_stub):
            pass

        def test_unmatched(treaty_stub):
            requests.get(f"{treaty_stub.url}/other", timeout=30)
        """
    )
    result = run(project)
    result.assert_outcomes(passed=1, errors=4)
    result.stdout.fnmatch_lines(
        [
            "error: *[[]port-taken[]]",
            "treaty_stub: port has to be a whole number",
            "treaty_stub: faults has to be a list of faults",
        ]
    )
    result.stdout.no_fnmatch_line("*create_server*")
    assert result.stdout.str().count("no interaction accepts 1 request") <= 2
    result.stdout.no_fnmatch_line("During handling*")
