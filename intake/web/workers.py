"""What the administrator sees of the work in the background: whether it goes on, in counts and times only."""

from __future__ import annotations

from flask import Blueprint, render_template
from sqlalchemy import func, select

from intake.models import Job
from intake.services import chores, workers
from intake.web.cases import Page
from intake.web.exports import bench
from intake.web.guard import desk, right

blueprint = Blueprint("workers", __name__)


@blueprint.get("/background")
@right("people.manage")
def page() -> Page:
    counted = select(Job.state, func.count()).group_by(Job.state)
    return render_template(
        "workers/page.html",
        workers=[one for one in workers.seen(desk(), bench().workers) if one.alive],
        states={str(state): int(count) for state, count in desk().session.execute(counted)},
        chores=chores.begun(desk()),
    )


__all__ = ["blueprint"]
