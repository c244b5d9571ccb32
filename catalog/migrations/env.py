"""Alembic's entry: it works on the connection that `Store.migrate` opened and locked."""

from alembic import context

from catalog.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
)
context.run_migrations()
