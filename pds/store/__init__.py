"""Where a node keeps its bytes: the protocol, and SQLite behind it. The only package that writes SQL."""

from pds.store.protocol import Store
from pds.store.sqlite import SqliteStore

__all__ = ["SqliteStore", "Store"]
