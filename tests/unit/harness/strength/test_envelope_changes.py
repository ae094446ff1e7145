from __future__ import annotations

from typing import Any

from tests.unit.harness.strength import pacts
from treaty.strength.change import Change, Harm
from treaty.strength.envelope_changes import envelope_changes
from treaty.strength.healthy import healthy_case


def changes(written: dict[str, Any]) -> list[Change]:
    subject = pacts.subject(written)
    return list(envelope_changes(subject, healthy_case(subject)))


def afters(kind: Harm, written: dict[str, Any]) -> list[str]:
    return [each.after for each in changes(written) if each.kind is kind]


def test_the_status_becomes_its_neighbour_and_one_of_each_class() -> None:
    assert afters(Harm.STATUS, pacts.interaction(status=200)) == ["201", "302", "404", "500"]
    assert afters(Harm.STATUS, pacts.interaction(status=404)) == ["400", "200", "302", "500"]
    assert afters(Harm.STATUS, pacts.interaction(status=401)) == ["403", "200", "302", "404", "500"]
    assert afters(Harm.STATUS, pacts.interaction(status=503)) == ["504", "200", "302", "404", "500"]


def test_the_media_type_changes_with_and_without_the_body() -> None:
    written = pacts.interaction({"a": 1})
    assert afters(Harm.MEDIA_TYPE, written) == ["text/html", "text/html, and a page"]
    assert afters(Harm.HEADER_GONE, written) == ["absent"]
    pages = [each.case.reply for each in changes(written) if each.kind is Harm.MEDIA_TYPE]
    assert pages[0].body == b'{"a":1}'
    assert pages[1].body.startswith(b"<!DOCTYPE html>")


def test_without_a_body_there_is_no_media_type() -> None:
    assert {each.kind for each in changes(pacts.interaction(status=204))} == {Harm.STATUS}


def test_a_media_type_that_only_the_body_tells_is_no_promised_header() -> None:
    written = pacts.interaction({"a": 1})
    del written["response"]["headers"]
    assert afters(Harm.HEADER_GONE, written) == []
    assert afters(Harm.MEDIA_TYPE, written) == ["text/html", "text/html, and a page"]


def test_a_body_that_the_pact_leaves_out_may_be_anything() -> None:
    """Its media type tells that there was one; to HEAD and with 304 there is none."""
    headers = {"Content-Type": "application/xml"}
    assert afters(Harm.ANYTHING, pacts.interaction(headers=headers)) == ["anything"]
    assert afters(Harm.ANYTHING, pacts.interaction(headers=headers, line="HEAD /things")) == []
    assert afters(Harm.ANYTHING, pacts.interaction(headers=headers, status=304)) == []


def test_json_is_sent_in_another_encoding() -> None:
    encoded = [each for each in changes(pacts.interaction({"a": "é"})) if each.kind is Harm.ENCODING]
    assert [each.case.reply.body.decode("utf-16") for each in encoded] == ['{"a":"é"}']


def test_a_location_leads_elsewhere_or_to_another_resource() -> None:
    written = pacts.interaction(
        {"id": 9007001},
        line="POST /orders",
        status=201,
        headers={"Location": "/orders/9007001"},
        causes={"body.$.id": {"cause": "created"}},
    )
    assert afters(Harm.HEADER, written) == ["/elsewhere"]
    other = [each for each in changes(written) if each.kind is Harm.OTHER_ID]
    assert [each.location for each in other] == ["header.Location"]
    assert other[0].before != other[0].after
    assert other[0].after.startswith("/orders/")
    assert afters(Harm.HEADER_GONE, written) == ["absent", "absent"]


def test_a_login_asks_for_another_scheme() -> None:
    for scheme, other in (("Bearer", "Digest"), ("Digest realm=x", "Basic")):
        written = pacts.interaction(status=401, headers={"WWW-Authenticate": scheme})
        assert afters(Harm.HEADER, written) == [other]


def test_other_headers_are_dropped() -> None:
    written = pacts.interaction(status=405, headers={"Allow": "GET"})
    assert [(each.kind, each.location) for each in changes(written)][-1] == (Harm.HEADER_GONE, "header.Allow")


def test_a_text_is_taken_away_and_a_word_changed() -> None:
    """A page of prose may be another one."""
    written = pacts.interaction()
    written["response"]["body"] = {"contentType": "text/plain", "encoded": False, "content": "ok"}
    assert afters(Harm.BODILESS, written) == ["no byte"]
    assert afters(Harm.WORD, written) == ["something_else"]
    written["response"]["body"]["content"] = "all is well"
    assert afters(Harm.WORD, written) == []


def test_what_stands_for_any_text_is_no_code_word_and_a_page_in_place_of_a_page_no_break() -> None:
    written = pacts.interaction(headers={"Content-Type": "text/html"})
    written["response"]["body"] = {"contentType": "text/html", "encoded": False, "content": "text"}
    assert afters(Harm.WORD, written) == []
    assert afters(Harm.MEDIA_TYPE, written) == ["application/json"]
