"""Whether the migrations of a database make the very tables of its models, columns and types alike."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from elections.storage import migrate, sqlite_engine


def differences(path, which, metadata):
    """What a newly migrated database file at `path` has otherwise than `metadata`; nothing, if all is well."""
    path.touch(exist_ok=False)
    engine = sqlite_engine(path)
    migrate(engine, which)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        found = compare_metadata(context, metadata)
    engine.dispose()
    return found
