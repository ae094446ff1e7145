"""Notifications: the state machine and ids."""

from datetime import timedelta

import pytest

from tests.unit.reference_services.doubles import START
from treaty_shop.notification.domain import NotificationStatus, is_notification_id, may_become, new_ids

_LEGAL = {("pending", "sent"), ("pending", "failed")}


@pytest.mark.parametrize("present", NotificationStatus)
@pytest.mark.parametrize("wanted", NotificationStatus)
def test_only_the_legal_steps_are_allowed(present: NotificationStatus, wanted: NotificationStatus) -> None:
    """Every pair of states is tried."""
    assert may_become(present, wanted) == ((present, wanted) in _LEGAL)


def test_ids_are_24_hex_digits_that_begin_with_the_time_and_never_repeat() -> None:
    """Also within one second, also of two sources."""
    one, other = new_ids(), new_ids()
    ids = [one(START), one(START), one(START + timedelta(seconds=1)), other(START)]
    assert all(is_notification_id(id_) for id_ in ids)
    assert len(set(ids)) == 4
    assert int(ids[0][:8], 16) == int(START.timestamp())
    assert ids[0] < ids[2]


@pytest.mark.parametrize("text", ["", "f" * 23, "f" * 25, "F" * 24, "g" * 24])
def test_what_has_another_form_is_no_id(text: str) -> None:
    """So it is unknown without a look."""
    assert not is_notification_id(text)
