"""What a path is in a pact: how it takes values of the set-up, and which others a stub accepts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from treaty.contract.embedded import parts_of
from treaty.normalize.drafts import Draft
from treaty.normalize.headers import segment_regex
from treaty.normalize.states import expression_of
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A segment of a path, or one of several keys in one, as it is written, and what stands behind it."""

    text: str
    location: str
    behind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PathRules:
    """The path of one request.

    Args:
        draft: the exchange that is the example of its interaction.
        flow: the tokens.

    """

    draft: Draft
    flow: Flow

    def expression(self) -> str:
        """Write the path with the variables of the set-up in it; empty where it takes none."""
        path = str(self.draft.request["path"])
        pieces = list(self._pieces(path))
        found = [self._expression(piece) for piece in pieces]
        if not any(found):
            return ""
        return "/" + "".join((own or piece.text) + piece.behind for piece, own in zip(pieces, found, strict=True))

    def regex(self, path: str) -> str:
        """Write the regular expression of the paths that are asked like the example; empty where only that one is."""
        pieces = list(self._pieces(path))
        found = [self._regex(piece) for piece in pieces]
        if not any(found):
            return ""
        return "/" + "".join(
            (own or re.escape(piece.text)) + re.escape(piece.behind) for piece, own in zip(pieces, found, strict=True)
        )

    def _pieces(self, path: str) -> Iterator[_Piece]:
        segments = path.removeprefix("/").split("/")
        for index, segment in enumerate(segments):
            end = "/" if index < len(segments) - 1 else ""
            location = f"path[{index}]"
            if index not in self.draft.item.template.several:
                yield _Piece(text=segment, location=location, behind=end)
                continue
            for number, (part, mark) in enumerate(parts_of(segment)):
                yield _Piece(text=part, location=f"{location}|part[{number}]", behind=mark or end)

    def _expression(self, piece: _Piece) -> str:
        variables = self.draft.state.variables
        if slot := self.flow.slot(self.draft.item.number, piece.location):
            return "${secret." + slot + "}"
        token = self.flow.at(self.draft.item.number, f"request.{piece.location}")
        if token is not None:
            return "${" + variables[token] + "}" if token in variables else ""
        leaf = self.draft.item.request_leaf(piece.location)
        return expression_of(leaf, variables) if leaf is not None else ""

    def _regex(self, piece: _Piece) -> str:
        token = self.flow.at(self.draft.item.number, f"request.{piece.location}")
        if token is None:
            return "[^/]+" if self._expression(piece) else ""
        return "" if is_literal(token, self.draft) else segment_regex(piece.text)


def is_literal(token: Token, draft: Draft) -> bool:
    """Tell whether a value of a request is the same each time."""
    return token.absent or (token.location.startswith("request.") and token not in draft.state.variables)
