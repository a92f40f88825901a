"""The leaflet as data: what is refused, what a translator has to write, and what the real one says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from intake.checklist.comparison import compare
from intake.checklist.leaflet import AGES, DRAWINGS, MOST_POINTS, places
from intake.checklist.loading import load_register
from intake.checklist.register import Register
from intake.resources import resource_dir
from tests.checklist.test_loading import SMALL, change, line_of
from tests.checklist.test_loading_parts import told

TEXTS = ("title", "shows", "greeting", "ask", "ask_text", "ask_shows", "caseworker", "lawyer")
LEAFLET = (
    "bands:\n"
    + "".join(
        f"  - {{id: {ages}, phone: {{en: Phone {ages}, es: Teléfono {ages}}}"
        + "".join(f", {name}: {{en: a {name}, es: un {name}}}" for name in TEXTS)
        + "}\n"
        for ages in AGES
    )
    + "points:\n"
    "  - id: told\n"
    "    drawing: language\n"
    "    shows: {en: A picture, es: Un dibujo}\n"
    "    checks: [rights.informed]\n"
    "    ages_6_11: {title: {en: Told, es: Dicho}, text: {en: They tell you., es: Te dicen.}}\n"
)
WORDS = {
    **{f"{ages}.{name}": f"{ages} {name}!" for ages in AGES for name in (*TEXTS, "phone")},
    "told.shows": "Ka'yok",
    "told.6-11.title": "Yehom",
    "told.6-11.text": "Te'xye chawe.",
}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(SMALL, tmp_path / "rules"))
    (folder / "leaflet.yaml").write_text(LEAFLET, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def real() -> Register:
    return load_register(resource_dir("rules"), complete=True)


def translate(rules: Path, name: str = "kek", **changes: object) -> Path:
    (rules / "leaflet").mkdir(exist_ok=True)
    kept = {
        "id": name,
        "tag": name,
        "name": {"en": "Q'eqchi'", "es": "Q'eqchi'"},
        "own_name": "Q'eqchi'",
        "reviewed": False,
        "words": WORDS,
    }
    file = rules / "leaflet" / f"{name}.yaml"
    file.write_text(yaml.safe_dump(kept | changes, allow_unicode=True), encoding="utf-8")
    return file


def test_a_register_may_have_none(small: Register) -> None:
    assert (small.leaflet_bands, small.leaflet_points, small.leaflet_translations) == ({}, {}, {})


def test_points_and_bands_are_kept_with_both_languages(rules: Path) -> None:
    register = load_register(rules)
    assert list(register.leaflet_bands) == list(AGES)
    point = register.leaflet_points["told"]
    words = point.words("6-11")
    assert words is not None
    assert words.title["es"] == "Dicho"
    assert point.words("12-17") is None


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("drawing: language", "drawing: dragon", "points.0.drawing"),
        ("{id: 6-11", "{id: 5-11", "bands.0.id"),
        ("checks: [rights.informed]", "checks: []", "points.0.checks"),
        ("en: Told, es: Dicho", "en: Told", "points.0.ages_6_11.title.es"),
        ("en: Told, es: Dicho", "en: Told, es: Dicho, fr: Dit", "points.0.ages_6_11.title.fr"),
        ("text: {en: They", "texts: {en: They", "points.0.ages_6_11.text"),
    ],
)
def test_a_slip_is_refused_with_its_line_and_key(rules: Path, old: str, new: str, key: str) -> None:
    change(rules / "leaflet.yaml", old, new)
    assert any(
        problem.startswith("leaflet.yaml:") and f" {key}: " in problem for problem in told(rules)
    )


def test_a_check_that_does_not_exist_is_refused_where_it_is_named(rules: Path) -> None:
    change(rules / "leaflet.yaml", "[rights.informed]", "[rights.nothing]")
    line = line_of(rules / "leaflet.yaml", "- id: told")
    assert told(rules) == [
        f"leaflet.yaml:{line}: points.0: told: checks: unknown check rights.nothing"
    ]


def test_a_point_for_ages_that_have_no_band_is_refused(rules: Path) -> None:
    text = (rules / "leaflet.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in text if "{id: 6-11" not in line]
    (rules / "leaflet.yaml").write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert any("there is no band 6-11" in problem for problem in told(rules))


def test_more_points_than_one_sheet_holds_are_refused(rules: Path) -> None:
    text = (rules / "leaflet.yaml").read_text(encoding="utf-8")
    head, _, point = text.partition("points:\n")
    many = "".join(point.replace("id: told", f"id: told{n}") for n in range(MOST_POINTS + 1))
    (rules / "leaflet.yaml").write_text(f"{head}points:\n{many}", encoding="utf-8")
    (problem,) = told(rules)
    assert f"one sheet has room for {MOST_POINTS} points" in problem


def test_the_same_words_in_both_languages_are_told_before_publishing(rules: Path) -> None:
    change(rules / "leaflet.yaml", "en: Told, es: Dicho", "en: Dicho, es: Dicho")
    load_register(rules)
    assert any(
        "points.0.ages_6_11.title" in problem and "same text in both" in problem
        for problem in told(rules, complete=True)
    )


class TestTranslation:
    def test_is_one_file_more(self, rules: Path) -> None:
        translate(rules)
        register = load_register(rules)
        assert register.leaflet_translations["kek"].words["told.6-11.title"] == "Yehom"

    def test_its_name_may_be_the_same_in_both_languages(self, rules: Path) -> None:
        translate(rules)
        assert load_register(rules, complete=True).leaflet_translations["kek"].name.es == "Q'eqchi'"

    def test_what_it_lacks_and_what_it_has_too_much_is_named(self, rules: Path) -> None:
        words = {name: text for name, text in WORDS.items() if name != "told.6-11.text"}
        translate(rules, words=words | {"told.shows": " ", "12-17.song": "la"})
        assert [problem.split("kek: ")[1] for problem in told(rules)] == [
            "words: told.shows is missing",
            "words: told.6-11.text is missing",
            "words: the leaflet has no 12-17.song",
        ]

    @pytest.mark.parametrize(
        ("key", "value"),
        [("id", "K'iche'"), ("tag", "kek_GT"), ("own_name", ""), ("reviewed", "no")],
    )
    def test_a_slip_is_refused(self, rules: Path, key: str, value: object) -> None:
        translate(rules, **{key: value})
        assert any(f" {key}: " in problem for problem in told(rules))

    def test_spanish_and_english_have_no_file_of_their_own(self, rules: Path) -> None:
        translate(rules, "es")
        assert any("stand in leaflet.yaml" in problem for problem in told(rules))

    def test_two_files_of_one_language_are_refused(self, rules: Path) -> None:
        translate(rules)
        translate(rules, "qqq", id="kek")
        assert any("the id stands twice" in problem for problem in told(rules))


def test_a_changed_word_is_told_as_a_change_of_its_point(rules: Path, tmp_path: Path) -> None:
    old = load_register(rules)
    change(rules / "leaflet.yaml", "es: Te dicen.", "es: Te cuentan.")
    translate(rules)
    comparison = compare(old, load_register(rules))
    (changed,) = comparison.of("leaflet_point")
    assert [one.path for one in changed.changes] == [("ages_6_11", "text", "es")]
    assert [one.id for one in comparison.of("leaflet_translation")] == ["kek"]


class TestTheRealLeaflet:
    def test_tells_both_bands_of_every_right_that_matters(self, real: Register) -> None:
        for ages, least in (("6-11", 11), ("12-17", 12)):
            points = [one for one in real.leaflet_points.values() if one.words(ages)]
            assert least <= len(points) <= MOST_POINTS
        named = {check for one in real.leaflet_points.values() for check in one.checks}
        assert {
            *("rights.informed", "rights.language", "participation.heard", "counsel.assigned"),
            *("non-detention.not-held", "family.tracing", "rights.asylum-informed"),
            *("return.no-refoulement", "community.health", "community.education"),
            *("remedy.complaint-filed", "consent.sharing"),
        } <= named

    def test_every_right_rests_on_an_instrument(self, real: Register) -> None:
        for point in real.leaflet_points.values():
            assert any(real.checks[check_id].basis for check_id in point.checks), point.id

    def test_every_drawing_is_used_once(self, real: Register) -> None:
        used = [point.drawing for point in real.leaflet_points.values()]
        assert sorted(used) == sorted(DRAWINGS)

    @pytest.mark.parametrize("language", ["es", "en"])
    def test_a_child_of_seven_can_follow_it(self, real: Register, language: str) -> None:
        """Short sentences of short words: no sentence over 24 words, on average under 13, few long words."""
        sentences: list[list[str]] = []
        for point in real.leaflet_points.values():
            words = point.words("6-11")
            if words:
                said = re.split(r"[.!?]", words.text[language])
                sentences += [part.split() for part in said if part.strip()]
        lengths = [len(one) for one in sentences]
        assert max(lengths) <= 24
        assert sum(lengths) / len(lengths) < 13
        letters = [len(word) for one in sentences for word in one]
        assert sum(length > 9 for length in letters) / len(letters) < 0.04

    def test_no_word_of_the_law_stands_in_what_is_said_to_young_children(
        self, real: Register
    ) -> None:
        texts = places(real.leaflet_bands.values(), real.leaflet_points.values())
        young = [text for name, text in texts.items() if "6-11" in name]
        heavy = "procedimiento|determinación|autoridad|jurídic|determination|procedure|authority"
        for text in young:
            assert not re.search(heavy, f"{text.es} {text.en}", re.I), text
