"""Runs the migrations of one database inside the transaction that `elections.storage.migrate` opened."""

from alembic import context

connection = context.config.attributes["connection"]

if connection.dialect.name == "sqlite":
    # Alembic would give its own table a rowid, and no table of the urn has one.
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY) WITHOUT ROWID"
    )
context.configure(connection=connection, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
