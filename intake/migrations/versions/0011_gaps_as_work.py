"""What is being done about each gap, violations across cases, whom a comment is meant for, and the views that people keep of the queue."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PLACE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
PLACES = ("place_worst", "place_due", "place_updated")
CASE = sa.table(
    "child_case",
    sa.column("id", sa.String),
    sa.column("number", sa.String),
    sa.column("status", sa.String),
    sa.column("worst_rank", sa.Integer),
    sa.column("critical_gaps", sa.Integer),
    sa.column("next_due", sa.DateTime(timezone=True)),
    sa.column("updated_at", sa.DateTime(timezone=True)),
    *(sa.column(name, PLACE) for name in PLACES),
)
AT_ONCE = 1000


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment


def _take_places() -> None:
    """Says of each case where it stands in the orders of the queue, some at a time."""
    connection, last = op.get_bind(), ""
    while True:
        rows = connection.execute(
            sa.select(CASE).where(CASE.c.id > last).order_by(CASE.c.id).limit(AT_ONCE)
        ).all()
        if not rows:
            return
        for row in rows:
            due = f"{_utc(row.next_due):%Y%m%d%H%M%S}" if row.next_due else "9" * 14
            settled, many = int(row.status == "approved"), 9999 - min(row.critical_gaps, 9999)
            connection.execute(
                sa.update(CASE)
                .where(CASE.c.id == row.id)
                .values(
                    place_worst=f"{settled}{row.worst_rank}{many:04d}{due}{row.number}",
                    place_due=f"{due}{row.worst_rank}{row.number}",
                    place_updated=f"{_utc(row.updated_at):%Y%m%d%H%M%S%f}{row.number}",
                )
            )
        last = rows[-1].id


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("finding") as table:
        table.add_column(
            sa.Column("work", sa.String(length=12), nullable=False, server_default="open")
        )
        table.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("agreed_due", sa.Date(), nullable=True))
        table.create_foreign_key(op.f("fk_finding_owner_id_user"), "user", ["owner_id"], ["id"])
    with op.batch_alter_table("child_case") as table:
        table.add_column(sa.Column("alerted", sa.Integer(), nullable=False, server_default="0"))
        for name in PLACES:
            table.add_column(sa.Column(name, PLACE, nullable=False, server_default=""))
        table.create_index("ix_child_case_alerted", ["team_id", "alerted"])
        for name in PLACES:
            table.create_index(f"ix_child_case_{name}", ["team_id", name])
    _take_places()
    counted = "json_array_length(alerts)"
    if op.get_bind().dialect.name == "postgresql":
        counted = f"case when json_typeof(alerts) = 'array' then {counted} else 0 end"
    op.execute(f"update child_case set alerted = {counted}")  # noqa: S608 - both are this file's own
    op.create_table(
        "mention",
        sa.Column("operation", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("check_id", sa.String(length=64), nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["user.id"], name=op.f("fk_mention_person_id_user")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_mention_by_id_user")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["child_case.id"], name=op.f("fk_mention_case_id_child_case")
        ),
        sa.PrimaryKeyConstraint("operation", "person_id", name=op.f("pk_mention")),
    )
    with op.batch_alter_table("mention") as table:
        table.create_index(op.f("ix_mention_case_id"), ["case_id"])
        table.create_index("ix_mention_person", ["person_id", "seen_at"])
    op.create_table(
        "violation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("authority", sa.String(length=32), nullable=False),
        sa.Column("observed_at", moment, nullable=False),
        sa.Column("body", sa.String(length=32), nullable=True),
        sa.Column("filed_at", moment, nullable=True),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("due", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["child_case.id"], name=op.f("fk_violation_case_id_child_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_violation")),
    )
    with op.batch_alter_table("violation") as table:
        table.create_index(op.f("ix_violation_case_id"), ["case_id"])
        table.create_index("ix_violation_due", ["due"])
    op.create_table(
        "calendar_feed",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("fetched_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_calendar_feed_person_id_user")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_feed_digest")),
    )
    op.create_table(
        "digest",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("often", sa.String(length=8), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["user.id"], name=op.f("fk_digest_person_id_user")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_digest")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_saved_view_person_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_view_person_id_name")),
    )


def downgrade() -> None:
    op.drop_table("saved_view")
    op.drop_table("digest")
    op.drop_table("calendar_feed")
    op.drop_table("violation")
    op.drop_table("mention")
    with op.batch_alter_table("child_case") as table:
        for name in PLACES:
            table.drop_index(f"ix_child_case_{name}")
            table.drop_column(name)
        table.drop_index("ix_child_case_alerted")
        table.drop_column("alerted")
    with op.batch_alter_table("finding") as table:
        table.drop_constraint(op.f("fk_finding_owner_id_user"), type_="foreignkey")
        table.drop_column("agreed_due")
        table.drop_column("owner_id")
        table.drop_column("work")
