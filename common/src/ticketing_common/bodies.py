"""Read a message's body as JSON: media types parsed, any Unicode encoding, nothing compressed, nothing too large."""

from __future__ import annotations

import codecs
import hashlib
import json
from email.message import EmailMessage
from typing import Any

MAX_BODY_BYTES = 2 * 2**20

# Content types that say nothing about the content.
UNTYPED = frozenset({"", "application/data", "application/octet-stream", "binary/octet-stream"})
# text/plain is what Spring's converter writes for a string that holds JSON.
JSON_TYPES = frozenset({"application/json", "text/json", "application/x-json", "text/x-json", "text/plain"})
NO_CHARSET = frozenset({"", "binary"})
COMPRESSIONS = frozenset({"gzip", "x-gzip", "deflate", "zlib", "br", "brotli", "bzip2", "lzma", "xz", "zstd", "snappy"})
COMPRESSED_STARTS = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"\x78\x01", b"\x78\x9c", b"\x78\xda")
BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Unreadable(Exception):
    """The message can't be turned into a task; `code` is stable."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        super().__init__(reason)


def media_type(value: Any) -> tuple[str, str]:
    """Return type and charset of a `Content-Type`, both in small letters, empty where nothing is said."""
    if not isinstance(value, str) or not value.strip():
        return "", ""
    parsed = EmailMessage()
    parsed["Content-Type"] = " ".join(value.split())[:200]
    kind = value.partition(";")[0].strip().lower()
    charset = parsed["Content-Type"].params.get("charset", "")
    return kind, str(charset).lower()


def is_json_type(kind: str) -> bool:
    """True for JSON's own types, those built on it (`application/vnd.x+json`), and plain text."""
    return kind in JSON_TYPES or (kind.startswith(("application/", "text/")) and kind.endswith("+json"))


def check_size_and_compression(body: bytes, *, content_encoding: Any, compression: Any) -> None:
    """Refuse what is too large or packed, before anything is unpacked."""
    if len(body) > MAX_BODY_BYTES:
        raise Unreadable("too_large", f"The body has {len(body)} bytes; at most {MAX_BODY_BYTES} are taken.")
    named = compression or (str(content_encoding).lower() in COMPRESSIONS and content_encoding)
    if named or body.startswith(COMPRESSED_STARTS):
        raise Unreadable("compressed", f"Compressed bodies are not taken{f': {str(named)[:60]}' if named else ''}.")


def read_json(body: bytes, *, charset: str = "", content_encoding: Any = "") -> Any:
    """Return the JSON value of a body in the charset that its type or encoding names, else in any UTF.

    Raises `Unreadable` with the code `undecodable`; NaN and infinities are not JSON.
    """
    encoding = charset or str(content_encoding or "").lower()
    try:
        if encoding not in NO_CHARSET:
            name = codecs.lookup(encoding).name
            if name not in {"utf-8", "ascii"} and not body.startswith(BYTE_ORDER_MARKS):
                return json.loads(body.decode(name), parse_constant=_refuse_constant)
        return json.loads(body, parse_constant=_refuse_constant)  # UTF-8, -16 or -32, with or without a mark
    except (ValueError, LookupError, RecursionError) as error:
        raise Unreadable("undecodable", f"The body can't be decoded: {type(error).__name__}: {error}") from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
