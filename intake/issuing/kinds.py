"""What every kind of document says of itself, so that one function can issue them all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from intake.checklist.evaluation import Evaluation
from intake.checklist.parts import Language
from intake.documents.rendering import PageSize
from intake.models import Case, User
from intake.services.desk import Desk, Refused
from intake.services.rights import Action


@dataclass(frozen=True)
class Asked:
    """Who asks for a document of which case, in which language, for whom and why."""

    desk: Desk
    case: Case
    by: User
    language: Language
    at: dt.datetime
    """The moment of the document, as which the case is evaluated."""
    recipient: str | None = None
    """An authority of the register; None where it is for the own file."""
    purpose: str | None = None
    """What it is for, by its name among intake.forms.privacy.PURPOSES."""
    ground: str = ""
    """The legal ground as it was typed, where there is no consent."""
    site: str | None = None
    """Where people reach the app."""
    about: str | None = None
    """What of the case it is about, for kinds that ask for that, such as the check whose gap a letter is about."""


@dataclass(frozen=True)
class Draft:
    """A document that is ready to be printed but for its marks."""

    context: Any
    """The typed context; a dataclass with a field ``marks``."""
    render: Callable[[Any, PageSize], bytes]
    """Makes the PDF of the context once it has its marks."""
    evaluation: Evaluation
    """What it rests on: a newer document that rests on another supersedes it."""
    record: dict[str, Any]
    """What is embedded for programs: the evaluation by the contract, or what of it the recipient may know."""


@dataclass(frozen=True)
class Kind:
    """One kind of document."""

    name: str
    title: Any
    """What it is called on pages, in the reader's language."""
    draft: Callable[[Asked], Draft]
    """Reads the record. Raises Refused where the case does not have what the document needs."""
    right: Action = "case.print"
    """By which the case has to be within the person's reach."""
    goes: Literal["anywhere", "inside", "outside"] = "anywhere"
    """Whether it can be for the own file, for a recipient, or for both."""
    topics: Callable[[Asked], Mapping[str, str]] | None = None
    """What of the case it can be about, with the words for each; None where it is about the case."""
    topics_label: Any = ""
    """The question that asks for one of them."""
    serves: Callable[[Asked], str] | None = None
    """The one purpose for which it leaves, which it prints; None where whoever issues it chooses."""


class OtherPurpose(Refused):
    """It leaves for another purpose than was asked: ``serves``. Recorded otherwise, record and paper would differ."""

    def __init__(self, serves: str) -> None:
        self.serves = serves
        super().__init__("other_purpose")


__all__ = ["Asked", "Draft", "Kind", "OtherPurpose"]
