"""Answers made small for weak networks, without telling anybody on the line what is in them.

Scripts and styles hold nothing secret: they are compressed once, kept by their content, and asked for again only when
they changed. A page holds names and a token. How small it becomes tells whether something a stranger put into its
address also stands in it (BREACH); to ask that, the stranger has a browser that is signed in fetch it again and again.
So a page is compressed only where the browser itself says that no other site had it fetched, and the size of each is
blurred. A browser that does not say so gets its pages as they are.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

OWN = ("same-origin", "none")
"""What a browser says where this site, or the person at the browser, asked for the page."""
SMALLEST = 1024
"""Less than this fits into a packet or two anyway."""
BLUR = 96
"""Up to so many bytes more, drawn anew for each page."""
TEXT = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
YEAR = 31_536_000


def bind(app: Flask) -> None:
    """Compresses what may be, and lets browsers keep scripts and styles by their content."""
    folder = Path(str(app.static_folder))

    @app.url_defaults
    def _version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and (kept := _kept(folder, str(values.get("filename", "")))):
            values.setdefault("v", kept[0])

    @app.after_request
    def _compress(response: Response) -> Response:
        if request.endpoint == "static":
            return _static(folder, response)
        if response.mimetype == "text/html":
            response.vary.update(("Accept-Encoding", "Sec-Fetch-Site"))
            if _may_compress(response):
                _put(response, blurred(response.get_data()))
        return response


def _may_compress(response: Response) -> bool:
    return (
        request.accept_encodings.quality("gzip") > 0
        and request.headers.get("Sec-Fetch-Site") in OWN
        and not response.is_streamed
        and "Content-Encoding" not in response.headers
        and len(response.get_data()) >= SMALLEST
    )


def _static(folder: Path, response: Response) -> Response:
    kept = _kept(folder, str((request.view_args or {}).get("filename", "")))
    if kept is None or response.status_code not in (200, 304):
        return response
    digest, compressed = kept
    if request.args.get("v") == digest:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    if response.mimetype in TEXT:
        response.vary.add("Accept-Encoding")
        whole = response.status_code == 200 and request.method == "GET"
        if whole and request.accept_encodings.quality("gzip") > 0:
            response.direct_passthrough = False
            response.close()
            _put(response, compressed)
            response.headers.pop("Accept-Ranges", None)
            etag, _weak = response.get_etag()
            if etag:
                response.set_etag(etag, weak=True)
    return response


def _put(response: Response, content: bytes) -> None:
    response.set_data(content)
    response.headers["Content-Encoding"] = "gzip"


def _kept(folder: Path, name: str) -> tuple[str, bytes] | None:
    """The digest of a file in the folder, and the file compressed; None where there is no such file."""
    path = folder / name
    if ".." in Path(name).parts or Path(name).is_absolute() or not path.is_file():
        return None
    seen = path.stat()
    return _read(path, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int, _size: int) -> tuple[str, bytes]:
    content = path.read_bytes()
    squeezed = b"" if path.suffix in (".ttf", ".png") else _gzip(content, 9, b"")
    return hashlib.sha256(content).hexdigest()[:16], squeezed


def blurred(content: bytes) -> bytes:
    """The content as gzip, longer by a number of bytes that nobody can foretell."""
    return _gzip(content, 6, secrets.token_bytes(secrets.randbelow(BLUR)))


def _gzip(content: bytes, level: int, extra: bytes) -> bytes:
    """RFC 1952, with those bytes in the header's extra field, which whoever unpacks passes over."""
    deflate = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    field = b"bl" + struct.pack("<H", len(extra)) + extra
    head = b"\x1f\x8b\x08\x04" + bytes(4) + b"\x00\xff" + struct.pack("<H", len(field)) + field
    tail = struct.pack("<LL", zlib.crc32(content), len(content) & 0xFFFFFFFF)
    return head + deflate.compress(content) + deflate.flush() + tail


__all__ = ["bind", "blurred"]
