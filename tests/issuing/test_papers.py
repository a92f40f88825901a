"""The gap report, the referral letter and the transfer cover, made from the demo's records."""

from __future__ import annotations

import dataclasses

import pytest

from intake.documents.gap_report import render_gap_report
from intake.documents.letter import render_letter
from intake.documents.transfer import render_transfer
from intake.issuing.gap_report import gap_report_context
from intake.issuing.letter import letter_context
from intake.issuing.transfer import transfer_context
from intake.services.desk import Refused
from tests.documents.hostile import text_of
from tests.issuing.conftest import consented, find, person, put

NUMBER = "TAP-2026-0001"
GAP = {"value": "no", "note": "PLANTED-NOTE", "cause": "refusal", "authority": "dif"}


def test_the_gap_report_says_of_each_gap_what_when_why_and_who_and_names_no_child(here):
    put(here, NUMBER, {"answers.counsel.assigned": GAP})
    by = person(here, "sofia")
    cases = [find(here, number) for number in ("TAP-2026-0004", NUMBER)]
    context = gap_report_context(here, cases, by, "es", team=by.team)
    said = text_of(render_gap_report(context))
    for words in (
        "Asesoría jurídica asignada, sin costo",
        "Negativa de la autoridad",
        "Sistema DIF",
        "Ana Cruz Solís",
        "Beto Ramírez Luna",
        "Da seguimiento",
        "No procede",
    ):
        assert words in said
    for name in ("Yareli", "Wilmer", "PLANTED-NOTE"):
        assert name not in said
    assert said.index(f"Pendientes del caso {NUMBER}") < said.index(
        "Pendientes del caso TAP-2026-0004"
    )


def test_the_gap_report_of_one_case_and_of_none(here):
    by = person(here, "sofia")
    one = gap_report_context(here, [find(here, NUMBER)], by, "en", team=by.team)
    said = text_of(render_gap_report(one))
    assert "Gaps by severity" in said
    assert "The cases" not in said
    none = gap_report_context(here, [], by, "en", team=by.team)
    assert "No case belongs in this report" in text_of(render_gap_report(none))


def test_a_letter_asks_the_responsible_body_for_one_thing_with_the_facts_it_needs(here):
    put(here, NUMBER, {"answers.counsel.assigned": {**GAP, "authority": None}})
    consented(here, NUMBER, "procuraduria", "counsel")
    case, by = find(here, NUMBER), person(here, "ana")
    context = letter_context(here, case, by, "es", check_id="counsel.assigned")
    said = text_of(render_letter(context))
    for words in (
        "Procuraduría de Protección de Niñas, Niños y Adolescentes",
        "¿Cuenta con una persona abogada asignada, sin costo?",
        "Lo que consta a la fecha: No",
        "LGDNNA art. 92 †: Ley General de los Derechos",
        "Yareli M.",
        "Ana Cruz Solís",
        "ana@intake.example",
        "Consentimiento dado el 3 nov 2026",
    ):
        assert words in said
    for words in ("PLANTED-NOTE", "Retorno al país", "Sin detención", "Decisiones"):
        assert words not in said


def test_a_letter_goes_to_the_body_that_was_recorded_for_the_gap(here):
    put(here, NUMBER, {"answers.counsel.assigned": GAP})
    case, by = find(here, NUMBER), person(here, "sofia")
    context = letter_context(here, case, by, "es", check_id="counsel.assigned", ground="Ley")
    assert context.handed.recipient == "Sistema para el Desarrollo Integral de la Familia (DIF)"
    assert context.sender_role == "Persona supervisora"


def test_a_letter_is_refused_where_there_is_nothing_to_ask_or_nobody_else_to_ask(here):
    put(here, NUMBER, {"answers.rights.language": {"value": "yes"}})
    case, by = find(here, NUMBER), person(here, "ana")
    with pytest.raises(Refused, match="not_a_gap"):
        letter_context(here, case, by, "es", check_id="rights.language", ground="Ley")
    with pytest.raises(Refused, match="no_addressee"):
        letter_context(here, case, by, "es", check_id="consent.informed", ground="Ley")
    with pytest.raises(Refused, match="no_consent"):
        letter_context(here, case, by, "es", check_id="counsel.assigned")


def test_the_transfer_s_cover_does_not_authorise_a_transfer_that_must_wait(here):
    case, by = find(here, "TIJ-2026-0001"), person(here, "david")
    context = transfer_context(here, case, by, "es", recipient="orr", ground="Acuerdo")
    said = text_of(render_transfer(context))
    for words in (
        "Todavía no procede el traslado. Este documento no lo autoriza.",
        "No consta que se cumpla",
        "Aprobada por una persona supervisora que no lleva el caso",
        "Naomi J.",
        "Recibe a la niña, niño o adolescente y el expediente",
    ):
        assert words in said
    assert len(context.conditions) == 9
    assert not any(one.met for one in context.conditions)


def test_the_transfer_s_cover_says_so_where_every_condition_is_met(here):
    case, by = find(here, "TIJ-2026-0001"), person(here, "david")
    context = transfer_context(here, case, by, "en", recipient="orr", ground="Agreement")
    met = dataclasses.replace(
        context,
        gate=dataclasses.replace(context.gate, state="open", sentence="All is recorded as met."),
        conditions=tuple(
            dataclasses.replace(one, met=True, status_word="satisfied")
            for one in context.conditions
        ),
    )
    said = text_of(render_transfer(met))
    assert "The transfer must still wait" not in said
    assert "May proceed" in said


def test_a_transfer_that_is_not_considered_has_no_condition_that_is_met(here):
    put(here, NUMBER, {"answers.counsel.assigned": {"value": "yes"}})
    case, by = find(here, NUMBER), person(here, "sofia")
    context = transfer_context(here, case, by, "es", recipient="orr", ground="Acuerdo")
    assert context.gate.state == "not_applicable"
    assert not any(one.met for one in context.conditions)
