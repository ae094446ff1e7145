"""Whether faults can meet anything that the pacts promise."""

from __future__ import annotations

import pytest

from tests.unit.stubs.examples import candidates, interaction, matches, regex
from treaty.errors import ProviderUnknown, TreatyError, UsageError
from treaty_stubs.fault_reach import check_reach
from treaty_stubs.faults.model import Fault

_STUBS = {
    "user": candidates(
        interaction("exact", path="/users/7"),
        interaction("any user", path="/users/9/notes", request={"matchingRules": {"path": regex(r"/users/\d+/notes")}}),
    )
}
_ODD = {
    "file": candidates(
        interaction("odd", path="/files/a", request={"matchingRules": {"path": regex(r"/files/.+")}}),
        interaction("typed", path="/typed", request={"matchingRules": {"path": matches("include", value="ty")}}),
    )
}


def _refused(fault: Fault) -> TreatyError:
    with pytest.raises(TreatyError) as caught:
        check_reach([fault], _STUBS, source="f.yaml")
    return caught.value


def test_an_unknown_provider_is_named() -> None:
    unknown = _refused(Fault(name="f", provider="usr", status=500))
    assert isinstance(unknown, ProviderUnknown)
    assert (unknown.hint, unknown.where) == ("did you mean 'user'?", "f.yaml")


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault(name="f", path="/user/{id}"), "no pact promises anything at /user/{id}"),
        (Fault(name="f", method="POST"), "no pact promises any POST"),
        (Fault(name="f", method="POST", provider="user"), "no pact promises any POST to 'user'"),
        (Fault(name="f", method="POST", path="/users/7"), "no pact promises POST /users/7"),
        (Fault(name="f", path="/users/x/notes"), "no pact promises anything at /users/x/notes"),
        (Fault(name="f", path="/orders/**"), "no pact promises anything at /orders/**"),
        (Fault(name="f", path="/users/{id}/notes/{more}"), "no pact promises anything at /users/{id}/notes/{more}"),
    ],
    ids=["misspelt", "method", "method of one", "both", "rule refuses", "other rest", "longer"],
)
def test_a_fault_that_can_meet_nothing_is_refused(fault: Fault, why: str) -> None:
    """Else a test would be green because a path was misspelt."""
    refused = _refused(fault)
    assert isinstance(refused, UsageError)
    assert refused.why == why


@pytest.mark.parametrize(
    "path",
    [
        None,
        "/users/{id}",
        "/users/12/notes",
        "/users/{id}/notes",
        "/users/12/**",
        "/users/1**",
        "/**",
        "/files/b/c",
        "/files/{a}/{b}",
        "/pretty",
    ],
)
def test_a_fault_is_taken_where_the_rule_of_a_path_lets_it_meet(path: str | None) -> None:
    """The example of a pact is only one of the paths that it accepts: the fault may be about another one of them."""
    check_reach([Fault(name="f", path=path)], {**_STUBS, **_ODD})
