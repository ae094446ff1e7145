"""Bodies that lie in files of their own: large ones and binary ones, named by the SHA-256 of what they hold."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from treaty.session.exchange import Content

BODIES_FOLDER: Final = "bodies"
LARGEST_INLINE: Final = 64 * 1024
"""Bytes up to which a text body lies inside the line."""
LARGEST_INLINE_BINARY: Final = 4 * 1024
"""Bytes up to which a body that is no UTF-8 text lies inside the line, as base64."""


def lies_in_file(data: bytes) -> bool:
    """Tell whether a body is large or binary enough for a file of its own."""
    if len(data) > LARGEST_INLINE:
        return True
    if len(data) <= LARGEST_INLINE_BINARY:
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False


class BodyFile:
    """A body that is written piece by piece and gets its name when it is complete.

    A body that is given up leaves nothing behind. Raises OSError as the file system does.
    """

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self._partial = folder / f".partial-{name}"
        self._file = os.open(self._partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._digest = hashlib.sha256()
        self._size = 0
        self._open = True

    def write(self, data: bytes) -> None:
        """Append a piece."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._file, view) :]
        self._digest.update(data)
        self._size += len(data)

    def finish(self, *, coding: str = "", missing: str = "") -> Content:
        """Close the file, name it by its digest, and give the content that refers to it."""
        self._close()
        digest = self._digest.hexdigest()
        try:
            self._partial.replace(self._folder / digest)
        except OSError:
            self._partial.unlink(missing_ok=True)
            raise
        return Content(data=b"", coding=coding, size=self._size, sha256=digest, missing=missing)

    def give_up(self) -> None:
        """Remove what was written."""
        if self._open:
            self._close()
            self._partial.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_up()

    def _close(self) -> None:
        self._open = False
        os.close(self._file)
