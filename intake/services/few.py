"""Rare among very many: what few cases fit is found by its own index first, and counting ends where nobody counts on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select

from intake.models import Case
from intake.services.desk import Desk

FEW = 400
COUNTED = 1000
"""Up to so many cases that fit are counted; more are told as more."""


def counted(desk: Desk, fitting: Select[Case]) -> int:
    """How many cases fit; one more than COUNTED where there are more."""
    return desk.session.scalar(select(up_to_counted(fitting))) or 0


def up_to_counted(fitting: Select[Case]) -> ColumnElement[int]:
    """The same as a column of a query."""
    capped = fitting.with_only_columns(Case.id).order_by(None).limit(COUNTED + 1).subquery()
    return select(func.count()).select_from(capped).scalar_subquery()


@dataclass(frozen=True)
class Among:
    """The condition of cases that were looked for among very many, and whether they are few."""

    condition: ColumnElement[bool]
    few: bool


def among(desk: Desk, ids: Select[str], otherwise: ColumnElement[bool] | None = None) -> Among:
    """The cases of these ids.

    Few are named, so that the database need not look at all cases to see which are among them; of many, ``otherwise``
    says the same of one case after another.
    """
    few = desk.session.scalars(ids.limit(FEW + 1)).all()
    if len(few) <= FEW:
        return Among(Case.id.in_(few), few=True)
    return Among(Case.id.in_(ids) if otherwise is None else otherwise, few=False)


__all__ = ["COUNTED", "FEW", "Among", "among", "counted", "up_to_counted"]
