"""Whether faults can meet anything that the pacts promise; one that cannot is most likely misspelt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import unquote

from treaty.contract import rules as kinds
from treaty.contract.model import Request
from treaty.contract.regexes import RegexInvalid, full_matcher
from treaty.errors import ProviderUnknown, UsageError, did_you_mean
from treaty_stubs.faults.model import Fault
from treaty_stubs.message import segments_of
from treaty_stubs.select.candidate import Candidate
from treaty_stubs.select.templates import template_of

_ANY_REST = "**"


def check_reach(faults: Iterable[Fault], stubs: Mapping[str, Sequence[Candidate]], *, source: str = "") -> None:
    """Insist that every fault can meet a request that some interaction accepts.

    Args:
        faults: also those that are off.
        stubs: the interactions of each provider.
        source: where the faults were declared, for messages.

    Raises:
        ProviderUnknown: when a fault names a provider that is not stood in for.
        UsageError: when no interaction has the method and path of a fault.

    """
    for fault in faults:
        if fault.provider is not None and fault.provider not in stubs:
            raise ProviderUnknown(
                f"fault '{fault.name}' is about provider '{fault.provider}', which has no stub",
                where=source,
                why=f"stubs stand in for: {', '.join(stubs)}",
                hint=did_you_mean(fault.provider, stubs),
            )
        if not any(
            _can_meet(fault, provider, candidate.interaction.request)
            for provider, candidates in stubs.items()
            for candidate in candidates
        ):
            raise UsageError(
                f"fault '{fault.name}' meets no interaction",
                where=source,
                why=f"no pact promises {_wanted(fault)}",
                hint="a path is a template of the whole path: /users/{id}, or /users/** for all below",
            )


def _wanted(fault: Fault) -> str:
    if fault.path is None:
        return f"any {fault.method} to '{fault.provider}'" if fault.provider else f"any {fault.method or 'request'}"
    return f"{fault.method} {fault.path}" if fault.method else f"anything at {fault.path}"


def _can_meet(fault: Fault, provider: str, request: Request) -> bool:
    method = request.method.upper()
    if fault.meets(provider=provider, method=method, path=request.path):
        return True
    # The example is only one of the paths that the rule of an interaction accepts.
    return (
        fault.path is not None
        and request.rules.path is not None
        and fault.provider in {None, provider}
        and fault.method in {None, method}
        and _can_share(fault.path, request)
    )


def _can_share(path: str, request: Request) -> bool:
    """Tell whether a fault and a path rule may have a path in common; where nobody can tell, they may."""
    if "{" not in path and _ANY_REST not in path:
        return _accepts(request, path)
    template = template_of(request.rules.path, "/".join(("", *segments_of(request.path))))
    if template is None:
        return True
    before, rest, _ = path.partition(_ANY_REST)
    wanted = before[1:].split("/")
    if rest:
        wanted.pop()  # a segment that ends in ** is of any length
    same_length = len(wanted) <= len(template) if rest else len(wanted) == len(template)
    return same_length and all(
        known is None or "{" in segment or unquote(segment) == known
        for segment, known in zip(wanted, template, strict=False)
    )


def _accepts(request: Request, path: str) -> bool:
    rules = request.rules.path
    assert rules is not None
    patterns = [matcher.pattern for matcher in rules.matchers if isinstance(matcher, kinds.Regex)]
    if len(patterns) != len(rules.matchers):
        return not all(isinstance(matcher, kinds.Equality) for matcher in rules.matchers)
    try:
        return any(full_matcher(pattern)(path) for pattern in patterns)
    except RegexInvalid:
        return True
