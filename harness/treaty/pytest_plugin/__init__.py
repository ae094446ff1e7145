"""The pytest plugin: a test function with `@pytest.mark.treaty(provider=...)` runs once for each interaction.

The interaction is verified before the body of the test runs. What is needed for that is imported when the first mark is
found, so that the plugin costs nothing in a project that does not use it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from types import TracebackType

    from treaty.pytest_plugin.interaction import TreatyInteraction
    from treaty.pytest_plugin.verifying import Case, Verifier

_MARK: Final = "treaty"
_FIXTURE: Final = "treaty_interaction"
_FIXTURES: Final = ("treaty_message_handlers", "treaty_state_handlers", "treaty_secrets", "treaty_clock")
_VERIFIER: Final = pytest.StashKey["Verifier"]()
_CHECK: Final = pytest.StashKey[Callable[[], None]]()
_MEANING: Final = (
    "treaty(provider, pacts=..., base_url=..., consumer=..., description=..., state=..., headers=..., state_url=..., "
    "message_url=..., secrets=..., allow_writes=..., seconds=...): run the test once for each interaction that the "
    "provider promised, and verify it."
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", _MEANING)


@pytest.fixture(scope="session")
def treaty_provider() -> Any:
    """Give the provider: override it with a fixture that yields its base URL, or returns an application of WSGI."""
    return ""


@pytest.fixture(scope="session")
def treaty_message_handlers() -> Mapping[str, Callable[..., Any]]:
    """Functions that make the provider's messages, by the description of the interaction: override it."""
    return {}


@pytest.fixture(scope="session")
def treaty_state_handlers() -> Mapping[str, Callable[..., Any]]:
    """Functions that bring about provider states that have no recorded steps, by name: override it."""
    return {}


@pytest.fixture(scope="session")
def treaty_secrets() -> Mapping[str, str]:
    """Values of the secret slots of the pacts, by their names; shown nowhere: override it."""
    return {}


@pytest.fixture(scope="session")
def treaty_clock() -> timedelta | datetime | None:
    """Give the provider's time, or how far it lies ahead of ours: override it if its answers do not tell."""
    return None


@pytest.fixture
def treaty_interaction(request: pytest.FixtureRequest) -> TreatyInteraction:
    """Give the interaction that this run of the test is about."""
    if not hasattr(request, "param"):
        pytest.fail("treaty_interaction is there for tests with @pytest.mark.treaty(provider=...)", pytrace=False)
    case: Case = request.param
    given = [request.getfixturevalue(name) for name in _FIXTURES]
    provided = None
    if case.needs_provider(given[0]):
        provided = case.marking.base_url or request.getfixturevalue("treaty_provider")
    request.node.stash[_CHECK] = partial(_check, case, _verifier(request.config), provided, given)
    return case.shown()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a marked test once for each interaction."""
    marks = _marks(metafunc.definition)
    if not marks:
        return
    from treaty.errors import TreatyError  # noqa: PLC0415 - see the docstring of the module
    from treaty.pytest_plugin.marking import read_marking  # noqa: PLC0415 - as above
    from treaty.pytest_plugin.verifying import names_of  # noqa: PLC0415 - as above

    try:
        verifier = _verifier(metafunc.config)
        cases = [case for mark in marks for case in verifier.cases(read_marking(mark.args, mark.kwargs))]
    except TreatyError as fault:
        raise pytest.fail.Exception(f"{metafunc.definition.name}: error: {fault}", pytrace=False) from None
    if _FIXTURE not in metafunc.fixturenames:
        metafunc.fixturenames.append(_FIXTURE)
    metafunc.parametrize(_FIXTURE, cases, ids=names_of(cases), indirect=True)


def _marks(item: pytest.Item) -> list[pytest.Mark]:
    """Give the marks of the function itself, else those of its class, else those of its module; the first one first."""
    found = list(item.iter_markers_with_node(_MARK))
    return [mark for node, mark in reversed(found) if node is found[0][0]]


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Prepare the verification of a marked test that does not ask for the interaction."""
    if _CHECK not in item.stash and isinstance(item, pytest.Function) and item.get_closest_marker(_MARK) is not None:
        callspec = getattr(item, "callspec", None)
        if callspec is not None and _FIXTURE in callspec.params:
            # Fixtures that the function does not name are left out when it is parametrised.
            item._request.getfixturevalue(_FIXTURE)  # noqa: SLF001 - outside of fixtures there is no public way


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Verify the interaction of a marked test; its body then runs as usual."""
    __tracebackhide__ = True
    check = item.stash.get(_CHECK, None)
    if check is not None:
        check()
    elif item.get_closest_marker(_MARK) is not None:
        pytest.fail(
            "only functions and methods of plain classes, marked from the beginning, are verified", pytrace=False
        )


def _verifier(config: pytest.Config) -> Verifier:
    if _VERIFIER not in config.stash:
        from treaty.pytest_plugin.verifying import Verifier  # noqa: PLC0415 - see the docstring of the module

        config.stash[_VERIFIER] = Verifier(config.rootpath)
        config.add_cleanup(config.stash[_VERIFIER].close)
    return config.stash[_VERIFIER]


def _check(case: Case, verifier: Verifier, provided: Any, given: Sequence[Any]) -> None:
    __tracebackhide__ = True
    from treaty.errors import TreatyError  # noqa: PLC0415 - see the docstring of the module
    from treaty.pytest_plugin.given import read_given, read_handlers  # noqa: PLC0415 - as above
    from treaty.pytest_plugin.verifying import failure_message  # noqa: PLC0415 - as above
    from treaty.verify.outcome import Verdict  # noqa: PLC0415 - as above

    messages, states, secrets, clock = given
    try:
        outcome = verifier.verify(
            case,
            base_url=verifier.address_of(case.marking.provider, provided)
            if provided
            else verifier.configured_url(case.marking.provider),
            handlers=read_handlers(messages=messages, states=states),
            given=read_given(secrets=secrets, clock=clock),
        )
    except TreatyError as fault:
        raise pytest.fail.Exception(f"{case.shown()}\nerror: {fault}", pytrace=False) from None
    except Exception as fault:  # noqa: BLE001 - whatever a function of the project raises is shown from there on
        raise fault.with_traceback(_of_project(fault.__traceback__)) from None
    if outcome.verdict is Verdict.KEPT:
        return
    text = failure_message(case, outcome)
    if outcome.verdict is Verdict.BROKEN and outcome.pending:
        pytest.xfail(f"pending: {text}")
    pytest.fail(text, pytrace=False)


def _of_project(trace: TracebackType | None) -> TracebackType | None:
    """Cut the way through Treaty to a function of the project off; all of it stays when there is no such function."""
    import asyncio  # noqa: PLC0415 - see the docstring of the module

    ours = (str(Path(__file__).parents[1]), str(Path(asyncio.__file__).parent))
    rest = trace
    while rest is not None and rest.tb_frame.f_code.co_filename.startswith(ours):
        rest = rest.tb_next
    return rest or trace
