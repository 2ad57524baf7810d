"""A former holder with a full copy of the database and all keys it ever had: what it can open by trying everything."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pds.chain import Chain
from pds.crypto import canonical, claimed_document, hpke, parse, unb64
from pds.errors import PdsError
from pds.holders import SecretHolder
from pds.identifiers import RecordId, VaultId
from pds.records import CATEGORIES, Category
from pds.store import SqliteStore
from pds.vault import ROOT, read_header
from pds.vault.keys import CategoryKey, category_key
from pds.vault.sealing import Sealed, unseal
from tests.world.prefecture import School


def loot(database: Path, vault: VaultId, thief: SecretHolder) -> set[RecordId]:
    """The records that open to somebody's keys, by trying every wrap, key and record, and none of the rules."""
    opened: set[RecordId] = set()
    with closing(SqliteStore(database)) as store:
        keys = list(_keys(store, vault, thief))
        salts = store.salts(vault)
        for entry in store.entries(vault, Chain.RECORDS):
            record = read_header(entry.header).record
            for key in keys:
                try:
                    unseal(Sealed(entry.body or b"", entry.header, key, salts[record], record))
                except PdsError:
                    continue
                opened.add(record)
    return opened


def _keys(store: SqliteStore, vault: VaultId, thief: SecretHolder) -> Iterator[CategoryKey]:
    guesses = _guesses(store, vault)
    for epoch, holder, grant, suite, sealed in store.wraps(vault):
        for opens in guesses:
            place = {
                "epoch": epoch,
                "grant": grant,
                "holder": holder,
                "label": "manabi/wrap/1",
                "opens": opens,
                "suite": suite,
                "vault": vault,
            }
            try:
                secrets = parse(hpke.open_sealed(thief.hpke_private, sealed, canonical(place), suite))
            except PdsError:
                continue
            yield from _out_of({name: unb64(text) for name, text in secrets.items()}, vault, epoch)


def _guesses(store: SqliteStore, vault: VaultId) -> list[list[str]]:
    """What a wrap may say it opens: the root, whatever any wrap the chain names says, all kinds, all but one, one.

    Each also with the log.
    """
    said: set[frozenset[str]] = set()
    for entry in store.entries(vault, Chain.AUTHORISATIONS):
        event = claimed_document((entry.body or b"").decode())["event"]
        said |= {frozenset(wrap["opens"]) for wrap in event.get("wraps", ())}
    everything = frozenset(category.value for category in CATEGORIES)
    said |= {everything, *(frozenset({name}) for name in everything), *(everything - {name} for name in everything)}
    said |= {kinds | {"log"} for kinds in said} | {kinds - {"log"} for kinds in said}
    return [[ROOT], *(sorted(kinds) for kinds in said)]


def _out_of(secrets: dict[str, bytes], vault: VaultId, epoch: int) -> Iterator[CategoryKey]:
    for name, secret in secrets.items():
        if name == ROOT:
            yield from (category_key(secret, vault, category, epoch) for category in CATEGORIES)
        elif name != "log":
            yield CategoryKey(Category(name), epoch, secret)


def stolen(school: School, thief: SecretHolder, folder: Path) -> set[RecordId]:
    """What somebody opens in a full copy of the school's database as it is now."""
    copy = folder / f"stolen-{len(list(folder.iterdir()))}.db"
    school.node.store._db.conn.execute("VACUUM INTO ?", (str(copy),))  # type: ignore[attr-defined]
    return loot(copy, school.vault("aiko"), thief)


def written(school: School) -> set[RecordId]:
    entries = school.node.store.entries(school.vault("aiko"), Chain.RECORDS)
    return {read_header(entry.header).record for entry in entries}
