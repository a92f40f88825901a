"""What somebody typed is text in every spreadsheet."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from intake.documents.cells import LONGEST, WORKBOOK, cell_text, csv_line

RUN = [
    *("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\ufeff=1"),
    *("\u200b=1", "\u202e=1", "＝1", "＋1", "－1", "＠x", "=cmd|' /C calc'!A0", "-", "@"),
    *('=HYPERLINK("http://evil.example")', "\x00=1", "\x1f@x", "\u00ad=1", "\t", "\r"),
]
LEFT = [
    "",
    "Luz",
    "2026-11-24",
    "a=1",
    "¿Qué?",
    "12",
    "(=1)",
    "'=1",
    "3-4",
    "a\tb",
    "a\nb",
    "ñ@x.example",
]


@pytest.mark.parametrize("text", RUN, ids=ascii)
def test_what_a_spreadsheet_would_run_is_made_text(text: str) -> None:
    assert cell_text(text).startswith("'")
    assert cell_text(text)[1:] == re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)


@pytest.mark.parametrize("text", LEFT, ids=ascii)
def test_what_it_would_not_run_is_left_as_it_is(text: str) -> None:
    assert cell_text(text) == text


def test_a_cell_holds_no_more_than_it_can() -> None:
    assert len(cell_text("=" * 40_000)) == LONGEST
    assert cell_text(None) == ""


@given(st.lists(st.text() | st.integers() | st.none(), min_size=1))
def test_a_line_is_one_line_and_comes_back_as_it_was(values: list[object]) -> None:
    rows = list(csv.reader(io.StringIO(csv_line(values), newline="")))
    texts = [str(value) if isinstance(value, int) else cell_text(value) for value in values]
    assert rows == [texts] or (texts == [""] and rows == [[]])
    for cell, value in zip(texts, values, strict=True):
        assert isinstance(value, int) or not cell.lstrip().startswith(("=", "+", "-", "@"))


def test_a_workbook_holds_neither_formula_nor_link(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path), WORKBOOK) as book:
        sheet = book.add_worksheet()
        for row, text in enumerate([*RUN, *LEFT, "http://evil.example", "<script>"]):
            sheet.write_string(row, 0, cell_text(text))
            sheet.write(row, 1, cell_text(text))
    with zipfile.ZipFile(path) as parts:
        sheets = parts.read("xl/worksheets/sheet1.xml").decode()
        names = parts.namelist()
    assert "<f>" not in sheets
    assert "hyperlink" not in sheets
    assert not [name for name in names if "rels" in name and "sheet" in name]
    assert "<script>" not in sheets
