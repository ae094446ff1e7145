"""Wrong usage of the commands that start stand-ins; tests/integration/shop starts them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from treaty_shop.outside.command_line import outside
from treaty_shop.platform.serving import listen


@pytest.mark.parametrize("answer", ["gone@example.com", "=550", "gone@example.com=250", "gone@example.com=no"])
def test_a_refusal_needs_an_address_and_a_code(answer: str) -> None:
    """Of a failure: 4xx or 5xx."""
    result = CliRunner().invoke(outside, ["mail", "--answer", answer])
    assert result.exit_code == 2
    assert "ADDRESS=CODE" in result.output


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = CliRunner().invoke(outside, ["mail", "--tls", str(tmp_path / "file" / "below")])
    assert result.exit_code == 2
    assert "cannot write to" in result.output


def test_a_port_that_is_taken_is_told() -> None:
    with listen("127.0.0.1", 0) as listener:
        result = CliRunner().invoke(outside, ["mail", "--port", str(listener.getsockname()[1])])
    assert result.exit_code == 3
    assert "cannot listen" in result.output


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [([], {}), (["--webhook", "http://127.0.0.1:9/webhooks/stripe"], {"STRIPE_API_KEY": "sk_test_1"})],
)
def test_stripe_needs_the_secrets_of_the_shop(arguments: list[str], variables: dict[str, str]) -> None:
    unset = {"STRIPE_API_KEY": None, "STRIPE_WEBHOOK_SECRET": None}
    result = CliRunner().invoke(outside, ["stripe", *arguments], env={**unset, **variables})
    assert result.exit_code == 2
    assert "STRIPE_API_KEY must be set" in result.output
