"""What is read apart ends alone: it takes neither the app with it nor the turn of others."""

from __future__ import annotations

import subprocess
import threading
from typing import Any

import pytest

from intake import sandbox
from intake.examining import Unreadable, examine
from intake.sandbox import Crowded, Exhausted, run_apart


def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(Exhausted):
        run_apart("http.server", b"", seconds=0.5)


def test_whose_turn_does_not_come_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_turns", {"json.tool": threading.BoundedSemaphore(1)})
    assert run_apart("json.tool", b"[1]").returncode == 0
    sandbox._turns["json.tool"].acquire()
    with pytest.raises(Crowded):
        run_apart("json.tool", b"[1]", wait=0.01)
    sandbox._turns["json.tool"].release()
    assert run_apart("json.tool", b"[1]", wait=0.01).stdout.split() == [b"[", b"1", b"]"]


def test_each_kind_of_reading_has_turns_of_its_own() -> None:
    assert sandbox._turns["one"] is not sandbox._turns["another"]
    assert sandbox._turns["one"] is sandbox._turns["one"]


def test_the_secrets_of_the_app_are_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_MASTER_KEY", "planted-secret")
    seen: list[dict[str, str]] = []

    def run(*_command: object, **asked: Any) -> Any:
        seen.append(asked["env"])
        return subprocess.CompletedProcess([], 0, b"", b"")

    monkeypatch.setattr("intake.sandbox.subprocess.run", run)
    run_apart("json.tool", b"[1]")
    assert [set(environment) for environment in seen] == [{"PYTHONPATH"}]
    assert "planted-secret" not in str(seen)


def test_a_file_that_cannot_be_told_within_its_time_is_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def exhausted(*_asked: object, **_more: object) -> None:
        raise Exhausted

    monkeypatch.setattr("intake.examining.run_apart", exhausted)
    with pytest.raises(Unreadable, match="exhausting"):
        examine(b"%PDF-1.7")
