"""Questions that follow from an answer, facts asked beside a question, and a session that ended while typing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import Person, form_fields

SignIn = Callable[[str], Person]
COUNSEL = "/cases/TAP-2026-0003/sections/counsel"
REMEDY = "/cases/TAP-2026-0003/sections/compliance"


def typed(person: Person, path: str, **values: str) -> dict[str, object]:
    fields = dict(form_fields(person.open(path)))
    return fields | {name.replace("__", "."): value for name, value in values.items()}


def test_a_look_shows_what_would_be_asked_and_saves_nothing(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    fields = typed(ana, COUNSEL, counsel__assigned="no")
    page = ana.client.post(COUNSEL, data=fields | {"look": "1"}).text
    assert "check-counsel.assigned" in page
    assert "check-counsel.private-access" not in page
    fields = typed(ana, COUNSEL, counsel__assigned="yes")
    page = ana.client.post(COUNSEL, data=fields | {"look": "1"}).text
    assert "check-counsel.private-access" in page
    assert "<html" not in page
    assert form_fields(ana.open(COUNSEL)).get("counsel.assigned") is None


def test_only_questions_that_lead_to_others_are_looked_at(sign_in: SignIn) -> None:
    page = sign_in("ana").open(COUNSEL)
    leading = re.findall(r'<div data-intake-leads>.*?name="([^"]+)"', page, re.S)
    assert leading == ["counsel.assigned"]


def test_what_is_not_on_the_page_is_not_cleared(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    ana.send(REMEDY, {"compliance.violation-observed": "yes", "violation_kinds": ["detention"]})
    page = ana.open(REMEDY)
    fields = dict(form_fields(page))
    assert fields["violation_kinds"] == ["detention"]
    # a page that never showed the question about the violation, as when it did not apply
    gone = {
        name: value
        for name, value in fields.items()
        if not name.startswith(("compliance.", "violation_", "shown"))
    }
    assert ana.client.post(REMEDY, data=gone).status_code == 302
    fields = dict(form_fields(ana.open(REMEDY)))
    assert fields["compliance.violation-observed"] == "yes"
    assert fields["violation_kinds"] == ["detention"]
    # whereas a box that was on the page and is no longer ticked is cleared
    fields.pop("violation_kinds")
    assert ana.client.post(REMEDY, data=fields).status_code == 302
    assert form_fields(ana.open(REMEDY)).get("violation_kinds") is None


def test_a_gap_carries_its_cause_and_authority_to_the_supervisor_and_the_paper(
    sign_in: SignIn,
) -> None:
    ana = sign_in("ana")
    path = "/cases/TAP-2026-0001/sections/rights"
    ana.send(
        path,
        {
            "rights.informed": "no",
            "rights.informed.cause": "no_interpreter",
            "rights.informed.authority": "dif",
        },
    )
    fields = form_fields(ana.open(path))
    assert (fields["rights.informed.cause"], fields["rights.informed.authority"]) == (
        "no_interpreter",
        "dif",
    )
    page = sign_in("sofia").open("/review/TAP-2026-0001")
    assert "No hubo persona intérprete" in page
    assert "Sistema para el Desarrollo Integral de la Familia" in page


@pytest.mark.parametrize("path", ["/cases/new", COUNSEL])
def test_a_session_that_ended_while_typing_loses_nothing(
    app: Flask, sign_in: SignIn, path: str
) -> None:
    ana = sign_in("ana")
    note = "Líneas\r\nde «notas» & <más>"
    name = "name" if path.endswith("new") else "counsel.assigned.note"
    fields = dict(form_fields(ana.open(path))) | {name: note}
    stranger = app.test_client()
    ended = stranger.post(path, data=fields)
    assert ended.status_code == 401
    assert "No se perdió nada" in ended.text
    carried = dict(form_fields(ended.text))
    assert carried["resume"] == "1"
    signed_in_again = sign_in("ana")
    page = signed_in_again.client.post(path, data=fields | {"resume": "1"})
    assert page.status_code == 200
    assert "&lt;más&gt;" in page.text
    again = dict(form_fields(page.text))
    assert again["operation"] == fields["operation"]
    assert signed_in_again.client.post(path, data=again | {name: "Notas"}).status_code == 302
