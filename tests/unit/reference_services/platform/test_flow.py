"""How an order goes its way."""

import pytest

from treaty_shop.platform.flow import Flow
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import InvalidSetting, read_settings


def test_the_flow_is_a_setting() -> None:
    """The plain one, unless it is told."""
    assert read_settings(ServiceName.ORDER, {}).flow is Flow.REST
    assert read_settings(ServiceName.ORDER, {"FLOW": "saga"}).flow is Flow.SAGA
    with pytest.raises(InvalidSetting, match="FLOW must be one of rest, saga, wallet, not 'river'"):
        read_settings(ServiceName.ORDER, {"FLOW": "river"})
