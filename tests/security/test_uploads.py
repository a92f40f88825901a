"""Real papers and photos, damaged at random: taken harmless or refused, and nothing else."""

from __future__ import annotations

import io
import re
from collections import Counter

import pikepdf
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from intake.cleaning import Unclean, clean, clean_here, kind_of
from tests.security.strange import FUZZ, SETTINGS
from tests.test_cleaning import paper, photo

REAL = {"pdf": paper(), "jpeg": photo(), "png": photo("PNG")}
REASONS = {"unknown_kind", "too_long", "encrypted", "broken", "exhausting"}
ACTS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"evil.example")
SWAPS = (
    *(b"/JavaScript", b"/JBIG2Decode", b"/Length 99999999", b"/Kids [1 0 R]", b"/Count -1", b"/Size 0"),
    *(b"<<" * 300, b"[" * 300, b"stream\\n", b"endobj", b"%%EOF", b"\\xff\\xd9", b"IHDR", b"\\x7f\\xff\\xff\\xff"),
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A real file with bytes changed, cut out, put in or doubled."""
    content = bytearray(REAL[draw(st.sampled_from(sorted(REAL)))])
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        match draw(st.sampled_from(["byte", "cut", "swap", "double", "end"])):
            case "byte":
                content[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case "cut":
                del content[at : at + draw(st.integers(1, 200))]
            case "swap":
                swap = draw(st.sampled_from(SWAPS))
                content[at : at + len(swap)] = swap
            case "double":
                content[at:at] = content[at : at + draw(st.integers(1, 500))]
            case "end":
                del content[max(at, 20) :]
    return bytes(content)


def harmless(kind: str, content: bytes) -> None:
    """Raises where the file cannot be read, or does anything."""
    if kind == "pdf":
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pdf.save(out, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        # the bytes of a picture may spell anything
        said = re.sub(rb"stream\n.*?endstream", b"", out.getvalue(), flags=re.S)
        assert not [word for word in ACTS if word in said]
        return
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        assert picture.format == kind.upper()
        assert not picture.getexif()


@settings(SETTINGS, max_examples=3000 if FUZZ else 150)
@given(content=damaged())
def test_a_damaged_file_is_harmless_or_refused(tried: Counter[str], content: bytes) -> None:
    tried["uploads"] += 1
    try:
        after = clean_here(content)
    except Unclean as refused:
        assert refused.reason in REASONS
    except (MemoryError, RecursionError):
        pass  # the process that does this is alone, and says that it was exhausted
    else:
        harmless(kind_of(content), after)


@settings(SETTINGS, max_examples=200 if FUZZ else 4)
@given(content=damaged())
def test_so_it_is_in_the_process_of_its_own(tried: Counter[str], content: bytes) -> None:
    tried["uploads in their own process"] += 1
    try:
        kind, after = clean(content)
    except Unclean as refused:
        assert refused.reason in REASONS
    else:
        harmless(kind, after)
