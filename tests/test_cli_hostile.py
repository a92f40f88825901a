"""Files that mean harm: each is refused with one line naming the key, at once, and changes nothing."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from intake.cli import main

AS_OF = '"as_of": "2026-11-20T12:00:00-06:00"'
SMALL = Path(__file__).parent / "checklist" / "rules_small"
MEGABYTE = 1_000_000
SECONDS = 1.0
COMMAND = [sys.executable, "-m", "intake.cli", "evaluate"]


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small register, where the test does not start a program of its own."""
    monkeypatch.setattr("intake.resources.resource_dir", lambda name: SMALL)


def refused(content: str | bytes) -> str:
    """The one line that `intake evaluate` says of that file, without its beginning."""
    result = CliRunner().invoke(main, ["evaluate", "-"], input=content)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return one_line(result.stderr)


def one_line(stderr: str) -> str:
    assert stderr.startswith("intake: ")
    assert stderr.endswith("\n")
    assert stderr.count("\n") == 1
    assert stderr[:-1].isprintable()
    assert len(stderr) < 300
    return stderr.removeprefix("intake: ").rstrip("\n")


def profile(fact: str, value: str) -> str:
    return f'{{{AS_OF}, "profile": {{"{fact}": {value}}}}}'


def answer(value: str) -> str:
    return f'{{{AS_OF}, "answers": {{"rights.informed": {value}}}}}'


NO_AGE = [
    *("-1", "121", "-0", "-0.0", "0.0", "15.0", "1e1", "1e999", "-1e999", "1e99999999999"),
    *("NaN", "Infinity", "-Infinity", "true", "false", '"15"', '""', "[15]", "[]", "{}"),
    *("9" * 19, "9" * 5_000, "-" + "9" * 5_000),
]


@pytest.mark.parametrize("value", NO_AGE, ids=lambda value: value[:20])
def test_only_a_whole_number_is_an_age(value: str) -> None:
    assert refused(profile("age", value)).startswith("profile.age: must be a whole number")


@pytest.mark.parametrize("value", ["0", "1", '"yes"', '"false"', '""', "[]", "{}", "0.0", "NaN"])
def test_only_true_and_false_are_flags(value: str) -> None:
    told = "must be true or false"
    assert refused(profile("age_disputed", value)) == f"profile.age_disputed: {told}"
    approvals = f'{{{AS_OF}, "approvals": {{"bid": {value}}}}}'
    assert refused(approvals) == f"approvals.bid: {told}"


@pytest.mark.parametrize(
    "value",
    [
        *('"0000-01-01T00:00:00Z"', '"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-12:00"'),
        *('"1899-12-31T23:59:59Z"', '"2200-01-01T00:00:00Z"', '"2026-11-20T12:00:60Z"'),
        *('"2026-11-20T12:00:00+99:99"', '"2026-11-20T12:00:00"', '"\\ud800"', '"\\u0000"'),
        *("0", "-0", "false", "true", "NaN", "1e999", "[]", "{}", '""', "20261120"),
    ],
)
def test_a_time_that_cannot_be_is_refused(value: str) -> None:
    assert refused(f'{{"as_of": {value}}}').startswith("as_of: must be a time with its zone")
    told = refused(profile("encounter_at", value))
    assert told.startswith("profile.encounter_at: must be a time with its zone")
    event = f'{{{AS_OF}, "events": {{"gbv_disclosed_at": {value}}}}}'
    assert refused(event).startswith("events.gbv_disclosed_at: must be a time with its zone")


@pytest.mark.parametrize(
    "value", ['"0000-01-01"', '"9999-12-31"', '"2026-02-30"', '"1899-12-31"', "0", "false", "NaN"]
)
def test_a_date_that_cannot_be_is_refused(value: str) -> None:
    assert refused(profile("birth_date", value)).startswith("profile.birth_date: must be a date")


@pytest.mark.parametrize(
    ("value", "key"),
    [
        *((value, "") for value in ("true", "false", "0", "NaN", "null", '["yes"]', '"\\ud800"')),
        *((f'{{"value": {value}}}', "") for value in ("true", "0", "null", "[]", "{}", '"\\ud800"')),
        ("{}", ".value"),
        *(
            (f'{{"value": "yes", "reason": {value}}}', ".reason")
            for value in ("0", "false", "true", "NaN", "[]", "{}", '"\\ud800"', '"\\u0000"', '" "')
        ),
        ('{"value": "not_applicable"}', ".reason"),
        ('{"value": "yes", "__class__": 1}', ".__class__"),
    ],
)  # fmt: skip
def test_only_an_answer_of_the_check_is_an_answer(value: str, key: str) -> None:
    assert refused(answer(value)).startswith(f"answers.rights.informed{key}: ")


@pytest.mark.parametrize("part", ["profile", "events", "answers", "approvals"])
@pytest.mark.parametrize("value", ["null", "[]", "0", "false", '"x"', "NaN"])
def test_every_part_is_an_object(part: str, value: str) -> None:
    assert refused(f'{{{AS_OF}, "{part}": {value}}}') == f"{part}: must be an object"


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (f"{{{AS_OF}, {AS_OF}}}", "as_of"),
        (f'{{{AS_OF}, "profile": {{}}, "profile": {{}}}}', "profile"),
        (f'{{{AS_OF}, "profile": {{"age": 1, "age": 2}}}}', "profile.age"),
        (f'{{{AS_OF}, "profile": {{"age": 1, "\\u0061ge": 2}}}}', "profile.age"),
        (f'{{{AS_OF}, "events": {{"x": null, "x": null}}}}', "events.x"),
        (f'{{{AS_OF}, "approvals": {{"bid": true, "bid": false}}}}', "approvals.bid"),
        (f'{{{AS_OF}, "answers": {{"a.b": "no", "a.b": "yes"}}}}', "answers.a.b"),
        (f'{{{AS_OF}, "answers": {{"a.b": {{"value": "no", "value": 1}}}}}}', "answers.a.b.value"),
        (f'{{{AS_OF}, "x": [1, {{"y": 1, "y": 2}}]}}', "x.1.y"),
        ('[{"x": {"y": 1, "y": 2}}]', "0.x.y"),
        ('{"a": {"b": 1, "b": 2}, "a": 3}', "a"),
        ('{"": 1, "": 2}', "(empty)"),
        ('{"\\ud800": 1, "\\ud800": 2}', "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_a_key_that_stands_twice_is_named_by_its_path(content: str, path: str) -> None:
    assert refused(content) == f"{path}: the key stands twice"


@pytest.mark.parametrize(
    "content",
    [
        *("", " \n\t", "{", "}", f"{{{AS_OF},}}", f"{{{AS_OF}}} x", f"{{{AS_OF}}}{{{AS_OF}}}"),
        *("{'as_of': 1}", f"{{{AS_OF} /* x */}}", "{as_of: 1}", '{"a\tb": 1}', '"\\', '"\\x"'),
        *(profile("age", value) for value in ("01", "+1", "0x1", ".5", "1_000", "nan", "True")),
        *(b"\xef\xbb\xbf{}", "{}".encode("utf-16"), "{}".encode("utf-16-le"), b"{\0}", b"\0"),
        *(b'{"as_of": "\xed\xa0\x80"}', b'{"as_of": "\xf1"}', b'{"as_of": "\xc0\xaf"}'),
    ],
)
def test_what_is_no_json_is_refused_as_a_file(content: str | bytes) -> None:
    assert refused(content).startswith(("(file): not JSON: ", "(file): not UTF-8 text"))


@pytest.mark.parametrize("content", ["[]", "null", "true", "0", "NaN", '"x"'])
def test_json_that_is_no_object_is_refused_as_a_case(content: str) -> None:
    assert refused(content) == "(case): must be an object"


@pytest.mark.parametrize(
    "key", ["", "__proto__", "\u202eabc", "\u2028", "a\nb", "\ud800", "k" * 9_000]
)
def test_an_unknown_key_is_shown_short_and_printable(key: str) -> None:
    for document in ({key: 1}, {"profile": {key: 1}}, {"answers": {key: "yes"}}):
        content = json.dumps({"as_of": "2026-11-20T12:00:00-06:00", **document})
        assert ": unknown " in refused(content)


def text_of(length: int, before: str, after: str = "") -> bytes:
    return before.encode() + b"a" * length + after.encode()


LARGE: dict[str, tuple[Callable[[], bytes], str]] = {
    "50 MB of spaces": (lambda: b" " * 50 * MEGABYTE, "(file): larger than 5 MB"),
    "50 MB of one text": (lambda: text_of(50 * MEGABYTE, '"', '"'), "(file): larger than 5 MB"),
    "100,000 lists": (lambda: b"[" * 100_000, "(file): nested more than 20"),
    "100,000 lists, closed": (lambda: b"[" * 100_000 + b"]" * 100_000, "(file): nested more"),
    "100,000 objects": (lambda: b'{"a":' * 100_000, "(file): nested more than 20"),
    "100,000 lists in an answer": (
        lambda: answer("[" * 100_000 + "]" * 100_000).encode(),
        "(file): nested more than 20",
    ),
    "a key of 4 MB": (lambda: text_of(4 * MEGABYTE, f'{{{AS_OF}, "', '": 1}'), "aaaaaaaa"),
    "a check of 4 MB": (
        lambda: text_of(4 * MEGABYTE, f'{{{AS_OF}, "answers": {{"', '": 1}}'),
        "answers.aaaaaaaa",
    ),
    "a reason of 4 MB": (
        lambda: text_of(
            4 * MEGABYTE,
            f'{{{AS_OF}, "answers": {{"rights.informed": {{"value": "not_applicable", "reason": "',
            '"}}}',
        ),
        "answers.rights.informed.reason: must have 1 to 10000",
    ),
    "a moment of 4 MB": (lambda: text_of(4 * MEGABYTE, '{"as_of": "', '"}'), "as_of: must be"),
    "a number of 4 MB": (lambda: profile("age", "9" * 4 * MEGABYTE).encode(), "profile.age: must"),
    "4 MB of lists": (lambda: b"[" + b"[]," * 1_300_000 + b"[]]", "(file): more than 10000 objects"),
    "4 MB of objects": (lambda: b"[" + b"{}," * 1_300_000 + b"{}]", "(file): more than 10000 objects"),
    "4 MB of backslashes": (lambda: b'"' + b"\\" * 4 * MEGABYTE, "(file): not JSON"),
    "200,000 answers": (
        lambda: (
            f'{{{AS_OF}, "answers": {{' + ",".join(f'"c.{n}": "yes"' for n in range(200_000)) + "}}"
        ).encode(),
        "answers.c.0: unknown check",
    ),
}  # fmt: skip


def run(*args: str, **options: Any) -> tuple[subprocess.CompletedProcess[bytes], float]:
    """The whole program, and the seconds of processor time it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [*COMMAND, *args], stderr=subprocess.PIPE, timeout=30, check=False, **options
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_is_refused_at_once(tmp_path: Path, name: str) -> None:
    content, told = LARGE[name]
    path = tmp_path / "case.json"
    path.write_bytes(content())
    done, seconds = run(str(path), stdout=subprocess.PIPE)
    assert one_line(done.stderr.decode()).startswith(told)
    assert (done.returncode, done.stdout) == (2, b"")
    assert seconds < SECONDS


def test_a_sparse_file_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    with path.open("wb") as file:
        file.truncate(50 * MEGABYTE)
    done, seconds = run(str(path), stdout=subprocess.PIPE)
    assert one_line(done.stderr.decode()) == "(file): larger than 5 MB"
    assert done.returncode == 2
    assert seconds < SECONDS


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("/dev/zero", "larger than 5 MB"),
        ("/dev/null", "not JSON"),
        ("/", "Is a directory"),
        ("/nowhere/case.json", "No such file"),
        ("/" + "a" * 5_000, "File name too long"),
        ("/proc/self/mem", "Input/output error"),
    ],
)
def test_what_is_no_file_of_a_case_is_refused_at_once(name: str, told: str) -> None:
    done, seconds = run(name, stdout=subprocess.PIPE)
    line = one_line(done.stderr.decode())
    assert line.startswith("(file): ")
    assert told in line
    assert done.returncode == 2
    assert seconds < SECONDS


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "case.json"
    path.write_text(f"{{{AS_OF}}}")
    return str(path)


def test_a_good_case_is_evaluated_at_once_too(good: str) -> None:
    done, seconds = run(good, stdout=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")
    assert seconds < SECONDS


@pytest.mark.parametrize("output", ["/nowhere/out.json", "/", "/dev/full"])
def test_an_output_that_cannot_be_written_is_refused(good: str, output: str) -> None:
    done, _ = run(good, "-o", output, stdout=subprocess.PIPE)
    assert one_line(done.stderr.decode()).startswith("--output: ")
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize("kind", ["json", "text"])
def test_a_reader_that_went_away_is_told_in_one_line(good: str, kind: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done, _ = run(good, "--format", kind, stdout=pipe)
    assert one_line(done.stderr.decode()) == "--output: Broken pipe"
    assert done.returncode == 2


def test_a_full_disk_is_told_in_one_line(good: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done, _ = run(good, stdout=full)
    assert one_line(done.stderr.decode()) == "--output: No space left on device"
    assert done.returncode == 2


def without(channel: int) -> dict[str, Any]:
    return {"preexec_fn": lambda: os.close(channel)}


def test_a_closed_input_or_output_is_told_in_one_line(good: str) -> None:
    done, _ = run("-", stdout=subprocess.PIPE, **without(0))
    assert one_line(done.stderr.decode()) == "(file): standard input is closed"
    assert done.returncode == 2
    done, _ = run(good, **without(1))
    assert one_line(done.stderr.decode()) == "--output: standard output is closed"
    assert done.returncode == 2
