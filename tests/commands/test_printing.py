"""`intake print` where there is no app running: sheets from the rules alone."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner, Result

from intake.cli import main


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["print", *args])


def text_of(file: Path) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(file).pages)


def refused(*args: str) -> str:
    result = run(*args)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert result.stderr.count("\n") == 1
    return result.stderr.strip()


def test_a_leaflet_goes_to_the_file_that_was_named(tmp_path: Path) -> None:
    file = tmp_path / "x.pdf"
    options = ("--lang", "en", "--paper", "A4", "--ages", "12-17", "--caseworker", "Lucía Cruz")
    result = run("leaflet", *options, "-o", str(file))
    assert (result.exit_code, result.output) == (0, "")
    assert len(pypdf.PdfReader(file).pages) == 2
    assert "These are your rights" in text_of(file)
    assert "Lucía Cruz" in text_of(file)


def test_without_a_file_it_goes_to_the_screen() -> None:
    result = run("checklist", "--section", "consent")
    assert result.exit_code == 0
    assert (
        "llenar a mano" in pypdf.PdfReader(io.BytesIO(result.stdout_bytes)).pages[0].extract_text()
    )


def test_a_checklist_can_be_narrowed(tmp_path: Path) -> None:
    file = tmp_path / "x.pdf"
    options = (
        "--country",
        "US",
        "--stage",
        "identification",
        "--section",
        "counsel",
        "--lang",
        "en",
    )
    assert run("checklist", *options, "-o", str(file)).exit_code == 0
    text = text_of(file)
    assert "counsel.assigned" in text
    assert "counsel.coadyuvancia" not in text
    assert "rights.informed" not in text


@pytest.mark.parametrize(
    ("args", "key"),
    [
        (("leaflet", "--lang", "kek"), "--lang: the leaflet is not written in kek, but in es, en"),
        (("leaflet", "--ages", "5"), "--ages"),
        (("leaflet", "--paper", "A3"), "--paper"),
        (("checklist", "--stage", "x"), "--stage: the register has no x"),
        (("checklist", "--section", "x"), "--section: the register has no x"),
        (("checklist", "--country", "HN"), "--country"),
        (("checklist", "-o", "/nowhere/x.pdf"), "--output"),
    ],
)
def test_what_cannot_be_printed_is_said_on_one_line(args: tuple[str, ...], key: str) -> None:
    assert refused(*args).startswith(f"intake: {key}")
