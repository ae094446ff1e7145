"""A body that came, and what was read out of it: parsed once, however many promises it is held against."""

from __future__ import annotations

from treaty.contract.json_value import JsonInvalid, JsonValue, loads
from treaty.contract.media_type import MediaType


class ActualBody:
    """The bytes of a body and their media type; empty when there is no body."""

    __slots__ = ("_document", "_fault", "data", "media_type")

    def __init__(self, data: bytes, media_type: MediaType) -> None:
        self.data = data
        self.media_type = media_type
        self._document: tuple[JsonValue] | None = None
        self._fault: JsonInvalid | None = None

    def json(self) -> JsonValue:
        """Parse the body as JSON.

        Raises:
            JsonInvalid: when it is none.

        """
        if self._fault is not None:
            raise self._fault
        if self._document is None:
            try:
                self._document = (loads(self._text()),)
            except JsonInvalid as fault:
                self._fault = fault
                raise
        return self._document[0]

    def _text(self) -> bytes:
        """Give the bytes when they are in the encoding that readers expect: UTF-8, unless another one is declared.

        Raises:
            JsonInvalid: when they are in UTF-16 or UTF-32 (RFC 8259 section 8.1).

        """
        if b"\x00" in self.data[:4] and self.media_type.charset == "utf-8":
            raise JsonInvalid("it is not in UTF-8", line=1, column=1)
        return self.data
