"""Reading a case: what is right is kept as it stands, and what is wrong is named by its key."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from intake.checklist.case_input import InputError, read_case, read_fact
from intake.checklist.register import Register

AS_OF = "2026-11-10T12:00:00-06:00"
WHOLE: dict[str, Any] = {
    "as_of": AS_OF,
    "profile": {
        "country": "MX",
        "nationality": "NO",
        "birth_date": "2012-11-11",
        "age_disputed": False,
        "decisions_considered": ["return", "return", "stay"],
        "encounter_at": "2026-11-09T08:00:00Z",
        "custody": None,
    },
    "events": {"gbv_disclosed_at": None},
    "answers": {
        "rights.informed": "yes",
        "counsel.assigned": {"value": "not_applicable", "reason": "Has a lawyer of its own."},
        "counsel.met_on": "2026-11-09",
        "counsel.note": "Habló en tsotsil.",
    },
    "approvals": {"bid": False},
}


def refused(register: Register, document: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        read_case(register, document)
    return caught.value


def with_value(path: str, value: Any) -> dict[str, Any]:
    document = copy.deepcopy(WHOLE)
    part, _, key = path.partition(" ")
    if key:
        document[part][key] = value
    else:
        document[part] = value
    return document


def test_a_whole_case_is_read_as_it_stands(small: Register) -> None:
    case = read_case(small, WHOLE)
    assert case.facts["nationality"] == "NO"
    assert case.facts["birth_date"] == date(2012, 11, 11)
    assert case.facts["decisions_considered"] == ("return", "stay")
    assert case.answers["counsel.assigned"].reason == "Has a lawyer of its own."
    assert case.approvals == frozenset()


def test_facts_and_events_that_are_null_are_not_recorded(small: Register) -> None:
    case = read_case(small, WHOLE)
    assert "custody" not in case.facts
    assert "gbv_disclosed_at" not in case.facts


def test_only_the_moment_is_required(small: Register) -> None:
    case = read_case(small, {"as_of": AS_OF})
    assert (case.facts, case.answers) == ({}, {})


def test_a_birthday_counts_on_its_day(small: Register) -> None:
    for born, age in (("2012-11-09", 14), ("2012-11-10", 14), ("2012-11-11", 13)):
        case = read_case(small, {"as_of": AS_OF, "profile": {"birth_date": born, "age": 30}})
        assert case.age == age


@pytest.mark.parametrize(
    ("profile", "child"),
    [
        ({}, True),
        ({"age": 17}, True),
        ({"age": 18}, False),
        ({"age": 25, "age_disputed": True}, True),
        ({"age": 25, "age_disputed": False}, False),
        ({"birth_date": "2008-11-10"}, False),
        ({"birth_date": "2008-11-11"}, True),
        ({"birth_date": "2012-02-29", "age": 40}, True),
    ],
)
def test_a_person_is_presumed_a_child_until_18_is_known(
    small: Register, profile: dict[str, Any], child: bool
) -> None:
    case = read_case(small, {"as_of": AS_OF, "profile": profile})
    assert case.fact("is_child") is child


@pytest.mark.parametrize(
    ("profile", "contiguous", "foreign"),
    [
        ({}, None, None),
        ({"country": "MX"}, False, None),
        ({"country": "MX", "nationality": "MX"}, False, False),
        ({"country": "US"}, None, None),
        ({"nationality": "HN"}, False, None),
        ({"country": "US", "nationality": "MX"}, True, True),
        ({"country": "US", "nationality": "CA"}, True, True),
        ({"country": "US", "nationality": "HN"}, False, True),
    ],
)
def test_contiguous_and_foreign_stay_unknown_until_they_are_known(
    small: Register, profile: dict[str, Any], contiguous: bool | None, foreign: bool | None
) -> None:
    case = read_case(small, {"as_of": AS_OF, "profile": profile})
    assert case.fact("contiguous") is contiguous
    assert case.fact("foreign_national") is foreign


@pytest.mark.parametrize("document", [None, [], "x", 1, True, 1.5])
def test_a_case_must_be_an_object(small: Register, document: Any) -> None:
    assert refused(small, document).key == "(case)"


@pytest.mark.parametrize("part", ["profile", "events", "answers", "approvals"])
@pytest.mark.parametrize("value", [None, [], "x", 1, True])
def test_every_part_must_be_an_object(small: Register, part: str, value: Any) -> None:
    error = refused(small, with_value(part, value))
    assert (error.key, error.reason) == (part, "must be an object")


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("extra", {}, "extra"),
        ("profile colour", "red", "profile.colour"),
        ("profile is_child", True, "profile.is_child"),
        ("profile gbv_disclosed_at", AS_OF, "profile.gbv_disclosed_at"),
        ("profile country", "mx", "profile.country"),
        ("profile country", True, "profile.country"),
        ("profile country", ["MX"], "profile.country"),
        ("profile country", {"MX": "MX"}, "profile.country"),
        ("profile age", True, "profile.age"),
        ("profile age", -1, "profile.age"),
        ("profile age", 121, "profile.age"),
        ("profile age", 7.0, "profile.age"),
        ("profile age", "7", "profile.age"),
        ("profile age", float("nan"), "profile.age"),
        ("profile age", float("inf"), "profile.age"),
        ("profile age", 10**40, "profile.age"),
        ("profile age_disputed", "yes", "profile.age_disputed"),
        ("profile age_disputed", 1, "profile.age_disputed"),
        ("profile decisions_considered", "return", "profile.decisions_considered"),
        ("profile decisions_considered", ["fly"], "profile.decisions_considered"),
        ("profile decisions_considered", [["return"]], "profile.decisions_considered"),
        ("profile decisions_considered", [None], "profile.decisions_considered"),
        ("profile birth_date", "2012-02-30", "profile.birth_date"),
        ("profile birth_date", "2012-2-3", "profile.birth_date"),
        ("profile birth_date", "0000-01-01", "profile.birth_date"),
        ("profile birth_date", "9999-12-31", "profile.birth_date"),
        ("profile birth_date", "1899-12-31", "profile.birth_date"),
        ("profile birth_date", "2026-11-12", "profile.birth_date"),
        ("profile birth_date", "٢٠١٢-٠١-٠١", "profile.birth_date"),
        ("profile birth_date", 20120101, "profile.birth_date"),
        ("events return_at", AS_OF, "events.return_at"),
        ("events gbv_disclosed_at", "soon", "events.gbv_disclosed_at"),
        ("answers rights.x", "yes", "answers.rights.x"),
        ("answers rights.informed", "maybe", "answers.rights.informed"),
        ("answers rights.informed", None, "answers.rights.informed"),
        ("answers rights.informed", True, "answers.rights.informed"),
        ("answers rights.informed", ["yes"], "answers.rights.informed"),
        ("answers rights.informed", {}, "answers.rights.informed.value"),
        ("answers rights.informed", {"value": {"value": "yes"}}, "answers.rights.informed"),
        ("answers rights.informed", {"value": "yes", "x": 1}, "answers.rights.informed.x"),
        ("answers rights.informed", "not_applicable", "answers.rights.informed.reason"),
        (
            "answers rights.informed",
            {"value": "not_applicable", "reason": " "},
            "answers.rights.informed.reason",
        ),
        (
            "answers rights.informed",
            {"value": "not_applicable", "reason": ""},
            "answers.rights.informed.reason",
        ),
        (
            "answers rights.informed",
            {"value": "yes", "reason": 7},
            "answers.rights.informed.reason",
        ),
        (
            "answers rights.informed",
            {"value": "yes", "reason": 0},
            "answers.rights.informed.reason",
        ),
        (
            "answers rights.informed",
            {"value": "yes", "reason": "x" * 10_001},
            "answers.rights.informed.reason",
        ),
        (
            "answers rights.informed",
            {"value": "yes", "reason": "\ud800"},
            "answers.rights.informed.reason",
        ),
        ("answers care.outcome", "unknown", "answers.care.outcome"),
        ("answers counsel.met_on", "yesterday", "answers.counsel.met_on"),
        ("answers counsel.met_on", "9999-12-31", "answers.counsel.met_on"),
        ("answers counsel.note", "", "answers.counsel.note"),
        ("answers counsel.note", " \n", "answers.counsel.note"),
        ("answers counsel.note", "x" * 10_001, "answers.counsel.note"),
        ("answers counsel.note", "\x00", "answers.counsel.note"),
        ("approvals king", True, "approvals.king"),
        ("approvals bid", "yes", "approvals.bid"),
        ("approvals bid", None, "approvals.bid"),
        ("approvals bid", 1, "approvals.bid"),
    ],
)
def test_what_is_wrong_is_named_by_its_key(
    small: Register, path: str, value: Any, key: str
) -> None:
    error = refused(small, with_value(path, value))
    assert error.key == key
    assert error.reason
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    "value",
    [
        *("2026-11-10T12:00:00", "2026-11-10 12:00:00-06:00", "2026-11-10", "12:00", "", "now"),
        *("0000-11-10T12:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"),
        *("1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "2026-13-10T12:00:00Z"),
        *("2026-02-29T12:00:00Z", "2026-11-10T25:00:00Z", "2026-11-10T12:00:00+25:00"),
        *("2026-11-10T12:00:00-06:00\n", " 2026-11-10T12:00:00Z", "2026-11-10T12:00:00z"),
        *("٢٠٢٦-١١-١٠T12:00:00Z", 1_780_000_000, 1.5, True, ["x"], {}),
    ],
)
def test_a_time_without_zone_or_out_of_reason_is_refused(small: Register, value: Any) -> None:
    assert refused(small, {"as_of": value}).key == "as_of"
    document = {"as_of": AS_OF, "profile": {"encounter_at": value}}
    assert refused(small, document).key == "profile.encounter_at"


def test_the_moment_may_not_be_missing_or_null(small: Register) -> None:
    assert str(refused(small, {})) == "as_of: is missing"
    assert refused(small, {"as_of": None}).key == "as_of"


def test_an_empty_key_or_value_is_named_too(small: Register) -> None:
    assert refused(small, {"as_of": AS_OF, "": 1}).key == "(empty)"
    assert refused(small, {"as_of": AS_OF, "profile": {"": 1}}).key == "profile.(empty)"
    assert refused(small, with_value("profile country", "")).reason == "unknown value (empty)"


@pytest.mark.parametrize("key", ["\n", "\x1b[31m", "\u202e", "k" * 500, "\ud800"])
def test_a_strange_key_is_shown_printable_and_short(small: Register, key: str) -> None:
    error = refused(small, {"as_of": AS_OF, "profile": {key: 1}})
    assert str(error).isprintable()
    assert len(str(error)) < 120


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("extra", 1, "extra: unknown key"),
        ("profile colour", 1, "profile.colour: unknown fact"),
        ("events colour", 1, "events.colour: unknown event"),
        ("profile country", "XX", "profile.country: unknown value XX"),
        ("profile country", 1.5, "profile.country: unknown value float"),
        ("profile age", 121, "profile.age: must be a whole number from 0 to 120"),
        ("profile age_disputed", 1, "profile.age_disputed: must be true or false"),
        ("profile decisions_considered", "x", "profile.decisions_considered: must be a list"),
        (
            "profile decisions_considered",
            ["stay", "fly"],
            "profile.decisions_considered: unknown value fly",
        ),
        (
            "profile birth_date",
            "today",
            "profile.birth_date: must be a date, such as 2026-11-02, not today",
        ),
        ("profile birth_date", "2026-11-12", "profile.birth_date: lies after as_of"),
        (
            "profile encounter_at",
            7,
            "profile.encounter_at: must be a time with its zone,"
            " such as 2026-11-02T14:00:00-06:00, not int",
        ),
        ("answers rights.x", "yes", "answers.rights.x: unknown check"),
        ("answers rights.informed", 1, "answers.rights.informed: must be a text"),
        ("answers rights.informed", "maybe", "answers.rights.informed: unknown value maybe"),
        ("answers rights.informed", {}, "answers.rights.informed.value: is missing"),
        (
            "answers rights.informed",
            {"value": "yes", "why": 1},
            "answers.rights.informed.why: unknown key",
        ),
        (
            "answers rights.informed",
            {"value": "yes", "reason": 1},
            "answers.rights.informed.reason: must be a text",
        ),
        (
            "answers rights.informed",
            {"value": "yes", "reason": 0},
            "answers.rights.informed.reason: must be a text",
        ),
        (
            "answers rights.informed",
            {"value": "yes", "reason": " "},
            "answers.rights.informed.reason: must have 1 to 10000 characters",
        ),
        (
            "answers rights.informed",
            {"value": "yes", "reason": "\udfff"},
            "answers.rights.informed.reason: has characters that are no text",
        ),
        (
            "answers rights.informed",
            "not_applicable",
            "answers.rights.informed.reason: not_applicable needs a reason",
        ),
        ("approvals x", True, "approvals.x: unknown approval"),
        ("approvals bid", 1, "approvals.bid: must be true or false"),
    ],
)
def test_each_reason_is_told_in_these_words(
    small: Register, path: str, value: Any, told: str
) -> None:
    assert str(refused(small, with_value(path, value))) == told


def test_the_ends_of_what_is_allowed_are_allowed(small: Register) -> None:
    for age in (0, 120):
        assert read_case(small, with_value("profile age", age)).facts["age"] == age
    for day in ("1900-01-01", "2026-11-11"):
        assert read_case(small, with_value("profile birth_date", day)).facts["birth_date"]
    for moment in ("1900-01-01T00:00:00Z", "2199-12-31T23:59:59.999999+14:00"):
        assert read_case(small, with_value("profile encounter_at", moment)).facts["encounter_at"]
    for day in ("1900-01-01", "2199-12-31"):
        assert read_case(small, with_value("answers counsel.met_on", day)).answers
    for day in ("1899-12-31", "2200-01-01"):
        refused(small, with_value("answers counsel.met_on", day))
    assert read_case(small, with_value("answers counsel.note", "x" * 10_000)).answers
    answer = {"value": "yes", "reason": ""}
    case = read_case(small, with_value("answers rights.informed", answer))
    assert case.answers["rights.informed"].value == "yes"


def test_a_number_lies_between_the_ends_that_its_fact_gives(small: Register) -> None:
    between = small.facts["age"].model_copy(update={"least": 3, "most": 9})
    assert [read_fact(between, value, "x") for value in (3, 9)] == [3, 9]
    no_end = small.facts["age"].model_copy(update={"least": None, "most": None})
    assert read_fact(no_end, 0, "x") == 0
    for definition, value in ((between, 2), (between, 10), (no_end, 1), (no_end, -1)):
        with pytest.raises(InputError):
            read_fact(definition, value, "x")


def test_only_a_time_is_a_moment(small: Register) -> None:
    case = read_case(small, WHOLE)
    assert case.moment("encounter_at") == case.facts["encounter_at"]
    assert case.moment("birth_date") is None
    assert case.moment("return_at") is None


def test_a_plain_answer_has_no_reason(small: Register) -> None:
    case = read_case(small, WHOLE)
    assert case.answers["rights.informed"].reason is None


def test_a_long_value_is_shown_by_its_beginning(small: Register) -> None:
    def shown(value: Any) -> str:
        return refused(small, with_value("profile country", value)).reason

    assert shown("k" * 60) == "unknown value " + "k" * 60
    assert shown("k" * 61) == "unknown value " + "k" * 60 + "…"
    assert shown("k" * 62) == "unknown value " + "k" * 60 + "…"
    assert shown("a\nb") == "unknown value a\N{REPLACEMENT CHARACTER}b"
