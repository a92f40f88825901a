"""Each kind of reason in words, in both languages, over the small fictional register."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from intake.checklist.case_input import read_case
from intake.checklist.conditions import FactIs, GateIs, NoGap
from intake.checklist.evaluation import Evaluation, evaluate_case
from intake.checklist.explanations import (
    Explanation,
    _Sayer,
    answer_label,
    blocker_label,
    day_label,
    explain,
    moment_label,
)
from intake.checklist.loading import load_register
from intake.checklist.register import Register

SMALL = Path(__file__).parent / "rules_small"
AS_OF = "2026-11-10T12:00:00-06:00"
CONTACT = {"encounter_at": "2026-11-09T12:00:00-06:00"}
CHECK = "rights.informed"


def judged(rules: Path, changes: dict[str, tuple[str, str]], case: dict[str, Any]) -> Evaluation:
    """The case under the small register with some of its words changed."""
    folder = Path(shutil.copytree(SMALL, rules / "rules"))
    for name, (old, new) in changes.items():
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    register = load_register(folder)
    return evaluate_case(register, read_case(register, {"as_of": AS_OF, **case}))


def applying(condition: str) -> dict[str, tuple[str, str]]:
    """Lets the first check apply only where the condition holds."""
    return {
        "sections/10-rights.yaml": (
            "    severity: critical",
            f"    applies_if: {condition}\n    severity: critical",
        ),
        "facts.yaml": (
            "short: {en: Disputed, es: En duda}",
            "short: {en: Disputed, es: En duda},"
            " because: {yes: {en: in dispute, es: hay duda}, no: {en: no dispute, es: sin duda}}",
        ),
    }


def both(evaluation: Evaluation, check: str = CHECK) -> tuple[Explanation, Explanation]:
    finding = evaluation.findings[check]
    return explain(evaluation, finding, "en"), explain(evaluation, finding, "es")


YES, NO, ASK = "applies because ", "does not apply because ", "to know whether it applies: "
SI, NI, VER = "aplica porque ", "no aplica porque ", "para saber si aplica: "


@pytest.mark.parametrize(
    ("condition", "case", "english", "spanish"),
    [
        ("{when: is_child}", {"profile": {"age": 15}}, YES + "a child", SI + "menor de edad"),
        ("{when: is_child}", {"profile": {"age": 18}}, NO + "an adult", NI + "mayor de edad"),
        (
            "{when: return_considered}",
            {},
            ASK + "“Decisions” is not recorded",
            VER + "«Decisiones» no está registrado",
        ),
        (
            "{when: return_considered}",
            {"profile": {"decisions_considered": ["stay"]}},
            NO + "no return",
            NI + "sin retorno",
        ),
        (
            "{fact: country, is: MX}",
            {"profile": {"country": "MX"}},
            YES + "Country: Mexico",
            SI + "País: México",
        ),
        (
            "{fact: country, in: [MX]}",
            {"profile": {"country": "US"}},
            NO + "Country: United States",
            NI + "País: Estados Unidos",
        ),
        (
            "{fact: country, is: MX}",
            {},
            ASK + "“Country” is not recorded",
            VER + "«País» no está registrado",
        ),
        ("{fact: age, is: 15}", {"profile": {"age": 15}}, YES + "Age: 15", SI + "Edad: 15"),
        (
            "{fact: age_disputed, is: true}",
            {"profile": {"age_disputed": True}},
            YES + "in dispute",
            SI + "hay duda",
        ),
        (
            "{fact: age_disputed, is: true}",
            {"profile": {"age_disputed": False}},
            NO + "no dispute",
            NI + "sin duda",
        ),
        (
            "{fact: decisions_considered, includes: return}",
            {"profile": {"decisions_considered": ["stay"]}},
            NO + "Decisions do not include “Return”",
            NI + "Decisiones: no incluye «Retorno»",
        ),
        (
            "{fact: decisions_considered, includes: return}",
            {"profile": {"decisions_considered": ["stay", "return"]}},
            YES + "Decisions: Return",
            SI + "Decisiones: Retorno",
        ),
        (
            "{fact: decisions_considered, any_given: true}",
            {"profile": {"decisions_considered": ["stay", "return"]}},
            YES + "Decisions: Return, Stay",
            SI + "Decisiones: Retorno, Permanencia",
        ),
        (
            "{fact: decisions_considered, any_given: true}",
            {"profile": {"decisions_considered": []}},
            NO + "Decisions: –",
            NI + "Decisiones: –",
        ),
        (
            "{elapsed: {since: encounter_at, days: 1}}",
            {"profile": CONTACT},
            YES + "1 days have passed since contact",
            SI + "han pasado 1 días desde el contacto",
        ),
        (
            "{elapsed: {since: encounter_at, days: 2}}",
            {"profile": CONTACT},
            NO + "2 days have not yet passed since contact",
            NI + "aún no pasan 2 días desde el contacto",
        ),
        (
            "{elapsed: {since: encounter_at, days: 2}}",
            {},
            ASK + "“Contact” is not recorded",
            VER + "«Contacto» no está registrado",
        ),
        (
            "{elapsed: {since: custody_since, days: 0}}",
            {"profile": {"custody_since": AS_OF}},
            YES + "0 days have passed since Custody since",
            SI + "han pasado 0 días desde Custodia desde",
        ),
        (
            "{check: counsel.assigned, answered: [yes]}",
            {},
            ASK + "“Lawyer” is not answered",
            VER + "«Asesoría» no tiene respuesta",
        ),
        (
            "{check: counsel.assigned, answered: [yes]}",
            {"answers": {"counsel.assigned": "no"}},
            NO + "“Lawyer” was answered “No”",
            NI + "en «Asesoría» se respondió «No»",
        ),
        (
            "{check: counsel.assigned, answered: [yes]}",
            {"profile": {"age": 18}},
            NO + "“Lawyer” does not apply",
            NI + "«Asesoría» no aplica",
        ),
        (
            "{recorded: care.outcome}",
            {"answers": {"care.outcome": "stay"}},
            YES + "“Outcome” was answered “Stay”",
            SI + "en «Resultado» se respondió «Permanencia»",
        ),
        (
            "{recorded: care.outcome}",
            {},
            ASK + "“Outcome” is not answered",
            VER + "«Resultado» no tiene respuesta",
        ),
        (
            "{approval: bid}",
            {"approvals": {"bid": True}},
            YES + "a supervisor approved the best-interest determination",
            SI + "una persona supervisora aprobó la determinación del interés superior",
        ),
        (
            "{approval: bid}",
            {},
            NO + "A supervisor other than the caseworker has to approve the determination",
            NI + "Falta que una persona supervisora distinta a quien lleva el caso apruebe la"
            " determinación",
        ),
        (
            "{gate: gate.placement, state: open}",
            {"profile": {"custody": "dif"}, "answers": {"care.not-held": "yes"}},
            YES + "every condition for “Placement” is met",
            SI + "constan todas las condiciones de «Colocación»",
        ),
        (
            "{gate: gate.placement, state: open}",
            {"profile": {"custody": "dif"}},
            NO + "not every condition for “Placement” is met",
            NI + "no constan todas las condiciones de «Colocación»",
        ),
        (
            "{gate: gate.placement, state: shut}",
            {"profile": {"custody": "dif"}},
            YES + "not every condition for “Placement” is met",
            SI + "no constan todas las condiciones de «Colocación»",
        ),
        (
            "{gate: gate.placement, state: breached}",
            {"profile": {"custody": "dif"}},
            NO + "not every condition for “Placement” is met",
            NI + "no constan todas las condiciones de «Colocación»",
        ),
        (
            "{all: [{when: is_child}, {fact: country, is: MX}]}",
            {"profile": {"age": 15, "country": "MX"}},
            YES + "a child and Country: Mexico",
            SI + "menor de edad y País: México",
        ),
        (
            "{all: [{when: is_child}, {fact: country, is: MX}, {fact: age, is: 15}]}",
            {"profile": {"age": 15, "country": "MX"}},
            YES + "a child, Country: Mexico and Age: 15",
            SI + "menor de edad, País: México y Edad: 15",
        ),
        (
            "{all: [{when: is_child}, {not: {when: counsel_assigned}}, {fact: age, is: 9}]}",
            {"profile": {"age": 18}},
            NO + "an adult and Age: 18",
            NI + "mayor de edad y Edad: 18",
        ),
        (
            "{any: [{fact: age, is: 15}, {fact: age, is: 16}]}",
            {"profile": {"age": 18}},
            NO + "Age: 18",
            NI + "Edad: 18",
        ),
    ],
)
def test_why_a_check_applies_or_not(
    tmp_path: Path, condition: str, case: dict[str, Any], english: str, spanish: str
) -> None:
    first, second = both(judged(tmp_path, applying(condition), case))
    assert (first.applies, second.applies) == (english, spanish)


def test_a_gate_that_was_breached_is_told_as_that_only_where_it_is_asked(small: Register) -> None:
    case = read_case(small, {"as_of": AS_OF, "profile": {"custody": "dif"}})
    say = _Sayer(evaluate_case(small, replace(case, breaches=frozenset({"gate.placement"}))), "en")
    assert say.leaf(GateIs(gate="gate.placement", state="breached")) == (
        "it is on record that “Placement” was carried out although not every condition was met"
    )
    shut = "not every condition for “Placement” is met"
    assert say.leaf(GateIs(gate="gate.placement", state="shut")) == shut
    assert say.leaf(GateIs(gate="gate.placement", state="open")) == shut


def test_a_gap_that_nobody_answered_is_told_by_what_is_known(tmp_path: Path) -> None:
    words = "short: {en: Detained, es: En detención}"
    because = ", because: {yes: {en: is detained, es: está en detención}}"
    case = {"profile": {"custody": "inm"}}
    found = judged(tmp_path, {"facts.yaml": (words, words + because)}, case)
    first, second = both(found, "care.not-held")
    assert first.status == "gap because is detained"
    assert second.status == "pendiente porque está en detención"


def test_a_check_without_a_condition_applies_to_every_child(tmp_path: Path) -> None:
    first, second = both(judged(tmp_path, {}, {}))
    assert first.applies == "applies to every child"
    assert second.applies == "aplica en todos los casos"


def test_a_time_that_is_recorded_is_worded_by_its_fact(tmp_path: Path) -> None:
    changes = applying("{fact: return_at, given: true}")
    changes["facts.yaml"] = (
        "{id: return_at, group: profile, kind: time,",
        "{id: return_at, group: profile, kind: time,"
        " because: {yes: {en: a return has a date, es: el retorno tiene fecha}},",
    )
    first, second = both(judged(tmp_path, changes, {"profile": {"return_at": AS_OF}}))
    assert (first.applies, second.applies) == (
        YES + "a return has a date",
        SI + "el retorno tiene fecha",
    )


def test_a_choice_with_words_of_its_own_is_told_in_them(tmp_path: Path) -> None:
    changes = applying("{fact: country, is: MX}")
    changes["facts.yaml"] = (
        "label: {en: Mexico, es: México}}",
        "label: {en: Mexico, es: México}, because: {en: is in Mexico, es: está en México}}",
    )
    first, second = both(judged(tmp_path, changes, {"profile": {"country": "MX"}}))
    assert (first.applies, second.applies) == (YES + "is in Mexico", SI + "está en México")


def test_a_flag_that_has_no_words_for_no_is_told_by_its_name(tmp_path: Path) -> None:
    changes = applying("{fact: age_disputed, is: true}")
    changes["facts.yaml"] = (
        "short: {en: Disputed, es: En duda}",
        "short: {en: Disputed, es: En duda}, because: {yes: {en: in dispute, es: hay duda}}",
    )
    first, _ = both(judged(tmp_path, changes, {"profile": {"age_disputed": False}}))
    assert first.applies.startswith(NO + "Disputed: ")


def test_a_condition_that_has_no_words_for_no_is_told_by_its_name(tmp_path: Path) -> None:
    changes = applying("{when: is_child}")
    changes["conditions.yaml"] = (", no: {en: an adult, es: mayor de edad}", "")
    first, second = both(judged(tmp_path, changes, {"profile": {"age": 18}}))
    assert (first.applies, second.applies) == (NO + "is_child", NI + "is_child")


@pytest.mark.parametrize(
    ("case", "english", "spanish"),
    [
        ({}, "not answered yet", "aún sin respuesta"),
        (
            {"answers": {CHECK: "partly"}},
            "gap because: answered “Partly”",
            "pendiente porque se respondió «Parcialmente»",
        ),
        (
            {"answers": {CHECK: "yes"}},
            "satisfied: answered “Yes”",
            "cumplido: se respondió «Sí»",
        ),
        (
            {"answers": {CHECK: {"value": "not_applicable", "reason": "Too small."}}},
            "does not apply, by the caseworker's reason: Too small.",
            "no aplica, según el motivo anotado: Too small.",
        ),
    ],
)
def test_why_a_check_has_its_status(
    tmp_path: Path, case: dict[str, Any], english: str, spanish: str
) -> None:
    first, second = both(judged(tmp_path, {}, case))
    assert (first.status, second.status) == (english, spanish)


@pytest.mark.parametrize("answers", [{}, {"rights.consular": "yes"}])
def test_a_check_that_may_not_apply_is_not_told_by_its_answer(
    tmp_path: Path, answers: dict[str, str]
) -> None:
    first, _ = both(judged(tmp_path, {}, {"answers": answers}), "rights.consular")
    assert first.status == "it is not known yet whether this applies"


def test_a_check_that_does_not_apply_is_not_told_by_its_answer(tmp_path: Path) -> None:
    case = {"profile": {"country": "MX", "nationality": "MX"}, "answers": {"rights.consular": "no"}}
    first, _ = both(judged(tmp_path, {}, case), "rights.consular")
    assert first.status == "does not apply"


def test_a_yes_that_other_facts_contradict_is_told_as_that(tmp_path: Path) -> None:
    case = {"profile": {"custody": "inm"}, "answers": {"care.not-held": "yes"}}
    found = judged(tmp_path, {}, case)
    first, second = both(found, "care.not-held")
    assert "“Yes”" in first.status
    assert first.status.endswith("contradict")
    assert "«Sí»" in second.status
    assert second.status.endswith("contradicen")
    held = evaluate_case(
        found.register,
        read_case(found.register, {"as_of": AS_OF, "answers": {"care.not-held": "no"}}),
    )
    assert both(held, "care.not-held")[0].status == "gap because: answered “No”"
    unanswered = evaluate_case(
        found.register,
        read_case(found.register, {"as_of": AS_OF, "profile": {"custody": "inm"}}),
    )
    assert both(unanswered, "care.not-held")[0].status.startswith("gap")


WITHIN = "within: {hours: 24}"


@pytest.mark.parametrize(
    ("within", "case", "english", "spanish"),
    [
        (
            WITHIN,
            {"profile": CONTACT},
            "due 10 Nov 2026, 12:00, 24 h after contact",
            "vence el 10 nov 2026, 12:00, 24 h contadas desde el contacto",
        ),
        (
            WITHIN,
            {"profile": CONTACT, "as_of": "2026-11-10T12:00:01-06:00", "answers": {CHECK: "no"}},
            "overdue since 10 Nov 2026, 12:00, 24 h after contact",
            "venció el 10 nov 2026, 12:00, 24 h contadas desde el contacto",
        ),
        (
            WITHIN,
            {},
            "due 24 h after contact, whose time is not recorded",
            "vence 24 h contadas desde el contacto, cuya fecha no está registrada",
        ),
        (
            "within: {hours: 0}",
            {"profile": {"encounter_at": AS_OF}},
            "due 10 Nov 2026, 12:00, at once on contact",
            "vence el 10 nov 2026, 12:00, de inmediato desde el contacto",
        ),
        (
            "within: {days: 3}",
            {"profile": CONTACT},
            "due 12 Nov 2026, 12:00, 3 days after contact",
            "vence el 12 nov 2026, 12:00, 3 días contados desde el contacto",
        ),
        (
            "within: {business_days: 5, calendar: MX}",
            {"profile": CONTACT},
            "due 17 Nov 2026, 23:59, 5 business days after contact",
            "vence el 17 nov 2026, 23:59, 5 días hábiles contados desde el contacto",
        ),
        (WITHIN, {"profile": CONTACT, "answers": {CHECK: "yes"}}, "", ""),
    ],
)
def test_by_when_and_counted_from_what(
    tmp_path: Path, within: str, case: dict[str, Any], english: str, spanish: str
) -> None:
    changes = {"sections/10-rights.yaml": (WITHIN, within)}
    first, second = both(judged(tmp_path, changes, case))
    assert (first.due, second.due) == (english, spanish)


def test_a_check_without_a_clock_is_never_due_and_one_that_may_apply_is(tmp_path: Path) -> None:
    assert both(judged(tmp_path, {}, {"profile": CONTACT}), "counsel.note")[0].due == ""
    found = judged(tmp_path / "b", applying("{fact: country, is: MX}"), {"profile": CONTACT})
    assert found.findings[CHECK].status == "pending"
    assert both(found)[0].due == "due 10 Nov 2026, 12:00, 24 h after contact"


def test_a_clock_without_words_for_its_event_is_told_by_its_fact(tmp_path: Path) -> None:
    case = {"profile": {"custody": "dif", "custody_since": AS_OF}}
    found = both(judged(tmp_path, {}, case), "care.not-held")[0]
    assert found.due == "due 10 Nov 2026, 12:00, at once on custody_since"


def test_all_reasons_stand_in_one_line(tmp_path: Path) -> None:
    case = {"profile": CONTACT, "answers": {CHECK: "no"}}
    assert both(judged(tmp_path, {}, case))[0].sentence == (
        "gap because: answered “No”; applies to every child;"
        " due 10 Nov 2026, 12:00, 24 h after contact"
    )
    assert Explanation("a", "", "c").sentence == "a; c"


def test_a_value_that_the_rules_do_not_know_is_told_as_it_stands(small: Register) -> None:
    case = read_case(small, {"as_of": AS_OF, "profile": {"decisions_considered": ["stay"]}})
    say = _Sayer(evaluate_case(small, case), "en")
    unheard = FactIs(fact="decisions_considered", includes="fly")
    assert say.leaf(unheard) == "Decisions do not include “fly”"


def test_what_could_be_a_gap_is_told_by_its_titles(small: Register) -> None:
    case = read_case(small, {"as_of": AS_OF, "answers": {CHECK: "yes", "care.not-held": "yes"}})
    say = _Sayer(evaluate_case(small, case), "en")
    assert say.leaf(NoGap(no_gap=("critical",))) == "Lawyer and Not detained"


def test_what_keeps_a_gate_shut_is_told_as_a_reader_knows_it(small: Register) -> None:
    assert blocker_label(small, CHECK, "en") == "Informed"
    assert blocker_label(small, CHECK, "es") == "Informada"
    assert blocker_label(small, "approvals.bid", "en").startswith("A supervisor other than")
    assert blocker_label(small, "gate.closure", "en") == "Closure"
    assert blocker_label(small, "gate.closure", "es") == "Cierre"
    assert blocker_label(small, "profile.country", "es") == "País"
    assert blocker_label(small, "profile.unheard-of", "en") == "profile.unheard-of"


def test_an_answer_is_told_as_the_form_shows_it(small: Register) -> None:
    assert answer_label(small, small.checks[CHECK], "unknown", "en") == "Not known"
    assert answer_label(small, small.checks["care.outcome"], "stay", "es") == "Permanencia"
    assert answer_label(small, small.checks["counsel.note"], "Hello", "es") == "Hello"


def test_a_moment_is_told_in_its_own_zone() -> None:
    moment = datetime.fromisoformat("2026-01-05T08:05:59-06:00")
    assert moment_label(moment, "en") == "5 Jan 2026, 08:05"
    assert moment_label(moment, "es") == "5 ene 2026, 08:05"


def test_a_day_is_told_without_an_hour() -> None:
    assert day_label(date(2026, 1, 5), "en") == "5 Jan 2026"
    assert day_label(date(2026, 1, 5), "es") == "5 ene 2026"
    # neither the day of the year nor the year of its week
    assert day_label(date(2027, 2, 1), "en") == "1 Feb 2027"
    assert day_label(date(2027, 1, 1), "es") == "1 ene 2027"
