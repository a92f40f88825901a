"""The register as a reader sees it: recommendations, checks, gates, instruments, and the versions in force."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from intake.services.registers import published
from intake.web.context import register_of_page
from intake.web.guard import desk, right

blueprint = Blueprint("register", __name__)


@blueprint.get("/recommendations")
@right("register.read")
def recommendations() -> str:
    return render_template("register/recommendations.html")


@blueprint.get("/recommendations/<recommendation_id>")
@right("register.read")
def recommendation(recommendation_id: str) -> str:
    register = register_of_page()
    found = register.recommendations.get(recommendation_id)
    if found is None:
        abort(404)
    checks = register.checks_of(found)
    cited = {citation.instrument for check in checks for citation in check.basis}
    return render_template(
        "register/recommendation.html",
        found=found,
        checks=checks,
        gates=register.gates_of(checks),
        instruments=[one for one in register.instruments.values() if one.id in cited],
    )


@blueprint.get("/checks/<check_id>")
@right("register.read")
def check(check_id: str) -> str:
    register = register_of_page()
    found = register.checks.get(check_id)
    if found is None:
        abort(404)
    return render_template(
        "register/check.html",
        check=found,
        section=register.section_of[check_id],
        gates=register.gates_of([found]),
    )


@blueprint.get("/instruments")
@right("register.read")
def instruments() -> str:
    register = register_of_page()
    citing = {
        instrument: [
            check
            for check in register.checks.values()
            if any(citation.instrument == instrument for citation in check.basis)
        ]
        for instrument in register.instruments
    }
    return render_template("register/instruments.html", citing=citing)


@blueprint.get("/registers")
@right("register.read")
def versions() -> str:
    return render_template("register/versions.html", published=published(desk().session))
