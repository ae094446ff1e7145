"""The command line of the shop, without starting anything that stays."""

import socket

import pytest
from click.testing import CliRunner

from treaty_shop.command_line import main
from treaty_shop.platform.faults import FAULTS


def test_the_faults_are_listed_one_a_line() -> None:
    """Each with its id, service and effect."""
    result = CliRunner().invoke(main, ["faults"])
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.output.splitlines()] == [fault.id for fault in FAULTS]


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (["serve", "order", "--fault", "S4-33"], {}, "did you mean S4-3"),
        (["up", "--fault", "nonsense"], {}, "no fault 'nonsense'"),
        (["serve", "order"], {"SHOP_PACE": "slow"}, "SHOP_PACE"),
        (["up", "--port-base", "0"], {"SMTP_URL": "mail"}, "SMTP_URL"),
        (
            ["serve", "user", "--port", "0"],
            {"DATABASE_URL": "oracle://db/users"},
            "DATABASE_URL must begin with sqlite://",
        ),
        (
            ["up", "--port-base", "0"],
            {"ORDER_DATABASE_URL": "mongodb://db/orders"},
            "DATABASE_URL of the order service must",
        ),
        (["serve", "basket"], {}, "basket"),
        (["drive", "--user", "nowhere"], {}, "--user must be a base URL"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(
    arguments: list[str], environment: dict[str, str], said: str
) -> None:
    """Without a traceback."""
    result = CliRunner(env=environment).invoke(main, arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_a_port_that_is_taken_ends_with_3() -> None:
    """The message names host and port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(main, ["serve", "notification", "--port", str(port)])
    assert result.exit_code == 3
    assert f"cannot listen on 127.0.0.1:{port}" in result.output


def test_driving_a_shop_that_is_not_there_ends_with_1() -> None:
    """The message names the service."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    arguments = [part for name in ("user", "order", "payment", "notification") for part in (f"--{name}", url)]
    result = CliRunner().invoke(main, ["drive", *arguments])
    assert result.exit_code == 1
    assert "is the user service up?" in result.output
