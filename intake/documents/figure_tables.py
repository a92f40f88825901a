"""Published figures as a workbook to count on with, in one language."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from intake.checklist.indicators import DIMENSIONS
from intake.documents.figure_words import ABOUT
from intake.documents.figures import Figure, FigureContext

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def workbook(context: FigureContext) -> bytes:
    """The figures as an XLSX file in the context's language; the same figures give the same bytes."""
    target, words = io.BytesIO(), context.words
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties(
        {
            "title": f"{words.say('title')} {context.quarter}",
            "comments": context.digest,
            "created": context.published_at.astimezone(UTC).replace(tzinfo=None),
        }
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    percent = book.add_format({"num_format": "0%"})
    sheet = _Sheet(book.add_worksheet(words.say("about")[:31]), bold, percent)
    sheet.head([words.say("title"), words.quarter(context.quarter)], (110, 40))
    for line in ABOUT[context.language]:
        sheet.row([line])
    sheet.row([f"SHA-256 {context.digest}"])
    sheet = _Sheet(book.add_worksheet(words.say("indicator")), bold, percent)
    sheet.head(
        [words.say(one) for one in ("indicator", "group", "country", "number", "of", "share")],
        (44, 52, 22, 12, 12, 12),
    )
    for table in context.indicators():
        for row in table.rows:
            for country, figure in zip(context.country_names, row.figures, strict=True):
                sheet.row([table.title, row.label, country], figure)
        for time in table.times:
            for country, (middle, most) in zip(context.country_names, time.lengths, strict=True):
                for word, length in (("median", middle), ("p90", most)):
                    sheet.row([table.title, f"{time.label}: {words.say(word)}", country, length])
    sheet = _Sheet(book.add_worksheet(words.say("breakdowns")), bold, percent)
    sheet.head(
        [
            words.say(one)
            for one in (
                "country",
                "indicator",
                "group",
                "breakdown",
                "value",
                "number",
                "of",
                "share",
            )
        ],
        (22, 44, 52, 22, 34, 12, 12, 12),
    )
    for *texts, figure in context.breakdowns():
        sheet.row(texts, figure)
    sheet = _Sheet(book.add_worksheet(words.say("children")[:31]), bold, percent)
    sheet.head(
        [words.say(one) for one in ("breakdown", "value", "country", "number")], (26, 44, 22, 12)
    )
    for country, figure in zip(context.country_names, context.children, strict=True):
        sheet.row([words.say("total"), "", country], figure)
    for dimension in DIMENSIONS:
        for row in context.children_by(dimension):
            for country, figure in zip(context.country_names, row.figures, strict=True):
                sheet.row([words.say(dimension), row.label, country], figure)
    book.close()
    return target.getvalue()


class _Sheet:
    """A worksheet that is filled from the top."""

    def __init__(self, sheet: Worksheet, bold: Any, percent: Any) -> None:
        self.sheet, self.bold, self.percent, self.line = sheet, bold, percent, 0

    def head(self, texts: Iterable[str], widths: Iterable[int]) -> None:
        for column, (text, width) in enumerate(zip(texts, widths, strict=False)):
            self.sheet.write_string(0, column, text, self.bold)
            self.sheet.set_column(column, column, width)
        self.sheet.freeze_panes(1, 0)
        self.line = 1

    def row(self, texts: Iterable[str], figure: Figure | None = None) -> None:
        column = 0
        for column, text in enumerate(texts):
            self.sheet.write_string(self.line, column, guarded(text))
        if figure is not None:
            if figure.n is None:
                self.sheet.write_string(self.line, column + 1, figure.text)
            else:
                self.sheet.write_number(self.line, column + 1, figure.n)
            if figure.of is not None:
                self.sheet.write_number(self.line, column + 2, figure.of)
            if figure.n is not None and figure.of:
                self.sheet.write_number(self.line, column + 3, figure.n / figure.of, self.percent)
        self.line += 1


__all__ = ["guarded", "workbook"]
