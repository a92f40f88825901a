"""Work in the background: jobs, their steps, the workers, and what is done by the clock."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("started_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("expires_at", moment, nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_job_asked_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_asked_by", "job", ["asked_by_id", "created_at"])
    op.create_index(op.f("ix_job_state"), "job", ["state"])
    op.create_index(op.f("ix_job_expires_at"), "job", ["expires_at"])
    op.create_table(
        "job_step",
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("about", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("taken_by", sa.String(length=36), nullable=True),
        sa.Column("result", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_step_job_id_job")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["child_case.id"], name=op.f("fk_job_step_case_id_child_case")
        ),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_job_step")),
    )
    op.create_index("ix_job_step_state", "job_step", ["job_id", "state"])
    op.create_index(op.f("ix_job_step_case_id"), "job_step", ["case_id"])
    op.create_index(op.f("ix_job_step_taken_by"), "job_step", ["taken_by"])
    op.create_table(
        "worker",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_table(
        "chore",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("slot", moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chore")),
    )
