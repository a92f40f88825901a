"""Cells of tables for spreadsheets: what somebody typed is shown there as text and never run as a formula.

For a CSV, ``csv_line`` is all that is needed. For xlsxwriter, open the workbook with ``WORKBOOK`` as its options and
write texts with ``write_string``, passed through ``cell_text``: the library then writes neither formulas nor links.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

LONGEST = 32_767
"""Characters that a spreadsheet keeps in one cell."""
_FORMULA = re.compile(
    "[\\s\0-\x1f\x7f\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u2069\u00ad]*[=+\\-@＝＋－＠\t\r\n]"
)
"""Spreadsheets pass over signs that nobody sees, and take the wide forms of other scripts for the usual ones."""
_UNSEEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
WORKBOOK: dict[str, Any] = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
"""Options of every workbook."""


def cell_text(value: object) -> str:
    """The value as the text of a cell: nothing for None, an apostrophe before what a spreadsheet would run."""
    text = "" if value is None else _UNSEEN.sub("", str(value))
    text = f"'{text}" if _FORMULA.match(text) else text
    return text[:LONGEST]


def csv_line(values: Iterable[object]) -> str:
    """A line of a CSV, its end included; numbers stay numbers, every text is a text."""
    line = io.StringIO()
    csv.writer(line).writerow(
        value
        if isinstance(value, int | float) and not isinstance(value, bool)
        else cell_text(value)
        for value in values
    )
    return line.getvalue()


__all__ = ["LONGEST", "WORKBOOK", "cell_text", "csv_line"]
