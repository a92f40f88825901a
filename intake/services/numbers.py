"""Cases found by what was typed of their number: all of it, how it begins, or how it ends.

A number is TEAM-YEAR-NNNN. People read it off paper or over the phone, so small letters, spaces in the place of dashes,
left-out dashes and left-out zeros are taken too. Each way of reading what was typed is a range of an index.
"""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, Select, false, or_, select, union

from intake.models import CASE_NUMBER, Case, Team, User
from intake.services.desk import Desk
from intake.services.few import Among, among

DIGITS = 4
"""Of the running number; it has more only where there are more cases."""
_PARTS = re.compile(
    r"(?P<team>[A-Z]{2,8})?-?(?P<year>(?:19|20)\d\d)?-?(?P<number>\d{1,8})?", re.ASCII
)
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
_NOT_OURS = re.compile(r"[^A-Z0-9-]")
_AFTER_ALL = "~"
"""Sorts after every mark of a number."""


def numbered(desk: Desk, person: User, typed: str) -> Among:
    """The cases of the person's team whose number is, begins with or ends with what was typed."""
    text = typed.strip().upper()
    if CASE_NUMBER.fullmatch(text):
        return Among(Case.number == text, few=True)
    if not text or _NOT_OURS.search(text):
        return Among(false(), few=True)
    found: list[ColumnElement[bool]] = []
    for beginning in sorted(_beginnings(desk, person, text)):
        found.append(Case.number.between(beginning, beginning + _AFTER_ALL))
    for ending in sorted(_endings(text)):
        backwards = ending[::-1]
        found.append(Case.tail.between(backwards, backwards + _AFTER_ALL))
    of_team = Case.team_id == (person.team_id or -1)
    # each is asked by itself: not every database finds what fits one of several ranges by their indexes
    ranges: list[Select[str]] = [select(Case.id).where(of_team, one) for one in found]
    ids = union(*ranges).subquery()
    return among(desk, select(ids.c.id), or_(*found))


def _beginnings(desk: Desk, person: User, text: str) -> set[str]:
    """How a number begins that was meant so."""
    parts = _PARTS.fullmatch(text)
    found = {text} if text[0].isalpha() else set()
    if parts and parts["team"] and parts["year"]:
        found.add("-".join(part for part in parts.groups() if part))
    if _YEAR.fullmatch(text) and (team := desk.session.get(Team, person.team_id or -1)):
        found.add(f"{team.prefix}-{text}-")
    return found


def _endings(text: str) -> set[str]:
    """How a number ends that was meant so: the running number with its zeros, after what was typed before it."""
    found = set() if text[0].isalpha() or re.fullmatch(r"\d{1,3}", text, re.ASCII) else {text}
    digits = re.fullmatch(r"(.*?)(\d{1,3})", text, re.ASCII)
    if digits and digits[1][-1:] in ("", "-"):
        found.add(f"{digits[1] or '-'}{digits[2].zfill(DIGITS)}")
    parts = _PARTS.fullmatch(text)
    if parts and parts["number"] and (parts["year"] or parts["team"]):
        running = parts["number"].zfill(DIGITS)
        before = [part for part in (parts["team"], parts["year"]) if part]
        # the year was left out where only the team is said
        found.add("-".join([*before, running]) if parts["year"] else f"-{running}")
    return found


__all__ = ["numbered"]
