"""Coded facts of each case, running totals of them, and the quarters that were published."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "coded_case",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(length=8), nullable=False),
        sa.Column("register_sha256", sa.String(length=64), nullable=False),
        sa.Column("coded", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["child_case.id"], name=op.f("fk_coded_case_case_id_child_case")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_coded_case_team_id_team")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_coded_case")),
    )
    op.create_index("ix_coded_case_team_quarter", "coded_case", ["team_id", "quarter"])
    op.create_table(
        "count_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_entry")),
    )
    op.create_table(
        "tally",
        sa.Column("team_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quarter", sa.String(length=8), nullable=False),
        sa.Column("country", sa.String(length=8), nullable=False),
        sa.Column("measure", sa.String(length=80), nullable=False),
        sa.Column("dimension", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.Column("cell", sa.String(length=48), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "team_id",
            "quarter",
            "country",
            "measure",
            "dimension",
            "value",
            "cell",
            name=op.f("pk_tally"),
        ),
        sqlite_with_rowid=False,
    )
    state = op.create_table(
        "tally_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_state")),
    )
    op.create_table(
        "quarter_report",
        sa.Column("quarter", sa.String(length=8), nullable=False),
        sa.Column("published_at", moment, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("register_sha256", sa.String(length=64), nullable=False),
        sa.Column("register_version", sa.String(length=40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_quarter_report_by_id_user")),
        sa.PrimaryKeyConstraint("quarter", name=op.f("pk_quarter_report")),
    )
    with op.batch_alter_table("anonymous_case") as batch:
        batch.add_column(sa.Column("coded", sa.JSON(none_as_null=True), nullable=True))
    # cases of before are counted by `intake indicators recount`, which opens them
    connection = op.get_bind()
    none = connection.scalar(sa.text("select count(*) from child_case")) == 0
    op.bulk_insert(state, [{"id": 1, "complete": none}])
