from __future__ import annotations

import pytest

from tests.unit.harness.verify.tales import call, document, interaction, state
from treaty.errors import UsageError
from treaty_cli.bootstrap.secret_settings import check_known, read_secrets

ENVIRONMENT = {"API_KEY": "k1", "EMPTY": ""}


def test_values_come_from_the_environment() -> None:
    assert read_secrets(["key=env:API_KEY"], environment=ENVIRONMENT) == {"key": "k1"}
    assert read_secrets([], environment=ENVIRONMENT) == {}


@pytest.mark.parametrize("text", ["hunter2", "key=hunter2", "=env:API_KEY", "key=env:", "key="])
def test_other_forms_are_refused_and_not_repeated(text: str) -> None:
    """They may be the secret itself."""
    with pytest.raises(UsageError, match="NAME=env:VARIABLE") as raised:
        read_secrets([text], environment=ENVIRONMENT)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("variable", "hint"), [("API_KYE", "did you mean 'API_KEY'?"), ("EMPTY", "EMPTY"), ("XYZ", "export XYZ=...")]
)
def test_a_variable_must_be_set(variable: str, hint: str) -> None:
    """Empty is as good as not at all."""
    with pytest.raises(UsageError, match="is not set") as raised:
        read_secrets([f"key=env:{variable}"], environment=ENVIRONMENT)
    assert hint in raised.value.hint


def test_a_name_is_given_once() -> None:
    with pytest.raises(UsageError, match="twice"):
        read_secrets(["key=env:API_KEY", "key=env:API_KEY"], environment=ENVIRONMENT)


def test_only_slots_of_the_pacts_may_be_given() -> None:
    """Those of set-up steps count, too."""
    made = document([interaction("GET", "/x", state(call("GET", "/${secret.key}")), generated="/x/${secret.token}")])
    check_known(["key", "token"], [made])
    with pytest.raises(UsageError, match="tokne") as raised:
        check_known(["tokne"], [made])
    assert raised.value.hint == "did you mean 'token'?"
    with pytest.raises(UsageError, match="key") as raised:
        check_known(["key"], [document([interaction("GET", "/x")])])
    assert raised.value.why == "these pacts have no slots"
