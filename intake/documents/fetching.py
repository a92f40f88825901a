"""What a document may read: the app's own fonts and images, and nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path, PurePosixPath

from weasyprint.urls import URLFetcher, URLFetcherResponse

from intake.resources import resource_dir

STATIC = "static:"
_KINDS = {".ttf": "font/ttf", ".svg": "image/svg+xml", ".png": "image/png"}


class StaticFiles(URLFetcher):  # type: ignore[misc]
    """Reads ``static:<path>`` from the app's static files and refuses every other address."""

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.folder = folder.resolve()

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The file of that address. Raises ValueError where it is not a font or image of ours."""
        name = PurePosixPath(url.removeprefix(STATIC))
        path = (self.folder / name).resolve()
        kind = _KINDS.get(name.suffix)
        if not url.startswith(STATIC) or kind is None or not path.is_relative_to(self.folder):
            raise ValueError("A document reads no files but the app's own fonts and images")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


@cache
def files() -> StaticFiles:
    """The one fetcher."""
    return StaticFiles(resource_dir("static"))
