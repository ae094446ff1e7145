"""An app with one blueprint over the real use cases of orders, for the tests of its routes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Blueprint
from flask.testing import FlaskClient

from tests.unit.reference_services.doubles import OrderCallsDouble, quiet_log, ticking_clock
from treaty_shop.order.schema import SCHEMA
from treaty_shop.order.service import OrderService
from treaty_shop.order.storage import SqlOrders
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.faults import Faults
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.pace import PaceKind
from treaty_shop.platform.settings import Settings
from treaty_shop.platform.web import new_app, new_runtime


@contextmanager
def client_of(routes: Callable[[OrderService], Blueprint]) -> Iterator[FlaskClient]:
    """Yield a client of the routes; user 1 is known."""
    runtime = new_runtime(Settings(service=ServiceName.ORDER, pace=PaceKind.GATE))
    service = OrderService(
        orders=SqlOrders(runtime.keep(open_database("sqlite://", SCHEMA))),
        calls=OrderCallsDouble(),
        work=runtime.work,
        log=quiet_log(),
        faults=Faults(),
        clock=ticking_clock(),
    )
    app = new_app(runtime, Blueprint("none", __name__))
    app.register_blueprint(routes(service))
    yield app.test_client()
    runtime.close(5.0)
