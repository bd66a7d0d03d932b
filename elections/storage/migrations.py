"""The schema of each database, by Alembic's own API: one env.py, a folder of versions per database.

The registry's folder holds two branches, the registry's and the issuers': neither room waits for the
other's migrations. The folder stands beside the package, as the program is installed from a checkout.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from elections.protocol.errors import ProtocolError
from elections.storage.engines import reading

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

Which = Literal["registry", "urn"]
"""One of the two databases."""

FOLDER = Path(__file__).parents[2] / "migrations"


def migrate(engine: Engine, which: Which) -> None:
    """Bring a database to the schema of this program, in one transaction: wholly, or not at all."""
    with engine.begin() as connection:
        command.upgrade(_config(which, connection), "heads")


def check_schema(engine: Engine, which: Which) -> None:
    """Refuse a database whose schema is older, newer or another than this program's (`storage.schema`)."""
    with reading(engine).begin() as session:
        found = set(MigrationContext.configure(session.connection()).get_current_heads())
    needed = set(ScriptDirectory.from_config(_config(which)).get_heads())
    if found != needed:
        raise ProtocolError("storage.schema", which=which, found=_names(found), needed=_names(needed))


def _names(revisions: set[str]) -> str:
    return ", ".join(sorted(revisions)) or "nothing"


def _config(which: Which, connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    for option, path in (("script_location", FOLDER), ("version_locations", FOLDER / which)):
        config.set_main_option(option, str(path).replace("%", "%%"))
    # A path may hold spaces, commas or colons, but hardly a line feed.
    config.set_main_option("path_separator", "newline")
    return config
