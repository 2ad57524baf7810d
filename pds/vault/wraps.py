"""Sealed keys: which secrets of an epoch a holder gets, sealed to that holder and bound to its place.

Here: sealing and opening a wrap. Never: who deserves one (`consent.decisions.keyholders`), a table.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pds.crypto import aead, b64, canonical, hpke, parse, unb64
from pds.errors import SealBrokenError
from pds.holders import PublicHolder, SecretHolder
from pds.identifiers import VaultId
from pds.records import CATEGORIES, Category, categories_among
from pds.vault.events import Wrap
from pds.vault.keys import CategoryKey, category_key, log_private

ROOT = "root"
LOG = "log"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone who is to get keys.

    Attributes:
        grant: Why: "root", "enrolment", "custody", or the identifier of a transfer or consent.
        opens: Categories, and "log" for the access log; just "root" for everything.
    """

    holder: PublicHolder
    grant: str
    opens: frozenset[str]


@dataclass(frozen=True, slots=True)
class SealedWrap:
    """A wrap as it is stored, with what the chain says of it."""

    wrap: Wrap
    suite: str
    sealed: bytes = field(repr=False)

    @property
    def row(self) -> tuple[int, str, str, str, bytes]:
        """The row of `Store.add_wraps`."""
        return (self.wrap.epoch, self.wrap.holder, self.wrap.grant, self.suite, self.sealed)


@dataclass(frozen=True, slots=True)
class Opened:
    """What came out of a holder's wraps."""

    keys: Mapping[tuple[int, Category], CategoryKey]
    logs: Mapping[int, bytes] = field(repr=False)


def draw_root() -> bytes:
    """Draw the root of a new epoch."""
    return aead.new_key()


def seal_root(root: bytes, vault: VaultId, epoch: int, recipient: Recipient) -> SealedWrap:
    """Wrap to a recipient what it is to open of an epoch whose root is in hand."""
    if recipient.opens == {ROOT}:
        return _seal({ROOT: root}, vault, epoch, recipient)
    secrets = {
        name: log_private(root, vault, epoch) if name == LOG else category_key(root, vault, Category(name), epoch).key
        for name in recipient.opens
    }
    return _seal(secrets, vault, epoch, recipient)


def seal_keys(
    keys: Iterable[CategoryKey],
    vault: VaultId,
    epoch: int,
    holder: PublicHolder,
    grant: str,
    *,
    log: bytes | None = None,
) -> SealedWrap:
    """Wrap category keys of one epoch, and the log's key if given, by someone who has just these and not the root."""
    secrets = {key.category.value: key.key for key in keys if key.epoch == epoch}
    if log is not None:
        secrets[LOG] = log
    return _seal(secrets, vault, epoch, Recipient(holder, grant, frozenset(secrets)))


def open_wraps(
    holder: SecretHolder,
    vault: VaultId,
    known: Mapping[tuple[int, str, str], Wrap],
    rows: Iterable[tuple[int, str, str, str, bytes]],
    only: int | None = None,
) -> Opened:
    """Open a holder's wraps, of one epoch or of all, and only if the chain knows exactly the bytes of every one.

    Keys of categories that only a newer program has kinds of come along: they can be handed on, and counted.

    Raises:
        SealBrokenError: a wrap was planted, altered or lost; without it records would be missing and nobody told.
    """
    rows = list(rows)
    if {place for place in known if place[1] == holder.id} - {
        (epoch, name, grant) for epoch, name, grant, _, _ in rows
    }:
        raise SealBrokenError("a sealed key that the chain names is missing")
    named = categories_among({*CATEGORIES, *(name for wrap in known.values() for name in wrap.opens)})
    keys: dict[tuple[int, Category], CategoryKey] = {}
    logs: dict[int, bytes] = {}
    for row in rows:
        wrap = check_wrap(known, row)
        epoch, _, _, suite, sealed = row
        if only not in (None, epoch):
            continue
        secrets = parse(hpke.open_sealed(holder.hpke_private, sealed, _info(vault, wrap, suite), suite))
        for name, text in secrets.items():
            secret = unb64(text)
            if name == ROOT:
                logs[epoch] = log_private(secret, vault, epoch)
                keys.update({(epoch, c): category_key(secret, vault, c, epoch) for c in named})
            elif name == LOG:
                logs[epoch] = secret
            elif name in named:
                keys[epoch, Category(name)] = CategoryKey(Category(name), epoch, secret)
    return Opened(keys, logs)


def check_wrap(known: Mapping[tuple[int, str, str], Wrap], row: tuple[int, str, str, str, bytes]) -> Wrap:
    """What the chain says of a stored row.

    Raises:
        SealBrokenError: the chain knows no such wrap, other bytes, or another suite.
    """
    epoch, holder, grant, suite, sealed = row
    wrap = known.get((epoch, holder, grant))
    if wrap is None or wrap.digest != hashlib.sha256(sealed).hexdigest() or suite != hpke.SUITE:
        raise SealBrokenError(f"a sealed key of epoch {epoch} is not the one that the chain names")
    return wrap


def _seal(secrets: Mapping[str, bytes], vault: VaultId, epoch: int, recipient: Recipient) -> SealedWrap:
    place = Wrap(
        epoch=epoch, holder=recipient.holder.id, grant=recipient.grant, opens=tuple(sorted(secrets)), digest=""
    )
    text = canonical({name: b64(secret) for name, secret in secrets.items()})
    sealed = hpke.seal(recipient.holder.hpke_key, text, _info(vault, place, hpke.SUITE))
    return SealedWrap(place.model_copy(update={"digest": hashlib.sha256(sealed).hexdigest()}), hpke.SUITE, sealed)


def _info(vault: VaultId, wrap: Wrap, suite: str) -> bytes:
    return canonical(
        {
            "epoch": wrap.epoch,
            "grant": wrap.grant,
            "holder": wrap.holder,
            "label": "manabi/wrap/1",
            "opens": list(wrap.opens),
            "suite": suite,
            "vault": vault,
        }
    )
