"""`intake demo`: fictional people and children, so that every page has something to show."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import click
from sqlalchemy import select

PASSWORD = "demo-frontera-2026"  # noqa: S105 - printed at start; production never loads the demo
TEAMS = (
    {"name": "Albergue Tapachula", "prefix": "TAP", "country": "MX", "zone": "America/Mexico_City"},
    {"name": "Oficina Tijuana", "prefix": "TIJ", "country": "MX", "zone": "America/Tijuana"},
)
PEOPLE = (
    ("ana@intake.example", "Ana Cruz Solís", "caseworker", "Albergue Tapachula", "es"),
    ("beto@intake.example", "Beto Ramírez Luna", "caseworker", "Albergue Tapachula", "es"),
    ("sofia@intake.example", "Sofía Méndez Prado", "supervisor", "Albergue Tapachula", "es"),
    ("carmen@intake.example", "Carmen Ortiz Vela", "caseworker", "Oficina Tijuana", "es"),
    ("david@intake.example", "David Hill", "supervisor", "Oficina Tijuana", "en"),
    ("admin@intake.example", "Inés Robles", "administrator", None, "es"),
    ("auditor@intake.example", "Marco Vidal", "auditor", None, "es"),
)


@click.command()
def demo() -> None:
    """Load the demo into an empty database."""
    from intake.app import create_app
    from intake.migrations import upgrade

    app = create_app()
    upgrade(app.extensions["intake.engine"])
    with app.app_context():
        click.echo("Demo cases loaded." if load_demo() else "Demo cases were loaded before.")


def sign_ins() -> list[tuple[str, str]]:
    """The demo's sign-ins and what each is."""
    return [(email, role) for email, _name, role, _team, _language in PEOPLE]


def load_demo() -> bool:
    """Loads the demo where nobody is in the database yet; says whether it did."""
    from intake.extensions import db
    from intake.models import User
    from intake.services import people
    from intake.web.guard import desk

    if db.scalar(select(User.id).limit(1)) is not None:
        return False
    for team in TEAMS:
        people.add_team(**team)
    for email, name, role, team_name, language in PEOPLE:
        people.add_person(
            email=email, name=name, role=role, team=team_name, language=language, password=PASSWORD
        )
    from intake.services.review import submit_for_review
    from intake.services.save import open_case, save

    now = dt.datetime.now(dt.UTC).replace(microsecond=0, second=0)
    for number, child in enumerate(CHILDREN):
        by = db.scalars(select(User).where(User.email == child["by"])).unique().one()
        first = now - dt.timedelta(hours=child["hours"])
        values: dict[str, Any] = {"identity.name": child["name"], "profile.encounter_at": first.isoformat()}
        values |= {f"profile.{name}": value for name, value in child["profile"].items()}
        case = open_case(desk(), by, values, str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo-{number}")))
        answers = {f"answers.{check}": _answer(value) for check, value in child["answers"].items()}
        if answers:
            operation = str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo-answers-{number}"))
            save(desk(), case, by, answers, base=case.version, operation=operation, kind="section-saved")
        if child["submitted"]:
            operation = str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo-submit-{number}"))
            submit_for_review(desk(), case, by, base=case.version, operation=operation)
    return True


def _answer(value: str | tuple[str, str]) -> dict[str, str]:
    if isinstance(value, tuple):
        return {"value": value[0], "note": value[1]}
    return {"value": value}


_HONDURAS = {"country": "MX", "nationality": "HN", "languages": ["spa"], "needs_interpreter": False}
_BID = ("opened", "competent-authority", "panel", "options-mx", "options-us", "options-third", "child-views",
        "origin-information", "reasoned", "notified-appeal")  # fmt: skip
CHILDREN: tuple[dict[str, Any], ...] = (
    {
        "by": "ana@intake.example",
        "name": "Yareli M.",
        "hours": 30,
        "profile": _HONDURAS
        | {"place": "MX-CHP", "age": 14, "accompaniment": "unaccompanied", "custody": "inm", "stage": "identification",
           "decisions_considered": ["return"], "sex": "female"},
        "answers": {
            "identification.authority-notified": "yes",
            "identification.urgent-needs": "yes",
            "rights.informed": ("partly", "Se le explicó el procedimiento, pero no el derecho a solicitar asilo."),
            "rights.language": "yes",
            "non-detention.not-held": ("no", "Permanece en la estación migratoria desde la noche del ingreso."),
            "counsel.assigned": "no",
            "participation.heard": "no",
        },
        "submitted": True,
    },
    {
        "by": "ana@intake.example",
        "name": "Tomás P.",
        "hours": 400,
        "profile": {"country": "MX", "place": "MX-CHP", "nationality": "GT", "age": 16, "accompaniment": "unaccompanied",
                    "custody": "dif", "stage": "determination", "languages": ["mam", "spa"], "needs_interpreter": True,
                    "decisions_considered": ["return", "stay"], "sex": "male"},
        "answers": {
            "identification.authority-notified": "yes",
            "identification.urgent-needs": "yes",
            "rights.informed": "yes",
            "rights.language": ("partly", "Persona intérprete de mam solo por teléfono."),
            "counsel.assigned": "yes",
            "guardian.appointed": "yes",
            "non-detention.not-held": "yes",
            "care.alternative-placed": "yes",
            "care.safe": "yes",
            "participation.heard": "yes",
            "asylum.screened": "unknown",
        }
        | {f"bid.{name}": "yes" for name in _BID},
        "submitted": True,
    },
    {
        "by": "ana@intake.example",
        "name": "Darlin R.",
        "hours": 5,
        "profile": _HONDURAS
        | {"place": "MX-CHP", "age_disputed": True, "age": 18, "accompaniment": "separated", "custody": "ngo_shelter",
           "stage": "identification", "decisions_considered": []},
        "answers": {},
        "submitted": False,
    },
    {
        "by": "beto@intake.example",
        "name": "Wilmer A.",
        "hours": 90,
        "profile": {"country": "MX", "place": "MX-TAB", "nationality": "SV", "age": 9, "accompaniment": "accompanied",
                    "custody": "family", "stage": "assessment", "languages": ["spa"], "needs_interpreter": False,
                    "decisions_considered": ["stay", "reunification"]},
        "answers": {"rights.informed": "yes", "rights.language": "yes", "identification.urgent-needs": "yes",
                    "non-detention.not-held": "yes", "participation.heard": "partly"},
        "submitted": False,
    },
    {
        "by": "carmen@intake.example",
        "name": "Naomi J.",
        "hours": 60,
        "profile": {"country": "MX", "place": "MX-BCN", "nationality": "HT", "age": 12, "accompaniment": "separated",
                    "custody": "ngo_shelter", "stage": "assessment", "languages": ["hat"], "needs_interpreter": True,
                    "decisions_considered": ["transfer_us"]},
        "answers": {"rights.language": ("no", "No hay persona intérprete de criollo haitiano."), "rights.informed": "no",
                    "counsel.assigned": "no", "identification.urgent-needs": "yes"},
        "submitted": True,
    },
)  # fmt: skip
