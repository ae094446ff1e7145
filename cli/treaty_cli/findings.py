"""What ``treaty doctor`` finds, as values between looking and showing."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Verdict(enum.Enum):
    """What a finding means: all is well; something optional is absent; something needed is not there."""

    GOOD = "good"
    ABSENT = "absent"
    FAILS = "fails"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: what was looked at.
        verdict: what it means.
        text: what was found.
        hint: what to do, or empty.

    """

    subject: str
    verdict: Verdict
    text: str
    hint: str = ""
