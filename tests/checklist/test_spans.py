"""A gap is open from the evaluation that first has it to the first that has it no longer."""

from __future__ import annotations

import datetime as dt

from intake.checklist.spans import Span, SpanBook

FIRST = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
RIGHTS, HEARD = ("rights", "critical"), ("participation", "high")


def test_a_gap_opens_stays_and_closes() -> None:
    book = SpanBook()
    book.see(FIRST, {"a": RIGHTS})
    book.see(FIRST + DAY, {"a": RIGHTS, "b": HEARD})
    book.see(FIRST + 2 * DAY, {"b": HEARD})
    assert book.spans == [
        Span("a", *RIGHTS, FIRST, FIRST + 2 * DAY),
        Span("b", *HEARD, FIRST + DAY),
    ]


def test_a_gap_that_opens_again_is_another_span() -> None:
    book = SpanBook()
    for day, gaps in enumerate(({"a": RIGHTS}, {}, {"a": RIGHTS})):
        book.see(FIRST + day * DAY, gaps)
    assert book.spans == [
        Span("a", *RIGHTS, FIRST, FIRST + DAY),
        Span("a", *RIGHTS, FIRST + 2 * DAY),
    ]


def test_a_gap_weighed_otherwise_or_put_elsewhere_begins_anew() -> None:
    book = SpanBook()
    book.see(FIRST, {"a": RIGHTS})
    book.see(FIRST + DAY, {"a": ("rights", "high")})
    book.see(FIRST + 2 * DAY, {"a": ("consent", "high")})
    assert [(span.section, span.severity, span.closed_at) for span in book.spans] == [
        ("rights", "critical", FIRST + DAY),
        ("rights", "high", FIRST + 2 * DAY),
        ("consent", "high", None),
    ]


def test_what_began_and_ended_in_one_moment_was_never_there() -> None:
    book = SpanBook.of([Span("a", *RIGHTS, FIRST)])
    book.see(FIRST + DAY, {"a": RIGHTS, "b": HEARD})
    book.see(FIRST + DAY, {"a": RIGHTS})
    assert book.spans == [Span("a", *RIGHTS, FIRST)]
