"""The calls that change what the stubs do: states, faults, spaces, a reset, a reload."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from treaty.errors import StubUnable, UsageError
from treaty_stubs.admin.calls import body, parameters
from treaty_stubs.admin.looking import providers_answer
from treaty_stubs.admin.problems import json_answer
from treaty_stubs.platform import FaultSwitches, Platform, Spaces

Reload: TypeAlias = Callable[[], Awaitable[Sequence[str]]]
"""Reads the pacts again and gives the providers whose interactions are others now; raises TreatyError."""


class Steering:
    """Carries calls out on the platform, in the thread of its event loop.

    Args:
        platform: the stubs.
        reload: reads the pacts again; None when they did not come from files.
        changed: told after each change.

    """

    def __init__(self, platform: Platform, *, reload: Reload | None, changed: Callable[[], None]) -> None:
        self._platform = platform
        self._reload = reload
        self._changed = changed

    async def clear_journal(self, request: Request) -> Response:
        """Forget what was asked."""
        self._platform.clear_journal(parameters(request, "/journal").get("provider"))
        return self._done()

    async def choose_state(self, request: Request) -> Response:
        """Prefer a state."""
        said = await body(request, "ChosenState")
        provider, state = said.get("provider"), said["state"]
        assert isinstance(provider, str | None)
        assert isinstance(state, str | None)
        if state is not None and state not in self._states(provider):
            raise UsageError(
                f"no interaction needs a state '{state}'",
                where=f"provider '{provider}'" if provider else "",
                hint="GET /providers lists the states of each",
            )
        self._platform.choose_state(state, provider=provider)
        self._changed()
        return providers_answer(self._platform)

    async def reset(self, request: Request) -> Response:
        """Make the stubs as they were."""
        self._platform.reset(parameters(request, "/reset").get("provider"))
        return self._done()

    async def reload(self, _: Request) -> Response:
        """Read the pacts again."""
        if self._reload is None:
            raise StubUnable("these pacts cannot be read again", why="the stubs were not started from files")
        changed = await self._reload()
        self._changed()
        return json_answer({"changed": changed})

    async def faults(self, _: Request) -> Response:
        """Show the faults."""
        return _faults_answer(self._switches())

    async def play_faults(self, request: Request) -> Response:
        """Play other faults."""
        document = await body(request, "Faults")
        document.pop("played", None)  # as GET shows it, for whoever sends back what was shown
        self._platform.play_faults(document)
        self._changed()
        return _faults_answer(self._switches())

    async def switch_fault(self, request: Request) -> Response:
        """Switch one fault."""
        switches = self._switches()
        switches.switch(request.path_params["name"], on=bool((await body(request, "Switch"))["on"]))
        self._changed()
        return _faults_answer(switches)

    async def reset_faults(self, _: Request) -> Response:
        """Play the faults of the start."""
        self._switches().reset()
        return self._done()

    async def spaces(self, _: Request) -> Response:
        """List the spaces."""
        spaces = self._spaces()
        listed = [{"name": name, "holds": spaces.describe(name)} for name in spaces.names()]
        return json_answer({"spaces": listed, "bytes": spaces.weight, "gone": spaces.gone})

    async def reset_spaces(self, _: Request) -> Response:
        """Empty all spaces."""
        self._spaces().reset()
        return self._done()

    async def reset_space(self, request: Request) -> Response:
        """Empty one space."""
        self._spaces().reset(request.path_params["name"])
        return self._done()

    async def take_snapshot(self, request: Request) -> Response:
        """Keep a copy of a space."""
        taken = self._spaces().snapshot(request.path_params["name"])
        self._changed()
        return json_answer({"snapshot": taken}, status=201)

    async def restore(self, request: Request) -> Response:
        """Make a space what it was."""
        spaces = self._spaces()
        snapshot = (await body(request, "Snapshot"))["snapshot"]
        assert isinstance(snapshot, str)
        spaces.restore(request.path_params["name"], snapshot)
        return self._done()

    def _done(self) -> Response:
        self._changed()
        return Response(status_code=204)

    def _states(self, provider: str | None) -> set[str]:
        views = self._platform.providers()
        if provider is not None:
            self._platform.stub(provider)
        return {state for view in views if provider in {None, view.name} for state in view.states}

    def _switches(self) -> FaultSwitches:
        if self._platform.faults is None:
            raise StubUnable("no faults can be played here", why="the stubs were started without that part")
        return self._platform.faults

    def _spaces(self) -> Spaces:
        if self._platform.spaces is None:
            raise StubUnable(
                "there are no spaces", why="the stubs are not stateful", hint="start treaty stub with --stateful"
            )
        return self._platform.spaces


def _faults_answer(switches: FaultSwitches) -> Response:
    document = switches.document()
    assert isinstance(document, Mapping)
    return json_answer({**document, "played": switches.counts()})
