"""Files from outside: told by content, made harmless or refused, and never able to take the app with them."""

from __future__ import annotations

import contextlib
import io

import pikepdf
import pytest
from PIL import Image

from intake.cleaning import LONGEST_FILE, Unclean, clean, clean_here, kind_of

PLANTED = b"PLANTED"
DANGEROUS = (
    b"PLANTED",
    b"JavaScript",
    b"/URI",
    b"Launch",
    b"evil.example",
    b"EmbeddedFile",
    b"calc",
)


def photo(kind: str = "JPEG") -> bytes:
    """A picture that tells where it was taken and by whom, and lies on its side."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "PLANTED"
    exif.get_ifd(0x8825)[1] = "N"
    beside = {"comment": PLANTED} if kind == "JPEG" else {}
    Image.effect_noise((80, 60), 50).convert("RGB").save(out, kind, exif=exif, **beside)
    return out.getvalue()


def paper(**protection: object) -> bytes:
    """A PDF with everything that has no place in a paper, a photo with its place in it among that."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    picture = pikepdf.Stream(pdf, photo())
    picture.Subtype, picture.Filter = pikepdf.Name.Image, pikepdf.Name.DCTDecode
    picture.Width, picture.Height, picture.BitsPerComponent = 80, 60, 8
    picture.ColorSpace = pikepdf.Name.DeviceRGB
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=picture))
    page.Contents = pdf.make_stream(b"q 80 0 0 60 0 0 cm /I Do Q")
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('PLANTED')")
    pdf.Root.OpenAction = script
    pdf.Root.AA = pikepdf.Dictionary(WC=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc"))
    pdf.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=[pikepdf.String("x"), script])
    )
    pdf.attachments["x.txt"] = pikepdf.AttachedFileSpec(pdf, PLANTED)
    link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://evil.example/")
    page.Annots = pikepdf.Array(
        [
            pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=link),
            pikepdf.Dictionary(Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 1, 1]),
        ]
    )
    pdf.docinfo["/Author"] = "PLANTED"
    out = io.BytesIO()
    pdf.save(out, **protection)
    return out.getvalue()


def in_the_open(pdf: bytes) -> bytes:
    """The PDF with nothing packed."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(out, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_is_drawn_anew_upright_and_without_its_place(kind: str) -> None:
    before = photo(kind)
    assert PLANTED in before
    media, after = clean(before)
    assert media == kind.lower()
    assert PLANTED not in after
    with Image.open(io.BytesIO(after)) as drawn:
        assert drawn.format == kind
        assert drawn.size == ((60, 80))
        assert not drawn.getexif()


def test_a_pdf_loses_what_acts_and_keeps_its_page() -> None:
    before = paper()
    assert [word for word in DANGEROUS if word not in in_the_open(before)] == []
    media, after = clean(before)
    assert media == "pdf"
    assert [word for word in DANGEROUS if word in in_the_open(after)] == []
    with pikepdf.open(io.BytesIO(after)) as pdf:
        assert len(pdf.pages) == 1
        picture = pdf.pages[0].Resources.XObject.I
        with Image.open(io.BytesIO(picture.read_raw_bytes())) as drawn:
            assert drawn.size == (80, 60)
            drawn.load()


def test_what_is_encrypted_is_refused_with_and_without_a_password_to_open() -> None:
    for user in ("", "word"):
        locked = paper(encryption=pikepdf.Encryption(owner="owner", user=user))
        with pytest.raises(Unclean, match="encrypted"):
            clean(locked)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "unknown_kind"),
        (b"GIF89a" + bytes(50), "unknown_kind"),
        (b"<html><script>", "unknown_kind"),
        (b"PK\x03\x04" + bytes(50), "unknown_kind"),
        (b"%PDF-1.7\nnothing", "broken"),
        (b"\xff\xd8\xff" + bytes(50), "broken"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "broken"),
        (photo()[:900], "broken"),
        (paper()[:-400], "broken"),
        (b"%PDF-" + bytes(LONGEST_FILE), "too_long"),
    ],
)
def test_what_is_no_file_of_these_kinds_or_damaged_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(Unclean, match=reason):
        clean(content)


def test_a_name_of_another_kind_does_not_matter_since_only_content_is_looked_at() -> None:
    assert kind_of(photo("PNG")) == "png"


def test_a_small_file_that_unpacks_to_gigabytes_is_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    assert len(out.getvalue()) < 200_000
    with pytest.raises(Unclean, match="exhausting"):
        clean(out.getvalue())


def test_a_pdf_nested_without_end_is_refused() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    nested = pikepdf.Array([])
    for _ in range(300):
        nested = pikepdf.Array([nested])
    pdf.Root.Deep = nested
    out = io.BytesIO()
    pdf.save(out)
    with pytest.raises(Unclean):
        clean(out.getvalue())


def test_a_photo_whose_place_is_damaged_is_refused_or_drawn_and_nothing_else() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x8825] = 6, {6: (1, 2)}
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG", exif=exif)
    content = out.getvalue()
    place = content.index(b"eXIf")
    for at in range(place, place + 80):
        damaged = bytearray(content)
        damaged[at] ^= 7
        with contextlib.suppress(Unclean):
            clean_here(bytes(damaged))
