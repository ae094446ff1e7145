"""What answers say beside the name of the interaction, in the same header."""

from __future__ import annotations

import re
from typing import Final

from treaty_stubs.message import Answer

_MATCH: Final = re.compile(rb"^X-Treaty-Match: [^\r\n]*", re.MULTILINE)


def with_remark(answer: Answer, name: str, text: str) -> Answer:
    """Add a parameter to the header that names the interaction; what a header cannot hold becomes ``?``."""
    safe = "".join(mark if mark.isascii() and mark.isprintable() and mark not in '"\\' else "?" for mark in text)
    added = f'; {name}="{safe}"'.encode("ascii")
    return answer._replace(head=_MATCH.sub(lambda match: match[0] + added, answer.head, count=1))
