"""Where the parties keep what they know: two databases and a folder of keys, below one `<state>`.

- `bases`: a declarative base for each database, and the phase row that follows the lifecycle;
- `engines`: SQLite as protocol.md §7 wants it, writing and reading transactions;
- `migrations`: the schema of each database, by Alembic's own API;
- `keys`: server secrets as files, written once and destroyed for good;
- `store`: `<state>` as a whole, made by `Store.create` and entered by `Store.open`.

Registry and urn share no engine, no session and no transaction: each commits by itself, in the order of
protocol.md §6. Who opens a session ends its transaction; the parties' operations never commit.
"""

from elections.storage.bases import Phased, RegistryBase, UrnBase
from elections.storage.engines import sqlite_engine
from elections.storage.keys import KeyFolder
from elections.storage.migrations import check_schema, migrate
from elections.storage.store import Store

__all__ = ["KeyFolder", "Phased", "RegistryBase", "Store", "UrnBase", "check_schema", "migrate", "sqlite_engine"]
