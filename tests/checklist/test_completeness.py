"""What a register is not fit for use without: each is named with its file, line, key and reason."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from intake.checklist.loading import load_register
from intake.checklist.reading import RulesError
from intake.resources import resource_dir
from tests.checklist.test_loading import SMALL, change, line_of

RIGHTS = "sections/10-rights.yaml"
COUNSEL = "sections/20-counsel.yaml"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "rules"))


def problems(rules: Path) -> list[str]:
    load_register(rules)
    with pytest.raises(RulesError) as refused:
        load_register(rules, complete=True)
    return list(refused.value.problems)


def test_the_registers_kept_here_are_complete() -> None:
    assert load_register(SMALL, complete=True).version == "test"
    assert load_register(resource_dir("rules"), complete=True).checks


def test_a_check_without_recommendation_and_basis_is_named(rules: Path) -> None:
    file = rules / RIGHTS
    change(file, "    recommendations: [MX-6]\n    basis:", "    basis:")
    load_register(rules, complete=True)
    change(file, '    basis: [{instrument: CRC, article: "12"}]\n', "")
    line = line_of(file, "id: rights.informed")
    assert problems(rules) == [
        f"{file}:{line}: checks.0: rights.informed: has neither a recommendation nor a legal basis"
    ]


def test_a_recommendation_that_nothing_carries_out_is_named(rules: Path) -> None:
    file = rules / "recommendations.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text + "  - {id: MX-7, addressee: [MX], level: case, title: {en: Idle, es: Ociosa},"
        " text: {en: Idle., es: Ociosa.}}\n",
        encoding="utf-8",
    )
    line = line_of(file, "MX-7")
    assert problems(rules) == [
        f"{file}:{line}: recommendations.1: MX-7: no check and no indicator carries it out"
    ]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (RIGHTS, "level", None),
        (RIGHTS, "recommendations: [MX-6]", "recommendations: [MX-7]"),
        ("indicators.yaml", "recommendations: [MX-6]", "recommendations: [MX-7]"),
        ("recommendations.yaml", "level: case, title: {en: Idle", "{checks}"),
    ],
    ids=["nothing", "the check names it", "the indicator names it", "it names the check"],
)
def test_one_check_or_indicator_is_enough_whichever_names_the_other(
    rules: Path, file: str, old: str, new: str | None
) -> None:
    own = rules / "recommendations.yaml"
    checks = ', checks: ["rights.*"]' if new == "{checks}" else ""
    own.write_text(
        own.read_text(encoding="utf-8")
        + "  - {id: MX-7, addressee: [MX], level: case, title: {en: New, es: Nueva},"
        f" text: {{en: New., es: Nueva.}}{checks}}}\n",
        encoding="utf-8",
    )
    if new is None:
        assert "MX-7" in problems(rules)[0]
        return
    if not checks:
        change(rules / file, old, new)
    load_register(rules, complete=True)


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        (RIGHTS, "en: Informed, es: Informada", "en: Informed, es: Informed", "checks.0.title"),
        (RIGHTS, "en: A record., es: Un registro.", "en: A record., es: A record.", "help"),
        (RIGHTS, "en: Rights, es: Derechos", "en: Rights, es: Rights", "title"),
        (RIGHTS, "en: Tell the child., es: Infórmele.", "en: Tell., es: Tell.", "checks.0.action"),
        (
            RIGHTS,
            "What the child knows., es: Lo que sabe la niña o el niño.",
            "X y, es: X y",
            "intro",
        ),
        ("gates.yaml", "en: Wait., es: Espere.", "en: Wait., es: Wait.", "gates.0.shut"),
        ("alerts.yaml", "en: Late, es: Vencido", "en: Late, es: Late", "alerts.1.title"),
        ("recommendations.yaml", "en: Heard, es: Escuchada", "en: Heard, es: Heard", "title"),
        ("words.yaml", "en: Partly, es: Parcialmente", "en: Partly, es: Partly", "answer_partly"),
        (
            "sections/30-care.yaml",
            "{en: Stay, es: Permanencia}",
            "{en: S, es: S}",
            "choices.0.label",
        ),
        ("conditions.yaml", "{en: an adult, es: mayor de edad}", "{en: A, es: A}", "because.no"),
    ],
)
def test_a_text_alike_in_both_languages_is_named(
    rules: Path, file: str, old: str, new: str, key: str
) -> None:
    change(rules / file, old, new)
    (problem,) = problems(rules)
    line = line_of(rules / file, new)
    assert re.match(rf"{re.escape(str(rules / file))}:{line}: .*{re.escape(key)}: ", problem)
    assert "the same text in both languages" in problem


def test_words_named_as_alike_may_be_alike(rules: Path) -> None:
    change(rules / RIGHTS, "en: Informed, es: Informada", 'en: "COMAR: No.", es: "COMAR: No."')
    assert "same text" in problems(rules)[0]
    change(rules / "register.yaml", '["No", ', '["No", comar, ')
    load_register(rules, complete=True)


def test_numbers_and_places_in_braces_are_no_words(rules: Path) -> None:
    change(rules / "words.yaml", "{en: Partly, es: Parcialmente}", '{en: "72, 1.", es: "72, 1."}')
    load_register(rules, complete=True)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("instruments.yaml", "{en: CRC, es: CDN}", "{en: CRC, es: CRC}"),
        ("authorities.yaml", "{en: Refugee office, es: Oficina de refugiados}", "{en: R, es: R}"),
        ("choices/countries.yaml", "es: Noruega", "es: Norway"),
    ],
)
def test_names_of_laws_authorities_and_countries_may_be_alike(
    rules: Path, file: str, old: str, new: str
) -> None:
    change(rules / file, old, new)
    load_register(rules, complete=True)


def test_a_text_of_blanks_is_empty(rules: Path) -> None:
    change(rules / COUNSEL, "en: The lawyer., es: La asesoría.", 'en: The lawyer., es: " "')
    (problem,) = problems(rules)
    assert problem.endswith("intro: counsel: the text in es is empty")


@pytest.mark.parametrize(
    ("spanish", "reason"),
    [
        ("consta en {fact}, {moment}", ["{moment} stands in es and is missing in en"]),
        ("no consta", ["{fact} stands in en and is missing in es"]),
        ("consta {fact", ["the braces in es do not pair"]),
        (
            "consta {}, {fact}",
            ["a place in braces in es has no name", "{} stands in es and is missing in en"],
        ),
    ],
)
def test_the_places_of_a_phrase_are_the_same_in_both_languages(
    rules: Path, spanish: str, reason: list[str]
) -> None:
    file = rules / "words.yaml"
    change(file, "«{fact}» no está registrado", spanish)
    line = line_of(file, "fact_unknown")
    assert problems(rules) == [f"{file}:{line}: fact_unknown: {one}" for one in reason]


def test_the_list_of_words_alike_is_a_list_of_words(rules: Path) -> None:
    change(rules / "register.yaml", '["No", INM, DIF, CBP, ICE, ORR]', "{No: 1}")
    assert any("alike: needs a list of words" in problem for problem in problems(rules))


def test_all_problems_are_told_at_once(rules: Path) -> None:
    change(rules / RIGHTS, "en: Informed, es: Informada", "en: Informed, es: Informed")
    change(rules / "alerts.yaml", "en: Late, es: Vencido", "en: Late, es: Late")
    assert len(problems(rules)) == 2
