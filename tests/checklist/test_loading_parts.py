"""The parts that a register may have or leave out, and registers that stand in no folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from intake.checklist.loading import build_register, load_register
from intake.checklist.parts import Text
from intake.checklist.reading import RulesError, read_files
from intake.checklist.register import Register
from tests.checklist.test_loading import SMALL, change, line_of

TOPICS = (
    "topics:\n"
    "  - {id: stay, title: {en: Stay, es: Estancia}, intro: {en: Where., es: Dónde.}}\n"
    "  - {id: way, title: {en: Way, es: Camino}, intro: {en: How., es: Cómo.}}\n"
)
CAUSES = (
    "causes:\n"
    "  - {id: no_staff, label: {en: No staff, es: Sin personal}}\n"
    "  - {id: no_room, label: {en: No room, es: Sin lugar}}\n"
)
RETURN_AT = "{id: return_at, group: profile, kind: time,"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "rules"))


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def told(rules: Path, *, complete: bool = False) -> list[str]:
    with pytest.raises(RulesError) as refused:
        load_register(rules, complete=complete)
    return [problem.removeprefix(f"{rules}/") for problem in refused.value.problems]


def test_topics_and_causes_may_be_left_out(small: Register) -> None:
    assert (small.topics, small.causes) == ({}, {})


def test_topics_and_causes_are_kept_by_their_ids_in_order(rules: Path) -> None:
    append(rules / "facts.yaml", TOPICS)
    change(rules / "facts.yaml", RETURN_AT, f"{RETURN_AT} topic: way,")
    (rules / "causes.yaml").write_text(CAUSES, encoding="utf-8")
    register = load_register(rules)
    assert [(name, topic.id) for name, topic in register.topics.items()] == [
        ("stay", "stay"),
        ("way", "way"),
    ]
    assert register.topics["way"].intro == Text(en="How.", es="Cómo.")
    assert register.facts["return_at"].topic == "way"
    assert list(register.causes) == ["no_staff", "no_room"]
    assert register.causes["no_room"].label == Text(en="No room", es="Sin lugar")


def test_a_file_of_causes_without_any_holds_none(rules: Path) -> None:
    (rules / "causes.yaml").write_text("other: []\n", encoding="utf-8")
    assert load_register(rules).causes == {}


def test_topics_and_causes_that_are_no_list_are_refused(rules: Path) -> None:
    append(rules / "facts.yaml", "topics: {stay: 1}\n")
    line = line_of(rules / "facts.yaml", "topics:")
    (rules / "causes.yaml").write_text("causes: none\n", encoding="utf-8")
    assert told(rules) == [
        f"facts.yaml:{line}: topics: needs a list",
        "causes.yaml:1: causes: needs a list",
    ]


def test_a_topic_or_cause_that_is_broken_or_stands_twice_is_told_where_it_is(rules: Path) -> None:
    append(rules / "facts.yaml", TOPICS.replace("id: way", "id: stay"))
    line = line_of(rules / "facts.yaml", "{en: Way")
    (rules / "causes.yaml").write_text(CAUSES.replace("es: Sin lugar", "fr: Pas"), encoding="utf-8")
    problems = told(rules)
    assert problems[0] == f"facts.yaml:{line}: topics.1: stay: the id stands twice"
    assert problems[1].startswith("causes.yaml:3: causes.1.label.es: ")
    assert {problem.partition(":")[0] for problem in problems} == {"facts.yaml", "causes.yaml"}


def test_a_problem_of_a_topic_is_told_of_the_topic(rules: Path) -> None:
    append(rules / "facts.yaml", TOPICS.replace("es: Camino", "es: Way"))
    line = line_of(rules / "facts.yaml", "{en: Way")
    assert told(rules, complete=True)[0].startswith(
        f"facts.yaml:{line}: topics.1.title: way: the same text in both languages"
    )


@pytest.mark.parametrize("alike", ["{No: 1}", "INM", "[INM, 1]", "[INM, [DIF]]"])
def test_the_words_alike_are_a_list_of_words(rules: Path, alike: str) -> None:
    change(rules / "register.yaml", '["No", INM, DIF, CBP, ICE, ORR]', alike)
    assert "register.yaml:3: alike: needs a list of words" in told(rules, complete=True)
    # who does not ask for completeness is not told
    assert load_register(rules).version == "test"


def test_without_words_alike_every_word_is_translated(rules: Path) -> None:
    change(rules / "register.yaml", 'alike: ["No", INM, DIF, CBP, ICE, ORR]\n', "")
    problems = told(rules, complete=True)
    line = line_of(rules / "words.yaml", "answer_no:")
    assert any(
        problem.startswith(f"words.yaml:{line}: answer_no: the same") for problem in problems
    )
    assert not [problem for problem in problems if "needs a list" in problem]


def test_a_register_is_built_from_files_and_its_problems_bear_the_label_given() -> None:
    files = read_files(SMALL)
    label = Path("nowhere")
    assert build_register(files, label).sha256 == load_register(SMALL).sha256
    assert build_register(files, label, complete=True).version == "test"
    without = {name: content for name, content in files.items() if name != "gates.yaml"}
    with pytest.raises(RulesError) as refused:
        build_register(without, label)
    assert refused.value.problems[0] == "nowhere/gates.yaml:1: (file): the file is missing"


def test_what_is_idle_is_refused_only_where_completeness_is_asked_for(rules: Path) -> None:
    change(rules / "gates.yaml", "es: Espere.", "es: Wait.")
    files = read_files(rules)
    assert build_register(files, rules).gates["gate.return"].shut.es == "Wait."
    with pytest.raises(RulesError):
        build_register(files, rules, complete=True)
