"""Published registers, the cause and authority of a gap, and when time alone changes a case."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("register_version") as table:
        table.add_column(sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index(op.f("ix_register_version_published_at"), ["published_at"])
    with op.batch_alter_table("finding") as table:
        table.add_column(sa.Column("cause", sa.String(length=32), nullable=True))
        table.add_column(sa.Column("authority", sa.String(length=32), nullable=True))
    with op.batch_alter_table("child_case") as table:
        table.add_column(sa.Column("reevaluate_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index(op.f("ix_child_case_reevaluate_at"), ["reevaluate_at"])
    with op.batch_alter_table("change") as table:
        table.alter_column("by_id", existing_type=sa.Integer(), nullable=True)
    # every case is evaluated anew once, which fills in the columns above
    op.execute("update child_case set reevaluate_at = evaluated_at")
