"""Every way to break a rules file: the error says which file, which line, which key, and why."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from intake.checklist.loading import content_hash, load_register
from intake.checklist.reading import RulesError, read_files, read_source

SMALL = Path(__file__).parent / "rules_small"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "rules"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_the_small_register_loads_whole() -> None:
    register = load_register(SMALL)
    assert list(register.checks)[:2] == ["rights.informed", "rights.consular"]
    assert set(register.gates) == {"gate.return", "gate.placement", "gate.closure"}


def test_yes_and_no_and_norway_stay_words() -> None:
    register = load_register(SMALL)
    assert "NO" in register.facts["nationality"].values
    assert register.conditions["is_child"].because.yes.en == "a child"
    assert register.checks["care.violation"].values == (
        *("yes", "partly", "no", "unknown", "not_applicable"),
    )


def test_only_true_and_false_are_booleans(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text('[yes, NO, on, Off, true, false, "true", ~, 12, 012, 1e3, 2026-11-02]\n')
    assert read_source(file, file.read_bytes()).value == [
        *("yes", "NO", "on", "Off", True, False, "true", None, 12, 12, "1e3", "2026-11-02"),
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "reason"),
    [
        (
            "gates.yaml",
            "{check: rights.informed,",
            "{check: rights.x,",
            "gate.return",
            "unknown check rights.x",
        ),
        (
            "gates.yaml",
            "{approval: bid}",
            "{approval: king}",
            "gate.return",
            "unknown approval king",
        ),
        ("gates.yaml", "[critical, high]", "[awful]", "gate.closure", "unknown severity awful"),
        ("gates.yaml", "answered: [return]", "answered: [fly]", "gate.return", "has no answer fly"),
        ("gates.yaml", "when: return_considered", "when: x", "gate.return", "unknown condition x"),
        ("gates.yaml", "id: gate.return", "id: return", "return", "begins with gate."),
        (
            "alerts.yaml",
            "while_shut: gate.return",
            "while_shut: gate.x",
            "return_shut",
            "unknown gate gate.x",
        ),
        ("conditions.yaml", "fact: is_child", "fact: is_kid", "is_child", "unknown fact is_kid"),
        ("conditions.yaml", "is: true", "is: yes", "is_child", "is true or false, not yes"),
        (
            "conditions.yaml",
            "includes: return",
            "includes: fly",
            "return_considered",
            "has no value fly",
        ),
        ("conditions.yaml", "includes: return", "is: return", "return_considered", "use includes"),
        (
            "sections/30-care.yaml",
            "from: gbv_disclosed_at",
            "from: country",
            "care.gbv-services",
            "no time",
        ),
        (
            "sections/30-care.yaml",
            "id: care.outcome",
            "id: end.outcome",
            "end.outcome",
            "must begin with",
        ),
        (
            "sections/10-rights.yaml",
            "from: determination",
            "from: end",
            "rights.feedback",
            "no value end",
        ),
        (
            "sections/10-rights.yaml",
            "MX: procuraduria",
            "MX: police",
            "rights.informed",
            "unknown authority police",
        ),
        (
            "sections/10-rights.yaml",
            "[MX-6]",
            "[MX-7]",
            "rights.informed",
            "unknown recommendation MX-7",
        ),
        (
            "sections/10-rights.yaml",
            "instrument: CRC",
            "instrument: ABC",
            "rights.informed",
            "unknown instrument ABC",
        ),
        ("recommendations.yaml", "ind.rights-24h", "ind.x", "MX-6", "unknown indicator ind.x"),
        ("recommendations.yaml", '"rights.*"', '"law.*"', "MX-6", "no check is called law.*"),
        ("recommendations.yaml", "[gate.return]", "[gate.x]", "MX-6", "unknown gate gate.x"),
        ("indicators.yaml", "[MX-6]", "[MX-9]", "ind.rights-24h", "unknown recommendation MX-9"),
        (
            "facts.yaml",
            "choices_from: countries",
            "choices_from: planets",
            "nationality",
            "needs choices",
        ),
    ],
)
def test_a_name_that_is_not_known_is_refused(
    rules: Path, file: str, old: str, new: str, key: str, reason: str
) -> None:
    change(rules / file, old, new)
    with pytest.raises(RulesError) as refused:
        load_register(rules)
    problems = [problem for problem in refused.value.problems if reason in problem]
    assert problems, refused.value
    assert re.match(rf"{re.escape(str(rules / file))}:\d+: .*{re.escape(key)}: ", problems[0])


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "reason"),
    [
        (
            "sections/10-rights.yaml",
            "title: {en: Informed, es: Informada}",
            "title: {en: Informed}",
            "checks.0.title.es",
            "required",
        ),
        (
            "sections/10-rights.yaml",
            "title: {en: Informed, es: Informada}",
            'title: {en: Informed, es: ""}',
            "checks.0.title.es",
            "at least 1",
        ),
        (
            "sections/10-rights.yaml",
            "severity: critical",
            "severity: dreadful",
            "checks.0.severity",
            "critical",
        ),
        (
            "sections/10-rights.yaml",
            "within: {hours: 24}",
            "within: {hours: soon}",
            "checks.0.clocks.0.within.hours",
            "integer",
        ),
        (
            "sections/10-rights.yaml",
            "within: {hours: 24}",
            "within: {hours: 24, days: 1}",
            "checks.0.clocks.0.within",
            "exactly one of",
        ),
        (
            "sections/10-rights.yaml",
            "severity: critical",
            "severity: critical\n    colour: red",
            "checks.0.colour",
            "not permitted",
        ),
        (
            "sections/10-rights.yaml",
            "recommendations: [MX-6]",
            "recommendations: MX-6",
            "checks.0.recommendations",
            "tuple",
        ),
        (
            "sections/10-rights.yaml",
            "{fact: stage, from: determination}",
            "{fakt: stage}",
            "checks.2.applies_if",
            "not a condition",
        ),
        (
            "sections/30-care.yaml",
            "{fact: in_immigration_detention, is: true}",
            "{fact: custody}",
            "checks.0.gap_if.any.1",
            "exactly one of",
        ),
        (
            "gates.yaml",
            "status: satisfied",
            "status: perfect",
            "gates.0.opens_if.all.0.status",
            "satisfied",
        ),
        (
            "instruments.yaml",
            "reviewed: false",
            "reviewed: no",
            "instruments.0.reviewed",
            "boolean",
        ),
        ("facts.yaml", "least: 0", "least: '0'", "facts.3.least", "integer"),
        (
            "words.yaml",
            'answer_yes: {en: "Yes", es: "Sí"}',
            'answer_yes: {en: "Yes"}',
            "answer_yes.es",
            "required",
        ),
        ("register.yaml", 'version: "test"', "version: 7", "version", "needs a text"),
        ("choices/countries.yaml", "es: Noruega", "fr: Norvège", "label.es", "string"),
    ],
)
def test_a_wrong_type_or_a_missing_translation_is_refused(
    rules: Path, file: str, old: str, new: str, key: str, reason: str
) -> None:
    change(rules / file, old, new)
    with pytest.raises(RulesError) as refused:
        load_register(rules)
    problem = next(problem for problem in refused.value.problems if key in problem)
    assert re.match(r".+\.yaml:\d+: ", problem)
    assert reason in problem


def test_the_line_is_that_of_the_key(rules: Path) -> None:
    file = rules / "sections" / "30-care.yaml"
    change(file, "severity: high", "severity: awful")
    with pytest.raises(RulesError) as refused:
        load_register(rules)
    assert f"{file}:{line_of(file, 'awful')}: checks.1.severity: " in str(refused.value)


def test_all_problems_are_told_at_once(rules: Path) -> None:
    change(rules / "sections" / "10-rights.yaml", "severity: critical", "severity: awful")
    change(rules / "alerts.yaml", "es: Vencido", "fr: Expiré")
    with pytest.raises(RulesError) as refused:
        load_register(rules)
    assert "10-rights.yaml" in str(refused.value)
    assert "alerts.yaml" in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "circle"),
    [
        (
            "{check: counsel.assigned, answered: [yes, partly]}",
            "{when: return_considered}",
            "counsel_assigned -> return_considered -> counsel_assigned",
        ),
        (
            "{check: counsel.assigned, answered: [yes, partly]}",
            "{check: counsel.chosen, status: settled}",
            "counsel_assigned -> counsel.chosen (status) -> counsel_assigned",
        ),
        ("{fact: is_child, is: true}", "{no_gap: [critical]}", "is_child -> "),
    ],
)
def test_a_condition_that_needs_itself_is_refused(
    rules: Path, old: str, new: str, circle: str
) -> None:
    file = rules / "conditions.yaml"
    change(file, old, new)
    if "when: return_considered" in new:
        change(file, "{known: {fact: return_at, given: true}}", "{when: counsel_assigned}")
    with pytest.raises(RulesError) as refused:
        load_register(rules)
    assert f"circular condition: {circle}" in str(refused.value)


def test_two_findings_that_need_each_other_are_refused(rules: Path) -> None:
    file = rules / "sections" / "30-care.yaml"
    change(
        file,
        "{check: care.violation, answered: [yes, partly, unknown]}",
        "{check: care.not-held, status: satisfied}",
    )
    change(
        file,
        "{fact: in_immigration_detention, is: true}",
        "{check: care.violation, status: satisfied}",
    )
    with pytest.raises(RulesError, match="circular condition: care"):
        load_register(rules)


def test_an_id_that_stands_twice_is_refused(rules: Path) -> None:
    file = rules / "sections" / "20-counsel.yaml"
    change(file, "id: counsel.chosen", "id: counsel.assigned")
    with pytest.raises(RulesError, match=r"20-counsel.yaml:\d+: .*counsel.assigned: .*twice"):
        load_register(rules)


def test_a_fact_and_a_condition_may_share_their_id() -> None:
    register = load_register(SMALL)
    assert "is_child" in register.facts
    assert "is_child" in register.conditions


def test_a_key_that_stands_twice_is_refused(rules: Path) -> None:
    file = rules / "register.yaml"
    file.write_text(file.read_text() + 'version: "again"\n')
    with pytest.raises(RulesError, match=r"register.yaml:4: version: the key stands twice"):
        load_register(rules)


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"gates: [\n", 2, ""),
        (b"gates:\n  - a\n b\n", 3, ""),
        (b"gates: \xff\xfe\n", 1, "not UTF-8"),
        (b"", 1, "empty"),
        (b"# nothing\n", 1, "empty"),
        (b"just words\n", 1, "needs a list"),
        (b"gates: {a: b}\n", 1, "needs a list"),
        (b"gates: [a]\n", 1, ""),
        (b"a: &x [*x]\n", 1, "alias"),
        (b"a: 1\n---\nb: 2\n", 2, ""),
        (b"? [a]\n: b\n", 1, "key"),
        (b"a: \x00\n", 1, ""),
    ],
)
def test_what_is_no_usable_yaml_is_refused(
    rules: Path, content: bytes, line: int, reason: str
) -> None:
    (rules / "gates.yaml").write_bytes(content)
    with pytest.raises(RulesError, match=rf"gates.yaml:{line}: .*: .*{reason}"):
        load_register(rules)


def test_a_missing_file_is_named(rules: Path) -> None:
    (rules / "gates.yaml").unlink()
    with pytest.raises(RulesError, match=r"gates.yaml:1: \(file\): the file is missing"):
        load_register(rules)


def test_one_changed_letter_changes_the_hash_and_the_order_of_writing_does_not(rules: Path) -> None:
    before = content_hash(read_files(rules))
    assert before == content_hash(read_files(SMALL))
    change(rules / "words.yaml", "Yes", "Yea")
    assert content_hash(read_files(rules)) != before
