"""Sealed keys: which secrets of an epoch a holder gets, sealed to that holder and bound to its place.

Here: sealing and opening a wrap. Never: who deserves one (`consent.decisions.keyholders`), a table.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pds.crypto import aead, b64, canonical, hpke, parse, unb64_each
from pds.errors import SealBrokenError, UsageError
from pds.holders import PublicHolder, SecretHolder
from pds.identifiers import VaultId
from pds.records import CATEGORIES, Category, categories_among
from pds.vault.events import Wrap
from pds.vault.keys import CategoryKey, category_key, checks_of, log_private

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


def checks_under(root: bytes, vault: VaultId, epoch: int, opens: Iterable[str]) -> dict[str, str]:
    """The checks of an epoch's keys: of every kind this program has, of what else is opened, and of the log."""
    kinds = categories_among({*CATEGORIES, *opens})
    return checks_of(_out_of_root(root, vault, epoch, [*(kind.value for kind in kinds), LOG]))


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
    checks: Mapping[int, Mapping[str, str]],
    rows: Iterable[tuple[int, str, str, str, bytes]],
    *,
    only: int | None = None,
) -> Opened:
    """Open a holder's wraps, of one epoch or of all, and only if the chain knows exactly the bytes of every one.

    Keys of categories that only a newer program has kinds of come along: they can be handed on, and counted.

    Args:
        holder: Whose wraps.
        vault: Of which vault.
        known: What the chain says of every wrap.
        checks: What it says of the keys of each epoch.
        rows: The wraps as they are stored.
        only: The one epoch of which to open them.

    Raises:
        SealBrokenError: a wrap was planted, altered or lost, or a key in it is another than the epoch's; without it
            records would be missing and nobody told.
    """
    rows = list(rows)
    if {place for place in known if place[1] == holder.id} - {
        (epoch, name, grant) for epoch, name, grant, _, _ in rows
    }:
        raise SealBrokenError("a sealed key that the chain names is missing")
    keys: dict[tuple[int, Category], CategoryKey] = {}
    logs: dict[int, bytes] = {}
    for row in rows:
        wrap = check_wrap(known, row)
        epoch, _, _, suite, sealed = row
        if only not in (None, epoch):
            continue
        sealed_in = _secrets(hpke.open_sealed(holder.hpke_private, sealed, _info(vault, wrap, suite), suite))
        secrets = _out_of_root(sealed_in[ROOT], vault, epoch, checks[epoch]) if ROOT in sealed_in else sealed_in
        compare(secrets, checks, epoch)
        for name, secret in secrets.items():
            if name == LOG:
                logs[epoch] = secret
            else:
                keys[epoch, Category(name)] = CategoryKey(Category(name), epoch, secret)
    return Opened(keys, logs)


def _secrets(text: bytes) -> dict[str, bytes]:
    try:
        secrets = parse(text)
        return dict(zip(secrets, unb64_each(secrets.values()), strict=True))
    except (UsageError, AttributeError, TypeError) as error:
        raise SealBrokenError("a sealed key holds no keys") from error


def _out_of_root(root: bytes, vault: VaultId, epoch: int, names: Iterable[str]) -> dict[str, bytes]:
    return {
        name: log_private(root, vault, epoch) if name == LOG else category_key(root, vault, Category(name), epoch).key
        for name in names
    }


def compare(secrets: Mapping[str, bytes], checks: Mapping[int, Mapping[str, str]], epoch: int) -> None:
    """Compare keys that were handed out with what the chain says of their epoch's.

    Raises:
        SealBrokenError: one is another key.
    """
    if not checks_of(secrets).items() <= checks.get(epoch, {}).items():
        raise SealBrokenError(f"a key of epoch {epoch} that was handed out is another than the chain names")


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
