"""`make bench`: measures everything and writes bench/RESULTS.md."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.bench import pages, work
from tests.bench.harness import Line, table
from tests.bench.people import app_over, environment

ROOT = Path(__file__).parents[2]
LIBRARIES = ("flask", "sqlalchemy", "pydantic", "weasyprint", "cryptography", "gunicorn")


def main() -> None:
    """Fills what is to be measured where it is not there yet, measures, and writes."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--few", type=int, default=10_000)
    asked.add_argument("--many", type=int, default=100_000)
    asked.add_argument("--folder", type=Path, default=ROOT / ".make" / "bench")
    asked.add_argument("--output", type=Path, default=ROOT / "bench" / "RESULTS.md")
    options = asked.parse_args()
    few, many = (filled(options.folder, number) for number in (options.few, options.many))
    told = [_head(options.few, options.many, few, many)]
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        app = app_over(work.copied(few, Path(folder)))
        parts: list[tuple[str, Callable[[], Iterable[Line]]]] = [
            ("The rules", lambda: pages.engine(app)),
            ("Pages and saves of one case", lambda: pages.single(app)),
            (
                f"Pages over {options.many:,} cases beside {options.few:,}",
                lambda: pages.growing(few, many),
            ),
            ("Documents", lambda: work.document(app)),
            ("Documents of many cases", lambda: work.many_documents(app)),
            ("All cases", lambda: work.over_all(app)),
            ("Figures", lambda: work.quarter(app)),
            ("Starts", work.starts),
        ]
        for title, measure in parts:
            sys.stderr.write(f"{title}\n")
            lines = []
            for line in measure():
                lines.append(line)
                sys.stderr.write(f"{line.told()}\n")
            told.append(table(title, lines))
            options.output.parent.mkdir(exist_ok=True)
            options.output.write_text("\n".join(told), encoding="utf-8")


def filled(folder: Path, number: int) -> Path:
    """The instance with so many cases; made where it is not there yet."""
    instance = folder / str(number)
    if not (instance / "intake.sqlite").exists():
        instance.mkdir(parents=True, exist_ok=True)
        with environment(INTAKE_INSTANCE=str(instance), DEMO="1"):
            subprocess.run([*work.COMMAND, "bench-data", "--cases", str(number)], check=True)
    return instance


def _head(few: int, many: int, *instances: Path) -> str:
    sizes = [f"{(one / 'intake.sqlite').stat().st_size / 1e6:,.0f} MB" for one in instances]
    libraries = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)
    load = os.getloadavg()[0]
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"""# Measured

{dt.datetime.now(dt.UTC):%Y-%m-%d} on {_processor()}, {os.cpu_count()} cores, {system}.
Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; {libraries}.
The load when it began was {load:.1f}.

Milliseconds of the processor unless a line says otherwise; what is compared takes turns within one run. The databases:
{few:,} cases in {sizes[0]}, {many:,} cases in {sizes[1]}. `make bench` measures again.
"""


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


if __name__ == "__main__":
    main()
