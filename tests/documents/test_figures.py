"""The report, the workbook and the data set, from figures that were published."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import zipfile
from collections import Counter

import pikepdf
import pytest
from pypdf import PdfReader

from intake.checklist.indicators import Coded
from intake.checklist.publication import figures
from intake.checklist.tallies import Cell, changes
from intake.documents import charts
from intake.documents.data_set import data_rows, data_set
from intake.documents.figure_tables import guarded, workbook
from intake.documents.figures import FigureContext
from intake.documents.quarter_report import render_quarter_report
from tests.scenario_files import register


def child(number: int) -> Coded:
    """One of many: every third in the United States, every fourth held, every fifth heard."""
    us = number % 3 == 0
    return Coded(
        quarter="2026-Q3",
        country="US" if us else "MX",
        child=True,
        traits=(
            "US-TX" if us else ("MX-CHP", "MX-TAB", "MX-BCN")[number % 3 - 1],
            "orr" if us else "dif",
            "gt-hn-sv",
            ("10-12", "13-15", "16-17")[number % 7 % 3],
            "intersex" if number == 5 else ("female", "male")[number % 2],
        ),
        groups={
            "ind.heard.heard": "every-step" if number % 5 else "rest",
            "ind.detention.held": "ever" if number % 4 == 0 else "rest",
            "ind.capacity.capacity.dif": "capacity" if number % 2 else "rest",
        },
        steps={"ind.rights-24h.rights": 20 + number % 9 * 4},
        gaps=("rights:critical",) if number % 6 else (),
        gates={"gate.return": number % 10 == 0},
        overdue=("dif",) if number % 3 else (),
    )


def context(language: str = "es", number: int = 240) -> FigureContext:
    counted: Counter[tuple[int, Cell]] = Counter()
    for one in range(number):
        counted.update(changes(0, None, child(one)))
    content = figures(register(), "2026-Q3", [(cell, n) for (_team, cell), n in counted.items()])
    content["products"] = {"published": 3, "of": 6}
    moment = dt.datetime(2026, 10, 5, 9, tzinfo=dt.UTC)
    return FigureContext(content, register(), language, moment, "d" * 64)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "es",
            (
                "Informe binacional trimestral",
                "julio a septiembre de 2026",
                "Escucha en cada etapa",
            ),
        ),
        ("en", ("Quarterly binational report", "July to September 2026", "Children heard")),
    ],
)
def test_the_report_says_each_indicator_in_its_language(
    language: str, says: tuple[str, ...]
) -> None:
    content = render_quarter_report(context(language))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    text = "\n".join(pages).replace("\N{NO-BREAK SPACE}", " ")
    for words in (*says, *(one.title[language] for one in register().indicators.values())):
        assert words.replace("\n", " ")[:24] in text.replace("\n", " ")
    assert "128 / 160 (80 %)" in text
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith(language)
    assert content == render_quarter_report(context(language))


def test_a_report_of_no_child_and_one_of_few_are_made_too() -> None:
    assert render_quarter_report(context(number=0)).startswith(b"%PDF")
    few = context(number=9)
    assert render_quarter_report(few).startswith(b"%PDF")
    assert {row["children"] for row in data_rows(few.content)} == {None}


def test_a_small_trait_is_held_back_with_another_beside_it() -> None:
    by_sex = {row.label: row.figures[0] for row in context().children_by("sex")}
    assert by_sex["Intersexual"].held
    assert sum(figure.held for figure in by_sex.values()) == 2


def test_a_workbook_holds_numbers_as_numbers_and_no_formula() -> None:
    content = workbook(context())
    assert content == workbook(context())
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = [book.read(name) for name in book.namelist() if "worksheets/" in name]
    assert len(sheets) == 4
    assert not any(b"<f>" in sheet for sheet in sheets)
    assert any(b"<v>128</v>" in sheet for sheet in sheets)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_spreadsheet_takes_a_text_for_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert guarded(f"a{text}") == f"a{text}"


def test_the_data_set_is_the_same_bytes_for_the_same_figures() -> None:
    assert data_set(context()) == data_set(context("en"))


def test_lines_keep_their_names_apart_and_inside_the_drawing() -> None:
    drawn = charts.lines(["1", "2"], [(name, [1.0, 0.0]) for name in "abcd"])
    heights = sorted(line.label_y for line in drawn.lines)
    assert all(b - a >= 13 for a, b in itertools.pairwise(heights))
    assert heights[-1] <= drawn.height
    assert len({(line.mark, line.dash) for line in drawn.lines}) == 4


def test_a_value_that_is_not_told_is_passed_over() -> None:
    (line,) = charts.lines(["1", "2", "3"], [("a", [1.0, None, 3.0]), ("b", [None] * 3)]).lines
    assert [point.text for point in line.points] == ["1", "3"]


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = charts.bars([("a", 10, "10", 1, ""), ("b", 5, "5", 2, ""), ("c", 0, "0", 3, "")])
    assert [bar.width for bar in drawn.bars] == [270, 135, 1]
    assert charts.bars([]).height == 0
