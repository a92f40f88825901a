"""What is kept of fields comes out as the components write it, byte for byte, and holds nothing that a person typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from markupsafe import Markup

from intake.checklist.register import Register
from intake.forms.facts import fact_field
from intake.forms.fields import CaseForm
from intake.forms.section import section_form
from intake.web import language
from intake.web.guard import desk
from intake.web.kept_fields import KeptFields

TYPED = "Wïlmer <b>&\"' \ue000x {{ x }} \\1"
ZONE = ZoneInfo("America/Mexico_City")
DAY = dt.date(2026, 3, 27)
TAGS = ("gap", "missing", "satisfied", "overdue", "draft", "approved", "unheard <of>")


@pytest.fixture(params=["es", "en"])
def register(app: Flask, request: pytest.FixtureRequest) -> Iterator[Register]:
    """A request in that language."""
    with app.test_request_context(), language.force_locale(request.param):
        yield desk().register


def both(app: Flask, kept: KeptFields, macro: str, field: Any, **options: Any) -> str:
    """What is kept, the first time and again, having made sure that it is what the components write."""
    drawn = str(
        getattr(app.jinja_env.get_template("components/fields.html").module, macro)(
            field, **options
        )
    )
    assert str(getattr(kept, macro)(field, **options)) == drawn
    assert str(getattr(kept, macro)(field, **options)) == drawn
    return drawn


def forms(register: Register) -> Iterator[tuple[Any, CaseForm]]:
    """Every section, empty, answered in each way, with text everywhere, and sent with nothing in order."""
    for section in register.sections:
        kind = section_form(register, section, language.code(), ZONE)
        yield section, kind()
        answers = [choices for check in section.checks if (choices := _answers(check))]
        for turn in range(max(map(len, answers), default=0)):
            data: dict[str, Any] = {}
            for check in section.checks:
                values = _answers(check)
                data[check.id] = values[turn % len(values)] if values else _free(check)
                for part in ("reason", "evidence_source"):
                    data[f"{check.id}.{part}"] = TYPED if turn % 2 else ""
                data[f"{check.id}.note"] = TYPED if turn % 2 else "línea\r\notra\n\nmás"
                data[f"{check.id}.evidence_date"] = DAY
                data[f"{check.id}.cause"] = next(iter(register.causes))
            yield section, kind(data=data)


def _answers(check: Any) -> tuple[str, ...]:
    return tuple(check.values or ())


def _free(check: Any) -> Any:
    return DAY if check.type == "date" else TYPED


def test_every_field_of_every_section_is_what_the_components_write(
    app: Flask, register: Register
) -> None:
    kept, drawn = KeptFields(app.jinja_env), 0
    for section, form in forms(register):
        for check in section.checks:
            help_text = check.help[language.code()]
            reason = Markup(both(app, kept, "text_input", form[f"{check.id}.reason"]))  # noqa: S704
            answer = form[check.id]
            if check.type == "date":
                both(app, kept, "date_input", answer, hint=help_text)
            elif check.type == "text":
                both(app, kept, "textarea", answer, hint=help_text, maxlength=10000)
            else:
                follows = {"not_applicable": reason if check.type == "yn" else ""}
                both(app, kept, "radios", answer, conditional=follows, hint=help_text, small=True)
            both(app, kept, "select", form[f"{check.id}.cause"])
            both(app, kept, "textarea", form[f"{check.id}.note"], maxlength=10000, rows=3)
            both(app, kept, "date_input", form[f"{check.id}.evidence_date"])
            drawn += 1
    assert drawn > 100
    assert TYPED not in repr(kept.__dict__)
    for part in ("Wïlmer", "línea", "2026", ">27<", '"27"'):
        assert part not in repr(kept.__dict__), part


def test_every_fact_is_what_the_components_write(app: Flask, register: Register) -> None:
    kept, code = KeptFields(app.jinja_env), language.code()
    values = {"number": 7, "date": DAY, "time": dt.datetime(2026, 3, 27, 14, 5, tzinfo=ZONE)}
    for fact in register.facts.values():
        kind = type("Facts", (CaseForm,), {"it": fact_field(register, fact, code, ZONE)})
        first = [choice.value for choice in fact.choices or ()][:1]
        value = values.get(fact.kind, first if fact.kind == "choices" else (first or [True])[0])
        for form in (kind(), kind(data={"it": value})):
            field = form["it"]
            match fact.kind:
                case "date":
                    both(app, kept, "date_input", field)
                case "time":
                    both(app, kept, "datetime", field)
                case "number":
                    both(app, kept, "text_input", field, classes="govuk-input--width-3")
                case "choices":
                    both(app, kept, "checkboxes", field, small=True, exclusive="none_so_far")
                case "choice":
                    both(app, kept, "radios", field, small=True)
                    both(app, kept, "select", field)
                case _:
                    both(app, kept, "radios", field, inline=True, small=True)


def test_what_is_in_error_is_drawn_anew(app: Flask, register: Register) -> None:
    kept = KeptFields(app.jinja_env)
    section = register.sections[0]
    form = section_form(register, section, language.code(), ZONE)()
    note = form[f"{section.checks[0].id}.note"]
    note.data, note.errors = TYPED, [TYPED]
    assert "Wïlmer" in both(app, kept, "textarea", note, maxlength=10000)
    day = form[f"{section.checks[0].id}.evidence_date"]
    day.raw, day.errors = {"day": TYPED, "month": "", "year": ""}, ["x"]
    both(app, kept, "date_input", day)
    assert "Wïlmer" not in repr(kept.__dict__)


def test_no_more_is_kept_than_is_said(
    app: Flask, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.web.kept_fields.MOST", 3)
    kept = KeptFields(app.jinja_env)
    for section, form in forms(register):
        both(app, kept, "select", form[f"{section.checks[0].id}.cause"])
        kept.tag("drawn_status", section.id)
        assert len(kept._kept) <= 3
        assert len(kept._tags) <= 3
    monkeypatch.setattr("intake.web.kept_fields.LONGEST", 10)
    kept = KeptFields(app.jinja_env)
    both(app, kept, "select", form[f"{section.checks[0].id}.cause"])
    assert not kept._kept


@pytest.mark.usefixtures("register")
def test_a_tag_is_what_the_component_writes(app: Flask) -> None:
    tags = app.jinja_env.get_template("components/tags.html").module
    for word in TAGS:
        for _time in range(2):
            assert str(tags.status_tag(word)).strip() == str(tags.drawn_status(word)).strip()
    assert str(tags.severity_tag("high")) == str(tags.drawn_severity("high"))
    assert "Otra" in tags.status_tag("draft", text="Otra")
