"""What is shared for a purpose, and that nothing else of the case is anywhere in the document."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import re

import pikepdf
import pytest

from intake.checklist.loading import load_register
from intake.documents.extract import render_extract
from intake.forms.privacy import PURPOSES
from intake.issuing.covered import COVERS, PURPOSE_OF_CHECK, PURPOSE_OF_SECTION, purpose_of
from intake.issuing.extract import extract_context
from intake.resources import resource_dir
from intake.services.consent import consents, withdraw_consent
from intake.services.desk import Refused
from tests.documents.family import MARKS
from tests.documents.hostile import text_of
from tests.issuing.conftest import consented, find, person, put

RULES = load_register(resource_dir("rules"))
NUMBER, RECIPIENT = "TAP-2026-0001", "procuraduria"
PLANTED = {
    "answers.rights.informed": {
        "value": "no",
        "note": "PLANTED-NOTE",
        "evidence_source": "PLANTED-SOURCE",
        "cause": "refusal",
    },
    "answers.gbv.screened": {"value": "yes", "note": "PLANTED-NOTE"},
    "answers.community.education": {"value": "not_applicable", "reason": "PLANTED-REASON"},
    "identity.other_names": "PLANTED-OTHER-NAME",
    "profile.gbv_disclosed": True,
}


def everything(pdf: bytes) -> str:
    """Every text, bookmark, property, string and stream of the file, without spaces."""
    found = [text_of(pdf)]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert not opened.attachments
        with opened.open_outline() as outline:
            found += [str(one.title) for root in outline.root for one in (root, *root.children)]
        found += [str(value) for value in opened.docinfo.values()]
        for one in opened.objects:
            if isinstance(one, pikepdf.Stream):
                found.append(one.read_bytes().decode("latin-1"))
            else:
                found.append(one.unparse(resolved=True).decode("latin-1"))
                found += [str(value) for value in _strings(one)]
    return re.sub(r"\s+", "", "\n".join(found))


def _strings(one):
    """The strings that stand in the object itself, decoded: titles and alternatives may be in UTF-16."""
    if isinstance(one, pikepdf.Dictionary):
        yield from (value for value in one.as_dict().values() if isinstance(value, pikepdf.String))


def test_every_purpose_that_can_be_chosen_is_covered_and_no_other():
    assert set(COVERS) == set(PURPOSES)


def test_what_is_covered_exists():
    sections = {section.id for section in RULES.sections}
    for purpose, cover in COVERS.items():
        assert cover.facts <= set(RULES.facts), purpose
        assert cover.sections <= sections, purpose
        assert cover.checks <= set(RULES.checks), purpose
        assert cover.gates <= set(RULES.gates), purpose
    assert set(PURPOSE_OF_SECTION) == sections
    assert set(PURPOSE_OF_CHECK) <= set(RULES.checks)


def test_every_gap_is_referred_for_a_purpose_that_covers_it():
    for section in RULES.sections:
        for check in section.checks:
            assert purpose_of(RULES, check.id) in COVERS


def test_violence_that_was_disclosed_is_given_for_health_alone():
    giving = {name for name, cover in COVERS.items() if cover.covers("gbv.services", "gbv")}
    assert giving == {"health"}
    assert not [name for name, cover in COVERS.items() if "gbv_disclosed" in cover.facts]


@pytest.mark.parametrize("purpose", PURPOSES)
def test_nothing_that_the_purpose_does_not_cover_is_anywhere_in_the_file(here, purpose):
    put(here, NUMBER, PLANTED)
    consented(here, NUMBER, RECIPIENT, purpose)
    case, by, cover = find(here, NUMBER), person(here, "sofia"), COVERS[purpose]
    context = extract_context(here, case, by, "es", recipient=RECIPIENT, purpose=purpose)
    whole = everything(render_extract(dataclasses.replace(context, marks=MARKS)))
    data = json.dumps(context.as_data(), ensure_ascii=False)
    for planted in ("PLANTED-NOTE", "PLANTED-SOURCE", "PLANTED-REASON", "PLANTED-EVIDENCE"):
        assert planted not in whole
        assert planted not in data
    assert ("PLANTED-OTHER-NAME" in whole) == cover.other_names
    assert ("PLANTED-OTHER-NAME" in data) == cover.other_names
    assert "YareliM." in whole
    given = {label for label, _value in context.child}
    for fact in RULES.facts.values():
        if fact.id not in cover.facts:
            assert fact.short.es not in given, fact.id
    covered = {
        check.id
        for section in RULES.sections
        for check in section.checks
        if cover.covers(check.id, section.id)
    }
    assert {one["check"] for one in context.as_data()["findings"]} <= covered
    allowed = " ".join(RULES.checks[one].title.es for one in covered)
    allowed += " ".join(gate.sentence + gate.title for gate in context.gates)
    allowed += " ".join(section.title for section in context.sections)
    allowed += str(PURPOSES[purpose])
    for check in RULES.checks.values():
        title = check.title.es
        if check.id not in covered and title.lower() not in allowed.lower():
            assert title.replace(" ", "") not in whole, check.id


def test_it_says_that_it_is_an_extract_for_whom_and_on_what_ground(here):
    consented(here, NUMBER, RECIPIENT, "schooling")
    case, by = find(here, NUMBER), person(here, "ana")
    for code, words in (
        ("es", ("Este documento es un extracto.", "Consentimiento dado el 3 nov 2026", "Escuela")),
        ("en", ("This document is an extract.", "Consent given on 3 Nov 2026", "School")),
    ):
        context = extract_context(here, case, by, code, recipient=RECIPIENT, purpose="schooling")
        said = text_of(render_extract(context))
        for one in (*words, context.handed.recipient, NUMBER):
            assert one in said
        assert context.handed.by_consent


def test_without_a_consent_for_that_purpose_and_without_a_ground_there_is_none(here):
    consented(here, NUMBER, RECIPIENT, "schooling")
    case, by = find(here, NUMBER), person(here, "ana")
    with pytest.raises(Refused, match="no_consent"):
        extract_context(here, case, by, "es", recipient=RECIPIENT, purpose="health")
    with pytest.raises(Refused, match="no_consent"):
        extract_context(here, case, by, "es", recipient="inm", purpose="schooling")
    context = extract_context(
        here, case, by, "es", recipient="inm", purpose="schooling", ground=" Orden judicial 12. "
    )
    assert (context.handed.ground, context.handed.by_consent) == ("Orden judicial 12.", False)


def test_a_consent_that_was_withdrawn_is_none(here):
    consented(here, NUMBER, RECIPIENT, "schooling")
    case, by = find(here, NUMBER), person(here, "ana")
    given = consents(here, case)[0].id
    withdraw_consent(here, case, given, by, dt.date(2026, 11, 20))
    with pytest.raises(Refused, match="no_consent"):
        extract_context(here, case, by, "es", recipient=RECIPIENT, purpose="schooling")


def test_a_covered_decision_names_only_covered_conditions(here):
    case, by = find(here, NUMBER), person(here, "ana")
    context = extract_context(
        here, case, by, "es", recipient=RECIPIENT, purpose="protection", ground="Ley"
    )
    (gate,) = context.gates
    assert gate.state == "shut"
    named = {*gate.gaps, *gate.unanswered, *gate.undecided}
    cover = COVERS["protection"]
    covered = {
        check.title.es
        for section in RULES.sections
        for check in section.checks
        if cover.covers(check.id, section.id)
    }
    assert named
    assert named <= covered
