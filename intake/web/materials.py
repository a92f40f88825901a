"""Sheets that are about no case: the rights leaflet, and the checklist to fill in by hand."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, render_template, request

from intake.checklist.leaflet import AGES, Ages
from intake.checklist.parts import Language
from intake.checklist.register import Register
from intake.checklist.wording import Phrases
from intake.documents.blank_checklist import render_blank
from intake.documents.leaflet import render_leaflet
from intake.documents.styles import PAGE_SIZES, PageSize
from intake.forms.materials import BlankChecklistForm, LeafletForm
from intake.issuing.blank_checklist import blank_checklist_context
from intake.issuing.leaflet import leaflet_context, leaflet_languages
from intake.web import language
from intake.web.cases import Page
from intake.web.context import register_of_page
from intake.web.guard import desk, person, right

blueprint = Blueprint("materials", __name__)


@blueprint.get("/materials")
@right("register.read")
def every() -> Page:
    return _page(_leaflet_form(), _checklist_form())


@blueprint.get("/materials/leaflet.pdf")
@right("register.read")
def leaflet() -> Page:
    form = _leaflet_form(asked=True)
    if not form.validate():
        return _page(form, _checklist_form(), 422)
    context = leaflet_context(
        _with_leaflet(),
        form.lang.data,
        cast(Ages, form.ages.data),
        adults=_code(),
        caseworker=form.caseworker.data or "",
        phone=form.phone.data or "",
    )
    paper = cast(PageSize, form.paper.data)
    return _pdf(
        render_leaflet(context, paper), f"derechos-{context.ages}-{form.lang.data}-{paper}.pdf"
    )


@blueprint.get("/materials/checklist.pdf")
@right("register.read")
def checklist() -> Page:
    form = _checklist_form(asked=True)
    if not form.validate():
        return _page(_leaflet_form(), form, 422)
    register, code = register_of_page(), cast(Language, form.lang.data)
    # a register that was published long ago can lack words that the sheet needs
    words = {**desk().shelf.folder.words, **register.words}
    context = blank_checklist_context(
        register,
        Phrases(words, code),
        sections=form.sections.data or (),
        country=form.country.data or None,
        stage=form.stage.data or None,
    )
    paper = cast(PageSize, form.paper.data)
    return _pdf(render_blank(context, paper), f"checklist-{code}-{paper}.pdf")


def _page(leaflet: LeafletForm, checklist: BlankChecklistForm, status: int = 200) -> Page:
    shown = render_template(
        "materials/every.html",
        form=checklist if checklist.errors else leaflet,
        leaflet=leaflet,
        checklist=checklist,
        languages=leaflet_languages(_with_leaflet()),
        ages=AGES,
        papers=PAGE_SIZES,
    )
    return shown, status


def _leaflet_form(*, asked: bool = False) -> LeafletForm:
    known = {"lang": _code(), "caseworker": person().name if person().role == "caseworker" else ""}
    return LeafletForm(
        leaflet_languages(_with_leaflet()), request.args if asked else None, data=known
    )


def _checklist_form(*, asked: bool = False) -> BlankChecklistForm:
    code = _code()
    return BlankChecklistForm(
        register_of_page(), code, request.args if asked else None, data={"lang": code}
    )


def _with_leaflet() -> Register:
    """The register in force, or the app's own where that was published before there was a leaflet."""
    register = register_of_page()
    return register if register.leaflet_bands else desk().shelf.folder


def _code() -> Language:
    return "en" if language.code() == "en" else "es"


def _pdf(content: bytes, name: str) -> Page:
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


__all__ = ["blueprint"]
