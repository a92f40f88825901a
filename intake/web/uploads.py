"""How files come in and go out: never through a file on disk, never as anything a browser would open."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import IO, Any, TypeVar

from flask import Request, Response
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser

Part = TypeVar("Part")
_SANDBOX = (
    "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class NamedParts(FormDataParser):
    """Reads a form and leaves out parts without a name: no page sends them, and whoever looks for a name stumbles."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        stream, form, files = super().parse(stream, mimetype, content_length, options)
        return stream, self._named(form), self._named(files)

    def _named(self, parts: MultiDict[str, Part]) -> MultiDict[str, Part]:
        found = [(name, part) for name, part in parts.items(multi=True) if name is not None]
        return self.cls(found)


class MemoryRequest(Request):
    """A request whose files stay in memory: the usual way writes them, unsealed, into the system's temporary folder.

    Together they are never longer than LONGEST_REQUEST.
    """

    form_data_parser_class = NamedParts

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return io.BytesIO()


def send_download(content: bytes | Iterable[bytes], name: str, kind: Any = None) -> Response:
    """The content as a download of that name, which no browser shows or runs."""
    response = Response(content, mimetype=kind or "application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["Cache-Control"] = "no-store"
    return response


__all__ = ["MemoryRequest", "send_download"]
