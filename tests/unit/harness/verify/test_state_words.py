from __future__ import annotations

import json

from treaty.verify.document import PactDocument, StateReference, read_document
from treaty.verify.state_words import describe_state

STATE = {
    "name": "a payment settled",
    "mint": {"email": {"type": "string", "like": "alice@example.com"}},
    "steps": [
        {
            "expect": {
                "provider": "bank",
                "description": "GET /x -> 404",
                "request": {"method": "GET", "path": "/x"},
                "status": 404,
            }
        },
        {"call": {"request": {"method": "POST", "path": "/users"}, "status": 201, "bind": {"id": "body.$.id"}}},
        {
            "await": {
                "request": {"method": "GET", "path": "/payments/${id}"},
                "until": {"body.$.status": "success"},
                "seconds": 5,
            }
        },
    ],
}


def document() -> PactDocument:
    content = {
        "consumer": {"name": "web"},
        "provider": {"name": "shop"},
        "interactions": [],
        "metadata": {"treaty": {"format": 1, "states": {"4f1c": STATE}}},
    }
    return read_document(json.dumps(content).encode(), source="p.json")


def test_each_step_is_a_line() -> None:
    """What is made, what others answer, what is called and awaited, and what is kept of it."""
    assert describe_state(document(), StateReference(name="a payment settled", key="4f1c")) == (
        'make a new email, like "alice@example.com"',
        "have bank answer GET /x with status 404, as in 'GET /x -> 404'",
        "send POST /users, which is answered with status 201; keep id",
        'repeat GET /payments/${id} until the answer has status 200 and body.$.status = "success", for at most 5 s',
    )


def test_a_manual_state_is_left_to_its_handler() -> None:
    assert describe_state(document(), StateReference(name="vip", key=None)) == (
        "ask the handler of manual states (--state-url) for 'vip'",
    )


def test_a_state_without_name_or_steps_needs_nothing() -> None:
    """An empty name means no state, and an unknown hash has no steps to speak of."""
    assert describe_state(document(), StateReference(name="", key=None)) == ()
    assert describe_state(document(), StateReference(name="x", key="0000")) == ()
