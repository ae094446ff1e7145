"""What browsers are told."""

from treaty_shop.gateway.cors import preflight_fields, reply_fields

_PAGE = "https://shop.test"


def test_every_page_may_read_unless_some_are_named() -> None:
    """A request that comes from no page is told nothing."""
    assert reply_fields(_PAGE, frozenset("*"))["Access-Control-Allow-Origin"] == "*"
    assert reply_fields(None, frozenset("*")) == {}


def test_named_origins_may_read_and_caches_keep_them_apart() -> None:
    """Others may not."""
    fields = preflight_fields(_PAGE, frozenset({_PAGE}))
    assert (fields["Access-Control-Allow-Origin"], fields["Vary"]) == (_PAGE, "Origin")
    assert "DELETE" in fields["Access-Control-Allow-Methods"]
    assert "Idempotency-Key" in fields["Access-Control-Allow-Headers"]
    assert preflight_fields("https://other.test", frozenset({_PAGE})) == {}
    assert reply_fields(None, frozenset({_PAGE})) == {}
