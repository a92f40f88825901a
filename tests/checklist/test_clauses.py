"""The condition tree in words: every kind of node, in both languages, as a sentence and an outline."""

from __future__ import annotations

import typing
from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter

from intake.checklist.clauses import clause
from intake.checklist.conditions import Condition, Leaf
from intake.checklist.description import Describer
from intake.checklist.loading import load_register
from intake.checklist.parts import Language, Text, YesNoText
from intake.checklist.register import Register
from intake.checklist.uses import Use, conditions_in, uses_of
from intake.checklist.wording import Phrases
from intake.resources import resource_dir

WORDS = load_register(resource_dir("rules")).words

DATED = {"fact": "return_at", "given": True}
SAID: list[tuple[Any, str, str]] = [
    ({"fact": "country", "is": "MX"}, "“Country” is “Mexico”", "«País» es «México»"),
    (
        {"fact": "custody", "in": ["inm", "dif", "family"]},
        "“Custody” is “INM”, “DIF” or “Family”",
        "«Custodia» es «INM», «DIF» o «Familia»",
    ),
    (
        {"fact": "decisions_considered", "any_given": True},
        "“Decisions”: at least one is recorded",
        "«Decisiones»: consta al menos una opción",
    ),
    (
        {"fact": "in_immigration_detention", "is": False},
        "“Detained” is “No”",
        "«En detención» es «No»",
    ),
    (
        {"fact": "decisions_considered", "includes": "stay"},
        "“Decisions” include “Stay”",
        "«Decisiones» incluye «Permanencia»",
    ),
    (
        {"fact": "stage", "from": "assessment"},
        "“Stage” is “Assessment” or a later one",
        "«Etapa» es «Evaluación» o una posterior",
    ),
    (DATED, "“Return” is recorded", "consta el dato «Retorno»"),
    (
        {"elapsed": {"since": "encounter_at", "days": 14}},
        "14 days have passed since contact",
        "han pasado 14 días desde el contacto",
    ),
    (
        {"check": "counsel.assigned", "answered": ["yes", "partly"]},
        "“Lawyer” (counsel.assigned) is answered “Yes” or “Partly”",
        "en «Asesoría» (counsel.assigned) la respuesta es «Sí» o «Parcialmente»",
    ),
    (
        {"check": "care.outcome", "answered": ["return"]},
        "“Outcome” (care.outcome) is answered “Return”",
        "en «Resultado» (care.outcome) la respuesta es «Retorno»",
    ),
    (
        {"check": "rights.informed", "status": "satisfied"},
        "“Informed” (rights.informed) is satisfied",
        "se cumple «Informada» (rights.informed)",
    ),
    (
        {"check": "rights.informed", "status": "settled"},
        "“Informed” (rights.informed) is satisfied or does not apply",
        "se cumple o no aplica «Informada» (rights.informed)",
    ),
    (
        {"recorded": "care.outcome"},
        "any answer to “Outcome” (care.outcome) is recorded",
        "consta alguna respuesta en «Resultado» (care.outcome)",
    ),
    (
        {"gate": "gate.return", "state": "shut"},
        "not every condition for “Return” (gate.return) is met",
        "no constan todas las condiciones de «Retorno» (gate.return)",
    ),
    (
        {"gate": "gate.return", "state": "breached"},
        "it is on record that “Return” (gate.return) was carried out although not every condition was met",
        "consta que «Retorno» (gate.return) se ejecutó sin que se cumplieran todas las condiciones",
    ),
    (
        {"gate": "gate.return", "state": "open"},
        "every condition for “Return” (gate.return) is met",
        "constan todas las condiciones de «Retorno» (gate.return)",
    ),
    (
        {"approval": "bid"},
        "a supervisor who is not the caseworker approved the best-interest determination",
        "una persona supervisora, distinta de quien lleva el caso, aprobó la determinación del interés superior",
    ),
    (
        {"no_gap": ["critical", "high"]},
        "every check of severity critical or high is satisfied or does not apply",
        "toda verificación de gravedad crítica o alta se cumple o no aplica",
    ),
    ({"when": "counsel_assigned"}, "has a lawyer", "tiene asesoría"),
    (
        {"not": {"when": "is_child"}},
        "it is not so that: a child",
        "no ocurre lo siguiente: menor de edad",
    ),
]


def say(register: Register, node: Any, language: Language, **parts: str) -> Any:
    tree = TypeAdapter(Condition).validate_python(_tuples(node))
    return clause(register, Phrases(WORDS, language), tree, **parts)


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tuples(part) for key, part in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


@pytest.mark.parametrize(("node", "english", "spanish"), SAID, ids=[str(one[0]) for one in SAID])
def test_a_leaf_is_a_sentence(small: Register, node: Any, english: str, spanish: str) -> None:
    assert say(small, node, "en").sentence == english
    assert say(small, node, "es").sentence == spanish


def test_parts_are_joined_and_brackets_stand_where_they_are_needed(small: Register) -> None:
    lawyer, child = {"when": "counsel_assigned"}, {"when": "is_child"}
    node = {"all": [child, {"any": [lawyer, {"approval": "bid"}, DATED]}]}
    said = say(small, node, "en")
    assert said.sentence == (
        "a child; and [has a lawyer; a supervisor who is not the caseworker approved the"
        " best-interest determination; or “Return” is recorded]"
    )
    assert list(said.lines()) == [
        (0, "all of these hold:"),
        (1, "a child"),
        (1, "at least one of these holds:"),
        (2, "has a lawyer"),
        (2, "a supervisor who is not the caseworker approved the best-interest determination"),
        (2, "“Return” is recorded"),
    ]


def test_what_is_known_and_what_is_not_say_so_of_a_leaf_and_of_a_group(small: Register) -> None:
    pair = {"all": [{"when": "is_child"}, {"when": "counsel_assigned"}]}
    assert say(small, {"known": DATED}, "en").sentence == (
        "“Return” is recorded (not known counts as no)"
    )
    said = say(small, {"not": {"known": pair}}, "es")
    assert said.sentence == (
        "no ocurre lo siguiente: [menor de edad; y además tiene asesoría]"
        " (si no consta, cuenta como no)"
    )
    assert [depth for depth, _ in said.lines()] == [0, 1, 2, 3, 3]


def test_what_stands_around_a_group_is_its_heading(small: Register) -> None:
    pair = {"any": [{"when": "is_child"}, {"when": "counsel_assigned"}]}
    said = say(small, {"not": {"known": pair}}, "en")
    assert said.sentence == (
        "it is not so that: [a child; or has a lawyer] (not known counts as no)"
    )
    assert list(said.lines(2)) == [
        (2, "this does not hold:"),
        (3, "this is known to hold (not known counts as no):"),
        (4, "at least one of these holds:"),
        (5, "a child"),
        (5, "has a lawyer"),
    ]
    assert not said.grouped
    beside = say(small, {"all": [{"known": pair}, DATED]}, "en")
    assert beside.sentence == (
        "[a child; or has a lawyer] (not known counts as no); and “Return” is recorded"
    )


@pytest.mark.parametrize(
    ("node", "english", "spanish"),
    [
        # without words for the event, the fact is called by its name
        (
            {"elapsed": {"since": "custody_since", "days": 1}},
            "1 days have passed since Custody since",
            "han pasado 1 días desde Custodia desde",
        ),
        ({"fact": "age", "is": 15}, "“Age” is “15”", "«Edad» es «15»"),
        ({"fact": "country", "is": "HN"}, "“Country” is “HN”", "«País» es «HN»"),
        ({"fact": "age_disputed", "is": True}, "“Disputed” is “Yes”", "«En duda» es «Sí»"),
        ({"fact": "country", "in": ["US"]}, "“Country” is “United States”", "«País» es «Estados Unidos»"),
    ],
)  # fmt: skip
def test_what_has_no_words_of_its_own_is_called_by_its_name(
    small: Register, node: Any, english: str, spanish: str
) -> None:
    assert say(small, node, "en").sentence == english
    assert say(small, node, "es").sentence == spanish


def test_facts_and_choices_with_words_of_their_own_are_said_in_them(small: Register) -> None:
    sure = Text(en="certain", es="segura")
    doubt = YesNoText(yes=Text(en="in doubt", es="en duda"), no=sure)
    country = small.facts["country"]
    here = country.choices[0].model_copy(update={"because": Text(en="is here", es="está aquí")})
    facts = small.facts | {
        "age_disputed": small.facts["age_disputed"].model_copy(update={"because": doubt}),
        "is_child": small.facts["is_child"].model_copy(
            update={"because": doubt.model_copy(update={"no": None})}
        ),
        "country": country.model_copy(update={"choices": (here, country.choices[1])}),
    }
    worded = replace(small, facts=facts)
    for node, english, spanish in (
        ({"fact": "age_disputed", "is": True}, "in doubt", "en duda"),
        ({"fact": "age_disputed", "is": False}, "certain", "segura"),
        ({"fact": "is_child", "is": False}, "“Child” is “No”", "«Menor de edad» es «No»"),
        ({"fact": "country", "is": "MX"}, "is here", "está aquí"),
        ({"fact": "country", "is": "US"}, "“Country” is “United States”", None),
    ):
        assert say(worded, node, "en").sentence == english
        assert spanish is None or say(worded, node, "es").sentence == spanish


def test_only_the_answer_of_the_check_itself_is_called_the_answer(small: Register) -> None:
    answered = {"check": "care.violation", "answered": ["yes"]}
    titled = "“Violation” (care.violation) is answered “Yes”"
    assert say(small, answered, "en", own="care.violation").sentence == "the answer is “Yes”"
    assert say(small, answered, "en", own="care.outcome").sentence == titled
    assert say(small, answered, "en").sentence == titled
    status = {"check": "care.violation", "status": "satisfied"}
    assert say(small, status, "en", own="care.violation").sentence == (
        "“Violation” (care.violation) is satisfied"
    )
    inside = {"all": [{"not": answered}, {"known": {"any": [answered, DATED]}}]}
    said = say(small, inside, "en", own="care.violation").sentence
    assert said == (
        "it is not so that: the answer is “Yes”; and"
        " [the answer is “Yes”; or “Return” is recorded] (not known counts as no)"
    )


def test_one_part_alone_is_no_group(small: Register) -> None:
    said = say(small, {"all": [{"any": [{"when": "is_child"}]}]}, "en")
    assert (said.sentence, said.parts) == ("a child", ())


def test_a_check_s_own_answer_is_not_called_by_its_title(small: Register) -> None:
    node = small.checks["care.violation"].gap_if
    said = clause(small, Phrases(WORDS, "en"), node, own="care.violation")
    assert said.sentence == "the answer is “Yes”, “Partly” or “Not known”"


def test_every_kind_of_leaf_is_tried_here() -> None:
    tried = {key for node, *_ in SAID for key in node}
    kinds = {next(iter(kind.model_fields)) for kind in typing.get_args(Leaf)}
    assert kinds <= tried


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_condition_of_the_rules_can_be_said(language: Language) -> None:
    register = load_register(resource_dir("rules"))
    describe = Describer(register, Phrases(register.words, language))
    for check in register.checks.values():
        said = describe.check(check)
        assert said.applies.sentence and said.gap.sentence
        assert len(said.clocks) == len(check.clocks)
    for gate in register.gates.values():
        assert list(describe.gate(gate).opens.lines())
    for alert in register.alerts:
        assert describe.alert(alert).sentence
    for recommendation in register.recommendations.values():
        said_of = describe.recommendation(recommendation)
        assert said_of.checks or said_of.indicators


def test_clocks_say_the_event_and_when_they_apply(small: Register) -> None:
    describe = Describer(small, Phrases(WORDS, "en"))
    assert describe.clocks(small.checks["counsel.assigned"]) == (
        "48 h after contact, if “Country” is “United States”",
        "72 h after contact",
    )
    assert describe.clocks(small.checks["care.not-held"])[1] == "at once, from Custody since"


def test_uses_name_every_place_that_asks_after_a_part(small: Register) -> None:
    assert uses_of(small, "check", "counsel.assigned") == (
        Use("gate", "gate.return", "opens_if"),
        Use("gate", "gate.closure", "opens_if"),
        Use("condition", "counsel_assigned", "is"),
        Use("alert", "late", "overdue"),
    )
    assert uses_of(small, "condition", "counsel_assigned") == (
        Use("check", "counsel.chosen", "applies_if"),
        Use("check", "counsel.met_on", "applies_if"),
    )
    assert uses_of(small, "gate", "gate.return") == (Use("alert", "return_shut", "while_shut"),)
    assert Use("check", "rights.informed", "clocks") in uses_of(small, "fact", "encounter_at")
    assert uses_of(small, "check", "care.violation") == (Use("gate", "gate.closure", "opens_if"),)


def test_named_conditions_are_found_inside_each_other() -> None:
    register = load_register(resource_dir("rules"))
    names = conditions_in(register, register.conditions["decision_across_border"].is_)
    assert names == ("return_considered", "transfer_considered")
