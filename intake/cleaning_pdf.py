"""A PDF without what acts, leads outside or tells of its makers: scripts, actions, links, files within, metadata."""

from __future__ import annotations

import zlib
from typing import Any

import pikepdf

_ACTIONS = {
    "/GoTo3DView",
    "/GoToE",
    "/GoToR",
    "/Hide",
    "/ImportData",
    "/JavaScript",
    "/Launch",
    "/Movie",
    "/Named",
    "/Rendition",
    "/ResetForm",
    "/RichMediaExecute",
    "/SetOCGState",
    "/Sound",
    "/SubmitForm",
    "/Thread",
    "/Trans",
    "/URI",
}
_KEYS = (
    "/AA",
    "/AF",
    "/Collection",
    "/EF",
    "/EmbeddedFiles",
    "/JS",
    "/JavaScript",
    "/Launch",
    "/Metadata",
    "/OpenAction",
    "/PieceInfo",
    "/RichMediaContent",
    "/URI",
    "/URLS",
    "/XFA",
)
_ANNOTATIONS = {
    "/Caret",
    "/Circle",
    "/FreeText",
    "/Highlight",
    "/Ink",
    "/Line",
    "/Link",
    "/PolyLine",
    "/Polygon",
    "/Popup",
    "/Square",
    "/Squiggly",
    "/Stamp",
    "/StrikeOut",
    "/Text",
    "/Underline",
    "/Widget",
}
_DEEPEST = 200


def strip(pdf: pikepdf.Pdf) -> None:
    """Takes out of the document all that is not there to be read."""
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    _strip(pdf.Root, 0)
    for found in pdf.objects:
        _strip(found, 0)


def _strip(found: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(found, pikepdf.Array):
        for part in found:
            if not _is_apart(part):
                _strip(part, depth + 1)
        return
    if not isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
        return
    if isinstance(found, pikepdf.Stream):
        for key in ("/F", "/FFilter", "/FDecodeParms"):
            if key in found:
                del found[key]
        _strip_picture(found)
    elif _acts(found):
        for key in list(found.keys()):
            del found[key]
        return
    for key in _KEYS:
        if key in found:
            del found[key]
    if isinstance(found.get("/Annots"), pikepdf.Array):
        found["/Annots"] = pikepdf.Array([one for one in found["/Annots"] if _stays(one)])
    for key in list(found.keys()):
        held: Any = found.get(key)
        if not _is_apart(held):
            _strip(held, depth + 1)


def _is_apart(part: Any) -> bool:
    """Whether it is an object of its own, which the walk over all objects comes to."""
    return not isinstance(part, pikepdf.Object) or bool(part.is_indirect)


def _acts(found: Any) -> bool:
    action = found.get("/S")
    return (isinstance(action, pikepdf.Name) and str(action) in _ACTIONS) or found.get("/Type") in (
        pikepdf.Name.Filespec,
        pikepdf.Name.F,
    )


def _stays(annotation: Any) -> bool:
    return (
        isinstance(annotation, pikepdf.Dictionary)
        and str(annotation.get("/Subtype", "")) in _ANNOTATIONS
    )


def _strip_picture(found: Any) -> None:
    """A photograph inside the document loses where and with what it was taken; its pixels stay as they are."""
    filters = found.get("/Filter")
    names = (
        [str(filters)]
        if isinstance(filters, pikepdf.Name)
        else [str(one) for one in filters]
        if isinstance(filters, pikepdf.Array)
        else []
    )
    if names not in (["/DCTDecode"], ["/FlateDecode", "/DCTDecode"]):
        return
    raw = found.read_raw_bytes()
    if len(names) == 2:
        try:
            raw = zlib.decompress(raw)
        except zlib.error:
            raise ValueError("a picture cannot be read") from None
    found.write(without_segments(raw), filter=pikepdf.Name.DCTDecode)


def without_segments(jpeg: bytes) -> bytes:
    """The JPEG without its application segments (but Adobe's, which says how colours are kept) and comments."""
    kept, place = bytearray(jpeg[:2]), 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF:
        marker = jpeg[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == 0xDA:
            break
        length = 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if not (0xE1 <= marker <= 0xED or marker == 0xEF or marker == 0xFE):
            kept += jpeg[place : place + length]
        place += length
    return bytes(kept + jpeg[place:])
