"""Verifying a vault without opening it: signatures, chains, wraps and the heads of every school it passed through.

Never: a key, a plaintext, a decision whether to take it in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pds.chain import Chain, Entry, Tip, check, origin
from pds.clock import parse_timestamp
from pds.crypto import DocumentType, claimed_document, claimed_signer, hpke, signing, unb64
from pds.errors import ChainBrokenError, SealBrokenError, SignatureError, UsageError
from pds.holders import PublicHolder, Role, verify
from pds.identifiers import RecordId, VaultId
from pds.vault import access_log, events, ledger
from pds.vault.authorisations import Authorisations, apply, nothing
from pds.vault.copy import VaultCopy
from pds.vault.events import AnyEvent, read_event
from pds.vault.head import Head, verify_head
from pds.vault.headers import follow_headers
from pds.vault.keys import SALT_BYTES
from pds.vault.sealing import is_sealed_size
from pds.vault.wraps import check_wrap

Trusted = Callable[[str], PublicHolder | None]
_CLOCKS_DIFFER = timedelta(days=1)  # what was said counts by its day


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verified copy proves, in counts and without its contents."""

    head: Head
    authorisations: Authorisations
    records: int
    erased: int


def verify_copy(copy: VaultCopy, trusted: Trusted, now: datetime | None = None) -> Verified:
    """Check everything that can be checked without a key.

    Args:
        copy: A vault as bytes, from this node or from a bundle.
        trusted: The card of an organisation, from the directory or the keyring; None for an unknown one.
        now: What time it is, for what another node entered: nobody has said anything on a day to come. None for a
            node's own.

    Raises:
        SignatureError: a head or an event was not signed by whom it claims, or by one who may not.
        ChainBrokenError: an entry was altered, dropped or moved; the message names chain and entry.
        SealBrokenError: a sealed key or a salt is missing, altered or was planted; a header is not what it must be.
    """
    home = trusted(str(claimed_document(copy.head).get("home")))
    if home is None:
        raise SignatureError("the head is signed by an organisation that is not in the directory")
    head = verify_head(copy.head, copy.vault, home)
    for chain in Chain:
        check(origin(copy.vault, chain), copy.entries[chain], chain, head.tips[chain])
    authorisations = _replay_verified(copy, trusted, None if now is None else now + _CLOCKS_DIFFER)
    if authorisations.home != home or authorisations.home_number != head.home_number:
        raise SignatureError("the head is not signed by the school where the chain says the vault lives")
    _check_wraps(copy, authorisations)
    _check_records(copy, authorisations)
    for entry in copy.entries[Chain.ACCESS]:
        access_log.check_entry(copy.vault, entry, range(1, authorisations.epoch + 1))
    for entry in copy.entries[Chain.LEDGER]:
        ledger.check_entry(copy.vault, entry)
    erased = sum(entry.body is None for entry in copy.entries[Chain.RECORDS])
    return Verified(head, authorisations, len(copy.entries[Chain.RECORDS]), erased)


def _replay_verified(copy: VaultCopy, trusted: Trusted, latest: datetime | None) -> Authorisations:
    state = nothing(copy.vault)
    for entry in copy.entries[Chain.AUTHORISATIONS]:
        token = (entry.body or b"").decode(errors="replace")
        item = read_event(entry)
        signer = _signer_of(item.event, claimed_signer(token), state)
        if signer is None or signer.id != item.signer:
            raise SignatureError(f"authorisations entry {entry.seq} is signed by one who may not enter it")
        verify(token, DocumentType.EVENT, signer)
        _check_keys(item.event, entry.seq)
        _check_time(item.time, entry.seq, latest)
        for card in _organisations_in(item.event):
            known = trusted(card.id)
            if known is not None and known != card:
                raise SignatureError(f"authorisations entry {entry.seq} gives a school another card than the directory")
        if isinstance(item.event, events.TransferCommitted):
            _check_sender_head(item.event, copy, state)
        state = apply(state, item)
    return state


def _check_keys(event: AnyEvent, seq: int) -> None:
    """See that something can be sealed to every public key that an event brings in, and that each could sign."""
    cards = list[PublicHolder]()
    if isinstance(event, events.Created | events.TransferCommitted):
        cards = [event.home]
    elif isinstance(event, events.HoldersAdmitted):
        cards = [one.holder for one in event.admitted]
    elif isinstance(event, events.HolderSucceeded):
        cards = [event.admitted.holder]
    try:
        for card in cards:
            hpke.check_public(card.hpke_key, card.suite)
            signing.check_public(card.signing_key)
        if isinstance(event, events.EpochTurned):
            hpke.check_public(unb64(event.log_public))
    except UsageError as error:
        raise SealBrokenError(f"authorisations entry {seq} brings in a key to which nothing can be sealed") from error


def _check_time(text: str, seq: int, latest: datetime | None) -> None:
    try:
        time = parse_timestamp(text)
    except ValueError as error:
        raise ChainBrokenError(f"authorisations entry {seq} was entered at no time that can be read") from error
    if latest is not None and time > latest:
        raise ChainBrokenError(f"authorisations entry {seq} says that it was entered on a day to come")


def _organisations_in(event: AnyEvent) -> list[PublicHolder]:
    """The cards of organisations that an event brings in; they come from the directory and nowhere else."""
    if isinstance(event, events.Created | events.TransferCommitted):
        return [event.home]
    admitted = event.admitted if isinstance(event, events.HoldersAdmitted) else ()
    return [one.holder for one in admitted if one.role is Role.ORGANISATION]


def _signer_of(event: AnyEvent, claimed: str, state: Authorisations) -> PublicHolder | None:
    if isinstance(event, events.Created | events.TransferCommitted):
        return event.home
    if isinstance(event, events.FAMILY_EVENTS):
        admitted = state.holders.get(claimed)
        return admitted.holder if admitted is not None and admitted.may_sign else None
    return state.home


def _check_sender_head(event: events.TransferCommitted, copy: VaultCopy, before: Authorisations) -> None:
    """The school before this one signed a head; what it covers must still be there, unaltered."""
    if before.home is None:
        raise SignatureError("a vault was moved before it began")
    sent = verify_head(event.sender_head, copy.vault, before.home)
    for chain, tip in sent.tips.items():
        if _tip_at(copy.vault, copy.entries[chain], chain, tip.length) != tip:
            raise ChainBrokenError(f"the {chain.value} chain is not the one that the sending school signed")


def _tip_at(vault: VaultId, entries: tuple[Entry, ...], chain: Chain, length: int) -> Tip | None:
    if length == 0:
        return origin(vault, chain)
    return Tip(length, entries[length - 1].hash) if length <= len(entries) else None


def _check_wraps(copy: VaultCopy, authorisations: Authorisations) -> None:
    for row in copy.wraps:
        check_wrap(authorisations.wraps, row)
    if len(copy.wraps) != len(authorisations.wraps):
        raise SealBrokenError("a sealed key that the chain names is missing")


def _check_records(copy: VaultCopy, authorisations: Authorisations) -> None:
    """Every header is in its place and within range; every record has its salt, or neither salt nor bytes."""
    kept = dict[RecordId, int]()
    for entry, header in follow_headers(copy.vault, authorisations.homes, copy.entries[Chain.RECORDS]):
        if header.epoch > authorisations.epoch:
            raise SealBrokenError(f"records entry {entry.seq} is of an epoch that there is not")
        if (header.record in copy.salts) != (entry.body is not None):
            raise SealBrokenError(f"records entry {entry.seq} has lost its salt or its bytes")
        if entry.body is not None:
            kept[header.record] = entry.seq
            if not is_sealed_size(len(entry.body)):
                raise SealBrokenError(f"records entry {entry.seq} has not the length of a sealed record")
    _check_salts(copy.salts, kept)
    spans = (span for came in authorisations.one_child.brought.values() for span in came.spans)
    if any(until > len(copy.entries[Chain.RECORDS]) for _, until in spans):
        raise ChainBrokenError("a vault was joined with records that there are not")


def _check_salts(salts: Mapping[RecordId, bytes], kept: Mapping[RecordId, int]) -> None:
    """Every salt is of a record that is there, has its length, and is no other's."""
    for record, salt in salts.items():
        if record not in kept:
            raise SealBrokenError("there is a salt of a record that is not there")
        if len(salt) != SALT_BYTES:
            raise SealBrokenError(f"records entry {kept[record]} has a salt of another length")
    if len(set(salts.values())) != len(salts):
        raise SealBrokenError("two records have the same salt")
