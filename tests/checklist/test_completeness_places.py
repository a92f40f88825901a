"""Which part of a register is told to be idle or untranslated, and where inside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from intake.checklist.completeness import problems
from intake.checklist.parts import Cause, Choice, Part, Text, Topic
from intake.checklist.reading import Place
from intake.checklist.register import Register

ALIKE = ("No", "INM", "DIF", "CBP", "ICE", "ORR")
SAME = "the same text in both languages"


def told(register: Register, alike: Iterable[str] = ALIKE) -> list[tuple[str, Place, str]]:
    """Every problem: of which part (of the words where it is none), where, and why."""
    found: list[tuple[str, Place, str]] = []

    def place(part: Part | None, inside: Place, reason: str) -> str:
        found.append(("words" if part is None else getattr(part, "id", "?"), inside, reason))
        return f"sentence {len(found)}"

    said = problems(register, alike, place)
    assert said == [f"sentence {number}" for number in range(1, len(found) + 1)]
    return [(part, inside, reason.partition(":")[0]) for part, inside, reason in found]


def same(words: str) -> Text:
    return Text(en=words, es=words)


def worded(register: Register, en: str, es: str) -> Register:
    return replace(register, words=register.words | {"new": Text(en=en, es=es)})


def test_the_small_register_lacks_nothing(small: Register) -> None:
    assert told(small) == []


def test_texts_are_told_where_they_stand_in_every_kind_of_part(small: Register) -> None:
    check = small.checks["care.outcome"]
    choices = (check.choices[0], Choice(value="x", label=same("X y")))
    section = small.sections[2].model_copy(
        update={
            "intro": same("Same"),
            "checks": (
                *small.sections[2].checks[:-1],
                check.model_copy(update={"choices": choices, "help": same("Same")}),
            ),
        }
    )
    named = small.conditions["is_child"]
    because = named.because.model_copy(update={"no": same("Same")})
    changed = replace(
        small,
        sections=(*small.sections[:2], section),
        conditions=small.conditions | {"is_child": named.model_copy(update={"because": because})},
        topics={"t": Topic(id="t", title=same("Same"), intro=Text(en="A", es="B"))},
        causes={"c": Cause(id="c", label=same("Same"))},
        alerts=(small.alerts[0].model_copy(update={"title": same("Same")}), *small.alerts[1:]),
    )
    assert told(changed) == [
        ("is_child", ("because", "no"), SAME),
        ("care", ("intro",), SAME),
        ("care.outcome", ("help",), SAME),
        ("care.outcome", ("choices", 1, "label"), SAME),
        ("detained", ("title",), SAME),
        ("t", ("title",), SAME),
        ("c", ("label",), SAME),
    ]


def test_only_the_choices_that_are_names_of_places_may_be_alike(small: Register) -> None:
    fact = small.facts["nationality"]
    assert fact.choices_from == "countries"
    choices = (Choice(value="NO", label=same("Norway")),)
    listed = fact.model_copy(update={"choices": choices, "event": same("Nation")})
    own = fact.model_copy(update={"choices": choices, "choices_from": None})
    for changed, where in ((listed, ("event",)), (own, ("choices", 0, "label"))):
        register = replace(small, facts=small.facts | {"nationality": changed})
        assert told(register) == [("nationality", where, SAME)]


def test_names_of_laws_and_authorities_may_be_alike_and_what_comes_after_them_may_not(
    small: Register,
) -> None:
    crc = small.instruments["CRC"].model_copy(update={"title": same("Same")})
    orr = small.authorities["orr"].model_copy(update={"name": same("Same")})
    indicator = small.indicators["ind.rights-24h"].model_copy(update={"measures": same("Same")})
    changed = replace(
        small,
        instruments={"CRC": crc},
        authorities=small.authorities | {"orr": orr},
        indicators={indicator.id: indicator},
    )
    assert told(changed) == [("ind.rights-24h", ("measures",), SAME)]


def test_words_alike_are_compared_without_regard_to_case(small: Register) -> None:
    for words, alike in (("COMAR: dif.", ["comar", "DIF"]), ("comar", ["Comar"])):
        assert told(worded(small, words, words), (*ALIKE, *alike)) == []
        assert told(worded(small, words, words), ALIKE) == [("words", ("new",), SAME)]


@pytest.mark.parametrize("text", ["72 – 1_000", "{fact}: {value}", "{DIF}", "§"])
def test_what_holds_no_words_may_be_alike(small: Register, text: str) -> None:
    assert told(worded(small, text, text)) == []


@pytest.mark.parametrize(
    ("en", "es", "reasons"),
    [
        ("A", " ", ["the text in es is empty"]),
        ("\t", "B", ["the text in en is empty"]),
        (" ", " ", ["the text in en is empty", "the text in es is empty"]),
        ("A {", "B", ["the braces in en do not pair"]),
        ("A {", "B }", ["the braces in en do not pair"]),
        ("A", "B }", ["the braces in es do not pair"]),
        (
            "A {b} {a}",
            "B {c}",
            [
                "{a} stands in en and is missing in es",
                "{b} stands in en and is missing in es",
                "{c} stands in es and is missing in en",
            ],
        ),
        ("A {0}", "B {0}", [f"a place in braces in {one} has no name" for one in ("en", "es")]),
        (
            "A {} {x}",
            "B {x} {}",
            [f"a place in braces in {one} has no name" for one in ("en", "es")],
        ),
        ("A {x} {x}", "B {x}", []),
        ("A {{x}}", "B", []),
    ],
)
def test_each_thing_wrong_with_a_phrase_is_told(
    small: Register, en: str, es: str, reasons: list[str]
) -> None:
    assert told(worded(small, en, es)) == [("words", ("new",), reason) for reason in reasons]


def test_what_is_idle_is_told_before_what_is_untranslated(small: Register) -> None:
    idle = small.recommendations["MX-6"].model_copy(
        update={"id": "MX-7", "checks": (), "indicators": (), "title": same("Same")}
    )
    check = small.checks["rights.informed"].model_copy(update={"recommendations": (), "basis": ()})
    first = small.sections[0]
    changed = replace(
        small,
        sections=(
            first.model_copy(update={"checks": (check, *first.checks[1:])}),
            *small.sections[1:],
        ),
        recommendations=small.recommendations | {"MX-7": idle},
    )
    assert told(changed) == [
        ("rights.informed", (), "has neither a recommendation nor a legal basis"),
        ("MX-7", (), "no check and no indicator carries it out"),
        ("MX-7", ("title",), SAME),
    ]
    carried = idle.model_copy(
        update={"indicators": ("ind.rights-24h",), "title": Text(en="A", es="B")}
    )
    assert (
        told(
            replace(small, recommendations={"MX-6": small.recommendations["MX-6"], "MX-7": carried})
        )
        == []
    )
