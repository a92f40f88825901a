"""Each way in which two registers may differ, as typed values: what came, went, moved and changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from intake.checklist.comparison import Change, Comparison, Difference, compare
from intake.checklist.comparison_words import name_of, say_comparison
from intake.checklist.parts import AskedFact, Breach, Cause, Choice, Clock, Part, Text, Topic
from intake.checklist.register import Register
from intake.checklist.wording import Phrases
from tests.checklist.test_clauses import WORDS

STAY = Topic(id="stay", title=Text(en="Stay", es="Estancia"), intro=Text(en="Where.", es="Dónde."))
WAY = Topic(id="way", title=Text(en="Way", es="Camino"), intro=Text(en="How.", es="Cómo."))
NO_STAFF = Cause(id="no_staff", label=Text(en="No staff", es="Sin personal"))


def with_checks(register: Register, section_id: str, *checks: Part) -> Register:
    return replace(
        register,
        sections=tuple(
            one.model_copy(update={"checks": checks}) if one.id == section_id else one
            for one in register.sections
        ),
    )


def with_check(register: Register, check_id: str, **values: Any) -> Register:
    section = register.section_of[check_id]
    checks = tuple(
        one.model_copy(update=values) if one.id == check_id else one for one in section.checks
    )
    return with_checks(register, section.id, *checks)


def told(comparison: Comparison) -> dict[str, tuple[Change, ...]]:
    return {f"{one.kind} {one.id} {one.state}": one.changes for one in comparison.parts}


def sentences(comparison: Comparison) -> list[str]:
    said = say_comparison(comparison, Phrases(WORDS, "en"))
    return [one.sentence for _, parts in said.kinds for part in parts for one in part.changes]


def test_the_head_is_compared_by_version_and_title(small: Register) -> None:
    title = small.title.model_copy(update={"es": "Otro"})
    comparison = compare(small, replace(small, version="2", title=title))
    assert comparison.head == (
        Change(("version",), "test", "2"),
        Change(("title", "es"), "Un registro ficticio pequeño", "Otro"),
    )
    assert comparison.parts == ()
    assert comparison.same_files
    assert not comparison.same_meaning
    said = say_comparison(comparison, Phrases(WORDS, "en"))
    assert [one.sentence for one in said.head] == [
        "version: from test to 2",
        "title (Spanish): from “Un registro ficticio pequeño” to “Otro”",
    ]
    assert said.kinds == ()


def test_what_came_and_what_went_is_told_with_the_part_itself(small: Register) -> None:
    more = replace(small, topics={"stay": STAY}, causes={"no_staff": NO_STAFF})
    added = compare(small, more)
    assert added.parts == (
        Difference("topic", "stay", "added", None, STAY),
        Difference("cause", "no_staff", "added", None, NO_STAFF),
    )
    assert added.of("cause") == added.parts[1:]
    assert added.of("check") == ()
    removed = compare(more, small)
    assert removed.parts == (
        Difference("topic", "stay", "removed", STAY, None),
        Difference("cause", "no_staff", "removed", NO_STAFF, None),
    )
    assert not removed.same_meaning


def test_what_came_keeps_what_changed_after_it_from_being_lost(small: Register) -> None:
    renamed = STAY.model_copy(update={"title": WAY.title})
    before, after = (
        replace(small, topics={"stay": STAY}),
        replace(small, topics={"way": WAY, "stay": renamed}),
    )
    assert told(compare(before, after)) == {
        "topic way added": (),
        "topic stay changed": (
            Change(("title", "en"), "Stay", "Way"),
            Change(("title", "es"), "Estancia", "Camino"),
        ),
    }


def test_kinds_are_gathered_under_their_names_and_parts_named(small: Register) -> None:
    more = replace(small, topics={"stay": STAY}, causes={"no_staff": NO_STAFF})
    for language, kinds, names, states in (
        ("en", WORDS["kinds_topic"].en, ["Stay", "No staff"], ["new", "taken out"]),
        ("es", WORDS["kinds_topic"].es, ["Estancia", "Sin personal"], None),
    ):
        phrases = Phrases(WORDS, "en" if language == "en" else "es")
        for number, comparison in enumerate((compare(small, more), compare(more, small))):
            said = say_comparison(comparison, phrases)
            assert said.kinds[0][0] == kinds
            assert [part.name for _, parts in said.kinds for part in parts] == names
            assert all(part.touches == () for _, parts in said.kinds for part in parts)
            if states is not None:
                assert {part.state for _, parts in said.kinds for part in parts} == {states[number]}


def test_the_fewest_parts_are_told_to_have_moved(small: Register) -> None:
    late, *rest = reversed(small.alerts)
    moved = replace(small, alerts=(late, *reversed(rest)))
    assert told(compare(small, moved)) == {
        "alert return_shut changed": (Change(("place",), 3, 1),),
    }


def test_a_part_that_came_or_went_moves_no_other(small: Register) -> None:
    shorter = replace(small, alerts=small.alerts[1:])
    assert list(told(compare(small, shorter))) == ["alert detained removed"]
    assert list(told(compare(shorter, small))) == ["alert detained added"]


def test_sections_have_a_place_and_phrases_have_none(small: Register) -> None:
    first, second, third = small.sections
    turned = compare(small, replace(small, sections=(third, first, second)))
    assert told(turned) == {"section care changed": (Change(("place",), 3, 1),)}
    words = dict(reversed(small.words.items()))
    assert compare(small, replace(small, words=words)).same_meaning


def test_checks_have_a_place_in_their_section(small: Register) -> None:
    first, second, third = small.sections[0].checks
    moved = with_checks(small, "rights", second, third, first)
    assert told(compare(small, moved)) == {
        "check rights.informed changed": (Change(("place",), 1, 3),)
    }
    new = first.model_copy(update={"id": "rights.new"})
    assert told(compare(small, with_checks(small, "rights", new, first, second, third))) == {
        "check rights.new added": ()
    }


def test_a_check_of_a_section_that_is_new_has_no_place_before(small: Register) -> None:
    care = small.sections[2]
    extra = care.model_copy(update={"id": "end", "checks": care.checks[-1:]})
    rest = care.model_copy(update={"checks": care.checks[:-1]})
    split = replace(small, sections=(*small.sections[:2], rest, extra))
    assert told(compare(small, split)) == {
        "section end added": (),
        "check care.outcome changed": (Change(("section",), "care", "end"),),
    }
    assert sentences(compare(small, split)) == ["section: from “Care” to “Care”"]


def test_a_section_and_its_checks_are_compared_apart(small: Register) -> None:
    changed = with_check(small, "rights.informed", severity="low")
    assert told(compare(small, changed)) == {
        "check rights.informed changed": (Change(("severity",), "critical", "low"),)
    }


def test_keys_are_told_as_they_stand_in_the_file(small: Register) -> None:
    condition = small.conditions["counsel_assigned"].is_
    alert = small.alerts[0].model_copy(update={"if_": condition})
    changed = replace(small, alerts=(alert, *small.alerts[1:]))
    assert told(compare(small, changed)) == {
        "alert detained changed": (Change(("if",), small.alerts[0].if_, condition),)
    }


def test_a_text_that_came_or_went_is_one_value(small: Register) -> None:
    hint = Text(en="Ask.", es="Pregunte.")
    country = small.facts["country"].model_copy(update={"hint": hint})
    changed = replace(small, facts=small.facts | {"country": country})
    assert told(compare(small, changed)) == {
        "fact country changed": (Change(("hint",), None, hint),)
    }
    assert told(compare(changed, small)) == {
        "fact country changed": (Change(("hint",), hint, None),)
    }


def test_clocks_and_citations_are_whole_values(small: Register) -> None:
    (clock,) = small.checks["rights.informed"].clocks
    other = clock.model_copy(update={"if_": small.checks["counsel.chosen"].applies_if})
    comparison = compare(small, with_check(small, "rights.informed", clocks=(other,)))
    assert told(comparison) == {
        "check rights.informed changed": (Change(("clocks",), (clock,), (other,)),)
    }
    assert sentences(comparison) == [
        "deadline: from 24 h after contact to 24 h after contact, if has a lawyer"
    ]
    none = compare(small, with_check(small, "rights.informed", clocks=()))
    assert sentences(none) == ["deadline: from 24 h after contact to no deadline"]


STAYS, RETURNS, WAITS = (
    Choice(value=value, label=Text(en=en, es=es))
    for value, en, es in (
        ("stay", "Stay", "Permanencia"),
        ("return", "Return", "Retorno"),
        ("wait", "Wait", "Espera"),
    )
)


@pytest.mark.parametrize(
    ("choices", "changes"),
    [
        ((RETURNS, STAYS), (Change(("choices", "return", "place"), 2, 1),)),
        ((STAYS, WAITS, RETURNS), (Change(("choices", "wait"), None, WAITS),)),
        ((RETURNS,), (Change(("choices", "stay"), STAYS, None),)),
        (
            (STAYS.model_copy(update={"label": WAITS.label}), RETURNS),
            (
                Change(("choices", "stay", "label", "en"), "Stay", "Wait"),
                Change(("choices", "stay", "label", "es"), "Permanencia", "Espera"),
            ),
        ),
        (
            (WAITS, RETURNS),
            (
                Change(("choices", "wait"), None, WAITS),
                Change(("choices", "stay"), STAYS, None),
            ),
        ),
    ],
)
def test_choices_are_told_by_their_value(
    small: Register, choices: tuple[Choice, ...], changes: tuple[Change, ...]
) -> None:
    changed = with_check(small, "care.outcome", choices=choices)
    assert told(compare(small, changed)) == {"check care.outcome changed": changes}


def test_a_choice_that_moved_is_said_by_its_value(small: Register) -> None:
    changed = with_check(small, "care.outcome", choices=(RETURNS, STAYS))
    assert sentences(compare(small, changed)) == [
        "choice “return”, place in the order: from 2 to 1"
    ]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"severity": "none"}, "severity: from Critical to None"),
        ({"help": Text(en="See.", es="Vea.")}, "A record.” to “See."),
        ({"recommendations": ("MX-6", "MX-7")}, "recommendations: from MX-6 to MX-6, MX-7"),
        ({"type": "text"}, "from yn to text"),
        ({"basis": ()}, "legal basis: from CRC art. 12 to none"),
    ],
)
def test_values_of_a_check_are_said(small: Register, values: dict[str, Any], sentence: str) -> None:
    said = sentences(compare(small, with_check(small, "rights.informed", **values)))
    assert any(sentence in one for one in said), said


def test_values_of_other_parts_are_said(small: Register) -> None:
    fact = small.facts["age"].model_copy(update={"past": True, "most": None, "hint": STAY.title})
    gate = small.gates["gate.return"].model_copy(update={"applies_if": None})
    alert = small.alerts[1].model_copy(update={"overdue": None})
    changed = replace(
        small,
        facts=small.facts | {"age": fact},
        gates=small.gates | {"gate.return": gate},
        alerts=(small.alerts[0], alert, small.alerts[2]),
    )
    assert sentences(compare(small, changed)) == [
        "applies if: from return considered to always, for every child",
        "rises at a passed deadline of severity: from Critical to none",
        "never in the future: from No to Yes",
        "hint: from none to “Stay”",
        "most: from 120 to none",
    ]


def test_a_change_is_said_by_what_it_was_and_what_it_is(small: Register) -> None:
    comparison = compare(small, with_check(small, "rights.informed", severity="low"))
    ((_, (part,)),) = say_comparison(comparison, Phrases(WORDS, "en")).kinds
    (change,) = part.changes
    assert (change.value, change.old, change.new) == ("severity", "Critical", "Low")
    assert change.change == Change(("severity",), "critical", "low")
    assert change.sentence == "severity: from Critical to Low"


def test_deadlines_are_told_apart_by_semicolons(small: Register) -> None:
    comparison = compare(small, with_check(small, "counsel.assigned", clocks=()))
    assert sentences(comparison) == [
        "deadline: from 48 h after contact, if “Country” is “United States”;"
        " 72 h after contact to no deadline"
    ]


def test_a_section_is_compared_by_its_own_texts(small: Register) -> None:
    first = small.sections[0].model_copy(update={"title": STAY.title})
    assert told(compare(small, replace(small, sections=(first, *small.sections[1:])))) == {
        "section rights changed": (
            Change(("title", "en"), "Rights", "Stay"),
            Change(("title", "es"), "Derechos", "Estancia"),
        )
    }


def test_the_checks_that_a_recommendation_names_are_compared(small: Register) -> None:
    fewer = small.recommendations["MX-6"].model_copy(update={"checks": ("rights.*",)})
    comparison = compare(small, replace(small, recommendations={"MX-6": fewer}))
    assert told(comparison) == {
        "recommendation MX-6 changed": (
            Change(("checks",), ("rights.*", "counsel.assigned"), ("rights.*",)),
        )
    }
    (sentence,) = sentences(comparison)
    assert sentence.endswith("from rights.*, counsel.assigned to rights.*")


def test_a_value_of_many_values_is_told_by_all_of_them(small: Register) -> None:
    breach = Breach.model_validate(
        {
            "if": small.checks["counsel.chosen"].applies_if,
            "check": "care.violation",
            "kinds": "decisions_considered",
            "kind": "return",
            "observed_at": "gbv_disclosed_at",
            "happened_at": "return_at",
        }
    )
    gate = small.gates["gate.return"].model_copy(update={"breach": breach})
    (sentence,) = sentences(compare(small, replace(small, gates=small.gates | {gate.id: gate})))
    assert sentence.endswith(
        "from none to has a lawyer (care.violation, decisions_considered, return,"
        " gbv_disclosed_at, return_at)"
    )


def test_a_value_of_one_value_is_told_by_that_alone(small: Register) -> None:
    asks = (AskedFact(fact="return_at"), AskedFact(fact="stage", answers=("no",)))
    (sentence,) = sentences(compare(small, with_check(small, "rights.informed", asks=asks)))
    assert sentence.endswith("from none to return_at; stage (no)")


def test_a_fact_touches_nothing_by_the_name_it_shares_with_a_condition(small: Register) -> None:
    assert "is_child" in small.conditions
    fact = small.facts["is_child"].model_copy(update={"short": STAY.title})
    comparison = compare(small, replace(small, facts=small.facts | {"is_child": fact}))
    ((_, (part,)),) = say_comparison(comparison, Phrases(WORDS, "en")).kinds
    assert (part.difference.id, part.touches) == ("is_child", ())


class Untitled(Part):
    """A part with nothing but an id."""

    id: str


def test_a_part_is_called_as_a_reader_knows_it(small: Register) -> None:
    named: list[tuple[Part, str, str]] = [
        (Text(en="A", es="B"), "A", "B"),
        (small.conditions["counsel_assigned"], "has a lawyer", "tiene asesoría"),
        (small.facts["age_disputed"], "Disputed", "En duda"),
        (small.authorities["orr"], "Refugee office", "Oficina de refugiados"),
        (NO_STAFF, "No staff", "Sin personal"),
        (small.gates["gate.return"], "Return", "Retorno"),
        (small.checks["rights.informed"], "Informed", "Informada"),
    ]
    for part, english, spanish in named:
        assert (name_of(part, "en"), name_of(part, "es")) == (english, spanish)
    clock = Clock.model_validate({"from": "encounter_at", "within": {"hours": 1}})
    assert name_of(clock, "en") == ""
    assert name_of(Untitled(id="only"), "en") == "only"


def test_only_a_condition_that_changed_says_what_it_touches(small: Register) -> None:
    named = small.conditions["counsel_assigned"]
    changed = named.model_copy(update={"is_": small.conditions["is_child"].is_})
    comparison = compare(
        small,
        replace(
            with_check(small, "counsel.assigned", severity="low"),
            conditions=small.conditions
            | {"counsel_assigned": changed, "new": named.model_copy(update={"id": "new"})},
        ),
    )
    said = say_comparison(comparison, Phrases(WORDS, "en"))
    touched = {part.difference.id: part.touches for _, parts in said.kinds for part in parts}
    assert touched == {
        "counsel.assigned": (),
        "counsel_assigned": ("counsel.chosen", "counsel.met_on"),
        "new": (),
    }
