"""Alerts of cases beside them, numbers by their end, and the order of closed cases: found by an index, not by looking.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

PLACE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
NUMBER = sa.String(24).with_variant(sa.String(24, collation="C"), "postgresql")
CASE = sa.table(
    "child_case",
    sa.column("id", sa.String),
    sa.column("number", sa.String),
    sa.column("team_id", sa.Integer),
    sa.column("tail", NUMBER),
    sa.column("alerts", sa.JSON),
    sa.column("place_due", PLACE),
)
ALERT = sa.table(
    "case_alert",
    sa.column("case_id", sa.String),
    sa.column("alert_id", sa.String),
    sa.column("team_id", sa.Integer),
    sa.column("place_due", PLACE),
)
RETENTION = sa.table(
    "retention",
    sa.column("case_id", sa.String),
    sa.column("until", sa.Date),
    sa.column("team_id", sa.Integer),
    sa.column("place", PLACE),
)
AT_ONCE = 1000


def _fill_cases() -> None:
    """Gives each case the end of its number and its alerts, some at a time."""
    connection, last = op.get_bind(), ""
    tail = (
        sa.update(CASE).where(CASE.c.id == sa.bindparam("of")).values(tail=sa.bindparam("reversed"))
    )
    while True:
        rows = connection.execute(
            sa.select(CASE).where(CASE.c.id > last).order_by(CASE.c.id).limit(AT_ONCE)
        ).all()
        if not rows:
            return
        connection.execute(tail, [{"of": row.id, "reversed": row.number[::-1]} for row in rows])
        alerts = [
            {
                "case_id": row.id,
                "alert_id": alert,
                "team_id": row.team_id,
                "place_due": row.place_due,
            }
            for row in rows
            for alert in _alerts(row.alerts)
        ]
        if alerts:
            connection.execute(sa.insert(ALERT), alerts)
        last = rows[-1].id


def _alerts(kept: object) -> list[str]:
    """The alerts kept with a case, each once."""
    found = json.loads(kept) if isinstance(kept, str) else kept
    return list(dict.fromkeys(map(str, found))) if isinstance(found, list) else []


def _fill_retention() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(RETENTION.c.case_id, RETENTION.c.until, CASE.c.number, CASE.c.team_id).join(
            CASE, CASE.c.id == RETENTION.c.case_id
        )
    ).all()
    if rows:
        connection.execute(
            sa.update(RETENTION)
            .where(RETENTION.c.case_id == sa.bindparam("of"))
            .values(team_id=sa.bindparam("team"), place=sa.bindparam("stands")),
            [
                {
                    "of": row.case_id,
                    "team": row.team_id,
                    "stands": f"{row.until:%Y%m%d}{row.number}",
                }
                for row in rows
            ],
        )


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # ranges of numbers are read from an index, whatever language the database sorts in
        op.alter_column("child_case", "number", type_=NUMBER)
    op.add_column("child_case", sa.Column("tail", NUMBER, nullable=False, server_default=""))
    op.create_table(
        "case_alert",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("alert_id", sa.String(length=64), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("place_due", PLACE, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["child_case.id"], name=op.f("fk_case_alert_case_id_child_case")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_case_alert_team_id_team")),
        sa.PrimaryKeyConstraint("case_id", "alert_id", name=op.f("pk_case_alert")),
    )
    with op.batch_alter_table("retention") as table:
        table.add_column(sa.Column("team_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("place", PLACE, nullable=False, server_default=""))
    _fill_cases()
    _fill_retention()
    with op.batch_alter_table("retention") as table:
        table.alter_column("team_id", existing_type=sa.Integer(), nullable=False)
        table.create_foreign_key(op.f("fk_retention_team_id_team"), "team", ["team_id"], ["id"])
    op.create_index("ix_retention_team", "retention", ["team_id", "place"])
    op.create_index("ix_case_alert_team", "case_alert", ["team_id", "alert_id", "place_due"])
    op.create_index("ix_child_case_number", "child_case", ["team_id", "number"])
    op.create_index("ix_child_case_tail", "child_case", ["team_id", "tail"])


def downgrade() -> None:
    op.drop_index("ix_child_case_tail", "child_case")
    op.drop_index("ix_child_case_number", "child_case")
    op.drop_index("ix_retention_team", "retention")
    with op.batch_alter_table("retention") as table:
        table.drop_constraint(op.f("fk_retention_team_id_team"), type_="foreignkey")
        table.drop_column("place")
        table.drop_column("team_id")
    op.drop_table("case_alert")
    op.drop_column("child_case", "tail")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("child_case", "number", type_=sa.String(24))
