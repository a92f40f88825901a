"""Published quarters: figures of all cases, made once from the running totals, kept as they were, never made anew."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from intake.checklist.indicators import quarter as quarter_of
from intake.checklist.publication import figures
from intake.checklist.tallies import Cell
from intake.models import NATION, QuarterReport, Tally, TallyState, User, now
from intake.services import audit
from intake.services.counts import fold, fold_all
from intake.services.desk import Desk, Refused

_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])", re.ASCII)
ZONE = ZoneInfo("America/Mexico_City")
"""A quarter is over where it is over here."""


def read_quarter(typed: str) -> str | None:
    """A quarter as it is kept, such as 2026-Q3, from what was typed; None where it is none."""
    found = _QUARTER.fullmatch(typed.strip())
    return f"{found[1]}-Q{found[2]}" if found else None


def published(desk: Desk) -> Sequence[QuarterReport]:
    """The published quarters, the newest first."""
    return desk.session.scalars(select(QuarterReport).order_by(QuarterReport.quarter.desc())).all()


def find_report(desk: Desk, quarter: str) -> QuarterReport | None:
    """The published figures of that quarter."""
    return desk.session.get(QuarterReport, quarter)


def to_publish(desk: Desk) -> Sequence[str]:
    """The quarters that are over, have children and are not published yet, the newest first."""
    done = {report.quarter for report in published(desk)}
    present = quarter_of(now().astimezone(ZONE))
    found = desk.session.scalars(
        select(Tally.quarter)
        .where(Tally.team_id == NATION, Tally.measure == "case", Tally.dimension == "", Tally.n > 0)
        .distinct()
    )
    return sorted((one for one in found if one < present and one not in done), reverse=True)


def publish(desk: Desk, quarter: str, by: User | None) -> QuarterReport:
    """Publishes the figures of a quarter, as of now. Done twice, it is done once: the figures stay as they were.

    Raises Refused: ``quarter_not_over``, ``not_all_counted`` (not every case is counted yet).
    """
    by_id = by.id if by else None
    if quarter >= quarter_of(now().astimezone(ZONE)):
        raise Refused("quarter_not_over")
    if not fold_all(desk, most=10_000):
        raise Refused("not_all_counted")
    with desk.writing() as session:
        kept = session.get(QuarterReport, quarter, with_for_update=True)
        if kept is not None:
            return kept
        fold(session)
        state = session.scalars(
            select(TallyState).where(TallyState.id == 1).with_for_update()
        ).one()
        if not state.complete:
            raise Refused("not_all_counted")
        kept = session.get(QuarterReport, quarter)
        if kept is not None:  # another published it while this one waited
            return kept
        register = desk.register
        content = figures(register, quarter, cells_of(desk, quarter))
        done, waiting = len(published(desk)) + 1, len(set(to_publish(desk)) - {quarter})
        content["products"] = {"published": done, "of": done + waiting}
        moment = now()
        report = QuarterReport(
            quarter=quarter,
            published_at=moment,
            by_id=by_id,
            register_sha256=register.sha256,
            register_version=register.version,
            content=content,
            digest=digest_of(content),
        )
        session.add(report)
        audit.record(
            session, "figures.published", actor_id=by_id, quarter=quarter, digest=report.digest
        )
    return desk.session.get_one(QuarterReport, quarter)


def cells_of(desk: Desk, quarter: str) -> list[tuple[Cell, int]]:
    """The running totals of all cases of that quarter."""
    rows = desk.session.execute(
        select(
            Tally.quarter,
            Tally.country,
            Tally.measure,
            Tally.dimension,
            Tally.value,
            Tally.cell,
            Tally.n,
        ).where(Tally.team_id == NATION, Tally.quarter == quarter)
    )
    return [(Cell(*row[:6]), row[6]) for row in rows]


def digest_of(content: dict[str, Any]) -> str:
    """The SHA-256 over the figures: whoever has them can tell whether they are those that were published."""
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def days_of(quarter: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of a quarter."""
    year, number = int(quarter[:4]), int(quarter[-1])
    first = dt.date(year, 3 * number - 2, 1)
    after = dt.date(year + 1, 1, 1) if number == 4 else dt.date(year, 3 * number + 1, 1)
    return first, after - dt.timedelta(days=1)


__all__ = [
    "cells_of",
    "days_of",
    "digest_of",
    "find_report",
    "publish",
    "published",
    "read_quarter",
    "to_publish",
]
