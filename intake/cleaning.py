"""Files from outside, made harmless: what a file is, is told by its content; what it carries unseen is left behind.

Files are read in a process apart (see intake.sandbox).
"""

from __future__ import annotations

import io
import sys
from typing import Any

from intake.sandbox import Exhausted, confine, run_apart

LONGEST_FILE = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
MOST_PAGES = 1000
MEDIA = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"}
_STARTS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"))
_REASONS = ("unknown_kind", "encrypted", "broken", "exhausting")
_REFUSED = 3


class Unclean(ValueError):
    """A file that is not taken. ``reason``: unknown_kind, too_long, encrypted, broken or exhausting."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def kind_of(content: bytes) -> str:
    """What the content is: pdf, png or jpeg. Raises Unclean for anything else."""
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    raise Unclean("unknown_kind")


def clean(content: bytes) -> tuple[str, bytes]:
    """What the file is, and the file without scripts, links, embedded files and metadata. Raises Unclean."""
    if len(content) > LONGEST_FILE:
        raise Unclean("too_long")
    kind = kind_of(content)
    try:
        done = run_apart("intake.cleaning", content)
    except Exhausted:
        raise Unclean("exhausting") from None
    said = done.stderr.decode("ascii", "replace").strip()
    if done.returncode == _REFUSED and said in _REASONS:
        raise Unclean(said)
    if done.returncode != 0:
        raise Unclean("exhausting")
    return kind, done.stdout


def clean_here(content: bytes) -> bytes:
    """The same in this process. Raises Unclean."""
    return _clean_pdf(content) if kind_of(content) == "pdf" else _clean_image(content)


def _clean_image(content: bytes) -> bytes:
    """The picture drawn anew: upright, and with nothing beside its pixels."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Unclean("exhausting")
            kind = opened.format
            upright = ImageOps.exif_transpose(opened)
            seen_through = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
            mode = "RGBA" if kind == "PNG" and seen_through else "RGB"
            drawn = Image.new(mode, upright.size)
            drawn.paste(upright.convert(mode))
    except Image.DecompressionBombError:
        raise Unclean("exhausting") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise error if isinstance(error, Unclean) else Unclean("broken") from None
    out = io.BytesIO()
    if kind == "PNG":
        drawn.save(out, "PNG", optimize=False)
    else:
        drawn.save(out, "JPEG", quality=92)
    return out.getvalue()


def _clean_pdf(content: bytes) -> bytes:
    import pikepdf

    from intake.cleaning_pdf import strip

    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                raise Unclean("encrypted")
            if not 0 < len(pdf.pages) <= MOST_PAGES:
                raise Unclean("broken" if not len(pdf.pages) else "exhausting")
            strip(pdf)
            out = io.BytesIO()
            pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except pikepdf.PasswordError:
        raise Unclean("encrypted") from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError) as error:
        raise error if isinstance(error, Unclean) else Unclean("broken") from None
    return out.getvalue()


def _main(stdin: Any, stdout: Any) -> int:
    confine()
    try:
        stdout.write(clean_here(stdin.read()))
        stdout.flush()
    except Unclean as refused:
        reason = refused.reason
    except (MemoryError, RecursionError):
        reason = "exhausting"
    except Exception:  # whatever a damaged file brings up in its reader
        reason = "broken"
    else:
        return 0
    sys.stderr.write(reason)
    return _REFUSED


if __name__ == "__main__":
    # run as __main__, the module is there twice; the one imported by name raises what is caught here
    from intake.cleaning import _main as main

    sys.exit(main(sys.stdin.buffer, sys.stdout.buffer))
