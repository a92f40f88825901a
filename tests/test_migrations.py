"""A database of an earlier release is brought up to date with all that is in it."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from intake.migrations import upgrade
from intake.models import Base, open_engine


def test_the_tables_are_those_of_the_models(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.connect() as connection:
        differing = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    assert differing == []


def test_what_was_kept_before_cover_and_emergencies_stays(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    upgrade(engine, "0002")
    with engine.connect().execution_options(writes=True) as connection:
        for statement in (
            "insert into team (id, name, country, zone, prefix) values (1, 'A', 'MX', 'UTC', 'AB')",
            "insert into user (id, email, active, fs_uniquifier, name, language, team_id)"
            " values (1, 'a@b.example', true, 'x', 'Ana', 'es', 1)",
            "insert into audit_entry (id, at, actor_id, action, detail, previous, digest)"
            " values (1, '2026-01-01 00:00:00', 1, 'person.added', '{}', '', '')",
            "insert into child_case (id, number, team_id, caseworker_id, status, opened_at, updated_at,"
            " wrapped_key, document, version, register_sha256, evaluated_at, gaps, critical_gaps,"
            " missing, worst_rank, applicable, answered, alerts)"
            " values ('c', 'AB-2026-0001', 1, 1, 'draft', '2026-01-01', '2026-01-01', x'01', x'02',"
            " 1, '', '2026-01-01', 0, 0, 0, 9, 0, 0, '[]')",
        ):
            connection.execute(text(statement))
        connection.commit()
    upgrade(engine)
    with engine.connect() as connection:
        case = connection.execute(text("select number, document, handed_over_at from child_case"))
        assert case.one() == ("AB-2026-0001", b"\x02", None)
        assert connection.scalar(text("select count(*) from audit_entry")) == 1
        assert connection.scalar(text("select count(*) from cover")) == 0
    engine.dispose()
