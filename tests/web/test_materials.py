"""The page of sheets that are about no case."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdf
import pytest

from tests.conftest import Person

SignIn = Callable[[str], Person]


def pdf(person: Person, path: str) -> pypdf.PdfReader:
    response = person.client.get(path)
    assert (response.status_code, response.mimetype) == (200, "application/pdf"), response.text
    assert "attachment" in response.headers["Content-Disposition"]
    return pypdf.PdfReader(io.BytesIO(response.data))


@pytest.mark.parametrize("name", ["ana", "sofia", "admin", "auditor"])
def test_every_role_finds_the_sheets_in_its_menu(sign_in: SignIn, name: str) -> None:
    person = sign_in(name)
    assert 'href="/materials"' in person.open("/account")
    page = person.open("/materials")
    for ages in ("6-11", "12-17"):
        for language in ("es", "en"):
            for paper in ("Letter", "A4"):
                query = f"lang={language}&amp;ages={ages}&amp;paper={paper}"
                assert f'href="/materials/leaflet.pdf?{query}"' in page


def test_a_leaflet_comes_as_it_was_asked_for_with_names_on_it(sign_in: SignIn) -> None:
    query = "lang=en&ages=12-17&paper=A4&caseworker=Luc%C3%ADa+Cruz&phone=962+123"
    read = pdf(sign_in("ana"), f"/materials/leaflet.pdf?{query}")
    assert len(read.pages) == 2
    assert round(read.pages[0].mediabox[3]) == 842
    text = "".join(page.extract_text() for page in read.pages)
    assert "These are your rights" in text
    assert "Lucía Cruz" in text


def test_a_checklist_comes_as_it_was_asked_for(sign_in: SignIn) -> None:
    query = "lang=es&paper=Letter&country=US&stage=&sections=counsel&sections=consent"
    read = pdf(sign_in("auditor"), f"/materials/checklist.pdf?{query}")
    text = "".join(page.extract_text() for page in read.pages)
    assert "counsel.assigned" in text
    assert "counsel.coadyuvancia" not in text
    assert "rights.informed" not in text


@pytest.mark.parametrize(
    "path",
    [
        "leaflet.pdf",
        "leaflet.pdf?lang=xx&ages=6-11&paper=A4",
        "leaflet.pdf?lang=es&ages=3&paper=A4",
        "leaflet.pdf?lang=es&ages=6-11&paper=A3",
        f"leaflet.pdf?lang=es&ages=6-11&paper=A4&caseworker={'x' * 300}",
        "checklist.pdf",
        "checklist.pdf?lang=kek&paper=A4",
        "checklist.pdf?lang=es&paper=A4&country=HN",
        "checklist.pdf?lang=es&paper=A4&stage=never",
        "checklist.pdf?lang=es&paper=A4&sections=nothing",
    ],
)
def test_what_cannot_be_printed_brings_the_page_back_with_what_is_wrong(
    sign_in: SignIn, path: str
) -> None:
    page = sign_in("ana").open(f"/materials/{path}", 422)
    assert "Hay un problema" in page
    assert "<h1" in page


def test_control_characters_in_a_name_are_not_printed(sign_in: SignIn) -> None:
    query = "lang=es&ages=6-11&paper=A4&caseworker=%00%1B%E2%80%AELuc%C3%ADa"
    text = "".join(
        page.extract_text() for page in pdf(sign_in("ana"), f"/materials/leaflet.pdf?{query}").pages
    )
    assert "Lucía" in text
    assert "\u202e" not in text
