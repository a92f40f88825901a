"""The register as a reader sees it: recommendations, and the checks that carry each of them out."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from intake.web.context import register_of_page
from intake.web.guard import right

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
    return render_template(
        "register/recommendation.html", found=found, checks=register.checks_of(found)
    )
