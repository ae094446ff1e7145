"""What the order service makes of the answers to a debit."""

import json
from decimal import Decimal

import pytest
import requests

from tests.unit.reference_services.doubles import START, quiet_log
from tests.unit.reference_services.platform.answers import PreparedNetwork
from treaty_shop.order.domain import Order, OrderStatus
from treaty_shop.order.wallet import HttpWallet
from treaty_shop.platform.calls import Dependency
from treaty_shop.platform.errors import DependencyFailed
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import Settings

_ORDER = Order(
    id=7,
    user_id=1,
    items=(),
    total_amount=Decimal("2.40"),
    status=OrderStatus.PROCESSING,
    created_at=START,
    updated_at=START,
)


def test_a_debit_is_new_known_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anything else is no answer to it."""
    network = PreparedNetwork(answers=[(status, b"{}") for status in (201, 200, 409, 404, 400)])
    monkeypatch.setattr(requests, "request", network)
    settings = Settings(service=ServiceName.ORDER, dependencies={ServiceName.ACCOUNTS: "http://accounts.test"})
    wallet = HttpWallet(Dependency(settings, ServiceName.ACCOUNTS, quiet_log()))
    assert [wallet.pay(_ORDER) for _ in range(4)] == [True, True, False, False]
    with pytest.raises(DependencyFailed):
        wallet.pay(_ORDER)
    method, url, options = network.calls[0]
    assert (method, url) == ("POST", "http://accounts.test/api/v1/accounts/1/debits")
    assert json.loads(options["data"]) == {"order_id": 7, "amount": 2.4}
