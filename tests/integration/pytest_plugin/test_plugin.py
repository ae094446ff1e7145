"""The pytest plugin in runs of pytest of its own, against a real provider."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.integration.verify.message_handler import PAID, PRICED, message, running_handler
from tests.integration.verify.provider import RunningProvider, running_provider

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[3]
PLUGIN = "treaty.pytest_plugin"
IS_ENTERED = any(point.value == PLUGIN for point in entry_points(group="pytest11"))
LOADING = () if IS_ENTERED else ("-p", PLUGIN)
"""An environment from before there was a plugin does not load it by itself; the wheel is tested for its entry point."""

MARKED = """
    import pytest

    @pytest.mark.treaty(provider="shop", base_url="{url}")
    def test_shop():
        pass
"""
MESSAGE: dict[str, Any] = {
    "type": "Asynchronous/Messages",
    "description": "an order was paid",
    "contents": {"contentType": "application/json", "encoded": False, "content": {"status": "paid"}},
}


@pytest.fixture(name="provider")
def _provider() -> Iterator[RunningProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture(name="project")
def _project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with pacts/web-shop.json."""
    (pytester.path / "pacts").mkdir()
    contracts.write(pytester.path / "pacts", contracts.pact(contracts.EVERYTHING))
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    unneeded = (f"-pno:{name}" for name in ("cacheprovider", "pact", "hypothesispytest", "time_machine", "anyio"))
    return project.runpytest_subprocess(*LOADING, *unneeded, *arguments, timeout=120)


def test_a_marked_test_runs_once_for_each_interaction(project: pytest.Pytester, provider: RunningProvider) -> None:
    """Its ids name consumer, interaction and state; again and again against the same provider."""
    project.makepyfile(MARKED.format(url=provider.url))
    for _ in range(2):
        result = run(project, "-v")
        result.assert_outcomes(passed=6)
        result.stdout.fnmatch_lines(
            [
                "*test_shop[[]web: GET /health -> 200] PASSED*",
                "*test_shop[[]web: GET /users/{id} -> 200, given a user exists] PASSED*",
                "*test_shop[[]web: GET /payments/{id} -> 200, given a payment settled] PASSED*",
            ]
        )


def test_the_fixture_treaty_provider_says_where_the_provider_is(
    project: pytest.Pytester, provider: RunningProvider
) -> None:
    """The body of the test runs after the verification, and is told what was verified."""
    project.makeconftest(
        f"""
        import pytest

        @pytest.fixture(scope="session")
        def treaty_provider():
            yield "{provider.url}"
        """
    )
    project.makepyfile(
        """
        import pytest

        @pytest.mark.treaty("shop", state="a user exists")
        class TestShop:
            def test_it(self, treaty_interaction, record_property):
                assert treaty_interaction.provider == "shop"
                assert [state.name for state in treaty_interaction.states] == ["a user exists"]
                assert treaty_interaction.states[0].params["treaty"]
                print("seen", treaty_interaction.description)
        """
    )
    result = run(project, "-s")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*seen POST /users -> 409*", "*seen GET /users/{id} -> 200*"])


def test_a_broken_promise_is_a_failure_that_explains_itself(project: pytest.Pytester) -> None:
    """Difference, cause, command and state, and no traceback of ours."""
    with running_provider(fault="enum") as provider:
        project.makepyfile(MARKED.format(url=provider.url))
        result = run(project)
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(
        [
            "web: GET /users/{id} -> 200, given a user exists",
            "broken (*web-shop.json)",
            '  body.$.role  wanted "member", got "guest"',
            "  *recorded as constant*",
            "  to send it again:",
            f"    curl -i {provider.url}/users/*",
            "  the state 'a user exists' was set up so:",
            "    send POST /users, which is answered with status 201; keep user_id_4f1c",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_plugin*")


def test_what_could_not_be_told_is_a_failure_too(project: pytest.Pytester) -> None:
    """Green means verified."""
    with running_provider(fault="refuse") as provider:
        project.makepyfile(MARKED.format(url=provider.url))
        result = run(project, "-k", "exists")
    result.assert_outcomes(failed=2, deselected=4)
    result.stdout.fnmatch_lines(["could not tell (*", "*the state 'a user exists' could not be set up*"])


def test_a_pending_interaction_that_is_broken_is_an_expected_failure(project: pytest.Pytester) -> None:
    content = contracts.pact([{**contracts.MISSING, "response": {"status": 410}, "pending": True}])
    contracts.write(project.path / "pacts", content)
    with running_provider() as provider:
        project.makepyfile(MARKED.format(url=provider.url))
        run(project).assert_outcomes(xfailed=1)


def test_workers_of_xdist_share_the_interactions(project: pytest.Pytester, provider: RunningProvider) -> None:
    """Each sets up its own states, so they do not meet."""
    project.makepyfile(MARKED.format(url=provider.url))
    run(project, "-n", "2").assert_outcomes(passed=6)
    assert provider.seen.count("GET /health") == 1


def test_messages_are_made_by_functions_of_the_provider(pytester: pytest.Pytester) -> None:
    """No provider has to run for them."""
    (pytester.path / "pacts").mkdir()
    contracts.write(pytester.path / "pacts", contracts.pact([MESSAGE, {**MESSAGE, "description": "an order was lost"}]))
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture(scope="session")
        def treaty_message_handlers():
            return {"an order was paid": lambda: {"status": "paid"}, "an order was lost": lambda: {"status": "gone"}}

        @pytest.mark.treaty("shop")
        def test_messages():
            pass
        """
    )
    result = run(pytester)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["web: an order was lost", '  contents.$.status  wanted "paid", got "gone"'])


def write_conftest(project: pytest.Pytester, source: str) -> None:
    """Write fixtures below the imports that they need."""
    project.makeconftest("import pytest\n\n" + textwrap.dedent(source))


def test_messages_are_answered_by_functions_on_several_workers(pytester: pytest.Pytester) -> None:
    """Synchronous ones get the message that is to be answered; functions may be asynchronous."""
    (pytester.path / "pacts").mkdir()
    contracts.write(pytester.path / "pacts", contracts.pact([MESSAGE, PRICED]))
    write_conftest(
        pytester,
        """
        async def paid():
            return {"status": "paid"}

        def price(message):
            return {"order": message.contents["order"], "price": 2.5}, {
                "contentType": "application/json", "topic": message.metadata["reply-to"]
            }

        @pytest.fixture(scope="session")
        def treaty_message_handlers():
            return {"an order was paid": paid, "the price of an order": price}
        """,
    )
    pytester.makepyfile('import pytest\n\n@pytest.mark.treaty("shop")\ndef test_messages():\n    pass\n')
    run(pytester, "-n", "2").assert_outcomes(passed=2)


def test_messages_without_a_function_are_asked_of_a_handler(pytester: pytest.Pytester) -> None:
    """At message_url, in Pact's protocol; a failure has the command to ask again."""
    (pytester.path / "pacts").mkdir()
    entries = [{**PAID, "providerStates": []}, PRICED]
    contracts.write(pytester.path / "pacts", contracts.pact(entries))
    with running_handler(lambda _: message({"order": 1, "price": 2.5}, topic="prices")) as handler:
        pytester.makepyfile(
            f"""
            import pytest

            @pytest.fixture(scope="session")
            def treaty_message_handlers():
                return {{"an order was paid": lambda: ({{"id": 1, "status": "paid"}}, {{"contentType":
                         "application/json", "topic": "orders"}})}}

            @pytest.mark.treaty("shop", message_url="{handler.url}")
            def test_messages():
                pass
            """
        )
        run(pytester).assert_outcomes(passed=2)
    assert [each["description"] for each in handler.asked] == ["the price of an order"]
    result = run(pytester)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["could not tell (*", "*connection refused*", f"*{handler.url}*"])


def test_secrets_fill_slots_and_are_shown_nowhere(
    project: pytest.Pytester, provider: RunningProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the environment or from a fixture; without a value the failure says where it could come from."""
    request = {**contracts.READ_USER["request"], "headers": {"Authorization": ["Bearer ${secret.token}"]}}
    response = {"status": 200, "body": contracts.json_body({"echo": "Bearer other"})}
    contracts.write(
        project.path / "pacts",
        contracts.pact([{**contracts.READ_USER, "request": request, "response": response, "comments": {}}]),
    )
    mark = f'"shop", base_url="{provider.url}"'
    test = "import pytest\n\n@pytest.mark.treaty({})\ndef test_shop():\n    pass\n"
    project.makepyfile(test.format(mark))
    result = run(project)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*[[]secret-missing[]]*", "*${secret.token}*", "*fixture treaty_secrets*"])

    monkeypatch.setenv("SHOP_TOKEN", "hush-hush-hush")
    project.makepyfile(test.format(mark + ', secrets={"token": "env:SHOP_TOKEN"}'))
    result = run(project)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["broken (*", "*body.$.echo*"])
    result.stdout.no_fnmatch_line("*hush*")

    write_conftest(
        project,
        """
        @pytest.fixture(scope="session")
        def treaty_secrets():
            return {"token": "other"}
        """,
    )
    project.makepyfile(test.format(mark))
    run(project).assert_outcomes(passed=1)
    project.makepyfile(test.format(mark + ', secrets={"tokn": "env:SHOP_TOKEN"}'))
    run(project).stdout.fnmatch_lines(["*did you mean 'token'?*"])


def test_requests_follow_the_time_of_the_provider(project: pytest.Pytester) -> None:
    """As a fixture says, or as its answers tell."""
    body = {"name": "Bob", "email": "x", "at": "2020-01-01T00:00:00"}
    request = {
        **contracts.CREATE_USER["request"],
        "body": contracts.json_body(body),
        "generators": {"body": {"$.email": {"type": "DateTime", "format": "yyyy"}}},
    }
    response = {"status": 201, "body": contracts.json_body({"email": "2041"})}
    entry = contracts.interaction("POST /users -> 201", request, response)
    contracts.write(project.path / "pacts", contracts.pact([entry]))
    write_conftest(
        project,
        """
        import datetime

        @pytest.fixture(scope="session")
        def treaty_clock():
            return datetime.datetime(2041, 6, 15, tzinfo=datetime.timezone.utc)
        """,
    )
    with running_provider() as provider:
        project.makepyfile(MARKED.format(url=provider.url))
        run(project).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("fixture", "name", "word"),
    [
        ("treaty_state_handlers", "a user", "sets up the state 'a user'"),
        ("treaty_message_handlers", "an order was paid", "makes this message"),
    ],
)
@pytest.mark.parametrize("kind", ["def", "async def"])
def test_what_a_function_raises_is_shown_from_the_function_on(
    project: pytest.Pytester, provider: RunningProvider, fixture: str, name: str, word: str, kind: str
) -> None:
    """With its own lines, and whose function it is; nothing of the way that led there."""
    entry = MESSAGE if "message" in fixture else {**contracts.HEALTH, "providerStates": [{"name": "a user"}]}
    contracts.write(project.path / "pacts", contracts.pact([entry]))
    write_conftest(
        project,
        f"""
        {kind} boom():
            raise LookupError("no such table")

        @pytest.fixture(scope="session")
        def {fixture}():
            return {{{name!r}: boom}}
        """,
    )
    project.makepyfile(MARKED.format(url=provider.url))
    result = run(project)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(['>*raise LookupError("no such table")', f"E*raised by the function that {word}*"])
    for ours in ("*harness*", "*asyncio*", "*pytest_plugin*"):
        result.stdout.no_fnmatch_line(ours)


def test_a_manual_state_without_a_function_says_how_to_write_one(
    project: pytest.Pytester, provider: RunningProvider
) -> None:
    """In the words of the plugin, not of the command line."""
    entry = {**contracts.HEALTH, "providerStates": [{"name": "a usr"}]}
    contracts.write(project.path / "pacts", contracts.pact([entry]))
    write_conftest(
        project,
        """
        @pytest.fixture(scope="session")
        def treaty_state_handlers():
            return {"a user": lambda: None}
        """,
    )
    project.makepyfile(MARKED.format(url=provider.url))
    result = run(project)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*nothing sets up the state 'a usr'*", "*did you mean 'a user'?*"])
    result.stdout.no_fnmatch_line("*--state-url*")


def test_an_application_is_served_while_its_tests_run(project: pytest.Pytester) -> None:
    """A fixture with a Flask application is enough; ids and states work as with any provider."""
    write_conftest(
        project,
        """
        from tests.integration.verify.provider import create_app

        @pytest.fixture(scope="session")
        def app():
            return create_app(first_id=4711)

        @pytest.fixture(scope="session")
        def treaty_provider(app):
            return app
        """,
    )
    project.makeini(f"[pytest]\npythonpath = {ROOT}")
    project.makepyfile('import pytest\n\n@pytest.mark.treaty("shop")\ndef test_shop():\n    pass\n')
    result = run(project, "-W", "error")
    result.assert_outcomes(passed=6)


def test_several_marks_of_one_function_are_all_verified(project: pytest.Pytester, provider: RunningProvider) -> None:
    """None is left out without a word; a mark of the function comes before one of the module."""
    project.makepyfile(
        f"""
        import pytest

        pytestmark = pytest.mark.treaty("shop", base_url="{provider.url}")

        @pytest.mark.treaty("shop", description="health", base_url="{provider.url}")
        @pytest.mark.treaty("shop", description="409", base_url="{provider.url}")
        def test_two():
            pass

        def test_all():
            pass
        """
    )
    result = run(project, "-v")
    result.assert_outcomes(passed=8)
    result.stdout.fnmatch_lines(["*test_two*health*PASSED*", "*test_two*409*PASSED*", "*test_all*health*PASSED*"])


@pytest.mark.parametrize(
    ("fixture", "value", "text"),
    [
        ("treaty_provider", "8080", "*it gave int*"),
        ("treaty_provider", "asgi", "*one of ASGI needs a server of its own*"),
        ("treaty_state_handlers", "None", "*it gave nothing: does it return?*"),
        ("treaty_message_handlers", '{"paid": {"status": "paid"}}', "*'paid' is no function*"),
        ("treaty_secrets", "None", "*does not give a mapping of names*"),
        ("treaty_clock", "3600", "*a timedelta*"),
    ],
)
def test_fixtures_of_a_wrong_type_are_named(project: pytest.Pytester, fixture: str, value: str, text: str) -> None:
    """With what they should give."""
    write_conftest(
        project,
        f"""
        async def asgi(scope, receive, send):
            pass

        @pytest.fixture(scope="session")
        def {fixture}():
            return {value}
        """,
    )
    project.makepyfile(
        'import pytest\n\n@pytest.mark.treaty("shop", description="health")\ndef test_shop():\n    pass\n'
    )
    if fixture != "treaty_provider":
        project.makepyfile(MARKED.format(url="http://127.0.0.1:9").replace('"shop"', '"shop", description="health"'))
    result = run(project)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([text])
    result.stdout.fnmatch_lines([f"*{fixture}*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_an_empty_pact_is_never_green(project: pytest.Pytester) -> None:
    contracts.write(project.path / "pacts", contracts.pact([]))
    project.makepyfile('import pytest\n\n@pytest.mark.treaty("shop")\ndef test_shop():\n    pass\n')
    result = run(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["test_shop: error: there is nothing to verify*", "*its pacts are empty*"])


def test_manual_states_are_brought_about_by_functions(project: pytest.Pytester, provider: RunningProvider) -> None:
    """With their parameters; the values they return go into the request."""
    interaction = {
        **contracts.READ_USER,
        "providerStates": [{"name": "a user", "params": {"name": "Zoe"}}],
        "response": {"status": 200, "body": {"contentType": "application/json", "content": {"name": "Zoe"}}},
        "comments": {},
    }
    contracts.write(project.path / "pacts", contracts.pact([interaction]))
    project.makepyfile(
        f"""
        import json
        import urllib.request

        import pytest

        def create(params):
            body = json.dumps({{"name": params["name"], "email": "zoe@example.com"}}).encode()
            request = urllib.request.Request("{provider.url}/users", body, {{"Content-Type": "application/json"}})
            return {{"user_id_4f1c": json.load(urllib.request.urlopen(request))["id"]}}

        @pytest.fixture(scope="session")
        def treaty_state_handlers():
            return {{"a user": create}}

        @pytest.mark.treaty("shop", base_url="{provider.url}")
        def test_shop():
            pass
        """
    )
    run(project).assert_outcomes(passed=1)
    assert provider.seen == ["POST /users", "GET /users/1"]


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        ('"shopp"', "*did you mean 'shop'?*"),
        ('"shop", description="zzz"', "*[[]nothing-verified]*"),
        ('"shop", pactz="x"', "*did you mean 'pacts'?*"),
        ('"shop", pacts="missing.json"', "*missing.json cannot be read*"),
    ],
)
def test_a_mark_that_makes_no_sense_is_an_error_of_the_collection(
    project: pytest.Pytester, mark: str, text: str
) -> None:
    """Said in a few lines."""
    project.makepyfile(f"import pytest\n\n@pytest.mark.treaty({mark})\ndef test_shop():\n    pass\n")
    result = run(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([text])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*another exception occurred*")
    result.stdout.fnmatch_lines(["test_shop: error: *"])


def test_without_an_address_the_fixture_is_asked_for(project: pytest.Pytester) -> None:
    project.makepyfile(
        'import pytest\n\n@pytest.mark.treaty("shop", description="health")\ndef test_shop():\n    pass\n'
    )
    result = run(project)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*write a fixture treaty_provider that starts the provider*"])


def test_the_fixture_alone_is_an_error(project: pytest.Pytester) -> None:
    """A test that only looks marked would never verify anything."""
    project.makepyfile("def test_shop(treaty_interaction):\n    pass\n")
    result = run(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*treaty_interaction is there for tests with @pytest.mark.treaty*"])


@pytest.mark.parametrize(
    "source",
    [
        """
        import unittest
        import pytest

        @pytest.mark.treaty("shop", base_url="http://127.0.0.1:1")
        class TestShop(unittest.TestCase):
            def test_shop(self):
                pass
        """,
        """
        import pytest

        @pytest.fixture(autouse=True)
        def late(request):
            request.node.add_marker(pytest.mark.treaty("shop"))

        def test_shop():
            pass
        """,
    ],
    ids=["unittest", "late"],
)
def test_a_mark_where_nothing_can_be_verified_is_never_green(project: pytest.Pytester, source: str) -> None:
    """On a unittest class, or added when the tests were collected already."""
    project.makepyfile(source)
    result = run(project)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*only functions and methods of plain classes*"])


def test_the_mark_is_documented(pytester: pytest.Pytester) -> None:
    """And strict markers accept it."""
    run(pytester, "--markers").stdout.fnmatch_lines(["@pytest.mark.treaty(provider, pacts=...*"])


def test_the_plugin_costs_nothing_where_it_is_not_used(pytester: pytest.Pytester) -> None:
    """It is loaded with every pytest of the environment, so it may not import what it works with."""
    loaded: Path = pytester.path / "loaded.json"
    pytester.makepyfile(
        f"""
        import json
        import pathlib
        import sys

        def test_something():
            names = sorted(name for name in sys.modules if name.partition(".")[0] == "treaty")
            pathlib.Path({str(loaded)!r}).write_text(json.dumps(names))
        """
    )
    run(pytester).assert_outcomes(passed=1)
    assert json.loads(loaded.read_text()) == ["treaty", "treaty.pytest_plugin"]
