"""Published figures: an auditor publishes and downloads, and finds no case behind a number."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask

from intake.services import publishing
from intake.web.guard import desk
from tests.conftest import Person
from tests.population import populate


@pytest.fixture
def quarter(app: Flask) -> str:
    """A quarter with children that waits to be published."""
    populate(app, 150)
    with app.test_request_context():
        return publishing.to_publish(desk())[0]


def test_an_auditor_publishes_a_quarter_and_downloads_it(
    quarter: str, sign_in: Callable[[str], Person]
) -> None:
    auditor = sign_in("auditor")
    assert "Elija un trimestre" in auditor.send("/figures", {"quarter": "", "sure": "y"}, 422)
    assert "Marque que lo sabe" in auditor.send("/figures", {"quarter": quarter}, 422)
    auditor.send("/figures", {"quarter": quarter, "sure": "y"})
    page = auditor.open(f"/figures/{quarter}")
    assert "/review" not in page
    assert "/cases/" not in page
    for number in re.findall(r"numeric\">(\d+)(?! h| d)\b", page):
        assert int(number) >= 10
    kinds = {"report": b"%PDF", "table": b"PK", "data": b"PK"}
    for kind, begins in kinds.items():
        response = auditor.client.get(f"/figures/{quarter}/{kind}?lang=en")
        assert response.status_code == 200
        assert response.data.startswith(begins)
        assert response.headers["Cache-Control"] == "no-store"
    book = zipfile.ZipFile(io.BytesIO(auditor.client.get(f"/figures/{quarter}/table").data))
    for name in book.namelist():
        if name.startswith("xl/worksheets/"):
            assert b"<f>" not in book.read(name)
    supervisor = sign_in("sofia")
    assert page.count("<tr") == supervisor.open(f"/figures/{quarter}").count("<tr")
    assert "Publicar un trimestre" not in supervisor.open("/figures")
    entries = auditor.open("/audit?action=figures.published")
    assert "Publicó las cifras de un trimestre" in entries
    assert quarter in entries


def test_a_quarter_that_is_none_is_not_found(sign_in: Callable[[str], Person]) -> None:
    auditor = sign_in("auditor")
    for quarter in ("2026-Q3", "x", "2026-Q9", "..", "0" * 300):
        auditor.open(f"/figures/{quarter}", 404)
    auditor.open("/figures/2026-Q3/everything", 404)
