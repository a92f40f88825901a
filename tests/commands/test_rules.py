"""`intake rules` as a lawyer meets it at a terminal: what is said, and with which exit status."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from intake.checklist.loading import load_register
from intake.cli import main
from intake.commands.rules.listing import KINDS
from intake.resources import resource_dir
from tests.checklist.test_loading import SMALL, change, line_of

RIGHTS = "sections/10-rights.yaml"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "rules"))


def run(*args: str | Path, columns: int = 100) -> Result:
    return CliRunner(env={"COLUMNS": str(columns)}).invoke(main, ["rules", *map(str, args)])


def lines(result: Result, status: int = 0) -> list[str]:
    assert result.exit_code == status, result.stderr
    return result.stdout.splitlines()


def refused(result: Result) -> str:
    """The one line of an error."""
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert result.stderr.count("\n") == 1
    return result.stderr.rstrip("\n")


class TestCheck:
    def test_a_register_that_is_fit_is_counted(self) -> None:
        said = lines(run("check", SMALL))
        assert said[0] == f"ok: register test, sha256 {load_register(SMALL).sha256}"

    def test_the_rules_kept_here_are_fit(self) -> None:
        assert lines(run("check"))[0].startswith("ok: register ")

    def test_each_problem_is_one_line_with_file_line_key_and_reason(self, rules: Path) -> None:
        change(rules / RIGHTS, "es: Informada", "es: Informed")
        change(rules / "words.yaml", "“{fact}” is not recorded", "not recorded")
        result = run("check", rules)
        title, places = (rules / RIGHTS, "Informed, es"), (rules / "words.yaml", "fact_unknown")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.splitlines() == [
            f"intake: {title[0]}:{line_of(*title)}: checks.0.title: rights.informed: the same text in"
            " both languages: translate it, or name its words under alike in register.yaml",
            f"intake: {places[0]}:{line_of(*places)}: fact_unknown: {{fact}} stands in es and is"
            " missing in en",
        ]


class TestList:
    def test_a_table_names_everything_by_its_id(self) -> None:
        said = lines(run("list", SMALL))
        assert [line for line in said if line.isupper() and line.endswith(")")] == [
            *("RECOMMENDATIONS (1)", "INSTRUMENTS (1)", "CHECKS (11)", "GATES (3)"),
            *("INDICATORS (1)", "ALERTS (3)", "AUTHORITIES (2)"),
            *(f"FACTS ({len(load_register(SMALL).facts)})", "NAMED CONDITIONS (3)"),
        ]
        for name in ("MX-6", "CRC", "counsel.assigned", "gate.return", "ind.rights-24h", "orr"):
            assert name in said

    def test_a_check_has_its_section_severity_clocks_recommendations_basis_and_condition(
        self,
    ) -> None:
        said = lines(run("list", SMALL, "--kind", "checks", columns=120))
        assert "[rights] Rights" in said
        row = said[said.index("rights.informed") + 1]
        assert row.split("  ")[1] == "Informed"
        for cell in ("yn", "Critical", "24 h after contact", "MX-6", "CRC art. 12", "always"):
            assert cell in row

    @pytest.mark.parametrize("columns", [40, 80, 100, 120, 300])
    @pytest.mark.parametrize("language", ["en", "es"])
    def test_a_table_fits_the_terminal(self, columns: int, language: str) -> None:
        said = lines(run("list", "--lang", language, columns=columns))
        assert max(map(len, said)) <= min(120, max(80, columns))

    def test_words_are_in_the_language_asked_for(self) -> None:
        said = "\n".join(lines(run("list", SMALL, "--lang", "es", "--kind", "checks")))
        assert "VERIFICACIONES (11)" in said
        assert "Crítica" in said

    def test_json_holds_every_kind_and_the_conditions_as_they_stand(self) -> None:
        listed = json.loads(run("list", SMALL, "--format", "json").stdout)
        register = load_register(SMALL)
        assert listed["register"] == {"version": "test", "sha256": register.sha256}
        assert list(listed) == ["register", "language", *KINDS]
        assert [one["id"] for one in listed["checks"]] == list(register.checks)
        assert listed["checks"][3] == {
            "id": "counsel.assigned",
            "section": "counsel",
            "type": "yn",
            "title": "Lawyer",
            "question": "Lawyer assigned?",
            "help": "A letter.",
            "answers": ["yes", "partly", "no", "unknown", "not_applicable"],
            "severity": "critical",
            "clocks": [
                {
                    "from": "encounter_at",
                    "within": {"hours": 48},
                    "if": {"fact": "country", "is": "US"},
                    "words": "48 h after contact, if “Country” is “United States”",
                },
                {
                    "from": "encounter_at",
                    "within": {"hours": 72},
                    "words": "72 h after contact",
                },
            ],
            "action": "Assign a lawyer.",
            "responsible": {"MX": "procuraduria", "US": "orr"},
            "recommendations": ["MX-6"],
            "basis": [],
            "applies_if": {"when": "is_child"},
            "applies_if_words": "a child",
            "gap_if": None,
            "gap_if_words": "the answer is “Partly”, “No” or “Not known”",
        }
        assert listed["checks"][0]["basis"] == [
            {"instrument": "CRC", "article": "12", "reviewed": False}
        ]

    @pytest.mark.parametrize("kind", KINDS)
    def test_one_kind_alone(self, kind: str) -> None:
        listed = json.loads(run("list", "--format", "json", "--kind", kind).stdout)
        assert list(listed) == ["register", "language", kind]
        kept = getattr(load_register(resource_dir("rules")), kind)
        ids = list(kept) if isinstance(kept, dict) else [part.id for part in kept]
        if kind != "checks":
            assert [one["id"] for one in listed[kind]] == ids

    def test_the_readme_names_every_key_of_the_json(self) -> None:
        readme = (resource_dir("rules") / "README.md").read_text(encoding="utf-8")
        listed = json.loads(run("list", "--format", "json").stdout)
        for kind in KINDS:
            for key in listed[kind][0]:
                assert f"`{key}`" in readme, f"{kind}.{key}"

    def test_a_broken_folder_is_one_line(self, tmp_path: Path) -> None:
        assert refused(run("list", tmp_path)).startswith(f"intake: rules: {tmp_path}/register.yaml")


class TestExplain:
    def test_a_check_is_told_whole(self) -> None:
        said = "\n".join(lines(run("explain", "rights.informed", SMALL)))
        assert said == "\n".join(
            [
                "rights.informed  Informed",
                *("", "Section", "  Rights"),
                *("", "Question", "  Told of its rights?"),
                *("", "Help", "  A record."),
                *("", "Answers", "  Yes, Partly, No, Not known or Does not apply to this child"),
                *("", "Applies if", "  always, for every child"),
                *("", "A gap if", "  the answer is “Partly”, “No” or “Not known”"),
                *("", "Severity", "  Critical"),
                *("", "Deadline", "  24 h after contact"),
                *("", "What to do", "  Tell the child."),
                *("", "Responsible"),
                *("  Mexico: Protection authority", "  United States: Refugee office"),
                *("", "Recommendations", "  MX-6  Heard"),
                *("", "Legal basis"),
                "  CRC art. 12  Convention on the Rights of the Child [not yet reviewed by a lawyer]",
                *("", "Used by"),
                "  gate gate.return  Return: for whether it opens",
                "  gate gate.closure  Closure: for whether it opens",
                "  alert late  Late: rises when the deadline has passed",
            ]
        )

    def test_a_reviewed_citation_says_so(self, rules: Path) -> None:
        change(rules / "instruments.yaml", "reviewed: false", "reviewed: true")
        said = run("explain", "rights.informed", rules, "--lang", "es").stdout
        assert "CDN art. 12  Convención sobre los Derechos del Niño [revisado]" in said

    def test_named_conditions_are_opened_below(self) -> None:
        said = lines(run("explain", "gate.return", SMALL))
        place = said.index("Named conditions used")
        assert said[place + 1 : place + 5] == [
            "  return_considered  return considered",
            "    - at least one of these holds:",
            "      - “Decisions” include “Return”",
            "      - “Return” is recorded (not known counts as no)",
        ]

    def test_a_gate_lists_what_must_hold(self) -> None:
        said = lines(run("explain", "gate.return", SMALL, "--lang", "es"))
        place = said.index("Procede si")
        assert said[place + 1 : place + 4] == [
            "  se cumple todo lo siguiente:",
            "    - se cumple «Informada» (rights.informed)",
            "    - se cumple «Asesoría» (counsel.assigned)",
        ]
        assert said[-1].startswith("  alerta return_shut  ")
        assert said[-1].endswith(": se activa solo mientras no procede")

    def test_a_recommendation_names_what_carries_it_out(self) -> None:
        said = lines(run("explain", "MX-6", SMALL))
        assert said[said.index("Indicators") + 1] == "  ind.rights-24h  Told within a day"
        assert "  counsel.chosen  Choice of lawyer" in said
        assert said[said.index("Gates") + 1] == "  gate.return  Return"

    @pytest.mark.parametrize("language", ["en", "es"])
    def test_everything_in_the_rules_can_be_explained(self, language: str) -> None:
        register = load_register(resource_dir("rules"))
        for name in ("bid.outcome", "compliance.violation-observed", *register.gates, "BI-1"):
            said = lines(run("explain", name, "--lang", language, columns=80))
            assert len(said) > 10
            assert max(map(len, said)) <= 80

    @pytest.mark.parametrize(
        ("typed", "hint"),
        [
            ("rights.informd", "did you mean rights.informed"),
            ("RIGHTS.INFORMED", "did you mean rights.informed"),
            ("gate.retun", "did you mean gate.return"),
            ("mx6", "did you mean MX-6"),
            ("zzz", "`intake rules list` names all"),
        ],
    )
    def test_an_unknown_id_is_refused_with_what_comes_close(self, typed: str, hint: str) -> None:
        line = refused(run("explain", typed, SMALL))
        assert line.startswith(f"intake: {typed}: no check, gate or recommendation has this id; ")
        assert hint in line


class TestDiff:
    def test_the_same_is_0(self, rules: Path) -> None:
        said = lines(run("diff", SMALL, rules))
        assert said[-1] == "Both are the same register."

    def test_a_severity_is_one_sentence_and_1(self, rules: Path) -> None:
        change(rules / RIGHTS, "severity: critical", "severity: high")
        said = lines(run("diff", SMALL, rules), 1)
        assert said == [
            f"- test  {load_register(SMALL).sha256}",
            f"+ test  {load_register(rules).sha256}",
            "",
            "CHECKS",
            "  rights.informed  Informed",
            "    severity: from Critical to High",
        ]
        said = lines(run("diff", SMALL, rules, "--lang", "es"), 1)
        assert said[-1] == "    gravedad: de Crítica a Alta"

    def test_long_texts_stand_one_below_the_other(self, rules: Path) -> None:
        change(rules / RIGHTS, "Told of its rights?", "Told of its rights" + " and told" * 12)
        said = lines(run("diff", SMALL, rules, columns=80), 1)
        place = said.index("    question (English):")
        assert said[place + 1] == "      before: “Told of its rights?”"
        assert said[place + 2].startswith("      now: “Told of its rights and told")
        assert max(map(len, said[2:])) <= 80

    def test_a_comment_alone_is_another_file_and_no_other_rule(self, rules: Path) -> None:
        change(rules / RIGHTS, "id: rights\n", "# seen\nid: rights\n")
        said = lines(run("diff", SMALL, rules), 1)
        assert "The rules say the same" in said[2]

    def test_what_came_and_what_went(self, rules: Path) -> None:
        change(rules / "alerts.yaml", "id: detained", "id: held")
        said = lines(run("diff", SMALL, rules), 1)
        assert said[3:] == ["ALERTS", "+ new: held  Detained", "- taken out: detained  Detained"]

    def test_a_condition_says_what_it_touches(self, rules: Path) -> None:
        change(rules / "conditions.yaml", "answered: [yes, partly]", "answered: [yes]")
        assert lines(run("diff", SMALL, rules), 1)[-1] == (
            "    (this touches counsel.chosen, counsel.met_on)"
        )

    def test_json_holds_values_as_they_stand_and_the_sentence(self, rules: Path) -> None:
        change(rules / RIGHTS, "within: {hours: 24}", "within: {days: 2}")
        result = run("diff", SMALL, rules, "--format", "json")
        assert result.exit_code == 1
        found = json.loads(result.stdout)
        assert (found["same_files"], found["same_meaning"], found["register"]) == (False, False, [])
        assert found["parts"] == [
            {
                "kind": "check",
                "id": "rights.informed",
                "name": "Informed",
                "state": "changed",
                "changes": [
                    {
                        "path": ["clocks"],
                        "old": [{"from": "encounter_at", "within": {"hours": 24}}],
                        "new": [{"from": "encounter_at", "within": {"days": 2}}],
                        "sentence": "deadline: from 24 h after contact to 2 days after contact",
                    }
                ],
                "touches": [],
            }
        ]

    def test_a_broken_folder_is_2(self, rules: Path) -> None:
        (rules / "gates.yaml").unlink()
        assert "gates.yaml:1: (file)" in refused(run("diff", SMALL, rules))
        assert "gates.yaml:1: (file)" in refused(run("diff", rules, SMALL))


class TestPrint:
    def test_a_pdf_is_written(self, tmp_path: Path) -> None:
        out = tmp_path / "rules.pdf"
        told = run("print", SMALL, "--lang", "both", "--paper", "A4", "-o", out)
        assert lines(told) == []
        assert str(out) in str(told.stderr)
        assert out.read_bytes().startswith(b"%PDF-")

    def test_a_file_must_be_named(self) -> None:
        assert refused(run("print", SMALL)).startswith("intake: -o: Missing option")

    def test_a_file_that_cannot_be_written_is_one_line(self, tmp_path: Path) -> None:
        line = refused(run("print", SMALL, "-o", tmp_path / "no" / "rules.pdf"))
        assert str(tmp_path / "no" / "rules.pdf") in line
        assert line.endswith(": No such file or directory")
