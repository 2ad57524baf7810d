"""The tables of the embedded store, as migrations that are only ever added to. Never: a query.

A database notes the names of its migrations, and is opened where all of them are known. So a migration that has run
anywhere is never altered and its name never taken again: `m0001_vaults` was that of version 0.1, with other tables.
"""

from sqlite_utils import Database, Migrations

migrations = Migrations("manabi-pds")

# Clustered by vault: what belongs to one student lies together, and one student's rows are read in one go.
_ENTRIES = """
CREATE TABLE entries (
    vault TEXT NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL,
    header BLOB NOT NULL, body BLOB, digest BLOB NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (vault, chain, seq)
) STRICT, WITHOUT ROWID
"""
_SALTS = """
CREATE TABLE salts (
    vault TEXT NOT NULL, record TEXT NOT NULL, salt BLOB NOT NULL, PRIMARY KEY (vault, record)
) STRICT, WITHOUT ROWID
"""
_WRAPS = """
CREATE TABLE wraps (
    vault TEXT NOT NULL, epoch INTEGER NOT NULL, holder TEXT NOT NULL, grant_id TEXT NOT NULL,
    suite TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (vault, epoch, holder, grant_id)
) STRICT, WITHOUT ROWID
"""
# What is looked up has an index; `until` is the last day, as text of the form 2026-04-01, which sorts as days do.
_DOCUMENTS = (
    """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL,
    owner TEXT, "key" TEXT, until TEXT, document BLOB NOT NULL, UNIQUE (kind, name)
) STRICT
""",
    "CREATE INDEX documents_of_owner ON documents (kind, owner) WHERE owner IS NOT NULL",
    'CREATE INDEX documents_under_key ON documents (kind, "key") WHERE "key" IS NOT NULL',
    "CREATE INDEX documents_until ON documents (until) WHERE until IS NOT NULL",
)


@migrations()
def m0001_tables(db: Database) -> None:
    """Vaults, chains, salts, sealed keys, links (until m0003) and the node's own documents."""
    db.table("vaults").create({"vault": str, "head": str}, pk="vault", not_null={"head"}, strict=True)
    for statement in (_ENTRIES, _SALTS, _WRAPS, *_DOCUMENTS):
        db.execute(statement)
    db.table("links").create({"link": str, "vault": str}, pk="link", not_null={"vault"}, strict=True)


@migrations()
def m0002_erased(db: Database) -> None:
    """Which records were erased, found without walking through those that were not."""
    db.execute("CREATE INDEX erased ON entries (vault, chain, seq) WHERE body IS NULL")


@migrations()
def m0003_links_are_documents(db: Database) -> None:
    """What identifiers stand for has days, and is found by vault too: documents of the kind `link`."""
    db.table("links").drop()
