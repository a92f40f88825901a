"""What is asked of the supervisor's queue, as an address says it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intake.checklist.evaluation import RANK
from intake.models import STATUSES

LONGEST_NAME = 120
FIGURES = ("quarter", "timed", "counted", "open_on")
"""The filters by which only a figure leads here."""
WORDS = ("section", "check", "gate", "authority", "cause", *FIGURES)
SORTS = ("worst", "due", "updated", "number")
_WORD = re.compile(r"[\w.:-]{1,120}", re.ASCII)
_DAY = re.compile(r"[12]\d{3}-\d\d-\d\d", re.ASCII)
_PLACE = re.compile(r"[0-9A-Z-]{1,64}", re.ASCII)


@dataclass(frozen=True)
class QueueQuery:
    """What a supervisor asks of the queue; what the address does not say is left open."""

    status: str = ""
    severity: str = ""
    stage: str = ""
    caseworker: int | None = None
    overdue: bool = False
    alert: str = ""
    section: str = ""
    check: str = ""
    gate: str = ""
    gate_state: str = ""
    authority: str = ""
    cause: str = ""
    quarter: str = ""
    """Of the first contact."""
    timed: str = ""
    """A timing of an indicator that is known."""
    counted: str = ""
    """A measure of an indicator and a group of it, such as ``ind.heard.heard:every-step``."""
    open_on: str = ""
    """A day: the gap need not be there now, but was at the end of it."""
    number: str = ""
    name: str = ""
    """Words of the child's name; never part of an address, which logs and browsers keep."""
    sort: str = "worst"
    after: str = ""
    """The place of the case that the page comes after, in that order."""
    before: str = ""
    """The place of the case that the page ends before."""

    @property
    def filters(self) -> dict[str, str]:
        """What an address says of this query, without the page: what is left open is left out."""
        said = {
            name: getattr(self, name)
            for name in ("status", "severity", "stage", "alert", "number", "gate_state", *WORDS)
        }
        said |= {
            "caseworker": str(self.caseworker or ""),
            "overdue": "yes" if self.overdue else "",
            "sort": "" if self.sort == "worst" else self.sort,
        }
        return {name: value for name, value in said.items() if value}

    @property
    def open_day(self) -> dt.date | None:
        """The day at whose end the gap was there, if that is asked."""
        return _day(self.open_on)

    @property
    def narrowed(self) -> tuple[tuple[str, str], ...]:
        """The filters by which a figure leads here: name and value."""
        found = tuple(
            (name, getattr(self, name)) for name in (*WORDS, "gate_state") if getattr(self, name)
        )
        return (*found, ("severity", self.severity)) if found and self.severity else found

    @property
    def unseen(self) -> tuple[tuple[str, str], ...]:
        """Those of them for which the filter has no box."""
        return tuple((name, value) for name, value in self.narrowed if name in FIGURES)

    @classmethod
    def read(cls, args: Mapping[str, str], name: str = "") -> QueueQuery:
        """The query an address says, and the name that was typed; what it says wrongly is left open."""

        def one_of(name: str, values: Sequence[str]) -> str:
            value = args.get(name, "")
            return value if value in values else ""

        def word(name: str) -> str:
            value = args.get(name, "")
            return value if _WORD.fullmatch(value) else ""

        def number(name: str) -> int | None:
            value = args.get(name, "")
            return int(value) if value.isascii() and value.isdigit() and len(value) < 8 else None

        return cls(
            status=one_of("status", STATUSES),
            severity=one_of("severity", tuple(RANK)),
            stage=one_of(
                "stage",
                ("identification", "assessment", "determination", "implementation", "closed"),
            ),
            caseworker=number("caseworker"),
            overdue=args.get("overdue") == "yes",
            alert=word("alert"),
            gate_state=one_of("gate_state", ("open", "shut")),
            **{name: word(name) for name in WORDS if name != "open_on"},
            open_on=args.get("open_on", "") if _day(args.get("open_on", "")) else "",
            # read off paper or heard: what stands between the parts may be any sign
            number=re.sub(r"[\W_]+", "-", args.get("number", "")).strip("-")[:24],
            name=name.strip()[:LONGEST_NAME],
            sort=one_of("sort", SORTS) or "worst",
            after=place_in(args.get("after", "")),
            before=place_in(args.get("before", "")),
        )


def place_in(text: str) -> str:
    """The place an address says a page begins or ends at; what is none says nothing."""
    return text if _PLACE.fullmatch(text) else ""


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
