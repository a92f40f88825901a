"""`intake due`: counts by team, mails that name nobody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, insert, select

from intake.cli import main
from intake.mail import Post
from intake.models import Case, Erasure, Retention, User
from tests.conftest import KEY


@dataclass
class Sent:
    to: str
    subject: str
    text: str


@pytest.fixture
def ended(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cases of a team past their day, for one of which an end is proposed, and one whose day is to come."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("INTAKE_MASTER_KEY", KEY.decode())
    today = dt.datetime.now(dt.UTC).date()
    engine = create_engine(database_url)
    with engine.begin() as connection:
        columns = select(Case.id, Case.number, Case.team_id, Case.caseworker_id)
        rows = connection.execute(columns.order_by(Case.number).limit(3)).all()
        for days, row in zip((-1, 0, 1), rows, strict=True):
            until = today + dt.timedelta(days=days)
            connection.execute(
                insert(Retention).values(
                    case_id=row.id,
                    team_id=row.team_id,
                    place=Retention.place_of(until, row.number),
                    closed_on=today,
                    until=until,
                )
            )
        by = connection.scalar(select(User.id).where(User.email == "sofia@intake.example"))
        connection.execute(
            insert(Erasure).values(
                id="e" * 36,
                case_id=rows[0].id,
                case_number=rows[0].number,
                kind="erase",
                team_id=rows[0].team_id,
                caseworker_id=rows[0].caseworker_id,
                ground="time",
                state="proposed",
                proposed_by_id=by,
            )
        )
    engine.dispose()


def due(*words: str) -> Result:
    return CliRunner().invoke(main, ["due", *words])


def test_what_is_due_is_counted_by_team(ended: None) -> None:
    told = due()
    assert told.exit_code == 0, repr(told.exception)
    line = "Albergue Tapachula: 1 closed cases past their day, 1 proposed ends waiting\n"
    assert told.stdout == line


def test_the_teams_supervisors_get_the_counts_and_no_case(
    ended: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Sent] = []

    def send(_post: Post, to: str, subject: str, text: str) -> bool:
        sent.append(Sent(to, subject, text))
        return True

    monkeypatch.setattr(Post, "send", send)
    monkeypatch.setenv("INTAKE_SMTP_URL", "smtp://localhost")
    monkeypatch.setenv("INTAKE_MAIL_FROM", "intake@example.org")
    monkeypatch.setenv("INTAKE_PUBLIC_URL", "https://intake.example.org")
    assert due("--mail").exit_code == 0
    assert [one.to for one in sent] == ["sofia@intake.example"]
    assert "https://intake.example.org/retention\n" in sent[0].text
    assert "terminó: 1\n" in sent[0].text
    assert "TAP-" not in sent[0].subject + sent[0].text
    monkeypatch.setattr(Post, "send", lambda *_what: False)
    failed = due("--mail")
    assert (failed.exit_code, failed.stderr) == (1, "intake: --mail: 1 mails could not be sent\n")


def test_mails_need_a_mail_server(ended: None) -> None:
    told = due("--mail")
    assert (told.exit_code, told.stderr) == (1, "intake: --mail: needs INTAKE_SMTP_URL\n")


def test_nothing_due_is_told(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("INTAKE_MASTER_KEY", KEY.decode())
    told = due()
    assert (told.exit_code, told.stdout) == (0, "Nothing is due.\n"), repr(told.exception)
