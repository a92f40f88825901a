"""A certificate to print; ``words`` stands wherever somebody writes freely."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from intake.documents.certificate import CertificateContext, PanelMember, Weighed
from intake.documents.lines import GateRow

NOW = datetime(2026, 11, 12, 18, 30, tzinfo=UTC)
HASH = "a1b2c3d4e5f60718" * 4
WORDS = "Se valoró el cuidado de su tía en Houston, el asilo y lo que la adolescente dijo querer."


def weighed(title: str, words: str) -> Weighed:
    return Weighed(title, "Sí", words, words[:200], date(2026, 11, 9), "LGDNNA art. 92 †; OG 14 †")


def context(language: Any = "es", *, words: str = WORDS, **parts: Any) -> CertificateContext:
    made = CertificateContext(
        language=language,
        case_number="TAP-2026-0147",
        child=(("Nombre", words[:200]), ("Edad", "14"), ("Nacionalidad", "Honduras")),
        team="Equipo Tapachula",
        outcome="Traslado a Estados Unidos",
        decided_at=NOW,
        started_at=NOW,
        considered=("Traslado a Estados Unidos", "Permanencia"),
        authority="Procuraduría de Protección",
        made_by=weighed("Autoridad de protección", words),
        options=tuple(
            weighed(f"Protección en {place}", words)
            for place in ("México", "Estados Unidos", "un tercer país")
        ),
        views=(weighed("Opinión valorada", words), weighed("Sus propias palabras", words)),
        reasons=(weighed("Razones por escrito", words), weighed("Información de origen", words)),
        after=(weighed("Notificación e impugnación", words),),
        panel=(),
        panel_words=weighed("Equipo sin conflicto de interés", words),
        approved_by=words[:200],
        approved_at=NOW,
        gates=(
            GateRow("", "Retorno", "not_applicable", ""),
            GateRow(
                "",
                "Traslado",
                "shut",
                "Aún no procede el traslado.",
                ("Entrega segura",),
                ("Contacto con la autoridad homóloga",),
            ),
        ),
        recommendation=("US-3", "Valor de la DIS", words[:200]),
        unreviewed=True,
        printed_at=NOW,
        printed_by="L. Cruz",
        zone_name="America/Mexico_City",
        register_version="2026.11",
        register_sha256=HASH,
        printed_for=words[:200],
    )
    return replace(made, **parts)


def panel(words: str = "Ninguno") -> tuple[PanelMember, ...]:
    return tuple(
        PanelMember(name, words, words, words) for name in ("Inés Robles", "Tomás Cruz", words)
    )
