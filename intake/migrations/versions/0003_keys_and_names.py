"""Which master key is in force, and the tokens by which names are found."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table = op.create_table(
        "master_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_master_key")),
    )
    # no key is known here: the next start looks through the cases, gives each its tokens and fills in the id
    op.bulk_insert(table, [{"id": 1, "key_id": "", "since": dt.datetime.now(dt.UTC)}])
    op.create_table(
        "name_token",
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["child_case.id"],
            name=op.f("fk_name_token_case_id_child_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", "case_id", name=op.f("pk_name_token")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_name_token_case_id"), "name_token", ["case_id"])
