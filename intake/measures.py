"""What is counted and timed for whoever keeps the server running; never whose, never about what.

A label is one of few words that stand in the program (an endpoint's name, a class of status, a kind of save), never an
address, a number of a case, a name, an id or anything typed. Where several processes serve, each counts in a file of its
own in the folder ``PROMETHEUS_MULTIPROC_DIR``; they are added when they are asked for.

What cannot be counted is let go: no page and no save fails over it.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

log = logging.getLogger("intake")
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
if os.environ.get(FOLDER) and not os.access(os.environ[FOLDER], os.W_OK | os.X_OK):
    # the library, which has seen the setting already, would end the program over it
    log.warning("%s cannot be written to: each process counts for itself", FOLDER)
    del os.environ[FOLDER]
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]

OWN = CollectorRegistry()
"""What this process counts."""

REQUESTS = Counter(
    "intake_requests", "Answers, by page and class of status.", ["endpoint", "method", "status"],
    registry=OWN,
)  # fmt: skip
REQUEST_SECONDS = Histogram(
    "intake_request_seconds", "Seconds until an answer began.", ["endpoint", "method"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30), registry=OWN,
)  # fmt: skip
SAVES = Counter("intake_saves", "Saves of cases that are kept.", ["kind"], registry=OWN)
DOCUMENTS = Counter("intake_documents_issued", "Documents of cases issued.", registry=OWN)
FAILED_SIGN_INS = Counter(
    "intake_sign_ins_failed", "Attempts to sign in that failed, or had to wait.", ["why"],
    registry=OWN,
)  # fmt: skip
EVALUATION_SECONDS = Histogram(
    "intake_evaluation_seconds", "Seconds that the rules took for one case.",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5), registry=OWN,
)  # fmt: skip
DATABASE_ERRORS = Counter(
    "intake_database_errors", "Errors that the database answered with.", ["kind"], registry=OWN
)
THROTTLE_ALONE = Counter(
    "intake_throttle_fallback", "Times that failed attempts were counted by one process alone.",
    registry=OWN,
)  # fmt: skip


def count(counter: Counter, **labels: str) -> None:
    """Counts one."""
    try:
        (counter.labels(**labels) if labels else counter).inc()
    except Exception as error:
        log.warning("could not be counted: %s", type(error).__name__)


def observe(histogram: Histogram, seconds: float, **labels: str) -> None:
    """Keeps how long it took."""
    try:
        (histogram.labels(**labels) if labels else histogram).observe(seconds)
    except Exception as error:
        log.warning("could not be timed: %s", type(error).__name__)


def written_out(*more: Collector) -> bytes:
    """What all processes of this server counted so far, as Prometheus reads it, with what others collect."""
    registry = CollectorRegistry()
    for one in more:
        registry.register(one)
    ProcessCollector(registry=registry)
    folder = os.environ.get(FOLDER)
    if not folder:
        registry.register(cast(Any, OWN))
        return generate_latest(registry)
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    # one at a time: a file may not go away between being found and being read
    with (Path(folder) / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fold(Path(folder))
        return generate_latest(registry)


def fold(folder: Path) -> None:
    """Adds what processes counted that have ended to one file of each kind, since workers come and go for months."""
    for path in folder.glob("*_*.db"):
        kind, _, number = path.stem.rpartition("_")
        if number == "0" or not number.isdigit() or Path(f"/proc/{number}").exists():
            continue
        kept = MmapedDict(str(folder / f"{kind}_0.db"))  # type: ignore[no-untyped-call]
        try:
            for key, value, *_rest in MmapedDict.read_all_values_from_file(path):  # type: ignore[no-untyped-call]
                kept.write_value(key, kept.read_value(key)[0] + value, 0.0)  # type: ignore[no-untyped-call]
        finally:
            kept.close()  # type: ignore[no-untyped-call]
        path.unlink()


@contextmanager
def timed(histogram: Histogram) -> Iterator[None]:
    """Keeps how long what is inside took."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        observe(histogram, time.perf_counter() - begun)


__all__ = [
    "DATABASE_ERRORS",
    "DOCUMENTS",
    "EVALUATION_SECONDS",
    "FAILED_SIGN_INS",
    "OWN",
    "REQUESTS",
    "REQUEST_SECONDS",
    "SAVES",
    "THROTTLE_ALONE",
    "count",
    "fold",
    "observe",
    "timed",
    "written_out",
]
