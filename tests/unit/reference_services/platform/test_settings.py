"""Settings from the environment."""

import pytest

from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.pace import PaceKind
from treaty_shop.platform.settings import InvalidSetting, read_settings


def test_without_variables_everything_has_a_default() -> None:
    """The services find each other on this machine."""
    settings = read_settings(ServiceName.ORDER, {"PORT": ""})
    assert settings.port == 8082
    assert settings.dependencies == {
        ServiceName.USER: "http://127.0.0.1:8081",
        ServiceName.PAYMENT: "http://127.0.0.1:8083",
        ServiceName.NOTIFICATION: "http://127.0.0.1:8084",
        ServiceName.INVENTORY: "http://127.0.0.1:8085",
        ServiceName.ACCOUNTS: "http://127.0.0.1:8086",
    }
    assert settings.database_url == "sqlite://"
    assert settings.pace is PaceKind.TIMER
    assert settings.smtp_url is None


def test_a_variable_for_one_edge_goes_before_the_one_for_all() -> None:
    """That is how a recorder is put between two services."""
    environment = {"USER_URL": "http://a:1/", "TREATY_URL_ORDER_USER": "http://b:2"}
    assert read_settings(ServiceName.ORDER, environment).dependencies[ServiceName.USER] == "http://b:2"
    assert read_settings(ServiceName.PAYMENT, environment).dependencies[ServiceName.USER] == "http://a:1"


def test_a_service_can_have_a_database_of_its_own() -> None:
    """Its variable goes before the one for all."""
    environment = {"DATABASE_URL": "sqlite:///all.db", "USER_DATABASE_URL": "sqlite:///user.db"}
    assert read_settings(ServiceName.USER, environment).database_url == "sqlite:///user.db"
    assert read_settings(ServiceName.ORDER, environment).database_url == "sqlite:///all.db"


def test_faults_come_from_both_places() -> None:
    """The variable and the arguments add up."""
    settings = read_settings(ServiceName.USER, {"SHOP_FAULTS": "S0-4, S0-6"}, faults=["K7"])
    assert list(settings.faults) == ["S0-4", "S0-6", "K7"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORT", "70000"),
        ("PORT", "http"),
        ("SHOP_TIME_SCALE", "-1"),
        ("SHOP_TIME_SCALE", "nan"),
        ("SHOP_TIMEOUT", "soon"),
        ("SHOP_TIMEOUT", "0"),
        ("SHOP_PACE", "slow"),
        ("SHOP_START_ID", "0"),
        ("SHOP_FAULTS", "S9-9"),
        ("SMTP_URL", "http://mail:25"),
        ("SMTP_URL", "smtp://"),
        ("USER_URL", "ftp://user"),
        ("USER_URL", "http://user:99999"),
        ("USER_URL", "localhost:8081"),
    ],
)
def test_a_variable_that_makes_no_sense_is_refused(name: str, text: str) -> None:
    """The message names the variable, or the fault."""
    with pytest.raises(InvalidSetting, match=text if name == "SHOP_FAULTS" else name):
        read_settings(ServiceName.ORDER, {name: text})


def test_passwords_are_not_shown() -> None:
    """Neither when settings are printed nor when they are refused."""
    secret = "hunter2hunter2"
    settings = read_settings(ServiceName.NOTIFICATION, {"SMTP_URL": f"smtp://me:{secret}@mail:25"})
    assert secret not in repr(settings)
    with pytest.raises(InvalidSetting) as caught:
        read_settings(ServiceName.NOTIFICATION, {"SMTP_URL": f"pop://me:{secret}@mail:25"})
    assert secret not in str(caught.value)
