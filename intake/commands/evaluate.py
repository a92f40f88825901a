"""``intake evaluate``: one case through the register, without a database."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intake.commands.errors import fail

if TYPE_CHECKING:
    from intake.checklist.evaluation import Evaluation
    from intake.checklist.register import Language


@click.command()
@click.argument("case", metavar="CASE.json")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["json", "text", "pdf"]),
    default="json",
    show_default=True,
    help="What to write.",
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "es"]),
    default="en",
    show_default=True,
    help="The language of the words in it.",
)
@click.option("-o", "--output", metavar="FILE", help="Write to this file, not to the screen.")
def evaluate(case: str, kind: str, language: Language, output: str | None) -> None:
    """Evaluate the case in CASE.json ("-" reads it from standard input)."""
    from intake.commands.case_file import CaseFileError

    try:
        result = _evaluate(case)
    except CaseFileError as error:
        fail(error.key, error.reason)
    if kind == "json":
        content = _json(result, language)
    elif kind == "text":
        from intake.commands.text_report import text_report

        content = text_report(result, language).encode()
    else:
        content = _pdf(result, language)
    try:
        if output in (None, "-"):
            _to_screen(content)
        else:
            Path(str(output)).write_bytes(content)
    except (OSError, ValueError) as error:
        fail("--output", getattr(error, "strerror", None) or "cannot be written")


def _to_screen(content: bytes) -> None:
    if sys.stdout is None:  # whoever started the program closed it
        fail("--output", "standard output is closed")
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except OSError:
        # Python would try once more at its end, and complain again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _evaluate(name: str) -> Evaluation:
    from intake.checklist.case_input import InputError, read_case
    from intake.checklist.evaluation import evaluate_case
    from intake.checklist.loading import load_register
    from intake.checklist.reading import RulesError
    from intake.commands.case_file import read_case_file
    from intake.resources import resource_dir

    document = read_case_file(name)
    try:
        register = load_register(resource_dir("rules"))
    except RulesError as error:
        fail("rules", f"{error.problems[0]} (`intake rules check` lists every problem)")
    try:
        return evaluate_case(register, read_case(register, document))
    except InputError as error:
        fail(error.key, error.reason)


def _json(result: Evaluation, language: Language) -> bytes:
    import json

    text = json.dumps(result.as_contract(language), indent=2, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


def _pdf(result: Evaluation, language: Language) -> bytes:
    from intake.documents.summary import SummaryContext, render_summary

    # the moment of the evaluation is also that of the page: the same case gives the same bytes
    zone = {"MX": "America/Mexico_City"}.get(str(result.case.fact("country")), "UTC")
    return render_summary(SummaryContext(result, language, result.case.as_of, zone))
