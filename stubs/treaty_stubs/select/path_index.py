"""Finding the groups of interactions whose path may fit a request, in a time that does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Generic, TypeVar

from treaty_stubs.message import segments_of
from treaty_stubs.select.templates import Template

Group = TypeVar("Group")


class _Node(Generic[Group]):
    """A segment of templates, with what follows it."""

    __slots__ = ("children", "group", "open")

    def __init__(self) -> None:
        self.children: dict[str, _Node[Group]] = {}
        self.open: _Node[Group] | None = None
        self.group: Group | None = None


class PathIndex(Generic[Group]):
    """Groups by path: exact paths in a dictionary, templates in a tree of segments, other rules in a list.

    Args:
        templates: groups by their template.
        others: groups whose path rule is no template; each is offered for every path.

    """

    def __init__(self, templates: Mapping[Template, Group], others: Iterable[Group] = ()) -> None:
        self._exact: Final[dict[tuple[str, ...], Group]] = {}
        self._alone: Final[dict[str, list[Group]]] = {}
        self._root: Final[_Node[Group]] = _Node()
        self._others: Final = tuple(others)
        self._has_templates = False
        for template, group in templates.items():
            literal = tuple(segment for segment in template if segment is not None)
            if len(literal) == len(template):
                self._exact[literal] = group
            else:
                self._has_templates = True
                self._add(template, group)
        if not self._has_templates and not self._others:
            for literal, group in self._exact.items():
                if literal == segments_of(path := "/" + "/".join(literal)):
                    self._alone[path] = [group]

    def find_alone(self, path: str) -> list[Group] | None:
        """Give the one group that may answer a path, found by the path as it came; None when `find` must look.

        Args:
            path: raw.

        """
        return self._alone.get(path)

    def find(self, segments: tuple[str, ...]) -> list[Group]:
        """Give the groups that may answer a path: the exact one, templates from specific to open, then the others.

        Args:
            segments: the decoded segments of the path.

        """
        exact = self._exact.get(segments)
        found = [] if exact is None else [exact]
        if self._has_templates:
            _walk(self._root, segments, 0, found)
        if self._others:
            found.extend(self._others)
        return found

    def _add(self, template: Template, group: Group) -> None:
        node = self._root
        for segment in template:
            if segment is None:
                node.open = node.open or _Node()
                node = node.open
            else:
                node = node.children.setdefault(segment, _Node())
        node.group = group


def _walk(node: _Node[Group], segments: tuple[str, ...], depth: int, found: list[Group]) -> None:
    if depth == len(segments):
        if node.group is not None:
            found.append(node.group)
        return
    child = node.children.get(segments[depth])
    if child is not None:
        _walk(child, segments, depth + 1, found)
    if node.open is not None:
        _walk(node.open, segments, depth + 1, found)
