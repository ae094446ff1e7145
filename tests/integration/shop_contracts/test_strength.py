"""The recorded pacts of the shop are as strong as the documentation says."""

from __future__ import annotations

from tests.integration.shop_contracts.strength_table import PACTS, PAGE, page
from treaty.adapters.pact_files import read_documents
from treaty.strength.measuring import measure_pact
from treaty.strength.score import Tally


def test_the_page_is_what_comes_out() -> None:
    """Whoever records or changes a pact runs `make strength`."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_pacts_catch_nearly_everything_without_a_false_alarm() -> None:
    """Each of them at least 95 of 100 harmful changes; and every interaction can be measured."""
    for document in read_documents([PACTS]):
        measured = list(measure_pact(document))
        assert [each.description for each in measured if each.unmeasured] == []
        tally = sum((each.tally for each in measured), Tally())
        assert tally.alarms == 0, document.source
        assert tally.caught * 100 >= tally.harmful * 95, document.source
