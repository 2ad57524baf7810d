"""Where a node keeps its bytes: vaults, its own documents, snapshots. The only package that writes SQL.

Never: a key, a rule; a caller outside `pds`, which says `node.documents`, `node.vaults` and `node.transaction`.
"""

from pds.store.documents import DocumentKind, Documents, Lifetime
from pds.store.ended import Ended
from pds.store.protocol import Store
from pds.store.sqlite import SqliteStore, refuse_other_version

__all__ = ["DocumentKind", "Documents", "Ended", "Lifetime", "SqliteStore", "Store", "refuse_other_version"]
