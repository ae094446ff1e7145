r"""Path rules as templates of segments, so that an index can find them: ``^/users/\d+$`` has two, the second open."""

from __future__ import annotations

from typing import Final, TypeAlias

from treaty.contract.rules import Combine, Equality, Regex, RuleList

Template: TypeAlias = tuple[str | None, ...]
"""The segments of a path; None is open: any text without ``/`` that the rule accepts."""

_LITERAL_PUNCTUATION: Final = frozenset("-_~!@&=,;:%'\"<>#` ")
_QUANTIFIERS: Final = frozenset("*+?{")
_KEEPS_TO_SEGMENT: Final = frozenset("dwh")
_MAY_CROSS: Final = frozenset("DWSHpPNRXCKGQEBbAzZkg")


def template_of(rules: RuleList | None, example: str) -> Template | None:
    """Find the template of a path.

    Args:
        rules: of the path; None means that only the example is accepted.
        example: the decoded path of the example.

    Returns:
        None when the rule is not of this kind; then a request must be held against the rule itself.

    """
    if rules is None or all(isinstance(matcher, Equality) for matcher in rules.matchers):
        return tuple(example.removeprefix("/").split("/"))
    if len(rules.matchers) != 1 and rules.combine is not Combine.AND:
        return None
    for matcher in rules.matchers:
        if isinstance(matcher, Regex):
            return _split(matcher.pattern)
    return None


def _split(pattern: str) -> Template | None:
    text = pattern.removeprefix("^").removeprefix(r"\A")
    if text.endswith("$") and not text.endswith(r"\$"):
        text = text[:-1]
    text = text.removesuffix(r"\z").removesuffix(r"\Z")
    if not text.startswith(("/", r"\/")):
        return None
    segments: list[str | None] = []
    scanner = _Scanner(text.removeprefix("\\")[1:])
    while True:
        segment = scanner.segment()
        if scanner.unsure:
            return None
        segments.append(segment)
        if scanner.done:
            return tuple(segments)


class _Scanner:
    """Reads a regular expression up to each ``/`` that stands outside of groups and classes.

    It gives up (`unsure`) wherever a part could match a slash, or an alternative could reach over one.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self.unsure = False
        self.done = False

    def segment(self) -> str | None:
        """Read one segment: its text when it is literal, None when it is open."""
        literal: list[str] | None = []
        depth = 0
        text = self._text
        while self._position < len(text):
            character = text[self._position]
            self._position += 1
            if character == "/" or text.startswith("\\/", self._position - 1):
                self._position += character == "\\"
                if depth or text[self._position : self._position + 1] in _QUANTIFIERS:
                    self.unsure = True
                    return None
                return None if literal is None else "".join(literal)
            plain = self._plain(character)
            if plain is not None and text[self._position : self._position + 1] not in _QUANTIFIERS:
                if literal is not None:
                    literal.append(plain)
                continue
            literal = None
            depth += (character == "(") - (character == ")")
            if plain is None and not self._stays(character, depth):
                self.unsure = True
                return None
        self.done = True
        self.unsure = self.unsure or depth != 0
        return None if literal is None else "".join(literal)

    def _plain(self, character: str) -> str | None:
        if character.isalnum() or character in _LITERAL_PUNCTUATION:
            return character
        if character == "\\":
            following = self._text[self._position : self._position + 1]
            if following and not following.isalnum():
                self._position += 1
                return following
        return None

    def _stays(self, character: str, depth: int) -> bool:
        """Tell whether what begins with a special character keeps within a segment; skips what belongs to it."""
        if character == "\\":
            following = self._text[self._position : self._position + 1]
            self._position += 1
            return following in _KEEPS_TO_SEGMENT
        if character == "[":
            return self._class_stays()
        if character == "(":
            return self._group_is_plain()
        if character == "|":
            return depth > 0
        return character in ")*+?{},"

    def _class_stays(self) -> bool:
        end = self._position + 1
        while end < len(self._text) and self._text[end] != "]":
            end += 2 if self._text[end] == "\\" else 1
        content = self._text[self._position : end]
        self._position = end + 1
        negated = content.startswith("^")
        names_slash = "/" in content
        if "[" in content or "&&" in content:
            return False
        if negated:
            return names_slash
        crosses = any(f"\\{letter}" in content for letter in _MAY_CROSS)
        return not names_slash and not crosses and not _spans_slash(content)

    def _group_is_plain(self) -> bool:
        rest = self._text[self._position :]
        if not rest.startswith("?"):
            return True
        if rest.startswith("?:"):
            self._position += 2
            return True
        return False


def _spans_slash(content: str) -> bool:
    """Tell whether a range such as ``!-~`` of a character class holds the slash."""
    return any(
        content[position] <= "/" <= content[position + 2]
        for position in range(len(content) - 2)
        if content[position + 1] == "-"
    )
