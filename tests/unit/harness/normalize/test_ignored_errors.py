"""Errors that a consumer ignored while it answered its own caller."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.findings import Finding
from treaty.normalize.ignored_errors import find_ignored_errors
from treaty.session.exchange import Edge


def checkout(status: int, answered: int = 201) -> Session:
    """Play an order that asks the mail service while it is answered."""
    session = Session()
    session.call("web>order", "POST /orders", {}, answered, {"id": 5}, at=0, lasting=10)
    session.call("order>mail", "POST /mails/5", {}, status, {}, at=2)
    return session


def test_a_failed_call_inside_a_successful_answer_is_found() -> None:
    assert find_ignored_errors(checkout(503).exchanges) == [
        Finding(
            kind="error-ignored",
            edge=Edge(consumer="order", provider="mail"),
            text="POST /mails/{id} answered 503, and order answered POST /orders with 201 all the same",
            count=1,
            examples=(2,),
        )
    ]


def test_calls_without_an_answer_count_too() -> None:
    session = checkout(200)
    session.exchanges[1] = replace(session.exchanges[1], response=None, error="timed out")
    (found,) = find_ignored_errors(session.exchanges)
    assert found.text.startswith("POST /mails/{id} got no answer (timed out), and order answered")


def test_like_calls_are_one_finding() -> None:
    session = Session()
    for number in range(4):
        session.call("web>order", "POST /orders", {}, 201, {"id": number}, at=number * 20, lasting=10)
        session.call("order>mail", f"POST /mails/{number}", {}, 500, {}, at=number * 20 + 2)
    (found,) = find_ignored_errors(session.exchanges)
    assert (found.count, found.examples) == (4, (2, 4, 6))


@pytest.mark.parametrize("status", [200, 404, 409])
def test_answers_to_a_question_are_no_errors(status: int) -> None:
    """Whether something exists is asked by reading it."""
    assert find_ignored_errors(checkout(status).exchanges) == []


def test_an_error_that_was_passed_on_was_not_ignored() -> None:
    assert find_ignored_errors(checkout(503, 502).exchanges) == []


def test_a_second_try_that_succeeded_makes_up_for_the_first() -> None:
    session = checkout(503)
    session.call("order>mail", "POST /mails/5", {}, 202, {}, at=4)
    assert find_ignored_errors(session.exchanges) == []


def test_between_two_calls_that_could_be_the_cause_none_is_guessed() -> None:
    session = checkout(503)
    session.call("web>order", "POST /orders", {}, 201, {"id": 6}, at=1, lasting=10)
    assert find_ignored_errors(session.exchanges) == []


def test_calls_of_nobody_that_was_called_have_no_cause() -> None:
    session = Session()
    session.call("web>order", "GET /orders/5", None, 500)
    assert find_ignored_errors(session.exchanges) == []
