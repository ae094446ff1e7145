"""The engines for people who have Docker: what is started is what the shop is told to use."""

from pathlib import Path
from urllib.parse import urlsplit

import yaml

import treaty_shop
from treaty_shop.platform.database_url import check_database_url, engines_of
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import read_settings

_FOLDER = Path(treaty_shop.__file__).resolve().parents[1]
_REAL = {
    ServiceName.USER: "postgresql",
    ServiceName.PAYMENT: "postgresql",
    ServiceName.ORDER: "mariadb",
    ServiceName.NOTIFICATION: "mongodb",
}


def _variables() -> dict[str, str]:
    lines = (_FOLDER / "engines.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _published() -> dict[int, str]:
    """Return who is behind each port, which is open to this machine only."""
    published = {}
    for name, service in yaml.safe_load((_FOLDER / "compose.yaml").read_text(encoding="utf-8"))["services"].items():
        ((host, port, _),) = (each.split(":") for each in service["ports"])
        assert host == "127.0.0.1"
        published[int(port)] = name
    return published


def test_every_service_is_led_to_its_engine() -> None:
    published = _published()
    for service in set(ServiceName) - {ServiceName.GATEWAY}:
        settings = read_settings(service, _variables())
        engine = check_database_url(settings.database_url, engines_of(service))
        assert engine == _REAL.get(service, engine) != "sqlite"
        assert published[urlsplit(settings.database_url).port or 0] == engine
        if service is ServiceName.NOTIFICATION:
            assert published[urlsplit(settings.redis_url or "").port or 0] == "redis"


def test_no_two_engines_want_one_port() -> None:
    """And none takes the usual port of a server that may be there already."""
    assert sorted(_published().values()) == ["mariadb", "mongodb", "postgresql", "redis"]
    assert not {5432, 3306, 27017, 6379} & set(_published())
