"""A case's facts as lines of a printed document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container

from flask_babel import force_locale
from flask_babel import gettext as _

from intake.checklist.explanations import day_label, moment_label
from intake.services import case_file


def child_lines(file: case_file.CaseFile, code: str) -> tuple[tuple[str, str], ...]:
    """Who the child is and what is known of them, line by line."""
    with force_locale(code):
        lines = [
            (_("Child's name"), file.name),
            (_("Other names or spellings"), str(file.document["identity"].get("other_names", ""))),
        ]
    return tuple((label, value) for label, value in lines if value) + fact_lines(file, code)


def fact_lines(
    file: case_file.CaseFile,
    code: str,
    group: str = "profile",
    only: Container[str] | None = None,
) -> tuple[tuple[str, str], ...]:
    """The facts of that group that are recorded, in words; of ``only`` these, where it is given."""
    register, shown = file.register, []
    part = file.document["profile" if group == "profile" else "events"]
    for fact in register.facts.values():
        value = part.get(fact.id)
        if fact.group != group or value is None or (only is not None and fact.id not in only):
            continue
        if isinstance(value, list):
            labels = [choice.label[code] for choice in fact.choices if choice.value in value]
            shown.append(
                (fact.short[code], ", ".join(labels) or (fact.none[code] if fact.none else "–"))
            )
        elif isinstance(value, bool):
            shown.append((fact.short[code], register.say("flag_yes" if value else "flag_no", code)))
        elif fact.kind == "choice":
            choice = fact.choice(value)
            shown.append((fact.short[code], choice.label[code] if choice else str(value)))
        elif fact.kind == "time":
            moment = dt.datetime.fromisoformat(value).astimezone(file.zone)
            shown.append((fact.short[code], moment_label(moment, code)))
        elif fact.kind == "date":
            shown.append((fact.short[code], day_label(dt.date.fromisoformat(value), code)))
        else:
            shown.append((fact.short[code], str(value)))
    return tuple(shown)
