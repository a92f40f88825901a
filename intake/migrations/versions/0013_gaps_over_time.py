"""From when to when gaps were open, for figures over time.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "gap_span",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("check_id", sa.String(length=64), nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("closed_at", moment, nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["child_case.id"], name=op.f("fk_gap_span_case_id_child_case")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_gap_span_team_id_team")),
        sa.PrimaryKeyConstraint("case_id", "check_id", "opened_at", name=op.f("pk_gap_span")),
    )
    op.create_index(
        "ix_gap_span_board",
        "gap_span",
        ["team_id", "case_id", "severity", "section", "opened_at", "closed_at"],
    )
    with op.batch_alter_table("tally_state") as batch:
        batch.add_column(
            sa.Column("history", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    # the history of cases of before is read by `intake indicators recount`, which opens them
    op.execute(
        sa.text("update tally_state set history = true where not exists (select 1 from child_case)")
    )


def downgrade() -> None:
    with op.batch_alter_table("tally_state") as batch:
        batch.drop_column("history")
    op.drop_index("ix_gap_span_board", "gap_span")
    op.drop_table("gap_span")
