"""What our own keys promise of bodies that Pact's rules do not reach.

``comments.treaty.document`` has content and rules as a JSON body has them, for what Pact's tools do not take for JSON:
lines, events and others. ``comments.treaty.each`` names elements of XML of which all are to be like the first one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from treaty.contract.json_value import JsonValue, dumps, loads
from treaty.contract.matching_each import find_unlike
from treaty.contract.matching_json import compile_json
from treaty.contract.matching_leaves import Check
from treaty.contract.mismatch import Mismatch, body_mismatches
from treaty.contract.model import BodyState, HttpInteraction
from treaty.contract.scopes import root_scope
from treaty.pactfile.node import Fault, Node
from treaty.pactfile.rules_form import read_rules


def find_unlike_body(contract: HttpInteraction, document: JsonValue, body: bytes | None) -> Iterator[Mismatch]:
    """Give what a body has otherwise than these keys say.

    Args:
        contract: the interaction.
        document: the body that came, read by its type; None when it is nothing that can be read.
        body: its bytes.

    """
    ours = contract.comments.get("treaty")
    if not isinstance(ours, Mapping):
        return
    wanted = ours.get("document")
    if isinstance(wanted, Mapping):
        yield from _unlike_document(wanted, document)
    places = ours.get("each")
    if isinstance(places, Sequence) and not isinstance(places, str) and body is not None:
        promised = contract.response.body
        if promised.state is BodyState.PRESENT:
            yield from find_unlike(promised.data, body, contract.response.rules.body, [str(each) for each in places])


def _unlike_document(wanted: Mapping[str, JsonValue], document: JsonValue) -> Iterator[Mismatch]:
    try:
        check = _compiled(dumps(wanted.get("content")), dumps(wanted.get("matchingRules", {})))
    except Fault as fault:
        yield Mismatch(
            location="body", rule="document", wanted="", got="", message=f"the promise is malformed: {fault}"
        )
        return
    yield from body_mismatches(check(document) or ())


@lru_cache(maxsize=256)
def _compiled(content: str, rules: str) -> Check:
    scope = root_scope(read_rules(Node({"body": loads(rules)}), plugins=False).body)
    return compile_json(loads(content), scope, strict=False)
