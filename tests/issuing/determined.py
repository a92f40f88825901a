"""A case whose determination is complete and approved: fixtures for the tests that print it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from intake.models import Case, User
from intake.services.desk import Desk
from intake.services.review import review_case, submit_for_review
from tests.services.conftest import find, here, put

__all__ = ["determined", "here"]
NUMBER = "TAP-2026-0002"
WRITTEN = {
    "bid.opened": "Acuerdo de inicio del 3 de noviembre.",
    "bid.competent-authority": "Firma la Procuraduría de Protección.",
    "bid.panel": "Lic. Inés Robles, derecho; Psic. Tomás Cruz, psicología; T.S. Alma Ruiz, trabajo social.",
    "bid.options-mx": "Se valoró la condición de refugiado y el cuidado en familia de acogida.",
    "bid.options-us": "Su tía vive en Houston y está dispuesta a cuidarle; se valoró el asilo.",
    "bid.options-third": "No tiene familia en otro país.",
    "bid.child-views": "«Quiero vivir con mi tía. Allá no me da miedo».",
    "bid.origin-information": "Informe de riesgos en su municipio, octubre de 2026.",
    "bid.reasoned": "El cuidado de su tía y la amenaza en su municipio pesan más que la distancia.",
}


def determine(here: Desk, changes: dict[str, Any] | None = None, *, approve: bool = True) -> Case:
    """Completes the determination of the case, with those answers changed, and has it approved."""
    answers: dict[str, Any] = {
        f"answers.{check_id}": {"value": "yes", "note": note, "evidence_source": "Expediente"}
        for check_id, note in WRITTEN.items()
    }
    answers["answers.bid.outcome"] = {"value": "transfer_us"}
    answers["profile.decisions_considered"] = ["transfer_us", "stay"]
    answers["profile.bid_decided_at"] = "2026-11-10T12:00:00-06:00"
    put(here, NUMBER, answers | (changes or {}))
    case = find(here, NUMBER)
    if approve:
        submit_for_review(
            here, case, case.caseworker, base=case.version, operation=str(uuid.uuid4())
        )
        case = find(here, NUMBER)
        review_case(
            here,
            case,
            person(here, "sofia"),
            "approved",
            "Completa.",
            approves_bid=True,
            base=case.version,
            operation=str(uuid.uuid4()),
        )
    return find(here, NUMBER)


def person(here: Desk, name: str) -> User:
    return here.session.scalars(select(User).where(User.email == f"{name}@intake.example")).one()


@pytest.fixture
def determined(here: Desk) -> Callable[..., Case]:
    return lambda *changes, **how: determine(here, *changes, **how)
