"""Whatever a command is given: it is done, or refused with one line and status 2, and never a trace."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.cli import main
from tests.security.strange import BYTES, FUZZ, JSON, SAMPLES, SETTINGS

EXAMPLES = 300 if FUZZ else 4
TEXTS = st.sampled_from([one for one in SAMPLES if "\x00" not in one]) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20
)
LEFT_OUT = {("serve",), ("work",), ("demo",)}
"""They serve until they are stopped, or fill a database of their own: other tests run them."""
FILES = ("empty", "noise", "folder", "json", "bom", "missing", "backup")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance, and files that are none of what is asked for."""
    folder = tmp_path_factory.mktemp("strange")
    (folder / "empty").write_bytes(b"")
    (folder / "noise").write_bytes(b"".join(BYTES) * 100)
    (folder / "folder").mkdir()
    (folder / "json").write_text('{"as_of": NaN, "as_of": 1}', encoding="utf-8")
    (folder / "bom").write_bytes(b"\xef\xbb\xbf{}")
    (folder / "backup").write_bytes(b"INTAKE" + bytes(600))
    return folder


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    """Every command that does something, found from the program itself."""
    if not isinstance(command, click.Group):
        return [(path, command)]
    context = click.Context(command)
    found = [
        leaf
        for name in command.list_commands(context)
        if (inner := command.get_command(context, name)) is not None
        for leaf in leaves(inner, (*path, name))
    ]
    return found + ([(path, command)] if command.invoke_without_command and path else [])


ALL = {" ".join(path): command for path, command in leaves(main) if path[:1] not in LEFT_OUT}


def run(place: Path, words: list[str], given: bytes = b"") -> None:
    """Runs the command, and looks at how it ended."""
    environment = {"INTAKE_INSTANCE": str(place / "instance"), "INTAKE_BACKUP_PASSPHRASE": "x" * 20}
    result = CliRunner(env=environment).invoke(main, words, input=given)
    where = f"{words!r}: {result.exit_code} {result.output[-800:]!r}"
    assert result.exception is None or isinstance(result.exception, SystemExit), (
        f"{where} {result.exception!r}"
    )
    assert result.exit_code in (0, 1, 2), where
    assert "Traceback" not in result.output, where
    if result.exit_code == 2:
        told = [line for line in result.stderr.splitlines() if line.startswith("intake: ")]
        assert len(told) == 1, where
        assert told[0].isprintable(), where
        assert len(told[0]) < 1500, where


@st.composite
def arguments(draw: st.DrawFn, command: click.Command, place: Path) -> list[str]:
    """What somebody might type after the command."""
    words: list[str] = []
    for parameter in command.params:
        if draw(st.integers(0, 5)) == 0:
            continue
        if isinstance(parameter.type, click.Choice) and draw(st.booleans()):
            value = str(draw(st.sampled_from(list(parameter.type.choices))))
        elif draw(st.booleans()):
            value = str(place / draw(st.sampled_from(FILES)))
        else:
            value = draw(TEXTS)
        if isinstance(parameter, click.Option):
            flag = parameter.is_flag or parameter.count
            words += [parameter.opts[-1]] if flag else [parameter.opts[-1], value]
        else:
            words.append(value)
    return words + draw(st.lists(TEXTS, max_size=1))


@pytest.mark.parametrize("name", ALL)
def test_no_command_fails_whatever_it_is_given(
    name: str, place: Path, tried: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # whatever is written goes there
    monkeypatch.chdir(place / "folder")
    safe = Safe(place)

    @settings(SETTINGS, max_examples=EXAMPLES)
    @given(words=arguments(ALL[name], place))
    def with_words(words: list[str]) -> None:
        tried["commands"] += 1
        run(place, [*name.split(), *safe.only(words)])

    with_words()


@pytest.mark.parametrize(
    ("setting", "value", "key"),
    [
        ("DATABASE_URL", "mysql://x", "settings"),
        ("DATABASE_URL", "sqlite:////nowhere/x.sqlite", "database"),
        ("DATABASE_URL", "postgresql://127.0.0.1:1/x", "database"),
        ("INTAKE_ENV", "nowhere", "settings"),
        ("INTAKE_MASTER_KEY", "short", "settings"),
        ("INTAKE_SECRET_KEY", "short", "settings"),
        ("", "", "database"),
    ],
)
@pytest.mark.parametrize("name", ["audit head", "audit verify", "users list", "backup"])
def test_settings_and_databases_that_do_not_fit_are_told_in_one_line(
    name: str, setting: str, value: str, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path / "instance"))
    if setting:
        monkeypatch.setenv(setting, value)
    result = CliRunner().invoke(main, name.split())
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    (line,) = [one for one in result.stderr.splitlines() if one.startswith("intake: ")]
    assert key in line or setting in line, line


class Safe:
    """Keeps what is typed from naming a file outside of the test's own folder."""

    def __init__(self, place: Path) -> None:
        self.place = str(place)

    def only(self, words: list[str]) -> list[str]:
        return [
            word
            if word.startswith((self.place, "-")) or "/" not in word
            else word.replace("/", "_")
            for word in words
        ]


@settings(SETTINGS, max_examples=5000 if FUZZ else 40)
@given(document=JSON, raw=st.none() | st.binary(max_size=40) | st.sampled_from(BYTES))
def test_no_case_fails_whatever_its_json_is(
    place: Path, tried: Counter[str], document: Any, raw: bytes | None
) -> None:
    tried["cases as JSON"] += 1
    named = {"as_of": "2026-11-20T12:00:00-06:00", "profile": document, "answers": document}
    content = raw if raw is not None else json.dumps(named).encode()
    run(place, ["evaluate", "-"], content)
