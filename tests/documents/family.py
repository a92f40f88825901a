"""Every document that is made from a typed context, with the words of the caller wherever somebody writes freely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from intake.checklist.loading import load_register
from intake.checklist.register import Register
from intake.checklist.wording import Phrases
from intake.documents.access_export import AccessContext, AccessSection, render_access
from intake.documents.blank_checklist import BlankField, BlankQuestion, BlankSection, render_blank
from intake.documents.certificate import render_certificate
from intake.documents.extract import (
    ExtractContext,
    ExtractRow,
    ExtractSection,
    Handed,
    render_extract,
)
from intake.documents.gap_report import CaseGaps, GapReportContext, render_gap_report
from intake.documents.leaflet import render_leaflet
from intake.documents.letter import Cited, LetterContext, render_letter
from intake.documents.lines import AnswerNote, BreachLine, GateRow
from intake.documents.marks import Marks
from intake.documents.summary import render_summary
from intake.documents.transfer import Condition, Enclosed, TransferContext, render_transfer
from intake.issuing.blank_checklist import blank_checklist_context
from intake.issuing.leaflet import leaflet_context
from intake.resources import resource_dir
from tests.documents import certificate_sample, sample

MARKS = Marks(
    "K7QD-93XM-2F",
    "0123456789abcdef" * 4,
    "https://intake.example/check/K7QD-93XM-2F",
    sample.NOW,
    "L. Cruz",
)
ZONE = "America/Mexico_City"
PLAIN = "Una nota breve."


def _named(words: str) -> str:
    """What fits into the name of a person or a team, or stands in the register: those are bounded."""
    return words[-110:]


def summary(language: Any, words: str = PLAIN, size: Any = "Letter") -> bytes:
    context = sample.context(language, words=words)
    breach = BreachLine(words, sample.NOW, sample.NOW, (words,))
    marked = replace(context, marks=MARKS, breaches=(breach,), site="https://intake.example")
    return render_summary(marked, size)


def gap_report(language: Any, words: str = PLAIN, size: Any = "Letter") -> bytes:
    name = _named(words)
    evaluation = sample.context(language).evaluation
    notes = {"rights.informed": AnswerNote(words, cause="capacity", authority="orr")}
    cases = tuple(
        CaseGaps(f"TAP-2026-{number:04}", name, "Borrador", evaluation, notes)
        for number in (147, 148)
    )
    context = GapReportContext(language, sample.NOW, name, ZONE, name, cases, marks=MARKS)
    return render_gap_report(context, size)


def extract(language: Any, words: str = PLAIN, size: Any = "Letter") -> bytes:
    name = _named(words)
    row = ExtractRow(
        "rights.informed",
        name,
        name,
        "gap",
        "Pendiente",
        "critical",
        "Crítica",
        "7 nov 2026, 12:30",
        "dentro de 2 días",
        False,
        name,
        name,
        "LGDNNA art. 92 †",
    )
    silent = replace(row, answer="", status="missing", status_word="Sin respuesta")
    context = ExtractContext(
        language=language,
        printed_at=sample.NOW,
        as_of=sample.NOW,
        zone_name=ZONE,
        case_number="TAP-2026-0147",
        handed=Handed(name, name, words, by_consent=True),
        child=(("Nombre", words), ("Edad", "14")),
        sections=(ExtractSection(name, (row, replace(row, overdue=True), silent)),),
        gates=(GateRow("", name, "shut", name, (name,), (name,), (name,)),),
        team=name,
        printed_by=name,
        register_version="2026.11",
        register_sha256=sample.HASH,
        marks=MARKS,
    )
    return render_extract(context, size)


def letter(language: Any, words: str = PLAIN, size: Any = "Letter") -> bytes:
    name = _named(words)
    context = LetterContext(
        language=language,
        printed_at=sample.NOW,
        zone_name=ZONE,
        case_number="TAP-2026-0147",
        handed=Handed(name, name, words, by_consent=False),
        child=(("Nombre", words), ("Edad", "14")),
        title=name,
        question=name,
        answer=name,
        due=sample.NOW + timedelta(days=2),
        overdue=False,
        basis=(Cited("LGDNNA art. 92", name, False), Cited("CDN art. 12", name, True)),
        team=name,
        sender=name,
        sender_role=name,
        reply_to="ana@intake.example",
        register_version="2026.11",
        register_sha256=sample.HASH,
        marks=MARKS,
    )
    return render_letter(context, size)


def transfer(language: Any, words: str = PLAIN, size: Any = "Letter") -> bytes:
    name = _named(words)
    context = TransferContext(
        language=language,
        printed_at=sample.NOW,
        as_of=sample.NOW,
        zone_name=ZONE,
        case_number="TIJ-2026-0009",
        handed=Handed(name, name, words, by_consent=True),
        child=(("Nombre", words), ("Edad", "14")),
        gate=GateRow("", name, "shut", name),
        conditions=(Condition(name, True, "Cumplido"), Condition(name, False, "No consta")),
        determination=(("DIS iniciada", name), ("DIS resuelta", "–")),
        enclosed=(Enclosed(name, 2, name),),
        team=name,
        printed_by=name,
        reply_to="ana@intake.example",
        register_version="2026.11",
        register_sha256=sample.HASH,
        marks=MARKS,
    )
    return render_transfer(context, size)


def access(language: Any, words: str = PLAIN, size: Any = "Letter") -> bytes:
    sections = (
        AccessSection(words, (words, words), ((words, words),), about=words),
        AccessSection("B", ("a", "b", "c", "d"), ((words, words, words, words),)),
        AccessSection("C", ("a", "b", "c")),
    )
    context = AccessContext(
        language,
        "TAP-2026-0147",
        words,
        words,
        sample.NOW,
        words,
        ZONE,
        "2026.11",
        sample.HASH,
        sections,
        MARKS,
    )
    return render_access(context, size)


def certificate(language: Any, words: str = PLAIN, size: Any = "Letter") -> bytes:
    context = certificate_sample.context(language, words=words, marks=MARKS)
    # of what is one line in a form, no more than a line comes here
    panel = certificate_sample.panel(words[:200])
    plain = replace(context, outcome=words[:200], panel=panel, printed_for=words)
    return render_certificate(plain, size)


def leaflet(language: Any, words: str = PLAIN, size: Any = "Letter") -> bytes:
    # of what is typed only a line is taken; the rest are the rules' own words
    typed = words[:200]
    context = leaflet_context(rules(), language, "12-17", caseworker=typed, phone=typed)
    first = replace(context.lines[0], title=typed, text=words, shows=words)
    spoilt = replace(context, lines=(first, *context.lines[1:]))
    return render_leaflet(spoilt if words != PLAIN else context, size)


def blank_checklist(language: Any, words: str = PLAIN, size: Any = "Letter") -> bytes:
    register = rules()
    context = blank_checklist_context(
        register, Phrases(register.words, language), sections=("consent", "bid"), country="MX"
    )
    if words == PLAIN:
        return render_blank(context, size)
    field = BlankField("x.y", words, "boxes", (words[:200],), words[:200])
    question = BlankQuestion("x.y", words, words[:200], "high", words[:200], "", None, (field,))
    section = BlankSection(words, (question, replace(question, own=field)))
    return render_blank(replace(context, title=words[:200], topics=(), sections=(section,)), size)


@cache
def rules() -> Register:
    # the hash changes with every comment in the rules, and no page shall look another for that
    return replace(load_register(resource_dir("rules")), sha256=sample.HASH)


FAMILY: dict[str, Callable[..., bytes]] = {
    "summary": summary,
    "gap_report": gap_report,
    "extract": extract,
    "letter": letter,
    "transfer": transfer,
    "access": access,
    "certificate": certificate,
    "leaflet": leaflet,
    "blank_checklist": blank_checklist,
}
