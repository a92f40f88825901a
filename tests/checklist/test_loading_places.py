"""Where each problem of the rules is told to be: the file, the line and the key, exactly."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from intake.checklist.loading import content_hash, load_register
from intake.checklist.reading import RulesError, read_files

SMALL = Path(__file__).parent / "rules_small"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "rules"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def told(rules: Path) -> list[str]:
    with pytest.raises(RulesError) as refused:
        load_register(rules)
    return [problem.removeprefix(f"{rules}/") for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("register.yaml", 'version: "test"', "version: ~", "register.yaml:1: version: needs a text"),
        ("register.yaml", 'version: "test"', "version: 7", "register.yaml:1: version: needs a text"),
        ("register.yaml", 'version: "test"', 'version: ""', "register.yaml:1: version: needs a text"),
        ("register.yaml", "es: Un", "fr: Un", "register.yaml:2: title.es: Field required"),
        ("gates.yaml", "gates:", "doors:", "gates.yaml:1: gates: needs a list"),
        (
            "choices/countries.yaml",
            "choices:",
            "countries:",
            "choices/countries.yaml:1: choices: needs a list",
        ),
        (
            "gates.yaml",
            "    applies_if: {when: return_considered}",
            "    choices_from: countries\n    applies_if: {when: return_considered}",
            "gates.yaml:6: gates.0.choices_from: Extra inputs",
        ),
        (
            "sections/10-rights.yaml",
            "fact: foreign_national",
            "fact: foreigner",
            "sections/10-rights.yaml:17: checks.1: rights.consular: unknown fact foreigner",
        ),
        (
            "conditions.yaml",
            "{fact: is_child, is: true}",
            "{fact: is_child, is: [a]}",
            "conditions.yaml:3: conditions.0.is.is: Input should be",
        ),
        (
            "conditions.yaml",
            "{fact: is_child, is: true}",
            "{not: {all: [{fact: is_child, is: true}, {known: {when: 7}}]}}",
            "conditions.yaml:3: conditions.0.is.not.all.1.known.when: Input should be",
        ),
        (
            "sections/10-rights.yaml",
            "within: {hours: 24}}",
            "within: {hours: 24}, if: {any: [{fact: country, in: MX}]}}",
            "sections/10-rights.yaml:12: checks.0.clocks.0.if.any.0.in: Input should be",
        ),
        (
            "sections/10-rights.yaml",
            "basis: [{instrument: CRC",
            "basis: [{colour: a, instrument: CRC",
            "sections/10-rights.yaml:16: checks.0.basis.0.colour: Extra inputs",
        ),
    ],
)  # fmt: skip
def test_a_problem_is_told_where_it_is(
    rules: Path, file: str, old: str, new: str, place: str
) -> None:
    change(rules / file, old, new)
    found = told(rules)
    assert any(problem.startswith(place) for problem in found), found
    assert all(problem.split(":", 1)[0] == file for problem in found), found


def test_only_a_fact_takes_a_long_list_of_choices(rules: Path) -> None:
    change(rules / "gates.yaml", "    applies_if:", "    choices_from: countries\n    applies_if:")
    assert len(told(rules)) == 1


def test_a_key_that_is_named_like_a_condition_is_told_as_it_stands(rules: Path) -> None:
    change(rules / "gates.yaml", "    applies_if:", "    when: is_child\n    applies_if:")
    assert told(rules) == ["gates.yaml:6: gates.0.when: Extra inputs are not permitted"]


def test_the_version_has_an_example(rules: Path) -> None:
    change(rules / "register.yaml", 'version: "test"', "version: 7")
    assert told(rules) == ['register.yaml:1: version: needs a text such as "2026.11"']


def test_a_wrong_value_is_told_once_for_each_kind_it_could_be_at_the_same_key(rules: Path) -> None:
    change(rules / "conditions.yaml", "{fact: is_child, is: true}", "{fact: is_child, is: [a]}")
    keys = {problem.split(": ")[1] for problem in told(rules)}
    assert keys == {"conditions.0.is.is"}


def test_every_section_that_is_broken_is_told(rules: Path) -> None:
    change(rules / "sections/10-rights.yaml", "severity: critical", "severity: awful")
    change(rules / "sections/20-counsel.yaml", "severity: medium", "severity: awful")
    files = {problem.split(":", 1)[0] for problem in told(rules)}
    assert {"sections/10-rights.yaml", "sections/20-counsel.yaml"} <= files


def test_two_sections_of_one_id_are_refused(rules: Path) -> None:
    shutil.copy(rules / "sections/30-care.yaml", rules / "sections/40-care.yaml")
    found = told(rules)
    assert found[0] == "sections/40-care.yaml:1: (file): care: the id stands twice"
    assert "sections/40-care.yaml:5: checks.0: care.not-held: the id stands twice" in found


def test_words_that_are_no_mapping_are_refused(rules: Path) -> None:
    (rules / "words.yaml").write_text("[answer_yes]\n", encoding="utf-8")
    assert told(rules) == ["words.yaml:1: (file): needs words, each with en and es"]


def test_a_long_list_of_choices_may_give_its_labels_whole(rules: Path) -> None:
    change(
        rules / "choices/countries.yaml",
        "{value: NO, en: Norway, es: Noruega}",
        "{value: NO, label: {en: Norway, es: Noruega}, because: {en: from Norway, es: noruega}}",
    )
    choice = load_register(rules).facts["nationality"].choice("NO")
    assert choice is not None
    assert choice.label.es == "Noruega"
    assert choice.because is not None
    assert choice.because.en == "from Norway"


def test_a_choice_that_is_only_a_word_is_refused(rules: Path) -> None:
    change(rules / "choices/countries.yaml", "{value: NO, en: Norway, es: Noruega}", "NO")
    assert told(rules)[0].startswith("facts.yaml:")


def test_the_hash_is_over_names_and_contents_in_the_order_of_the_names(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    files = {"a.yaml": b"1", "a/b.yaml": b"23", "b.yaml": b""}
    for name, content in reversed(files.items()):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "README.md").write_bytes(b"not a rule")
    wanted = hashlib.sha256()
    for name in ("a.yaml", "a/b.yaml", "b.yaml"):
        wanted.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    assert content_hash(read_files(tmp_path)) == wanted.hexdigest()
