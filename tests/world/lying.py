"""A school that signs whatever it likes over the histories that live with it, and sends them on in due form.

It has its own keys and nobody else's. Never: a way round a check of whoever receives what it sends.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from consent.lifecycle import moving
from pds.chain import Chain, Entry, Tip, extend, origin
from pds.crypto import DocumentType
from pds.holders import SecretHolder
from pds.identifiers import OrgId, RecordId, VaultId
from pds.intake import LocalId
from pds.people import MovingKey
from pds.post import mailbox
from pds.transfer import Bundle, Transfer, seal_bundle
from pds.transfer.bundle import seal_content
from pds.vault import Custody, Entered, VaultCopy, seal_custody
from pds.vault.events import AnyEvent
from pds.vault.head import verify_head
from tests.world.carrier import carry
from tests.world.prefecture import SCHEME, Prefecture, School

TIME = "2026-05-11T01:00:00Z"


@dataclass
class Rewritten:
    """A copy of a vault in the hands of its home, to be altered and signed anew.

    Attributes:
        home: The keys with which the head, and events of the school's, are signed.
        chains: Header and body of every entry, chain by chain; hashes are worked out when it is signed.
        salts: The records' salts.
    """

    original: VaultCopy
    home: SecretHolder
    chains: dict[Chain, list[tuple[bytes, bytes | None]]]
    salts: dict[RecordId, bytes]

    def enter(self, event: AnyEvent, *, signer: SecretHolder | None = None, time: str = TIME) -> None:
        """Enter an event, whatever it says."""
        by = signer or self.home
        entries = self.chains[Chain.AUTHORISATIONS]
        entered = Entered(vault=self.original.vault, seq=len(entries) + 1, time=time, signer=by.id, event=event)
        entries.append((b"{}", by.sign(DocumentType.EVENT, entered.model_dump(mode="json")).encode()))

    def chained(self) -> tuple[dict[Chain, tuple[Entry, ...]], dict[Chain, Tip]]:
        """The entries under hashes that fit, and where each chain ends."""
        vault, entries, tips = self.original.vault, dict[Chain, tuple[Entry, ...]](), dict[Chain, Tip]()
        for chain, pairs in self.chains.items():
            tip, made = origin(vault, chain), []
            for header, body in pairs:
                entry = extend(tip, header, body or b"")
                made.append(entry._replace(body=body))
                tip = Tip(entry.seq, entry.hash)
            entries[chain], tips[chain] = tuple(made), tip
        return entries, tips

    def signed(self, home_number: int | None = None) -> VaultCopy:
        """The copy under hashes that fit and a head signed by its home, after as many homes as it says."""
        entries, tips = self.chained()
        head = verify_head(self.original.head, self.original.vault, self.home.public).advanced(tips)
        head = replace(head, home_number=home_number or head.home_number)
        wraps = self.original.wraps if home_number is None else ()
        return replace(self.original, head=head.sign(self.home), entries=entries, salts=self.salts, wraps=wraps)


def rewritten(copy: VaultCopy, home: SecretHolder) -> Rewritten:
    """A copy as its home may alter it."""
    chains = {chain: [(entry.header, entry.body) for entry in entries] for chain, entries in copy.entries.items()}
    return Rewritten(copy, home, chains, dict(copy.salts))


def copy_of(school: School, student: str) -> Rewritten:
    """A student's vault as the school where it lives may alter it."""
    return rewritten(school.node.vaults.copy(school.vault(student)), school.node.keyring.secret(school.org))


@dataclass
class Sending:
    """A move from Minato to Hikari that the new school has accepted; Minato sends what it likes."""

    prefecture: Prefecture
    transfer: str
    vault: VaultId

    def copy(self) -> Rewritten:
        """The vault as it was sealed for the move."""
        old = self.prefecture.minato
        return rewritten(old.node.vaults.copy(self.vault), old.node.keyring.secret(old.org))

    def receive(self, copy: VaultCopy, custody: Custody | None = None, owners: Sequence[MovingKey] = ()) -> Transfer:
        """What becomes of the move at the new school when this copy arrives there in a bundle."""
        old, new = self.prefecture.minato, self.prefecture.hikari
        sender, receiver = old.node.keyring.secret(old.org), new.node.keyring.secret(new.org)
        sealed = seal_custody(custody or {}, copy.vault, receiver.public)
        subject = moving.offered_subject(new.node, self.transfer)
        bundle = Bundle(self.transfer, old.org, new.org, copy, subject, sealed, tuple(owners))
        return self.take(seal_bundle(sender, receiver.public, bundle))

    def bundle_of(self, compressed: bytes) -> str:
        """A bundle in due form that holds whatever it likes."""
        old, new = self.prefecture.minato, self.prefecture.hikari
        receiver = new.node.keyring.card(new.org)
        return seal_content(old.node.keyring.secret(old.org), receiver, self.transfer, compressed)

    def take(self, token: str) -> Transfer:
        """What becomes of the move at the new school when this bundle arrives there from the old one."""
        new = self.prefecture.hikari
        return moving.take_bundle(new.node, token, OrgId(self.prefecture.minato.org), OrgId(new.org))


def accepted(prefecture: Prefecture, student: str = "aiko", *, send: bool = True) -> Sending:
    """A student of Minato whom Hikari expects; once sent, the history is sealed, and its bundle was lost on the way."""
    old, new = prefecture.minato, prefecture.hikari
    transfer = moving.offer(old.node, old.vault(student), new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 5, 11), [LocalId(SCHEME, student)])
    carry(prefecture.nodes)
    if send:
        moving.send(old.node, transfer)
    for name, _, _ in mailbox.waiting(old.node):
        mailbox.carried(old.node, name)
    return Sending(prefecture, transfer, old.vault(student))
