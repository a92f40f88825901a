"""Documents beside the same HTML printed by others, work over all cases, the quarter's figures, and starts."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml
from flask import Flask
from sqlalchemy import func, select
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from intake.checklist.publication import figures
from intake.commands.at_once import carry_out
from intake.documents import rendering
from intake.documents.fetching import StaticFiles
from intake.documents.lasting import OPTIONS
from intake.documents.styles import LAYERS
from intake.documents.summary import render_summary
from intake.issuing.summary import summary_context
from intake.jobs import bulk, reevaluation
from intake.models import NATION, Case, Tally, User
from intake.resources import resource_dir
from intake.services.desk import Desk
from intake.services.publishing import cells_of
from intake.web.guard import desk
from tests.bench.harness import Line, Times, against, children, turns, within

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
COMMAND = (sys.executable, "-m", "intake.cli")


def fullest(here: Desk) -> Case:
    """The case of which most is answered."""
    return here.session.scalars(select(Case).order_by(Case.answered.desc()).limit(1)).unique().one()


def document(app: Flask) -> Iterator[Line]:
    """The summary of a full case, beside WeasyPrint alone and beside Chromium, each over the same HTML."""
    with app.test_request_context(), tempfile.TemporaryDirectory() as folder:
        here = desk()
        case, by = fullest(here), here.session.scalars(select(User).limit(1)).unique().one()
        context = summary_context(here, case, by, "es")
        html = _html_of(lambda: render_summary(context, "Letter"))
        layers = resource_dir("templates") / "pdf" / "styles"
        sheet = "\n".join((layers / f"{name}.css").read_text(encoding="utf-8") for name in LAYERS)
        page = Path(folder) / "page.html"
        page.write_text(html.replace("</head>", f"<style>{sheet}</style></head>"), encoding="utf-8")

        files, fonts = StaticFiles(resource_dir("static")), FontConfiguration()

        def bare(**options: Any) -> None:
            HTML(string=html, url_fetcher=files).write_pdf(
                stylesheets=[
                    CSS(
                        string=sheet,
                        font_config=fonts,
                        url_fetcher=files,
                    )
                ],
                font_config=fonts,
                **options,
            )

        whole, alone, tagged = turns(
            lambda: render_summary(context, "Letter"), bare, partial(bare, **OPTIONS), times=8
        )
        yield against(
            "Summary of the fullest case, PDF/UA and PDF/A",
            whole,
            "bare WeasyPrint",
            alone,
            target=1.15,
        )
        yield against("The same", whole, "bare WeasyPrint that tags as much", tagged)
        if Path(CHROMIUM).exists():

            def chromium() -> None:
                subprocess.run(
                    [CHROMIUM, *FLAGS, f"--print-to-pdf={folder}/out.pdf", page.as_uri()],
                    check=True,
                    capture_output=True,
                )

            (printed,) = turns(chromium, times=4, clock=children)
            yield against(
                "The same", whole, "Chromium, new process, all its processes", printed, target=0.35
            )


def _html_of(render: Any) -> str:
    """The HTML that is rendered meanwhile."""
    found: list[str] = []

    def noted(*, string: str, **more: Any) -> Any:
        found.append(string)
        return HTML(string=string, **more)

    with patch.object(rendering, "HTML", noted):
        render()
    return found[0]


def many_documents(app: Flask, number: int = 16) -> Iterator[Line]:
    """Documents of many cases, by one process and by two: by the clock, since that is the question."""
    took = {}
    for processes in (1, 2):
        with app.test_request_context():
            here = desk()
            by = (
                here.session.scalars(select(User).where(User.email == "sofia@intake.example"))
                .unique()
                .one()
            )
            ids = here.session.scalars(
                select(Case.id)
                .where(Case.team_id == by.team_id)
                .order_by(func.substr(Case.id, 1 + processes))
                .limit(number)
            ).all()
            job_id = bulk.ask(
                here,
                by,
                ids,
                document="summary",
                language="es",
                page_size="Letter",
                site=None,
                job_id=str(uuid.uuid4()),
            )
        before, began = children(), time.perf_counter()
        job = carry_out(app, job_id, processes, "Documents")
        took[processes] = time.perf_counter() - began
        assert job.state == "done"
        yield Line(
            f"Summaries of {number} cases, {processes} processes",
            took[processes] * 1000 / number,
            f"{(children() - before) * 1000 / number:.0f} ms of the processor each",
            unit="ms each",
        )
    ratio = took[1] / took[2]
    yield Line(
        "Two processes, times as many a second as one",
        ratio,
        "1 process",
        ratio,
        "at least 1.7",
        ratio >= 1.7,
        "×",
    )


def over_all(app: Flask) -> Iterator[Line]:
    """All cases evaluated anew, by one process and by two."""
    for processes in (1, 2):
        with app.test_request_context():
            job_id = reevaluation.ask(desk(), move=False)
            cases = desk().session.scalar(select(func.count()).select_from(Case)) or 0
        assert job_id is not None
        before, began = children(), time.perf_counter()
        job = carry_out(app, job_id, processes, "Evaluating")
        took, worked = time.perf_counter() - began, children() - before
        assert job.state == "done"
        yield Line(
            f"All {cases:,} cases evaluated anew, {processes} processes (clock's time)",
            took,
            f"{cases / took:,.0f} cases a second",
            unit="s",
        )
        each = worked * 1000 / cases
        yield Line(
            f"The same, processor's time for a case; 100,000 on 2 idle cores: {each * 50:.0f} s",
            each,
            "",
            None,
            "at most 2.4 ms (100,000 in 2 min on 2 cores)",
            each <= 2.4,
        )


def quarter(app: Flask) -> Iterator[Line]:
    """The figures of a quarter from the running totals, as they are published."""
    with app.test_request_context():
        here = desk()
        name = here.session.scalars(
            select(Tally.quarter).where(Tally.team_id == NATION).order_by(Tally.quarter).limit(1)
        ).one_or_none()
        if name is None:
            return
        (made,) = turns(lambda: figures(here.register, name, cells_of(here, name)), times=8)
        yield within("A quarter's figures of all cases", made, 5000)


def starts() -> Iterator[Line]:
    """Commands and the server from nothing to something, with all their processes."""
    scenario = yaml.safe_load(
        (Path(__file__).parents[1] / "scenarios" / "station.yaml").read_text(encoding="utf-8")
    )["case"]
    scenario.pop("answers")  # YAML takes yes for true
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "case.json"
        file.write_text(json.dumps(scenario, default=_plain), encoding="utf-8")

        def evaluate() -> None:
            subprocess.run([*COMMAND, "evaluate", str(file)], check=True, capture_output=True)

        def nothing() -> None:
            subprocess.run([sys.executable, "-c", "import pydantic, yaml"], check=True)

        command, floor = turns(evaluate, nothing, times=5, clock=children)
        yield against(
            "`intake evaluate` of one case", command, "Python with pydantic and YAML", floor
        )
        each = []
        for _time in range(3):
            each.append(_serve(Path(folder)) * 1000)
        yield Line(
            "`intake serve` to its first page, demo loaded before (clock's time)",
            Times(tuple(each[1:])),
        )


def _plain(value: Any) -> str:
    return str(value.isoformat())


def _serve(folder: Path) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"INTAKE_INSTANCE": str(folder / "served"), "INTAKE_WORKERS": "0"}
    began = time.perf_counter()
    server = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5) as page:
                    page.read()
                return time.perf_counter() - began
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None, "the server ended"
                time.sleep(0.02)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def copied(instance: Path, folder: Path) -> Path:
    """The instance once more, to be written in."""
    target = folder / "copy"
    shutil.copytree(instance, target)
    return target
