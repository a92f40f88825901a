"""The documents that were handed out, and their numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def _person(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], ["user.id"], name=op.f(f"fk_document_{name}_user"))


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("page_size", sa.String(length=8), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("register_sha256", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("certificate", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("issued_at", moment, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=32), nullable=True),
        sa.Column("purpose", sa.String(length=24), nullable=True),
        sa.Column("about", sa.String(length=64), nullable=True),
        sa.Column("disclosure_id", sa.String(length=36), nullable=True),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["child_case.id"], name=op.f("fk_document_case_id_child_case")
        ),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["disclosure.id"], name=op.f("fk_document_disclosure_id_disclosure")
        ),
        _person("by_id"),
        _person("withdrawn_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("number", name=op.f("uq_document_number")),
    )
    op.create_index(
        "ix_document_case_kind", "document", ["case_id", "kind", "recipient", "issued_at"]
    )
    for column in ("certificate", "digest", "sha256"):
        op.create_index(op.f(f"ix_document_{column}"), "document", [column])
    op.create_table(
        "document_counter",
        sa.Column("prefix", sa.String(length=8), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name=op.f("pk_document_counter")),
    )
