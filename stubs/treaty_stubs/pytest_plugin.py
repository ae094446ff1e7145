"""The pytest plugin for consumers: the fixture `treaty_stub` stands in for providers while a test runs.

    @pytest.mark.treaty_stub("pacts", provider="user")
    def test_names(treaty_stub):
        assert name_of(treaty_stub.url, 7) == "ada"
        treaty_stub.expect_called("GET /users/{id}", times=1)

A test fails at its end when a request came that no interaction accepts, or that several answer otherwise.
`treaty_stub_session` is one stub for a whole run, for applications that are started once; it is reset before each test
that uses it, and checked after it. A mark can change there what a stub that runs can change, and is refused otherwise.
What the stub needs is imported when the first fixture is asked for, so that the plugin costs nothing in a project that
does not use it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from treaty_stubs.stub import Stub

_MARK: Final = "treaty_stub"
_FIXTURE: Final = "treaty_stub"
_SESSION_FIXTURE: Final = "treaty_stub_session"
_SESSION_STUB: Final = pytest.StashKey[tuple["Stub", Mapping[str, Any]]]()
_ALLOWANCES: Final = ("allow_unmatched", "allow_ties")
_CHANGEABLE: Final = ("state", "faults", "vary")
"""What the stub of a session does as the mark of each test says."""
_OPTIONS: Final = (
    *(
        "provider",
        "consumer",
        "host",
        "port",
        "seed",
        "stateful",
        "miss_status",
        "fallback",
        "tls",
        "tls_names",
        "cors",
    ),
    *_CHANGEABLE,
)
_TYPES: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    **dict.fromkeys(("provider", "consumer", "state", "host"), ((str,), "a text")),
    **dict.fromkeys(("port", "seed", "miss_status"), ((int,), "a whole number")),
    **dict.fromkeys(("tls_names", "cors"), ((str, list, tuple), "a text or a list of texts")),
    **dict.fromkeys(("stateful", "vary", "tls", *_ALLOWANCES), ((bool,), "True or False")),
    "fallback": ((str, Mapping), "a URL, or URLs by the names of providers"),
    "faults": ((list, tuple, Mapping), "a list of faults"),
}
_MEANING: Final = (
    "treaty_stub(*pacts, provider=..., consumer=..., state=..., host=..., port=..., seed=..., stateful=False, "
    "miss_status=..., faults=[...], vary=False, fallback=..., tls=False, tls_names=[...], cors=..., "
    "allow_unmatched=False, allow_ties=False): what the fixture treaty_stub stands in for; without pacts those of "
    "treaty.yaml, or of the folder pacts/."
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", _MEANING)


@pytest.fixture(scope="session")
def treaty_stub_options() -> Mapping[str, Any]:
    """Give what stubs are made with where a mark says nothing, by the names of the mark, and `pacts`: override it."""
    return {}


@pytest.fixture
def treaty_stub(request: pytest.FixtureRequest, treaty_stub_options: Mapping[str, Any]) -> Iterator[Stub]:
    """Stand in for the providers that the mark `treaty_stub` names, each on a free port, while one test runs."""
    options = _merged(request.node, treaty_stub_options)
    with _started(request.config, options) as stub:
        yield stub
        _check(stub, options)


@pytest.fixture(scope="session")
def treaty_stub_session(request: pytest.FixtureRequest, treaty_stub_options: Mapping[str, Any]) -> Iterator[Stub]:
    """Stand in for the providers that `treaty_stub_options` names, on the same ports during the whole run."""
    with _started(request.config, treaty_stub_options) as stub:
        request.config.stash[_SESSION_STUB] = (stub, treaty_stub_options)
        yield stub


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let every test that uses the stub of the session begin with an empty journal, and as its mark says."""
    used = _used_of_session(item)
    if used is None:
        return
    stub, options = used
    stub.reset()
    said = _options_of_mark(item)
    _check_options(said)
    if _FIXTURE not in getattr(item, "fixturenames", ()):
        _refuse_unchangeable(said, options)
        _change(stub, said)


def _refuse_unchangeable(said: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    """Insist that a mark asks nothing of a stub that runs that needs another one."""
    known = {**options, "pacts": _places(options.get("pacts", ()))}
    others = [name for name in said if name not in (*_CHANGEABLE, *_ALLOWANCES) and said[name] != known.get(name)]
    if others:
        raise pytest.fail.Exception(
            f"treaty_stub: the mark says {', '.join(others)}, and the stub of the whole run was started without that\n"
            f"a mark can change {', '.join(_CHANGEABLE)} of it; say the rest in treaty_stub_options, or use the "
            "fixture treaty_stub, which starts a stub for the test",
            pytrace=False,
        )


def _change(stub: Stub, said: Mapping[str, Any]) -> None:
    from treaty.errors import TreatyError  # noqa: PLC0415 - see the docstring of the module

    try:
        if said.get("state") is not None:
            stub.choose_state(said["state"])
        if "faults" in said:
            faults = said["faults"]
            stub.play(*(faults.get("faults", ()) if isinstance(faults, Mapping) else faults or ()))
        if "vary" in said:
            stub.vary(said["vary"])
    except TreatyError as fault:
        raise pytest.fail.Exception(f"error: {fault}", pytrace=False) from None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Look through what a test asked the stub of the session, after what the test itself set up was taken down."""
    used = _used_of_session(item)
    yield
    if used is not None:
        stub, options = used
        _check(stub, _merged(item, options))


def _used_of_session(item: pytest.Item) -> tuple[Stub, Mapping[str, Any]] | None:
    if _SESSION_FIXTURE not in getattr(item, "fixturenames", ()):
        return None
    return item.config.stash.get(_SESSION_STUB, None)


def _merged(node: pytest.Item, options: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**options, **_options_of_mark(node)}


def _options_of_mark(item: pytest.Item) -> dict[str, Any]:
    """Give what the marks say; the nearest one counts, name by name."""
    found: dict[str, Any] = {}
    for mark in reversed(list(item.iter_markers(_MARK))):
        found.update(mark.kwargs)
        if mark.args:
            found["pacts"] = mark.args
    return found


@contextmanager
def _started(config: pytest.Config, options: Mapping[str, Any]) -> Iterator[Stub]:
    from treaty.errors import TreatyError  # noqa: PLC0415 - see the docstring of the module

    try:
        stub = _made(config, options).start()
    except TreatyError as fault:
        raise pytest.fail.Exception(f"error: {fault}", pytrace=False) from None
    with closing(stub):
        yield stub


def _made(config: pytest.Config, options: Mapping[str, Any]) -> Stub:
    from treaty_stubs.stub import Stub  # noqa: PLC0415 - see the docstring of the module

    _check_options(options)
    given = options.get("pacts") or (_usual_pacts(config.rootpath),)
    return Stub(
        *(config.rootpath / each if isinstance(each, (str, Path)) else each for each in _places(given)),
        **{name: options[name] for name in _OPTIONS if name in options},
        folder=config.rootpath,
    )


def _check_options(options: Mapping[str, Any]) -> None:
    from treaty.errors import did_you_mean  # noqa: PLC0415 - see the docstring of the module

    known = (*_OPTIONS, *_ALLOWANCES, "pacts")
    for name in options:
        if name not in known:
            hint = did_you_mean(name, known)
            raise pytest.fail.Exception(f"treaty_stub knows no '{name}'; {hint or ', '.join(known)}", pytrace=False)
        wanted = _TYPES.get(name)
        if wanted is not None and options[name] is not None and not isinstance(options[name], wanted[0]):
            raise pytest.fail.Exception(f"treaty_stub: {name} has to be {wanted[1]}", pytrace=False)


def _places(given: Any) -> tuple[Any, ...]:
    return (given,) if isinstance(given, (str, Path)) else tuple(given)


def _usual_pacts(root: Path) -> Path:
    from treaty.config import find_config, load_config  # noqa: PLC0415 - see the docstring of the module

    found = find_config(root)
    return root / "pacts" if found is None else load_config(found).pacts


def _check(stub: Stub, options: Mapping[str, Any]) -> None:
    from treaty_stubs.stub import Unexpected  # noqa: PLC0415 - see the docstring of the module

    allowed = {name: bool(options.get(name, False)) for name in _ALLOWANCES}
    try:
        stub.check(**allowed)
    except Unexpected as complaint:
        hint = "to let it be: @pytest.mark.treaty_stub(..., allow_unmatched=True), or allow_ties=True"
        raise pytest.fail.Exception(f"treaty_stub: {complaint}\n{hint}", pytrace=False) from None
