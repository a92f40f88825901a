"""The master key is replaced while the app works, stopped anywhere it goes on, and nothing is left under the old one."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select, text, update

from intake.app import create_app
from intake.cli import main
from intake.extensions import db
from intake.models import AuditEntry, Case, Comment, MasterKey, NameToken, Review
from intake.services import keys
from intake.services.case_file import comments, open_file, reviews
from intake.services.desk import Desk
from intake.services.names import called
from intake.services.review import comment_on, review_case, submit_for_review
from intake.services.verify import verify_trail
from intake.vault import KeyMissing, SealBroken, key_id_of, wrapped_under
from intake.web.guard import desk
from tests.conftest import settings_for
from tests.services.conftest import find, put

OLD = b"k" * 32
NEW = base64.urlsafe_b64decode("2ZkYx0Zq7n6D8rC3oUeW1vTtYpQmB5hJfLsGaNiXKcE=")
NUMBER = "TAP-2026-0001"


def as_text(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()


@pytest.fixture
def both(app: Flask, database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk that was given the new key and the old one, while ``app`` still has the old one alone."""
    settings = replace(settings_for(tmp_path, database_url), master_key=NEW, old_master_key=OLD)
    newer = create_app(settings)
    with newer.test_request_context():
        yield desk()
    newer.extensions["intake.engine"].dispose()


def under(session) -> set[str | None]:
    session.expire_all()
    return {wrapped_under(kept) for kept in session.scalars(select(Case.wrapped_key))}


def found(here: Desk, typed: str) -> list[str]:
    return list(here.session.scalars(select(Case.number).where(called(here, typed))))


def test_every_case_and_name_comes_under_the_new_key(both: Desk) -> None:
    tokens = set(both.session.scalars(select(NameToken.digest)))
    assert keys.put_in_force(both, key_id_of(NEW))
    assert not keys.put_in_force(both, key_id_of(NEW))
    assert keys.cases_to_rewrap(both) == 5
    assert found(both, "yareli") == [NUMBER]
    assert sum(keys.rewrap_cases(both)) == 5
    assert keys.cases_to_rewrap(both) == 0
    assert under(both.session) == {key_id_of(NEW)}
    assert not tokens & set(both.session.scalars(select(NameToken.digest)))
    assert found(both, "yareli") == [NUMBER]
    assert open_file(both, find(both, NUMBER)).name == "Yareli M."
    assert verify_trail(both.session) is None
    actions = both.session.scalars(select(AuditEntry.action)).all()
    assert "keys.in-force" in actions
    assert "keys.rewrapped" in actions


def test_a_rotation_that_was_stopped_goes_on(both: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "BATCH", 2)
    keys.put_in_force(both, key_id_of(NEW))
    assert next(keys.rewrap_cases(both)) == 2
    assert under(both.session) == {key_id_of(NEW), key_id_of(OLD)}
    for number in both.session.scalars(select(Case.number)).all():
        assert open_file(both, find(both, number)).name  # both keys are readable meanwhile
    assert found(both, "yareli") == [NUMBER]
    assert sum(keys.rewrap_cases(both)) == 3
    assert under(both.session) == {key_id_of(NEW)}


def test_a_save_in_the_middle_of_a_rotation_is_under_the_new_key(both: Desk) -> None:
    keys.put_in_force(both, key_id_of(OLD))
    put(both, NUMBER, {"identity.other_names": "Antes"})
    assert wrapped_under(find(both, NUMBER).wrapped_key) == key_id_of(OLD)
    keys.put_in_force(both, key_id_of(NEW))
    put(both, NUMBER, {"identity.other_names": "Mientras"})
    assert wrapped_under(find(both, NUMBER).wrapped_key) == key_id_of(NEW)
    assert found(both, "mientras") == [NUMBER]
    assert found(both, "antes") == []


def test_a_program_without_the_key_in_force_writes_nothing(both: Desk, app: Flask) -> None:
    keys.put_in_force(both, key_id_of(NEW))
    both.session.rollback()
    with app.test_request_context():
        older = Desk(db(), both.shelf, app.extensions["intake.vault"])
        version = find(older, NUMBER).version
        with pytest.raises(KeyMissing):
            put(older, NUMBER, {"identity.other_names": "Nada"})
        assert find(older, NUMBER).version == version
        with pytest.raises(KeyMissing):
            keys.check_keys(older)


def test_a_case_that_does_not_open_stops_the_rotation_and_an_erased_one_does_not(
    both: Desk,
) -> None:
    with both.writing() as session:
        session.execute(text("update child_case set wrapped_key = :none where number = :number"),
                        {"none": b"", "number": "TAP-2026-0003"})  # fmt: skip
    keys.put_in_force(both, key_id_of(NEW))
    assert sum(keys.rewrap_cases(both)) == 4
    with both.writing() as session:
        other = session.scalars(select(Case.document).where(Case.number == "TAP-2026-0002")).one()
        session.execute(text("update child_case set document = :other where number = :number"),
                        {"other": other, "number": NUMBER})  # fmt: skip
    keys.put_in_force(both, key_id_of(OLD))
    with pytest.raises(SealBroken):
        list(keys.rewrap_cases(both))
    assert keys.cases_to_rewrap(both) == 4


def test_a_comment_moved_to_a_review_or_another_case_does_not_open(here: Desk) -> None:
    case = find(here, NUMBER)
    sofia = case.team_id and here.session.get_one(type(case.caseworker), 3)
    operation, decision = str(uuid.uuid4()), str(uuid.uuid4())
    comment_on(here, case, sofia, None, "Una nota", operation)
    if case.status != "submitted":
        submit_for_review(
            here, case, case.caseworker, base=case.version, operation=str(uuid.uuid4())
        )
    case = find(here, NUMBER)
    review_case(here, case, sofia, "returned", "Falta", approves_bid=False, base=case.version,
                operation=decision)  # fmt: skip
    case = find(here, NUMBER)
    assert comments(here, case)[-1].text == "Una nota"
    with here.writing() as session:
        kept = session.scalars(select(Comment).where(Comment.operation == operation)).one()
        row = session.scalars(select(Review).where(Review.operation == decision)).one()
        row.sealed, row.operation = kept.sealed, operation
    with pytest.raises(SealBroken):
        reviews(here, find(here, NUMBER))


class TestCommand:
    """`intake keys`, with the keys in files of the instance folder."""

    @pytest.fixture
    def run(self, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        file = tmp_path / "intake_master_key.key"
        file.write_text(as_text(OLD) + "\n")
        file.chmod(0o600)
        for name, value in {
            "INTAKE_INSTANCE": str(tmp_path),
            "DATABASE_URL": database_url,
            "INTAKE_SECRET_KEY": "s" * 40,
            "INTAKE_PASSWORD_SALT": "p" * 40,
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("INTAKE_MASTER_KEY", raising=False)

        def run(*args: str, status: int = 0) -> Result:
            result = CliRunner().invoke(main, args)
            assert result.exit_code == status, result.output
            return result

        return run

    def test_rotate_makes_a_key_and_drops_the_old_one(self, run, tmp_path: Path) -> None:
        file = tmp_path / "intake_master_key.key"
        run("backup")
        told = run("keys", "rotate").stdout
        assert file.read_text().strip() not in (as_text(OLD), told)
        assert file.stat().st_mode & 0o777 == 0o600
        assert not (tmp_path / "intake_master_key_old.key").exists()
        shown = run("keys", "show").stdout
        assert "given, in force" in shown
        assert "0 cases are not under" in shown
        for key in (as_text(OLD), file.read_text().strip()):
            assert key[:12] not in told + shown
        (made,) = (tmp_path / "backups").iterdir()
        run("backup", "verify", str(made))
        run("keys", "rotate")

    @pytest.mark.parametrize("stopped", ["old copied", "new written", "put in force", "re-wrapped"])
    def test_a_rotation_killed_at_any_step_goes_on(
        self, run, tmp_path: Path, stopped: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from intake import keyfiles

        steps = {
            "old copied": (keyfiles, "new_key"),
            "new written": (keys, "put_in_force"),
            "put in force": (keys, "rewrap_cases"),
            "re-wrapped": (keyfiles, "sync_folder"),
        }
        real = keyfiles.sync_folder

        def killed(*args: object, **_kept: object) -> None:
            # a rename is made to last in the middle, too: only the last of them is the point here
            if stopped == "re-wrapped" and (tmp_path / "intake_master_key_old.key").exists():
                real(*args)  # type: ignore[arg-type]
                return
            raise SystemExit(9)

        monkeypatch.setattr(*steps[stopped], killed)
        run("keys", "rotate", status=9)
        monkeypatch.undo()
        for name, value in {
            "INTAKE_INSTANCE": str(tmp_path),
            "DATABASE_URL": self.url,
            "INTAKE_SECRET_KEY": "s" * 40,
            "INTAKE_PASSWORD_SALT": "p" * 40,
        }.items():
            monkeypatch.setenv(name, value)
        run("keys", "rotate")
        assert not (tmp_path / "intake_master_key_old.key").exists()
        shown = run("keys", "show").stdout
        assert shown.count("given") == 1
        assert "0 cases are not under" in shown

    @pytest.fixture(autouse=True)
    def _url(self, database_url: str) -> None:
        self.url = database_url

    def test_a_key_can_be_taken_from_a_file(self, run, tmp_path: Path) -> None:
        given = tmp_path / "given"
        given.write_text(as_text(NEW))
        given.chmod(0o644)
        assert "0600" in run("keys", "rotate", "--take", str(given), status=2).stderr
        given.chmod(0o600)
        run("keys", "rotate", "--take", str(given))
        assert (tmp_path / "intake_master_key.key").read_text().strip() == as_text(NEW)
        assert "in force already" in run("keys", "rotate", "--take", str(given), status=2).stderr

    def test_keys_of_the_environment_are_exchanged_there(
        self, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("INTAKE_MASTER_KEY", as_text(OLD))
        assert "INTAKE_MASTER_KEY_OLD" in run("keys", "rotate", status=2).stderr
        monkeypatch.setenv("INTAKE_MASTER_KEY", as_text(NEW))
        monkeypatch.setenv("INTAKE_MASTER_KEY_OLD", as_text(OLD))
        run("keys", "rotate")
        monkeypatch.delenv("INTAKE_MASTER_KEY_OLD")
        assert f"{key_id_of(NEW)}  given, in force" in run("keys", "show").stdout
        monkeypatch.setenv("INTAKE_MASTER_KEY", as_text(OLD))
        assert (
            f"{key_id_of(NEW)}  missing, in force"
            in CliRunner().invoke(main, ["keys", "show"]).stdout
        )
        assert key_id_of(NEW) in run("keys", "rotate", status=2).stderr

    def test_a_new_key_is_printed_and_fits(self, run) -> None:
        from intake.keyfiles import as_master_key, is_known

        made = run("keys", "new").stdout.strip()
        assert len(as_master_key(made)) == 32
        assert not is_known(made)


def test_nothing_is_served_under_another_key_than_the_databases(here: Desk) -> None:
    from intake.commands.serve import _settle_keys

    with here.writing() as session:
        session.execute(update(MasterKey).values(key_id="00" * 8))
    with pytest.raises(ClickException, match="0000000000000000"):
        _settle_keys()


def test_a_database_from_before_keys_had_ids_is_brought_under_one(here: Desk) -> None:
    from intake.commands.serve import _settle_keys

    assert not keys.is_settled(here)
    _settle_keys()
    here.session.expire_all()
    assert keys.is_settled(here)
    assert here.session.scalar(select(MasterKey.key_id)) == key_id_of(OLD)
