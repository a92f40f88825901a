"""A small register and a case of it: these tests do not depend on the lawyers' wording."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from intake.checklist.case_input import Answer, CaseInput
from intake.checklist.conditions import CheckIs, FactIs
from intake.checklist.evaluation import evaluate_case
from intake.checklist.parts import (
    Authority,
    Check,
    Choice,
    Citation,
    Clock,
    FactDefinition,
    Gate,
    Instrument,
    Recommendation,
    Responsible,
    Section,
    Text,
)
from intake.checklist.reading import read_source
from intake.checklist.register import Register
from intake.documents.summary import AnswerNote, ReviewLine, SummaryContext
from intake.resources import resource_dir

NOW = datetime(2026, 11, 5, 18, 30, tzinfo=UTC)
HASH = "a1b2c3d4e5f60718" * 4


def both(words: str) -> Text:
    return Text(en=words + " (en)", es=words + " (es)")


def check(check_id: str, severity: Any = "high", **parts: Any) -> Check:
    title = parts.pop("title", check_id.replace(".", " "))
    return Check(
        id=check_id,
        type=parts.pop("type", "yn"),
        title=both(title),
        question=both(title),
        help=both(title),
        severity=severity,
        action=both(f"Mend {title}"),
        responsible=Responsible(MX="procuraduria", US="orr"),
        recommendations=parts.pop("recommendations", ("MX-6",)),
        basis=parts.pop("basis", (Citation(instrument="LGDNNA", article="92"),)),
        **parts,
    )


def fact(fact_id: str, group: Any, kind: Any, **parts: Any) -> FactDefinition:
    return FactDefinition(
        id=fact_id, group=group, kind=kind, label=both(fact_id), short=both(fact_id), **parts
    )


def _is(name: str, value: str) -> FactIs:
    return FactIs.model_validate({"fact": name, "is": value})


def _within(hours: int) -> tuple[Clock, ...]:
    return (Clock.model_validate({"from": "encounter_at", "within": {"hours": hours}}),)


CHECKS = (
    check("rights.informed", "critical", clocks=_within(24)),
    check("rights.language", "critical", basis=(Citation(instrument="CRC", article="12"),)),
    check("rights.feedback", "medium"),
    check("counsel.assigned", "high", recommendations=("MX-8", "MX-9")),
    check("counsel.private-access", "low", clocks=_within(720)),
    check("gbv.services", "high", applies_if=_is("country", "US")),
    check("asylum.comar", "high", applies_if=_is("stage", "closed")),
    check(
        "bid.outcome",
        "none",
        type="choice",
        choices=(Choice(value="return", label=both("Return")),),
    ),
)

WORDS = resource_dir("rules") / "words.yaml"


def register(checks: tuple[Check, ...] = CHECKS) -> Register:
    by_section: dict[str, list[Check]] = {}
    for one in checks:
        by_section.setdefault(one.id.split(".")[0], []).append(one)
    words = read_source(WORDS, WORDS.read_bytes()).value
    countries = tuple(Choice(value=value, label=both(value)) for value in ("MX", "US"))
    stages = (Choice(value="closed", label=both("closed")),)
    return Register(
        version="2026.11",
        sha256=HASH,
        title=Text(en="Best-interests checklist", es="Lista de verificación del interés superior"),
        facts={
            "country": fact("country", "profile", "choice", choices=countries),
            "stage": fact("stage", "profile", "choice", choices=stages),
            "encounter_at": fact("encounter_at", "profile", "time", event=both("first contact")),
        },
        conditions={},
        sections=tuple(
            Section(id=name, title=both(f"Section {name}"), intro=both("-"), checks=tuple(parts))
            for name, parts in by_section.items()
        ),
        gates={
            gate_id: Gate(
                id=gate_id, title=both(title), shut=both("Wait"), open=both("Go"), opens_if=opens_if
            )
            for gate_id, title, opens_if in (
                ("gate.return", "Return", CheckIs(check="rights.informed", status="satisfied")),
                (
                    "gate.placement",
                    "Placement",
                    CheckIs(check="rights.language", status="satisfied"),
                ),
            )
        },
        alerts=(),
        instruments={
            "LGDNNA": Instrument(
                id="LGDNNA",
                title=both("-"),
                short=Text(en="LGDNNA", es="LGDNNA"),
                kind="law",
                published=both("-"),
                reviewed=False,
            ),
            "CRC": Instrument(
                id="CRC",
                title=both("-"),
                short=Text(en="CRC", es="CDN"),
                kind="treaty",
                published=both("-"),
                reviewed=True,
            ),
        },
        authorities={
            "procuraduria": Authority(
                id="procuraduria",
                country="MX",
                name=both("-"),
                short=Text(en="Procuraduría", es="Procuraduría"),
            ),
            "orr": Authority(
                id="orr", country="US", name=both("-"), short=Text(en="ORR", es="ORR")
            ),
        },
        recommendations={
            name: Recommendation(
                id=name, addressee=("MX",), level="case", title=both(name), text=both("-")
            )
            for name in ("MX-6", "MX-8", "MX-9")
        },
        indicators={},
        topics={},
        causes={},
        words={key: Text(**value) for key, value in words.items()},
    )


def context(
    language: Any = "es", *, words: str = "Una nota breve.", **parts: Any
) -> SummaryContext:
    """A case with gaps and reviews; ``words`` stands wherever somebody writes freely."""
    case = CaseInput(
        NOW,
        {"country": "MX", "encounter_at": NOW - timedelta(days=3)},
        {
            "rights.informed": Answer("no"),
            "rights.language": Answer("yes"),
            "rights.feedback": Answer("not_applicable", words),
            "counsel.assigned": Answer("unknown"),
        },
    )
    note = AnswerNote(words, date(2026, 11, 3), words, words)
    made = SummaryContext(
        evaluation=evaluate_case(register(), case),
        language=language,
        printed_at=NOW,
        zone_name="America/Mexico_City",
        case_number="TAP-2026-0147",
        child=(("Nombre", "María Guadalupe Ixquiactap"), ("Edad", "14 años"), ("Señas", words)),
        caseworker=words,
        team="Equipo Tapachula",
        notes={"rights.informed": note, "rights.language": note},
        reviews=(ReviewLine(NOW, "R. Ortega", "Devuelto", words),),
        printed_by="L. Cruz",
    )
    return replace(made, **parts)
