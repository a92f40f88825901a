"""The checklist as a sheet to fill in by hand, where there is no power: questions, boxes and room to write."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from intake.checklist.parts import Language, Severity
from intake.documents.rendering import PageSize, render_pdf

__all__ = ["BlankChecklistContext", "BlankField", "BlankQuestion", "BlankSection", "render_blank"]

Writing = Literal["boxes", "line", "date", "time", "lines"]


@dataclass(frozen=True)
class BlankField:
    """Something to be filled in: boxes to tick, or room to write; ``id`` is where it is typed in later."""

    id: str
    label: str
    writing: Writing
    options: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class BlankQuestion:
    """A check. With ``own`` None it has the boxes of its table's head, otherwise boxes or a line of its own."""

    id: str
    question: str
    help: str
    severity: Severity
    deadline: str
    only_if: str
    own: BlankField | None = None
    beside: tuple[BlankField, ...] = ()
    """Facts that are recorded beside the check."""


@dataclass(frozen=True)
class BlankSection:
    """The questions of one page of the app."""

    title: str
    questions: tuple[BlankQuestion, ...]


@dataclass(frozen=True)
class BlankTopic:
    """The facts of one page of the app."""

    title: str
    intro: str
    fields: tuple[BlankField, ...]


@dataclass(frozen=True)
class BlankChecklistContext:
    """All that is printed."""

    language: Language
    title: str
    scope: tuple[str, ...]
    """What the sheet was narrowed to, in words: a country, a stage, sections."""
    topics: tuple[BlankTopic, ...]
    sections: tuple[BlankSection, ...]
    answers: tuple[str, ...]
    """The values of the answers to a yes/no check, in the order of their columns."""
    severities: tuple[tuple[Severity, str], ...]
    register_version: str
    register_sha256: str


@lru_cache(maxsize=16)
def render_blank(context: BlankChecklistContext, page_size: PageSize = "Letter") -> bytes:
    """The sheet as a tagged PDF (PDF/UA-1) in the context's language.

    The same context gives the same bytes. Raises ValueError for another paper.
    """
    return render_pdf(
        "pdf/blank_checklist.html", page_size, context=context, language=context.language
    )
