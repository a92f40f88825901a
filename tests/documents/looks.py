"""Pages as small grey images, and how far two of them may differ: a rasteriser's noise, never a line that moved.

`python -m tests.documents.looks` approves what the documents look like now; look at every page before.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from intake.documents.rendering import PAGE_SIZES
from tests.documents.family import FAMILY

APPROVED = Path(__file__).parent / "approved"
DOTS = 36
"""Per inch: what is small enough to keep, and shows a line that moved."""
TOLERANCE = 40
"""Of 255, after both images were softened: what hinting and another version of poppler change is below."""


def kinds() -> Iterator[tuple[str, str, str]]:
    """Every document in both languages on both papers."""
    for name in FAMILY:
        for language in ("es", "en"):
            for size in PAGE_SIZES:
                yield name, language, size


def pages(pdf: bytes) -> list[Image.Image]:
    """The pages of a document, small and grey."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-r", str(DOTS), "-gray", "-", f"{folder}/page"]
        subprocess.run(command, input=pdf, check=True)
        return [Image.open(io.BytesIO(f.read_bytes())) for f in sorted(Path(folder).iterdir())]


def difference(one: Image.Image, other: Image.Image) -> int:
    """How much the two differ where they differ most; the most there is where their sizes differ."""
    if one.size != other.size:
        return 255
    soft = [image.convert("L").filter(ImageFilter.GaussianBlur(1.5)) for image in (one, other)]
    extremes = ImageChops.difference(*soft).getextrema()
    return int(extremes[1])  # type: ignore[arg-type]


def approved(name: str, language: str, size: str) -> list[Image.Image]:
    """The approved pages, in order."""
    return [Image.open(path) for path in sorted(APPROVED.glob(f"{name}-{language}-{size}-*.png"))]


def approve() -> None:
    """Keeps what every document looks like now, and nothing else."""
    APPROVED.mkdir(exist_ok=True)
    for path in APPROVED.glob("*.png"):
        path.unlink()
    for name, language, size in kinds():
        for number, page in enumerate(pages(FAMILY[name](language, size=size)), 1):
            small = page.convert("L").quantize(16)
            small.save(APPROVED / f"{name}-{language}-{size}-{number:02}.png", optimize=True)


if __name__ == "__main__":
    approve()
    sys.stdout.write(f"{len(list(APPROVED.iterdir()))} pages approved\n")
