"""What stays of an anonymised case for counts: coded facts that many children share, and how long things took."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from intake.checklist.evaluation import Evaluation
from intake.checklist.indicators import DIMENSIONS, UNKNOWN, Coded, age_band
from intake.services.case_file import CaseFile

LONGEST_LIST = 12


def anonymous_facts(file: CaseFile, evaluation: Evaluation) -> dict[str, Any]:
    """The coded facts. What was typed, names, dates, places, nationality and language are not among them.

    What is recorded of the child (the first topic of the register) is left out but for the age band, and so is
    every choice from a long list: such values single a child out.
    """
    register, known = file.register, evaluation.case.facts
    about_the_child = next(iter(register.topics), None)
    coded: dict[str, Any] = {}
    hours: dict[str, int] = {}
    first = known.get("encounter_at")
    for fact in register.facts.values():
        value = known.get(fact.id)
        if value is None or fact.group == "derived" or fact.topic == about_the_child:
            continue
        if fact.kind == "flag" or (
            fact.kind in ("choice", "choices") and len(fact.choices) <= LONGEST_LIST
        ):
            coded[fact.id] = sorted(value) if isinstance(value, tuple | frozenset | set) else value
        elif (
            fact.kind == "time"
            and isinstance(value, dt.datetime)
            and isinstance(first, dt.datetime)
        ):
            hours[fact.id] = round((value - first).total_seconds() / 3600)
    findings = {}
    for check_id, finding in evaluation.findings.items():
        kept = file.document["answers"].get(check_id, {})
        findings[check_id] = {"status": finding.status, "severity": finding.check.severity}
        if kept.get("cause"):
            findings[check_id]["cause"] = kept["cause"]
        if kept.get("authority"):
            findings[check_id]["authority"] = kept["authority"]
    return {
        "age": age_band(evaluation.case.age),
        "register": register.sha256,
        "facts": coded,
        "hours": hours,
        "findings": findings,
        "gates": {
            gate_id: "open" if state.open else "shut"
            for gate_id, state in evaluation.gates.items()
            if state.applies
        },
    }


def anonymous_coded(coded: Coded) -> Coded:
    """The case as it goes on counting: without the state, nationality and sex, and without what is still to be done."""
    kept = {"authority", "age"}
    traits = (
        trait if name in kept else UNKNOWN
        for name, trait in zip(DIMENSIONS, coded.traits, strict=True)
    )
    return replace(coded, traits=tuple(traits), gaps=(), gates={}, overdue=())


__all__ = ["anonymous_coded", "anonymous_facts"]
