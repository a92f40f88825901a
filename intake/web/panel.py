"""The panel of a best-interest determination: who takes part, and whether that makes a panel."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import gettext as _

from intake.extensions import csrf
from intake.forms.panel import PROBLEMS, ROLES, MemberForm
from intake.services import case_file, panel
from intake.services.case_file import CaseFile
from intake.services.rights import may_with
from intake.services.save import Saved
from intake.web.cases import Page, case_or_404
from intake.web.guard import desk, person, right
from intake.web.part_form import PartForm

blueprint = Blueprint("panel", __name__)


@blueprint.get("/cases/<number>/panel")
@right("case.read")
def every(number: str) -> Page:
    file = case_file.open_file(desk(), case_or_404(number))
    members = panel.panel_of(file)
    return render_template(
        "panel/every.html",
        case=file.case,
        file=file,
        members=members,
        problems=[PROBLEMS[one] for one in panel.problems_of(members)],
        roles=ROLES,
        writes=may_with(person(), "case.write", file.case),
    )


@blueprint.route("/cases/<number>/panel/new", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def new(number: str) -> Page:
    return MEMBER.page(number, None)


@blueprint.route("/cases/<number>/panel/<member_id>", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def one(number: str, member_id: str) -> Page:
    return MEMBER.page(number, member_id)


def _kept(file: CaseFile, member_id: str, form: MemberForm) -> Saved:
    return _keep(file, member_id, form, _typed(form))


def _taken_away(file: CaseFile, member_id: str, form: MemberForm) -> Saved:
    return _keep(file, member_id, form, None)


def _keep(file: CaseFile, member_id: str, form: MemberForm, member: panel.Member | None) -> Saved:
    return panel.keep_member(
        desk(),
        file.case,
        person(),
        member_id,
        member,
        base=form.base_version,
        operation=form.operation_id,
    )


def _typed(form: MemberForm) -> panel.Member:
    return panel.Member(
        name=(form.name.data or "").strip(),
        role=form.role.data,
        body=(form.body.data or "").strip(),
        conflict="declared" if form.conflict.data == "declared" else "none",
        statement=(form.statement.data or "").strip(),
        is_caseworker=bool(form.is_caseworker.data),
    )


def _told(_saved: Saved) -> str:
    return str(
        _("The panel is kept. An approval of the determination ends with a change of its panel.")
    )


MEMBER = PartForm(
    part="panel",
    word="member",
    kept=panel.panel_of,
    form=lambda _file, _code: MemberForm,
    keep=_kept,
    take_away=_taken_away,
    told=_told,
)
