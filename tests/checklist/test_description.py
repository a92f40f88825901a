"""Checks, gates, alerts and recommendations in words, whole, as those who review the rules read them."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from intake.checklist.clauses import Clause
from intake.checklist.conditions import GateIs
from intake.checklist.description import Cited, Describer, Named, NamedClause, UsedBy
from intake.checklist.parts import Alert, Citation, Clock, Gate, Text
from intake.checklist.register import Register
from intake.checklist.wording import Phrases
from tests.checklist.test_clauses import WORDS

ANSWERS = ("Yes", "Partly", "No", "Not known", "Does not apply to this child")
CONSIDERED = NamedClause(
    "return_considered",
    "return considered",
    Clause(
        "“Decisions” include “Return”; or “Return” is recorded (not known counts as no)",
        "at least one of these holds",
        (
            Clause("“Decisions” include “Return”"),
            Clause("“Return” is recorded (not known counts as no)"),
        ),
        grouped=True,
    ),
)
OPENS = "for whether it opens"


@pytest.fixture
def english(small: Register) -> Describer:
    return Describer(small, Phrases(WORDS, "en"))


@pytest.fixture
def spanish(small: Register) -> Describer:
    return Describer(small, Phrases(WORDS, "es"))


def values(described: Any) -> dict[str, Any]:
    return {one.name: getattr(described, one.name) for one in fields(described)}


def test_a_check_is_described_whole(small: Register, english: Describer) -> None:
    assert values(english.check(small.checks["rights.informed"])) == {
        "id": "rights.informed",
        "title": "Informed",
        "section": "Rights",
        "question": "Told of its rights?",
        "help": "A record.",
        "answers": ANSWERS,
        "applies": Clause("always, for every child"),
        "gap": Clause("the answer is “Partly”, “No” or “Not known”"),
        "severity": "Critical",
        "clocks": ("24 h after contact",),
        "action": "Tell the child.",
        "responsible": ("Mexico: Protection authority", "United States: Refugee office"),
        "recommendations": (Named("MX-6", "Heard"),),
        "basis": (Cited("CRC art. 12", "Convention on the Rights of the Child", False),),
        "conditions": (),
        "uses": (
            UsedBy("gate", "gate.return", "Return", OPENS),
            UsedBy("gate", "gate.closure", "Closure", OPENS),
            UsedBy("alert", "late", "Late", "rises when the deadline has passed"),
        ),
    }


def test_a_check_is_described_in_spanish(small: Register, spanish: Describer) -> None:
    said = spanish.check(small.checks["rights.informed"])
    assert said.title == "Informada"
    assert said.section == "Derechos"
    assert said.answers == ("Sí", "Parcialmente", "No", "Se desconoce", WORDS_NA)
    assert said.gap == Clause("la respuesta es «Parcialmente», «No» o «Se desconoce»")
    assert said.clocks == ("24 h contadas desde el contacto",)
    assert said.responsible == (
        "México: Procuraduría de Protección",
        "Estados Unidos: Oficina de refugiados",
    )
    assert said.recommendations == (Named("MX-6", "Escuchada"),)
    assert said.basis == (Cited("CDN art. 12", "Convención sobre los Derechos del Niño", False),)
    assert said.uses[0] == UsedBy("decisión", "gate.return", "Retorno", "para saber si procede")


WORDS_NA = WORDS["answer_not_applicable"].es


def test_a_choice_is_described_by_its_choices_and_named_conditions_by_when_they_hold(
    small: Register, english: Describer
) -> None:
    said = english.check(small.checks["care.outcome"])
    assert said.answers == ("Stay", "Return")
    assert said.applies == Clause("return considered")
    assert said.gap == Clause("never: the answer is recorded and judged by other checks")
    assert (said.severity, said.clocks, said.basis) == ("None", (), ())
    assert said.conditions == (CONSIDERED,)
    assert said.uses == (UsedBy("gate", "gate.return", "Return", OPENS),)


def test_a_date_is_described_by_its_kind(small: Register, english: Describer) -> None:
    assert english.check(small.checks["counsel.met_on"]).answers == ("a date",)
    assert english.check(small.checks["counsel.note"]).answers == ("a text",)


def test_a_gap_and_its_clocks_are_described_with_their_conditions(
    small: Register, english: Describer
) -> None:
    said = english.check(small.checks["care.not-held"])
    own, held = Clause("the answer is “Partly”, “No” or “Not known”"), "“Detained” is “Yes”"
    assert said.gap == Clause(
        f"{own.sentence}; or {held}",
        "at least one of these holds",
        (own, Clause(held)),
        grouped=True,
    )
    assert said.clocks == (
        "72 h after Custody since, if “Custody” is “CBP”",
        "at once, from Custody since",
    )


def test_the_conditions_of_gaps_and_clocks_are_described_too_each_once(
    small: Register, english: Describer
) -> None:
    check = small.checks["care.outcome"]
    clock = Clock.model_validate(
        {"from": "encounter_at", "within": {"hours": 1}, "if": {"when": "counsel_assigned"}}
    )
    clocked = check.model_copy(update={"clocks": (clock, clock)})
    names = [one.id for one in english.check(clocked).conditions]
    assert names == ["return_considered", "counsel_assigned"]
    asked = check.model_copy(update={"gap_if": clock.if_, "applies_if": None})
    assert [one.id for one in english.check(asked).conditions] == ["counsel_assigned"]


def test_a_named_condition_that_only_says_its_own_words_is_left_out(small: Register) -> None:
    named = small.conditions["counsel_assigned"]
    words = "“Lawyer” (counsel.assigned) is answered “Yes” or “Partly”"
    because = named.because.model_copy(update={"yes": Text(en=words, es=words)})
    changed = replace(
        small,
        conditions=small.conditions
        | {"counsel_assigned": named.model_copy(update={"because": because})},
    )
    describe = Describer(changed, Phrases(WORDS, "en"))
    assert describe.check(changed.checks["counsel.chosen"]).conditions == ()
    assert len(
        Describer(small, Phrases(WORDS, "en")).check(small.checks["counsel.chosen"]).conditions
    )


def test_a_basis_tells_whether_a_lawyer_reviewed_it(small: Register) -> None:
    crc = small.instruments["CRC"].model_copy(update={"reviewed": True})
    describe = Describer(replace(small, instruments={"CRC": crc}), Phrases(WORDS, "en"))
    (cited,) = describe.check(small.checks["rights.informed"]).basis
    assert cited.reviewed is True
    check = small.checks["rights.informed"].model_copy(
        update={"basis": (Citation(instrument="CRC"),)}
    )
    assert describe.check(check).basis[0].label == "CRC"


def test_a_gate_is_described_whole(small: Register, english: Describer) -> None:
    parts = (
        Clause("“Informed” (rights.informed) is satisfied"),
        Clause("“Lawyer” (counsel.assigned) is satisfied"),
        Clause("“Outcome” (care.outcome) is answered “Return”"),
        Clause("a supervisor who is not the caseworker approved the best-interest determination"),
    )
    assert values(english.gate(small.gates["gate.return"])) == {
        "id": "gate.return",
        "title": "Return",
        "applies": Clause("return considered"),
        "opens": Clause(
            "; ".join(part.sentence for part in parts[:3]) + f"; and {parts[3].sentence}",
            "all of these hold",
            parts,
            grouped=True,
        ),
        "shut": "Wait.",
        "open": "Go.",
        "recommendations": (Named("MX-6", "Heard"),),
        "conditions": (CONSIDERED,),
        "uses": (
            UsedBy(
                "alert", "return_shut", "Return while shut", "rises only while this gate is shut"
            ),
        ),
    }


def test_a_gate_that_always_matters_says_so(
    small: Register, english: Describer, spanish: Describer
) -> None:
    said = english.gate(small.gates["gate.closure"])
    assert said.applies == Clause("always, for every child")
    assert (said.recommendations, said.conditions, said.uses) == ((), (), ())
    other = spanish.gate(small.gates["gate.closure"])
    assert (other.title, other.shut, other.open) == ("Cierre", "Espere.", "Cierre.")


def test_named_conditions_in_what_opens_a_gate_are_described(
    small: Register, english: Describer
) -> None:
    gate = small.gates["gate.closure"]
    asked = gate.model_copy(update={"opens_if": small.checks["counsel.chosen"].applies_if})
    assert [one.id for one in english.gate(asked).conditions] == ["counsel_assigned"]


def test_a_recommendation_is_described_with_what_carries_it_out(
    small: Register, english: Describer
) -> None:
    said = values(english.recommendation(small.recommendations["MX-6"]))
    checks = said.pop("checks")
    assert [one.id for one in checks] == list(small.checks)
    assert checks[0] == Named("rights.informed", "Informed")
    assert said == {
        "id": "MX-6",
        "title": "Heard",
        "text": "Children are told and heard.",
        "addressee": "Mexico",
        "level": "each case",
        "indicators": (Named("ind.rights-24h", "Told within a day"),),
        "gates": (Named("gate.return", "Return"),),
    }


def test_a_recommendation_to_two_countries_names_both(small: Register, spanish: Describer) -> None:
    to_both = small.recommendations["MX-6"].model_copy(
        update={"addressee": ("MX", "US"), "level": "system"}
    )
    said = spanish.recommendation(to_both)
    assert (said.addressee, said.level) == ("México y Estados Unidos", "el sistema")


def test_an_alert_is_described_by_what_raises_it(small: Register, english: Describer) -> None:
    held, late, shut = (english.alert(alert) for alert in small.alerts)
    assert held == Clause("“Detained” is “Yes”")
    assert late == Clause("the deadline of a check of severity critical has passed")
    first = Clause("“Return” is recorded (not known counts as no)")
    second = Clause("not every condition for “Return” (gate.return) is met")
    assert shut == Clause(
        f"{first.sentence}; and {second.sentence}", "all of these hold", (first, second)
    )


def test_an_alert_of_three_conditions_names_all_in_order(
    small: Register, spanish: Describer
) -> None:
    alert: Alert = small.alerts[2].model_copy(update={"overdue": "high"})
    assert [part.sentence for part in spanish.alert(alert).parts] == [
        "consta el dato «Retorno» (si no consta, cuenta como no)",
        "venció el plazo de una verificación de gravedad alta",
        "no constan todas las condiciones de «Retorno» (gate.return)",
    ]


def test_each_kind_of_user_is_called_by_its_name(small: Register) -> None:
    gate: Gate = small.gates["gate.closure"].model_copy(
        update={"opens_if": GateIs(gate="gate.placement", state="open")}
    )
    changed = replace(small, gates=small.gates | {"gate.closure": gate})
    describe = Describer(changed, Phrases(WORDS, "en"))
    assert describe.gate(changed.gates["gate.placement"]).uses == (
        UsedBy("gate", "gate.closure", "Closure", OPENS),
    )
    used = {use.kind: use for use in describe.check(small.checks["counsel.assigned"]).uses}
    assert used["named condition"] == UsedBy(
        "named condition", "counsel_assigned", "has a lawyer", "for whether it holds"
    )
    assert describe._name("fact", "age_disputed") == "Disputed"
    assert describe._name("check", "rights.informed") == "Informed"
    assert describe._name("alert", "late") == "Late"
