"""Absence cover, emergency access, cases that are new to whom they were handed, and the trail's filters."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("absent_id", sa.Integer(), nullable=False),
        sa.Column("covering_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover")),
        sa.ForeignKeyConstraint(["absent_id"], ["user.id"], name=op.f("fk_cover_absent_id_user")),
        sa.ForeignKeyConstraint(
            ["covering_id"], ["user.id"], name=op.f("fk_cover_covering_id_user")
        ),
        sa.ForeignKeyConstraint(["set_by_id"], ["user.id"], name=op.f("fk_cover_set_by_id_user")),
    )
    op.create_table(
        "emergency_access",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_access")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["child_case.id"], name=op.f("fk_emergency_access_case_id_child_case")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_emergency_access_by_id_user")
        ),
    )
    with op.batch_alter_table("cover") as table:
        table.create_index(op.f("ix_cover_absent_id"), ["absent_id"])
        table.create_index("ix_cover_covering", ["covering_id", "starts_at", "ends_at"])
    with op.batch_alter_table("emergency_access") as table:
        table.create_index(op.f("ix_emergency_access_case_id"), ["case_id"])
        table.create_index("ix_emergency_access_by", ["by_id", "ends_at"])
    with op.batch_alter_table("child_case") as table:
        table.add_column(sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("audit_entry") as table:
        table.create_index("ix_audit_entry_actor", ["actor_id", "id"])
        table.create_index("ix_audit_entry_actor_at", ["actor_id", "at"])
        table.create_index("ix_audit_entry_at", ["at"])
