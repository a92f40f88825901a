"""What goes wrong tells nobody what a caseworker typed: not on the page, not in the log."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from intake.extensions import db
from intake.web.errors import without_values
from tests.conftest import Person, form_fields

PLANTED = "Xochiquetzal Plantada Ixchel"
CASE = "/cases/TAP-2026-0001"


def _fail(*_args: object, **_options: object) -> None:
    try:
        raise KeyError(PLANTED)
    except KeyError as cause:
        raise ValueError(f"no such child: {PLANTED}") from cause


def _fail_in_the_database(*_args: object, **_options: object) -> None:
    db.execute(text("select * from nowhere where name = :name"), {"name": PLANTED})


@pytest.mark.parametrize("failure", [_fail, _fail_in_the_database])
def test_an_error_says_where_it_went_wrong_and_nothing_of_a_child(
    sign_in: Callable[[str], Person],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    failure: Callable[..., None],
) -> None:
    ana = sign_in("ana")
    fields = dict(form_fields(ana.open("/cases/new"))) | {"name": PLANTED}
    monkeypatch.setattr("intake.services.save.open_case", failure)
    with caplog.at_level(logging.DEBUG):
        page = ana.client.post(f"/cases/new?name={PLANTED}", data=fields)
    assert page.status_code == 500
    said = caplog.text + "".join(capfd.readouterr())
    for word in PLANTED.split():
        assert word not in page.text
        assert word not in said
    assert "profile.new" in said
    assert "profile.py" in said


@pytest.mark.parametrize(
    ("path", "status"),
    [(f"{CASE}{PLANTED}", 404), (f"/{PLANTED}", 404), (f"{CASE}/sections/{PLANTED}", 404)],
)
def test_an_address_with_a_name_in_it_is_neither_shown_nor_logged(
    sign_in: Callable[[str], Person],
    caplog: pytest.LogCaptureFixture,
    path: str,
    status: int,
) -> None:
    ana = sign_in("ana")
    with caplog.at_level(logging.DEBUG):
        page = ana.open(path, status)
    assert PLANTED.split()[0] not in page
    assert PLANTED.split()[0] not in caplog.text


def test_causes_are_told_by_their_kind_and_place() -> None:
    try:
        _fail()
    except ValueError as error:
        told = without_values(error)
    assert told.startswith("ValueError at test_errors.py:")
    assert "; from KeyError at test_errors.py:" in told
    assert PLANTED not in told


def test_a_chain_of_causes_that_bites_its_tail_ends(app: Flask) -> None:
    first, second = ValueError(PLANTED), KeyError(PLANTED)
    first.__cause__, second.__cause__ = second, first
    assert without_values(first) == "ValueError at ; from KeyError at "
