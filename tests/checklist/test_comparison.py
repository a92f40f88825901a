"""Two registers side by side: exactly what was changed is told, in both languages."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from intake.checklist.comparison import KINDS, Change, Comparison, compare
from intake.checklist.comparison_words import ComparisonSaid, say_comparison
from intake.checklist.loading import load_register
from intake.checklist.parts import Language, Part
from intake.checklist.register import Register
from intake.checklist.wording import Phrases
from tests.checklist.test_clauses import WORDS
from tests.checklist.test_loading import SMALL, change

RIGHTS, COUNSEL, CARE = (
    *("sections/10-rights.yaml", "sections/20-counsel.yaml", "sections/30-care.yaml"),
)
Edit = tuple[str, str, str]


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Comparison]:
    """The small register against a copy of it in which something was replaced."""

    def edited(*edits: Edit) -> Comparison:
        rules = Path(shutil.copytree(SMALL, tmp_path / "rules"))
        for file, old, new in edits:
            change(rules / file, old, new)
        return compare(load_register(SMALL), load_register(rules))

    return edited


def sentences(comparison: Comparison, language: Language = "en") -> list[str]:
    """Every sentence, with the ids and states of the parts."""
    said = say_comparison(comparison, Phrases(WORDS, language))
    found = [one.sentence for one in said.head]
    for _, parts in said.kinds:
        for part in parts:
            if part.difference.state != "changed":
                found.append(f"{part.difference.id}: {part.state}")
            found += [f"{part.difference.id}: {one.sentence}" for one in part.changes]
    return found


def said(comparison: Comparison) -> ComparisonSaid:
    return say_comparison(comparison, Phrases(WORDS, "en"))


def test_a_register_is_the_same_as_itself(small: Register) -> None:
    comparison = compare(small, load_register(SMALL))
    assert comparison.same_files
    assert comparison.same_meaning
    assert said(comparison) == ComparisonSaid((), ())


def test_a_comment_makes_other_files_and_the_same_rules(
    edited: Callable[..., Comparison],
) -> None:
    comparison = edited((RIGHTS, "id: rights\n", "# for review\nid: rights\n"))
    assert not comparison.same_files
    assert comparison.same_meaning


@pytest.mark.parametrize(
    ("edit", "english", "spanish"),
    [
        (
            (RIGHTS, "severity: critical", "severity: medium"),
            "rights.informed: severity: from Critical to Medium",
            "rights.informed: gravedad: de Crítica a Media",
        ),
        (
            (RIGHTS, "within: {hours: 24}", "within: {days: 2}"),
            "rights.informed: deadline: from 24 h after contact to 2 days after contact",
            "rights.informed: plazo: de 24 h contadas desde el contacto a 2 días contados desde el contacto",
        ),
        (
            (RIGHTS, "Told of its rights?", "Told of all its rights?"),
            "rights.informed: question (English): from “Told of its rights?” to “Told of all its rights?”",
            "rights.informed: pregunta (inglés): de «Told of its rights?» a «Told of all its rights?»",
        ),
        (
            (RIGHTS, "es: Infórmele.", "es: Informe."),
            "rights.informed: what to do (Spanish): from “Infórmele.” to “Informe.”",
            "rights.informed: qué hacer (español): de «Infórmele.» a «Informe.»",
        ),
        (
            (RIGHTS, "MX: procuraduria", "MX: orr"),
            "rights.informed: responsible, in Mexico: from Protection authority to Refugee office",
            "rights.informed: autoridad responsable, en México: de Procuraduría de Protección a Oficina de refugiados",
        ),
        (
            (RIGHTS, "    recommendations: [MX-6]\n    basis", "    basis"),
            "rights.informed: recommendations: from MX-6 to none",
            "rights.informed: recomendaciones: de MX-6 a ninguno",
        ),
        (
            (RIGHTS, 'article: "12"', 'article: "13"'),
            "rights.informed: legal basis: from CRC art. 12 to CRC art. 13",
            "rights.informed: fundamento: de CDN art. 12 a CDN art. 13",
        ),
        (
            (RIGHTS, 'article: "12"}', 'article: "12, 17"}, {instrument: CRC, article: "5"}'),
            "rights.informed: legal basis: from CRC art. 12 to CRC art. 12, 17; CRC art. 5",
            "rights.informed: fundamento: de CDN art. 12 a CDN art. 12, 17; CDN art. 5",
        ),
        (
            (
                "facts.yaml",
                "short: {en: Disputed, es: En duda}}",
                "short: {en: Disputed, es: En duda}, because: {yes: {en: in doubt, es: en duda},"
                " no: {en: certain, es: cierta}}}",
            ),
            "age_disputed: wording in explanations: from none to “in doubt” (“certain”)",
            "age_disputed: texto en las explicaciones: de ninguno a «en duda» («cierta»)",
        ),
        (
            (RIGHTS, "{fact: foreign_national, is: true}", "{when: is_child}"),
            "rights.consular: applies if: from “Foreign” is “Yes” to a child",
            "rights.consular: aplica si: de «Persona extranjera» es «Sí» a menor de edad",
        ),
        (
            (COUNSEL, "    applies_if: {when: is_child}\n", ""),
            "counsel.assigned: applies if: from a child to always, for every child",
            "counsel.assigned: aplica si: de menor de edad a siempre, en todos los casos",
        ),
        (
            (CARE, "    gap_if: {check: care.violation, answered: [yes, partly, unknown]}\n", ""),
            "care.violation: a gap if: from the answer is “Yes”, “Partly” or “Not known”"
            " to the answer is “Partly”, “No” or “Not known”",
            "care.violation: hay un pendiente si: de la respuesta es «Sí», «Parcialmente» o «Se desconoce»"
            " a la respuesta es «Parcialmente», «No» o «Se desconoce»",
        ),
        (
            (CARE, "{value: stay, label: {en: Stay", "{value: stay, label: {en: Remain"),
            "care.outcome: choice “stay”, wording (English): from “Stay” to “Remain”",
            "care.outcome: opción «stay», texto (inglés): de «Stay» a «Remain»",
        ),
        (
            (CARE, "      - {value: stay, label: {en: Stay, es: Permanencia}}\n", ""),
            "care.outcome: choice “stay”: from “Stay” to none",
            "care.outcome: opción «stay»: de «Permanencia» a ninguno",
        ),
        (
            ("instruments.yaml", "reviewed: false", "reviewed: true"),
            "CRC: review by a lawyer: from not yet reviewed by a lawyer to reviewed",
            "CRC: revisión jurídica: de aún sin revisión jurídica a revisado",
        ),
        (
            (
                "gates.yaml",
                "opens_if: {no_gap: [critical, high]}",
                "opens_if: {no_gap: [critical]}",
            ),
            "gate.closure: opens if: from every check of severity critical or high is satisfied or"
            " does not apply to every check of severity critical is satisfied or does not apply",
            "gate.closure: procede si: de toda verificación de gravedad crítica o alta se cumple o no"
            " aplica a toda verificación de gravedad crítica se cumple o no aplica",
        ),
        (
            ("alerts.yaml", "overdue: critical", "overdue: high"),
            "late: rises at a passed deadline of severity: from Critical to High",
            "late: se activa al vencer un plazo de gravedad: de Crítica a Alta",
        ),
        (
            ("recommendations.yaml", "addressee: [MX]", "addressee: [MX, US]"),
            "MX-6: addressed to: from Mexico to Mexico and United States",
            "MX-6: dirigida a: de México a México y Estados Unidos",
        ),
        (
            ("recommendations.yaml", "level: case", "level: both"),
            "MX-6: concerns: from each case to each case and the system",
            "MX-6: se refiere a: de cada caso a cada caso y el sistema",
        ),
        (
            ("indicators.yaml", "Children told within 24 h.", "Children told in a day."),
            "ind.rights-24h: measures (English): from “Children told within 24 h.” to “Children told in a day.”",
            "ind.rights-24h: mide (inglés): de «Children told within 24 h.» a «Children told in a day.»",
        ),
        (
            ("facts.yaml", "least: 0", "least: 1"),
            "age: least: from 0 to 1",
            "age: least: de 0 a 1",
        ),
        (
            ("authorities.yaml", "en: Refugee office", "en: Office"),
            "orr: name (English): from “Refugee office” to “Office”",
            "orr: nombre (inglés): de «Refugee office» a «Office»",
        ),
        (
            ("words.yaml", "es: Parcialmente", "es: En parte"),
            "answer_partly: text (Spanish): from “Parcialmente” to “En parte”",
            "answer_partly: texto (español): de «Parcialmente» a «En parte»",
        ),
        (
            ("register.yaml", '"test"', '"test.2"'),
            "version: from test to test.2",
            "versión: de test a test.2",
        ),
    ],
    ids=lambda value: value[2][:30] if isinstance(value, tuple) else "",
)
def test_one_edit_is_one_sentence(
    edited: Callable[..., Comparison], edit: Edit, english: str, spanish: str
) -> None:
    comparison = edited(edit)
    assert not comparison.same_files
    assert not comparison.same_meaning
    assert sentences(comparison) == [english]
    assert sentences(comparison, "es") == [spanish]


def test_a_change_holds_the_values_as_the_register_types_them(
    edited: Callable[..., Comparison],
) -> None:
    comparison = edited((RIGHTS, "severity: critical", "severity: low"))
    (difference,) = comparison.of("check")
    assert (difference.id, difference.state) == ("rights.informed", "changed")
    assert difference.changes == (Change(("severity",), "critical", "low"),)
    assert difference.old is comparison.old.checks["rights.informed"]
    assert difference.new is comparison.new.checks["rights.informed"]


def test_what_comes_and_goes_is_named(edited: Callable[..., Comparison]) -> None:
    comparison = edited(
        ("indicators.yaml", "id: ind.rights-24h", "id: ind.rights"),
        ("recommendations.yaml", "[ind.rights-24h]", "[ind.rights]"),
    )
    assert sentences(comparison) == [
        "MX-6: indicators: from ind.rights-24h to ind.rights",
        "ind.rights: new",
        "ind.rights-24h: taken out",
    ]


def test_a_check_that_only_moved_is_told_by_its_place(edited: Callable[..., Comparison]) -> None:
    text = (SMALL / RIGHTS).read_text(encoding="utf-8")
    first, second = text.index("  - id: rights.informed"), text.index("  - id: rights.consular")
    third = text.index("  - id: rights.feedback")
    moved = text[:first] + text[second:third] + text[third:] + text[first:second]
    comparison = edited((RIGHTS, text, moved))
    assert sentences(comparison) == ["rights.informed: place in the order: from 1 to 3"]


def test_a_check_in_another_section_is_one_check(edited: Callable[..., Comparison]) -> None:
    text = (SMALL / CARE).read_text(encoding="utf-8")
    check = text[text.index("  - id: care.outcome") :]
    renamed = check.replace("care.outcome", "remedy.outcome")
    before = edited(
        (CARE, check, renamed), ("gates.yaml", "check: care.outcome", "check: remedy.outcome")
    ).new
    sections = {section.id: section for section in before.sections}
    moved = sections["care"].checks[-1]
    after = _with_sections(
        before,
        sections["rights"],
        sections["counsel"].model_copy(update={"checks": (*sections["counsel"].checks, moved)}),
        sections["care"].model_copy(update={"checks": sections["care"].checks[:-1]}),
    )
    assert sentences(compare(before, after)) == [
        "remedy.outcome: section: from “Care” to “Counsel”"
    ]


def _with_sections(register: Register, *sections: Part) -> Register:
    values = {one.name: getattr(register, one.name) for one in fields(register)}
    return Register(**values | {"sections": sections})


def test_a_changed_condition_says_what_it_touches(edited: Callable[..., Comparison]) -> None:
    comparison = edited(("conditions.yaml", "answered: [yes, partly]", "answered: [yes]"))
    ((_, (part,)),) = said(comparison).kinds
    assert part.name == "has a lawyer"
    assert part.changes[0].new == "“Lawyer” (counsel.assigned) is answered “Yes”"
    assert part.touches == ("counsel.chosen", "counsel.met_on")


def test_every_part_of_a_register_is_compared() -> None:
    kept = {one.name for one in fields(Register)} - {"version", "sha256", "title"}
    assert kept <= set(KINDS.values())


def test_every_change_of_the_whole_real_register_can_be_said(small: Register) -> None:
    comparison = compare(small, load_register(Path(__file__).parents[2] / "rules"))
    for language in ("en", "es"):
        assert len(sentences(comparison, language)) > 200
