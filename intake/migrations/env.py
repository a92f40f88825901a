"""Alembic's way into the app: the connection is handed over by intake.migrations."""

from alembic import context

from intake.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
