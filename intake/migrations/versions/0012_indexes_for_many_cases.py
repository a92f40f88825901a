"""Indexes for the page of today over very many cases: who carries what, what waits, whose gap it is.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_child_case_load": (
        "child_case",
        ["team_id", "caseworker_id", "stage", "next_due", "critical_gaps", "status"],
    ),
    "ix_child_case_waiting": (
        "child_case",
        ["team_id", "status", "submitted_at", "number", "caseworker_id"],
    ),
    "ix_finding_owner": ("finding", ["owner_id"]),
}


def upgrade() -> None:
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, (table, _columns) in INDEXES.items():
        op.drop_index(name, table)
