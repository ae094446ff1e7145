"""The calls that only look: providers, interactions, what was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from treaty.errors import NotThere
from treaty_stubs.admin.calls import check_parameter, parameters
from treaty_stubs.admin.description import description, parameters_of
from treaty_stubs.admin.documents import (
    RequestDocuments,
    interaction_document,
    provider_document,
    whole_interaction_document,
)
from treaty_stubs.admin.problems import json_answer
from treaty_stubs.expectation import Calls
from treaty_stubs.inventory import InteractionView
from treaty_stubs.platform import Filter, Platform


class Looking:
    """Answers calls from what the platform holds.

    Args:
        platform: the stubs.
        requests: writes requests.

    """

    def __init__(self, platform: Platform, requests: RequestDocuments) -> None:
        self._platform = platform
        self._requests = requests

    async def providers(self, request: Request) -> Response:
        """List the providers."""
        parameters(request, "/providers")
        return providers_answer(self._platform)

    async def interactions(self, request: Request) -> Response:
        """List interactions."""
        said = parameters(request, "/interactions")
        found = [view for view in self._platform.interactions(said.get("provider")) if _is_meant(view, said)]
        first = int(said.get("offset", 0))
        shown = found[first : first + int(said.get("limit", 100))]
        return json_answer({"interactions": [interaction_document(view) for view in shown], "total": len(found)})

    async def interaction(self, request: Request) -> Response:
        """Show one interaction."""
        name = request.path_params["id"]
        found = next((view for view in self._platform.interactions() if view.id == name), None)
        if found is None:
            raise NotThere(f"there is no interaction '{name}'", hint="GET /interactions lists them with their ids")
        return json_answer(whole_interaction_document(found))

    async def journal(self, request: Request) -> Response:
        """List requests."""
        said = parameters(request, "/journal")
        wanted = Filter(
            provider=said.get("provider"),
            consumer=said.get("consumer"),
            status=int(said["status"]) if "status" in said else None,
            missed=said["missed"] == "true" if "missed" in said else None,
            calls=Calls(
                method=said.get("method", "").upper(),
                path=said.get("path", ""),
                interaction=said.get("interaction", ""),
            ),
        )
        found = self._platform.journal(wanted, after=int(said.get("after", 0)))
        shown = found[-int(said.get("limit", 100)) :]
        return json_answer(
            {
                # Looking for secrets in a thousand requests would keep the stubs waiting.
                "requests": await asyncio.to_thread(self._requests.lines, shown),
                "total": len(found),
                "forgotten": self._platform.forgotten(wanted.provider),
            }
        )

    async def request(self, request: Request) -> Response:
        """Show one request."""
        text = request.path_params["number"]
        check_parameter("number", text, parameters_of("/journal/{number}", "get", "path")["number"]["schema"])
        found = self._platform.journal(after=int(text) - 1)
        if not found or found[0].entry.number != int(text):
            raise NotThere(
                f"there is no request {text}",
                why="it never came, or the journal keeps it no longer",
                hint="GET /journal lists those that are kept",
            )
        return json_answer(self._requests.whole(found[0]))

    async def description(self, _: Request) -> Response:
        """Show the description of the API."""
        return json_answer(dict(description()))


def providers_answer(platform: Platform) -> Response:
    """Make the list of the providers as they are now."""
    return json_answer({"providers": [provider_document(view) for view in platform.providers()]})


def _is_meant(view: InteractionView, said: Mapping[str, str]) -> bool:
    candidate = view.candidate
    request = candidate.interaction.request
    text = said.get("text", "").casefold()
    return (
        said.get("consumer") in {None, candidate.consumer}
        and ("unused" not in said or (said["unused"] == "true") is (view.served == 0))
        and any(
            text in part.casefold() for part in (candidate.name, candidate.state, f"{request.method} {request.path}")
        )
    )
