"""The media type of bytes, told by how they begin (the ``contentType`` matcher)."""

from __future__ import annotations

from typing import Final

from treaty.contract.media_type import detect_media_type, parse_media_type

_SIGNATURES: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"%!PS", "application/postscript"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"(\xb5/\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (257, b"ustar", "application/x-tar"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (0, b"\x00asm", "application/wasm"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/x-flac"),
    (8, b"WAVE", "audio/x-wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"wOFF", "application/font-woff"),
    (0, b"wOF2", "application/font-woff"),
)

_BY_TYPE: Final = {name: signature for offset, signature, name in reversed(_SIGNATURES) if not offset}

_SAME: Final = (
    frozenset({"application/xml", "text/xml"}),
    frozenset({"image/x-icon", "image/vnd.microsoft.icon"}),
    frozenset({"application/x-gzip", "application/gzip"}),
    frozenset({"application/vnd.rar", "application/x-rar-compressed"}),
    frozenset({"application/zip", "application/vnd.openxmlformats-officedocument"}),
)

_PLAIN_TOO: Final = frozenset({"text/plain", "application/json", "application/xml", "application/octet-stream"})


def signature_of(media_type: str) -> bytes:
    """Give how bytes of a media type begin; empty when it has no signature at its very beginning."""
    return _BY_TYPE.get(media_type, b"")


def media_type_of(data: bytes) -> str:
    """Give the media type of bytes by their signature, else by looking at them as text."""
    for offset, signature, name in _SIGNATURES:
        if data.startswith(signature, offset):
            return name
    return detect_media_type(data).essence


def is_of_type(data: bytes, wanted: str) -> bool:
    """Tell whether bytes are of a media type, as far as their beginning shows it.

    As the official engine has it, all that has no NUL and no signature is plain text as well, and nothing but that.
    """
    essence = parse_media_type(wanted).essence or wanted
    found = media_type_of(data)
    if found in _PLAIN_TOO and essence in {"text/plain", "application/octet-stream"}:
        return (essence == "text/plain") == (b"\0" not in data)
    return found == essence or any(found in names and essence in names for names in _SAME)
