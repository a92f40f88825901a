"""One file that is both PDF/UA-1, for whoever listens to it, and PDF/A-3, for whoever opens it in fifty years."""

from __future__ import annotations

import datetime as dt
import zlib
from functools import partial
from html import escape
from typing import Any

import pydyf
from weasyprint import Attachment
from weasyprint.document import Document

from intake.documents.marks import Marks
from intake.examining import RECORD
from intake.pdf_streams import ATTEMPTS, RETURN, is_settled

OPTIONS: dict[str, Any] = {"pdf_variant": "pdf/a-3b", "pdf_tags": True, "output_intent": "srgb"}
"""PDF/A-3b, and tagged as PDF/UA-1 asks."""

# PDF/A lets metadata use a schema that it does not know only where the file describes that schema
_ACCESSIBLE = """
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file keeps to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
_NUMBER = """
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier>{}</dc:identifier></rdf:Description>
"""


def write_lasting(document: Document, marks: Marks | None, identifier: bytes) -> bytes:
    """The pages as a file that keeps to both standards, with what the marks record embedded."""
    _mark(document, marks.number if marks else None)
    pdf = b""
    for attempt in range(ATTEMPTS):
        pdf = document.write_pdf(
            finisher=partial(_settle, attempt),
            pdf_identifier=identifier,
            attachments=_embedded(marks),
            **OPTIONS,
        )
        if is_settled(pdf):
            break
    return pdf


def _mark(document: Document, number: str | None) -> None:
    """Has the metadata say that the file keeps to both standards, and which number it bears."""
    metadata = document.metadata
    describe, include = metadata.generate_rdf_metadata, metadata.include_in_pdf
    more = _ACCESSIBLE + (_NUMBER.format(escape(number)) if number else "")

    def described(*arguments: Any) -> bytes:
        plain: bytes = describe(*arguments)
        return plain.replace(b"</rdf:RDF>", more.encode() + b"</rdf:RDF>")

    def included(pdf: Any, variant: str, version: int, conformance: str, compress: bool) -> None:
        # uncompressed: PDF/A wants it found by a program that knows nothing of PDF
        include(pdf, variant, version, conformance, compress=False)

    metadata.generate_rdf_metadata, metadata.include_in_pdf = described, included


def _embedded(marks: Marks | None) -> list[Attachment]:
    """The machine-readable evaluation as an attachment of the document."""
    if marks is None or not marks.record:
        return []
    return [
        Attachment(
            string=marks.record,
            name=RECORD,
            description=marks.number,
            relationship="Data",
            # WeasyPrint writes them as UTC, whatever their zone
            created=marks.issued_at.astimezone(dt.UTC),
            modified=marks.issued_at.astimezone(dt.UTC),
        )
    ]


def _settle(attempt: int, _document: Document, pdf: pydyf.PDF) -> None:
    """Leaves uncompressed what would end with a carriage return, just before the file is written.

    ``attempt`` adds that many empty objects, which gives the tables of objects other checksums.
    """
    for _again in range(attempt):
        pdf.add_object(pydyf.Dictionary())
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream) and stream.compress:
            stream.compress = False
            plain = stream.data.partition(b"stream\n")[2].removesuffix(b"\nendstream")
            # the last byte of compressed data is the last of this checksum
            stream.compress = zlib.adler32(plain) & 0xFF != RETURN


__all__ = ["OPTIONS", "write_lasting"]
