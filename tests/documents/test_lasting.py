"""A file that lasts: what the validators of test_validators would find only by chance."""

from __future__ import annotations

import datetime as dt
import io
import re
import zlib
from dataclasses import replace

import page
import pikepdf
import pytest
from weasyprint import HTML

from intake.documents import lasting
from intake.documents.marks import Marks, digest_of
from intake.documents.summary import render_summary
from intake.examining import examine_here
from intake.pdf_streams import RETURN, is_settled
from tests.documents.sample import NOW, context

RECORD = b'{"as_of": "2026-11-05"}\n'
MARKS = Marks("TAP-2026-D0001", digest_of(RECORD), None, NOW, "Ana", RECORD)


def test_what_the_marks_record_is_embedded_as_it_is() -> None:
    pdf = render_summary(replace(context(), marks=MARKS))
    found = examine_here(pdf)
    assert (found.number, found.record.encode(), found.digest) == (
        MARKS.number,
        RECORD,
        MARKS.digest,
    )
    assert found.signature == "none"
    assert pdf == render_summary(replace(context(), marks=MARKS)), "the same bytes"
    zone = dt.timezone(dt.timedelta(hours=-6))
    elsewhere = replace(MARKS, issued_at=NOW.astimezone(zone))
    assert pdf == render_summary(replace(context(), marks=elsewhere)), "in UTC whatever the zone"


def test_without_marks_nothing_is_embedded() -> None:
    pdf = render_summary(context())
    found = examine_here(pdf)
    assert (found.number, found.record) == ("", "")
    for profile in ("ua1", "3b"):
        assert page.is_pdf_compliant_bytes(pdf, profile=profile)


@pytest.mark.parametrize("number", ["A&B<C>", "“ñ”"])
def test_a_number_cannot_break_out_of_the_metadata(number: str) -> None:
    pdf = render_summary(replace(context(), marks=replace(MARKS, number=number)))
    assert examine_here(pdf).number == number


def _ending_with_return() -> str:
    """Words whose content stream would end with a carriage return once compressed."""
    for count in range(4000):
        words = f"<html lang=en><title>x</title><p style='font-size:{10 + count / 100}px'>x"
        pdf = HTML(string=words).write_pdf(pdf_variant="pdf/a-3b", pdf_tags=True)
        if not is_settled(pdf):
            return words
    pytest.fail("no such words were found")


def test_no_stream_ends_with_a_carriage_return() -> None:
    words = _ending_with_return()
    document = HTML(string=words).render(**lasting.OPTIONS)
    pdf = lasting.write_lasting(document, None, b"x" * 16)
    assert is_settled(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 1
    assert page.is_pdf_compliant_bytes(pdf, profile="3b")


def test_the_checksum_foretells_how_compressed_data_end() -> None:
    data = [bytes([mark, other]) for mark in range(256) for other in range(8)]
    for one in data:
        ends = zlib.compress(one, 9)[-1] == RETURN
        assert ends == (zlib.adler32(one) & 0xFF == RETURN)
    assert any(zlib.compress(one, 9)[-1] == RETURN for one in data)


def test_a_file_that_is_not_settled_is_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def settled(pdf: bytes) -> bool:
        asked.append(len(re.findall(rb" obj", pdf)))
        return len(asked) == 3

    monkeypatch.setattr(lasting, "is_settled", settled)
    pdf = render_summary(context())
    assert len(asked) == 3
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.pages
