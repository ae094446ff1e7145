"""`--message-url`: where the provider's messages are asked for, and whether the provider itself is needed at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from treaty.adapters.http_calls import split_base_url
from treaty.adapters.message_calls import split_message_url
from treaty.config import Service
from treaty.contract.placeholders import references, substitute
from treaty.verify.plan import Plan
from treaty.verify.setup_steps import AwaitStep, CallStep

_CALLED: Final = (CallStep, AwaitStep)


def message_url(plan: Plan, *, given: str | None, service: Service | None, base_url: str) -> str | None:
    """Give where messages are asked for; None when the plan has none.

    Args:
        plan: what will be verified.
        given: by the user; comes first.
        service: the provider's settings, if there are some; its `messages` come second.
        base_url: of the provider, which comes last.

    Raises:
        UsageError: when it is not a URL of HTTP.

    """
    if not any(not each.is_http for pact in plan.pacts for each in pact.possible):
        return None
    found = given
    if found is None and service is not None and service.messages is not None:
        port = str(split_base_url(base_url)[2])
        found = substitute(service.messages, {"url": base_url.rstrip("/"), "port": port})
        if found.startswith("/"):
            found = base_url.rstrip("/") + found
    found = base_url if found is None else found
    split_message_url(found)
    return found


def message_host(plan: Plan, *, given: str | None, service: Service | None) -> str | None:
    """Give the base URL of the handler of messages when nothing else is needed; None when the provider itself is.

    Raises:
        UsageError: when it is given, and not a URL of HTTP.

    """
    if _needs_provider(plan):
        return None
    url = given
    if url is None and service is not None and service.start is None and service.url is None:
        text = service.messages
        url = None if text is None or text.startswith("/") or any(references(text)) else text
    return None if url is None else split_message_url(url)[0]


def message_notes(url: str | None, *, base_url: str) -> Iterator[str]:
    """Say where messages are asked for when that is not the provider itself."""
    if url is not None and url != base_url:
        yield f"messages are asked for at {url}"


def _needs_provider(plan: Plan) -> bool:
    return any(
        each.is_http
        or any(
            isinstance(step, _CALLED)
            for state in each.states
            if state.key is not None and state.key in pact.document.states
            for step in pact.document.states[state.key].steps
        )
        for pact in plan.pacts
        for each in pact.possible
    )
