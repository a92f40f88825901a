"""Cases change hands, people stand in for each other, and an emergency opens a case to read."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update

from intake.extensions import db
from intake.models import AuditEntry, Case, Change, Cover, EmergencyAccess, User, now
from tests.conftest import Person, form_fields

SignIn = Callable[[str], Person]
CASE = "TAP-2026-0001"
REASON = "Ana cambia de sede; <b>Beto</b> conoce el caso."
URGENT = "La niña está en urgencias y su equipo no responde."


def person_id(app: Flask, name: str) -> int:
    with app.test_request_context():
        found = db.scalar(select(User.id).where(User.email == f"{name}@intake.example"))
        assert found is not None
        return found


def actions(app: Flask, *wanted: str) -> list[tuple[str, int | None]]:
    with app.test_request_context():
        rows = db.execute(
            select(AuditEntry.action, AuditEntry.actor_id)
            .where(AuditEntry.action.in_(wanted))
            .order_by(AuditEntry.id)
        )
        return [(row.action, row.actor_id) for row in rows]


def hand_over(app: Flask, by: Person, to: str, *numbers: str, status: int = 302) -> str:
    query = "&".join(f"case={number}" for number in numbers)
    return by.send(
        f"/team/hand-over?{query}",
        {"to": str(person_id(app, to)), "reason": REASON},
        status,
    )


def parts(name: str, day: dt.date) -> dict[str, object]:
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def today() -> dt.date:
    return now().astimezone(ZoneInfo("America/Mexico_City")).date()


def cover(
    app: Flask, by: Person, absent: str, covering: str, days: tuple[int, int], status: int = 302
) -> str:
    typed = {
        "absent": str(person_id(app, absent)),
        "covering": str(person_id(app, covering)),
        **parts("first", today() + dt.timedelta(days=days[0])),
        **parts("last", today() + dt.timedelta(days=days[1])),
    }
    return by.send("/team/cover", typed, status)


def test_several_cases_are_chosen_in_the_queue_and_given_to_a_caseworker(
    app: Flask, sign_in: SignIn
) -> None:
    sofia, ana, beto = sign_in("sofia"), sign_in("ana"), sign_in("beto")
    queue = sofia.open("/review")
    assert queue.count('type="checkbox"') == 4
    assert "Asignar los casos elegidos a" in queue
    page = sofia.open(f"/team/hand-over?case={CASE}&case=TAP-2026-0003&to={person_id(app, 'beto')}")
    assert re.search(r'<option value="\d+" selected>Beto', page)
    hand_over(app, sofia, "beto", CASE, "TAP-2026-0003")
    assert "2 casos cambiaron de manos." in sofia.open("/review")
    listed = beto.open("/cases")
    assert listed.index(CASE) < listed.index("TAP-2026-0004")
    assert listed.count("Nuevo: se le asignó") == 2
    history = beto.open(f"/cases/{CASE}/history")
    assert "Ana Cruz Solís → Beto Ramírez Luna" in history
    assert "&lt;b&gt;Beto&lt;/b&gt;" in history
    assert "Sofía Méndez Prado" in history
    assert beto.open("/cases").count("Nuevo: se le asignó") == 1
    ana.open(f"/cases/{CASE}", 404)
    assert actions(app, "case.handed-over") == [("case.handed-over", person_id(app, "sofia"))] * 2


def test_the_reason_lies_sealed_and_the_same_form_sent_twice_hands_over_once(
    app: Flask, sign_in: SignIn
) -> None:
    sofia, operation = sign_in("sofia"), str(uuid.uuid4())
    typed = {"to": str(person_id(app, "beto")), "reason": REASON, "operation": operation}
    for _again in range(2):
        sofia.send(f"/team/hand-over?case={CASE}", typed)
    with app.test_request_context():
        kept = db.scalars(select(Change).where(Change.kind == "handed-over")).all()
        assert len(kept) == 1
        assert REASON.encode() not in kept[0].sealed
    assert len(actions(app, "case.handed-over")) == 1


def test_a_hand_over_says_to_whom_and_why_and_only_of_the_team(app: Flask, sign_in: SignIn) -> None:
    sofia = sign_in("sofia")
    page = sofia.send(f"/team/hand-over?case={CASE}", {"to": "", "reason": " "}, 422)
    assert "Elija quién llevará los casos." in page
    assert "Escriba por qué cambian de manos" in page
    for name in ("carmen", "david", "sofia", "admin"):
        hand_over(app, sofia, name, CASE, status=422)
    sofia.open("/team/hand-over", 302)
    sofia.open(f"/team/hand-over?case={CASE}&case=TIJ-2026-0001", 404)
    fields = {"case": [CASE, "TIJ-2026-0001"], "reason": REASON}
    assert sofia.client.post("/team/hand-over", data=fields).status_code == 404
    assert actions(app, "case.handed-over") == []


def test_a_case_handed_over_while_somebody_writes_loses_neither(
    app: Flask, sign_in: SignIn
) -> None:
    sofia, beto = sign_in("sofia"), sign_in("beto")
    hand_over(app, sofia, "beto", CASE)
    beto.send(f"/cases/{CASE}/sections/rights", {"rights.informed": "no"})
    beto.send(f"/cases/{CASE}/submit", {})
    with app.test_request_context():
        case = db.scalars(select(Case).where(Case.number == CASE)).one()
        assert case.status == "submitted"
        assert case.caseworker.name.startswith("Beto")
    as_of = f"/cases/{CASE}/as-of?day-day={today().day}&day-month={today().month}&day-year={today().year}"
    beto.open(as_of)


def test_who_stands_in_sees_and_writes_under_their_own_name(app: Flask, sign_in: SignIn) -> None:
    ana, beto = sign_in("ana"), sign_in("beto")
    beto.open(f"/cases/{CASE}", 404)
    cover(app, ana, "ana", "beto", (0, 3))
    assert "Usted suple a Ana Cruz Solís" in beto.open("/cases")
    assert "Usted suple a Ana Cruz Solís" in beto.open(f"/cases/{CASE}")
    assert "Usted suple a Ana" in beto.open("/team/cover")
    beto.send(f"/cases/{CASE}/sections/rights", {"rights.informed": "no"})
    assert "Beto Ramírez Luna" in ana.open(f"/cases/{CASE}/history")
    assert actions(app, "cover.set") == [("cover.set", person_id(app, "ana"))]
    page = ana.open("/team/cover")
    path = re.search(r'action="(/team/cover/\d+/end)"', page)
    token = re.search(r'name="csrf_token" value="([^"]+)', page)
    assert path and token
    assert beto.client.post(path[1], data={"csrf_token": token[1]}).status_code == 400
    assert ana.client.post(path[1], data={"csrf_token": token[1]}).status_code == 302
    beto.open(f"/cases/{CASE}", 404)
    assert "Beto Ramírez Luna suple" not in ana.open("/team/cover")


def test_a_cover_begins_and_ends_at_midnight_of_the_teams_zone(app: Flask, sign_in: SignIn) -> None:
    cover(app, sign_in("sofia"), "ana", "beto", (1, 2))
    sign_in("beto").open(f"/cases/{CASE}", 404)
    with app.test_request_context():
        kept = db.scalars(select(Cover)).one()
        zone = ZoneInfo("America/Mexico_City")
        midnight = dt.datetime.combine(today() + dt.timedelta(days=1), dt.time(), tzinfo=zone)
        assert kept.starts_at == midnight
        assert kept.ends_at == midnight + dt.timedelta(days=2)


def test_nobody_gives_themselves_the_cases_of_another(app: Flask, sign_in: SignIn) -> None:
    beto = sign_in("beto")
    cover(app, beto, "ana", "beto", (0, 3), 422)
    cover(app, beto, "ana", "sofia", (0, 3), 422)
    cover(app, beto, "beto", "carmen", (0, 3), 422)
    cover(app, sign_in("sofia"), "carmen", "ana", (0, 3), 422)
    cover(app, sign_in("sofia"), "ana", "ana", (0, 3), 422)
    assert actions(app, "cover.set") == []


@pytest.mark.parametrize("days", [(2, 1), (-5, -2), (0, 400)])
def test_the_days_of_a_cover_make_sense(app: Flask, sign_in: SignIn, days: tuple[int, int]) -> None:
    cover(app, sign_in("ana"), "ana", "beto", days, 422)


def test_a_cover_is_set_once(app: Flask, sign_in: SignIn) -> None:
    ana = sign_in("ana")
    cover(app, ana, "ana", "beto", (0, 3))
    assert "ya suple" in cover(app, ana, "ana", "beto", (2, 5), 422)


def test_a_supervisor_who_wrote_in_a_case_cannot_decide_on_it(app: Flask, sign_in: SignIn) -> None:
    sofia, ana = sign_in("sofia"), sign_in("ana")
    cover(app, sofia, "ana", "sofia", (0, 1))
    sofia.send(f"/cases/{CASE}/sections/rights", {"rights.informed": "no"})
    with app.test_request_context():
        db.execute(update(Cover).values(ends_at=now()))
        db.commit()
    ana.send(f"/cases/{CASE}/submit", {})
    assert "No puede revisar un caso propio" in sofia.open(f"/review/{CASE}")
    decided = sofia.client.post(f"/review/{CASE}", data={"do": "decide", "decision": "approved"})
    assert decided.status_code == 422
    assert sofia.open("/review/TAP-2026-0002").count('name="decision"') == 2


def break_glass(by: Person, number: str, reason: str = URGENT, status: int = 302) -> str:
    return by.send("/emergency", {"number": number, "reason": reason}, status)


def test_an_emergency_opens_a_case_of_another_team_to_read_and_print(
    app: Flask, sign_in: SignIn
) -> None:
    david = sign_in("david")
    david.open(f"/cases/{CASE}", 404)
    break_glass(david, f" {CASE.lower()} ")
    assert "You can read and print" in david.open(f"/cases/{CASE}")
    printed = form_fields(david.open(f"/cases/{CASE}/documents"))
    assert david.client.post(f"/cases/{CASE}/documents", data=printed).data.startswith(b"%PDF-")
    for path, status in (("sections/rights", 403), ("submit", 403), ("profile", 403)):
        david.open(f"/cases/{CASE}/{path}", status)
    david.open(f"/review/{CASE}", 403)
    assert CASE not in david.open("/review")
    for name, path in (("ana", "/cases"), ("sofia", "/cases"), ("sofia", "/review")):
        page = sign_in(name).open(f"{path}/{CASE}")
        assert "Abierto por una emergencia: David Hill" in page
        assert URGENT in page
    trail = sign_in("auditor").open("/audit?action=case.emergency-opened")
    assert "Abrió un caso por una emergencia" in trail
    assert URGENT in trail
    with app.test_request_context():
        assert URGENT.encode() not in db.scalars(select(EmergencyAccess)).one().sealed
        assert URGENT not in str(db.scalars(select(AuditEntry.detail)).all())
        db.execute(update(EmergencyAccess).values(ends_at=now()))
        db.commit()
    david.open(f"/cases/{CASE}", 404)


def test_nothing_is_told_of_a_number_until_a_reason_is_given(app: Flask, sign_in: SignIn) -> None:
    david = sign_in("david")
    hidden = re.compile(r'value="[^"]*"|TAP-2026-\d+')
    short = [
        hidden.sub("", break_glass(david, number, "urge", 422))
        for number in (CASE, "TAP-2026-9999")
    ]
    assert short[0] == short[1]
    assert "at least 20 characters" in short[0]
    page = break_glass(david, "TAP-2026-9999", status=404)
    assert "No case has this number." in page
    assert "No case has this number." in break_glass(david, "Wilmer Alvarado", status=404)
    assert actions(app, "case.emergency-opened") == []
    assert len(actions(app, "refused")) == 2


def test_a_case_that_is_seen_anyway_needs_no_emergency(app: Flask, sign_in: SignIn) -> None:
    break_glass(sign_in("sofia"), CASE)
    assert actions(app, "case.emergency-opened") == []


ODD = ("\x00", "TAP-2026-0001\x00", "‮٣٣", "9" * 400, "'; drop table cover; --", "\ud800", "")


@pytest.mark.parametrize("odd", ODD)
def test_nothing_that_is_typed_or_asked_ends_in_a_fault(sign_in: SignIn, odd: str) -> None:
    sofia, auditor = sign_in("sofia"), sign_in("auditor")
    text = quote(odd, errors="surrogatepass")
    for person, path in (
        (sofia, f"/cases/{text}"),
        (sofia, f"/team/hand-over?case={text}&to={text}"),
        (sofia, f"/team/cover/{text or 0}/end"),
        (auditor, f"/audit?number={text}&person={text}&action={text}&before={text}"),
        (auditor, f"/audit?first-day={text}&first-month=1&first-year={text}&refusals={text}"),
        (auditor, f"/audit/trail.csv?number={text}&person={text}&last-day={text}"),
    ):
        assert person.client.get(path).status_code < 500, path
    names = ("number", "reason", "to", "case", "absent", "covering", "operation", "base")
    days = [f"{name}-{part}" for name in ("first", "last") for part in ("day", "month", "year")]
    for path in ("/emergency", "/team/cover", f"/team/hand-over?case={CASE}"):
        fields = form_fields(sofia.open(path))
        typed = dict.fromkeys((*names, *days), text if odd == ODD[5] else odd)
        sent = fields | typed | ({"case": CASE} if "hand-over" in path else {})
        assert sofia.client.post(path, data=sent).status_code < 500, path
