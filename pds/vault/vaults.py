"""The vaults of one node: the only doors to reading and writing.

`read(permit)` logs the access, then opens; `transact(permit)` appends under a newly signed head. Both use the permit
up, and check its time and its revision inside the transaction. Never: the decision behind a permit; SQL; HTTP.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache, partial

from pydantic import BaseModel, ConfigDict

from pds.chain import Chain, Tip, check, origin
from pds.clock import JAPAN, Clock
from pds.crypto import b64, canonical, claimed_document, parse, unb64
from pds.errors import (
    FrozenError,
    NotFoundError,
    NotHomeError,
    PermitError,
    SignatureError,
    UsageError,
    VerificationError,
)
from pds.holders import Control, PublicHolder, SecretHolder
from pds.identifiers import OrgId, RecordId, VaultId, new_record_id, new_vault_id
from pds.keyring import Keyring
from pds.records import Category
from pds.store import DocumentKind, Documents, Store
from pds.vault import access_log
from pds.vault.access_log import Access
from pds.vault.authorisations import Authorisations, nothing, replay
from pds.vault.copy import CopiedStore, VaultCopy
from pds.vault.custody import seal_custody
from pds.vault.events import Admitted, Created, Enrolled, Entered, HoldersAdmitted, read_events
from pds.vault.head import Head, first_head, verify_head
from pds.vault.headers import HomeSince
from pds.vault.keys import CategoryKey
from pds.vault.ledger import Charge, read_charge
from pds.vault.links import Links
from pds.vault.permit import USED_BEFORE, Action, Permit, Purpose, UsedPermits
from pds.vault.places import Places, follow_places
from pds.vault.reader import VaultReader
from pds.vault.remembered import Remembered
from pds.vault.wraps import Opened, Recipient, open_wraps
from pds.vault.writer import VaultWriter

_log = logging.getLogger("manabi.vaults")
RESTORED = DocumentKind("restored", bytes, "nothing; stands after a restore until the node is confirmed; `restored`")
_ON_ITS_WAY = "this history is on its way to another school; it opens there once it has arrived"
_CLOSED = DocumentKind("closed", str, "receipt of the school where a history lives now; the vault")


class _Looked(BaseModel):
    """A line for the log of a vault that is not here yet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vault: VaultId
    line: str  # base64url, sealed under the node's key


_LOOKED = DocumentKind(
    "looked",
    _Looked,
    "sealed line of a look into a vault in quarantine, until the vault is taken in; drawn at random",
    timedelta(days=366),
    key=lambda looked: looked.vault,
)


@dataclass(frozen=True, slots=True)
class _State:
    """A vault as its signed head proves it."""

    head: Head
    authorisations: Authorisations


class Vaults:
    """All vaults of one node.

    Args:
        store: Where they are kept.
        documents: The node's own documents.
        keyring: The private keys this node keeps.
        clock: What time it is, for permits and entries.
    """

    _REMEMBERED = 4096  # verified states kept in memory; each is a few kilobytes and holds no secret
    _PLACES = 32  # vaults whose places are kept; some 3 MB for 5,000 records, and no secret

    def __init__(self, store: Store, documents: Documents, keyring: Keyring, clock: Clock) -> None:
        self._store = store
        self._documents = documents
        self._keyring = keyring
        self._clock = clock
        self.links = Links(documents, keyring)
        self._verified: Remembered[VaultId, tuple[str, _State]] = Remembered(self._REMEMBERED)
        self._used = UsedPermits()
        self._places = lru_cache(maxsize=self._PLACES)(self._follow)

    def create(
        self,
        home: OrgId,
        admitted: Sequence[Admitted],
        enrolled: Enrolled,
        recipients: Callable[[Authorisations], Sequence[Recipient]],
    ) -> VaultId:
        """Begin a vault at a school: holders, enrolment and the first epoch, in one transaction.

        Args:
            home: The school; its keys are on this node.
            admitted: The holders known from the start.
            enrolled: The first enrolment.
            recipients: Who gets keys of the first epoch, given the authorisations so far.
        """
        vault = new_vault_id()
        signer = self._keyring.secret(home)
        head = first_head(vault, home)
        with self._store.transaction():
            self._confirmed()
            self._store.add_vault(vault, "")
            writer = self._writer(_State(head, nothing(vault)), Action.AUTHORISE, signer)
            writer.enter(Created(home=signer.public))
            writer.enter(HoldersAdmitted(admitted=tuple(admitted)))
            writer.enter(enrolled)
            writer.turn_epoch(recipients(writer.authorisations), "created")
            self._finish(writer)
        return vault

    @contextmanager
    def read(self, permit: Permit, key: SecretHolder | None = None, *, joining: bool = False) -> Iterator[VaultReader]:
        """The one door to plaintext: log the access, commit, then open what the permit names.

        Args:
            permit: Issued by `consent`, at most 60 seconds old; it is used up by it.
            key: The actor's own keys, when this node does not keep them.
            joining: Read inside a transaction that is open already, whose caller keeps what it learns until that
                transaction has ended: if it fails, what was read must go the way of the log entry.

        Raises:
            UsageError: a transaction is open, and the caller did not say that it joins it.
            PermitError: the permit is for something else, expired, used before, or older than the latest authorisation.
            NotHomeError, FrozenError: the vault is not this node's to open now.
            VerificationError: the vault is not as its head was signed.
            StoreError: the log entry could not be written; nothing was read.
        """
        if self._store.in_transaction and not joining:
            raise UsageError("a read commits its log entry before it opens anything; it cannot hang on another commit")
        self._refuse_used(permit)
        actor = self._actor(permit, key)
        with self._store.transaction():
            state = self._load(permit.vault)
            now = self._clock.now()
            self._used.use(permit, Action.READ, now, state.authorisations.revision)
            writer = self._writer(state, Action.READ, self._signer(state, permit))
            if state.authorisations.move is not None:
                raise FrozenError(_ON_ITS_WAY)
            writer.log(access_log.granted(permit, now))
            head = self._finish(writer)
        opened = self._opened(state, actor)
        places = partial(self._places, permit.vault, state.authorisations.homes, head.tips[Chain.RECORDS])
        reader = VaultReader(self._store, head, state.authorisations, permit, opened, places)
        try:
            yield reader
        finally:
            reader.close()

    @contextmanager
    def read_arrived(
        self, copy: VaultCopy, state: tuple[Head, Authorisations], permit: Permit
    ) -> Iterator[VaultReader]:
        """The same door for a verified copy in quarantine: its line is durable here, and in the log when it is adopted.

        Args:
            copy: What has arrived.
            state: What it was verified to be (`verify_copy`).
            permit: For a transfer.

        Raises:
            PermitError: the permit is for something else, expired or used before.
            SealBrokenError, ChainBrokenError: what is opened is not as its head was signed.
            StoreError: the line could not be written; nothing was read.
        """
        (head, authorisations), actor = state, self._actor(permit, None)
        with self._store.transaction():
            self._confirmed()
            now = self._clock.now()
            self._used.use(permit, Action.READ, now, authorisations.revision)
            if permit.vault != copy.vault or permit.purpose is not Purpose.TRANSFER:
                raise PermitError("what waits in quarantine is looked at for the transfer, and for nothing else")
            line = canonical(access_log.granted(permit, now).model_dump(mode="json"))
            sealed = b64(self._keyring.seal_document(_looked(copy.vault), line))
            self._documents.add(_LOOKED, new_record_id(), _Looked(vault=copy.vault, line=sealed))
        rows = [row for row in copy.wraps if row[1] == actor.id]
        opened = open_wraps(actor, copy.vault, authorisations.wraps, authorisations.checks, rows)
        kept = CopiedStore(copy)
        tip = head.tips[Chain.RECORDS]
        homes, links = authorisations.homes, partial(kept.chained, copy.vault, Chain.RECORDS)
        places = cache(lambda: follow_places(copy.vault, homes, links(), tip))
        reader = VaultReader(kept, head, authorisations, permit, opened, places)
        try:
            yield reader
        finally:
            reader.close()

    @contextmanager
    def transact(self, permit: Permit, key: SecretHolder | None = None) -> Iterator[VaultWriter]:
        """Write to one vault, all or nothing; the new head is signed and durable when the block ends.

        Raises:
            PermitError, NotHomeError, FrozenError, VerificationError, StoreError: as `read`.
        """
        self._refuse_used(permit)
        with self._store.transaction():
            state = self._load(permit.vault)
            self._used.use(permit, permit.action, self._clock.now(), state.authorisations.revision)
            signer, writes = self._signer(state, permit), permit.action is Action.WRITE
            keys = self._current_keys(state, permit, self._actor(permit, key)) if writes else None
            writer = self._writer(state, permit.action, signer, keys)
            yield writer
            self._finish(writer)

    def refuse(self, vault: VaultId, access: Access) -> None:
        """Log a refusal where the family sees it, in a transaction of its own, before anything is raised."""
        with self._store.transaction():
            state = self._load(vault)
            home = state.head.home
            if state.authorisations.move is None and self._keyring.keeps(home):
                writer = self._writer(state, Action.READ, self._keyring.secret(home))
                writer.log(access)
                self._finish(writer)

    def authorisations(self, vault: VaultId) -> Authorisations:
        """What the vault's events add up to; plain facts, on which `consent` decides.

        Raises:
            NotFoundError: no such vault is here.
            VerificationError: the chain is not as its head was signed.
        """
        return self._load(vault).authorisations

    def head(self, vault: VaultId) -> Head:
        """Where the vault stands, verified. Raises as `authorisations`."""
        return self._load(vault).head

    def ledger(self, vault: VaultId) -> list[Charge]:
        """What was charged to a student, oldest first: studies and costs, nothing that was learned. As `head`."""
        tip = self._load(vault).head.tips[Chain.LEDGER]
        entries = check(origin(vault, Chain.LEDGER), self._store.entries(vault, Chain.LEDGER), Chain.LEDGER, tip)
        return [read_charge(entry.body) for entry in entries if entry.body is not None]

    def entered(self, vault: VaultId) -> list[Entered]:
        """The events of a vault under its verified head, oldest first. Raises as `authorisations`."""
        return self._events(vault, self._load(vault).head.tips[Chain.AUTHORISATIONS])

    def close(self, vault: VaultId, receipt: str) -> None:
        """A history lives at another school from now on, as its signed receipt says; the copy here stays closed."""
        self._documents.put(_CLOSED, vault, receipt)

    def lives_here(self, vault: VaultId) -> bool:
        """False once a history lives at another node's school; `adopt` brings it back."""
        return not self._documents.has(_CLOSED, vault)

    def has(self, vault: VaultId) -> bool:
        """True when a vault is on this node, wherever it lives."""
        try:
            self._store.head(vault)
        except NotFoundError:
            return False
        return True

    def living(self) -> list[VaultId]:
        """The vaults that live on this node."""
        closed = set(self._documents.names(_CLOSED))
        return [vault for vault in self._store.vaults() if vault not in closed]

    def all(self) -> list[VaultId]:
        """Every vault on this node."""
        return self._store.vaults()

    def find(self, organisation: OrgId, scheme: str, value: str) -> VaultId | None:
        """The vault an organisation's own identifier leads to: the one in which that child's history goes on.

        Raises:
            SealBrokenError: as `named`.
        """
        vault = self.named(organisation, scheme, value)
        return None if vault is None else self.goes_on(vault)

    def named(self, organisation: OrgId, scheme: str, value: str) -> VaultId | None:
        """The vault an organisation's own identifier stands for, or stood for last, be it joined to another or not.

        Raises:
            SealBrokenError: the link is not one that this node wrote.
        """
        today = self._clock.now().astimezone(JAPAN).date()
        return self.links.find(self.links.index(organisation, scheme, value), today)

    def goes_on(self, vault: VaultId) -> VaultId:
        """The vault in which a child's history goes on: itself, until it was joined to another of the same child.

        One that is not here, or does not verify, leads nowhere else; whoever opens it is told.
        """
        try:
            further = self._load(vault).authorisations.one_child.continued_in
        except (NotFoundError, VerificationError):
            return vault
        return vault if further is None else self.goes_on(further)

    def has_any(self, vault: VaultId, records: Collection[RecordId]) -> bool:
        """True when some of these records are in a vault and were not erased."""
        return not self._store.salts(vault).keys().isdisjoint(records)

    def standing(self, vault: VaultId) -> int:
        """How many records a vault has, open to whoever; neither erased ones nor those that were taken back."""
        state = self._load(vault)
        gone = self._store.erased(vault)
        length = state.head.tips[Chain.RECORDS].length
        return sum(
            seq not in gone and not state.authorisations.one_child.was_taken_back(seq) for seq in range(1, length + 1)
        )

    def copy(self, vault: VaultId) -> VaultCopy:
        """Everything stored of a vault, sealed as it is, at one moment: for verifying and for moving."""
        copy = self._copied(vault)
        if self._store.head(vault) == copy.head:
            return copy
        with self._store.transaction():  # every write moves the head; somebody is writing and has to wait
            return self._copied(vault)

    def _copied(self, vault: VaultId) -> VaultCopy:
        return VaultCopy(
            vault=vault,
            head=self._store.head(vault),
            entries={chain: tuple(self._store.entries(vault, chain)) for chain in Chain},
            salts=dict(self._store.salts(vault)),
            wraps=tuple(self._store.wraps(vault)),
        )

    def custody(self, permit: Permit, receiver: PublicHolder) -> bytes:
        """What the keys open that this node keeps for the family, sealed to the school where the history goes.

        The keys stay here; no record and no line of the log is opened.

        Raises:
            PermitError: the permit is not for the school that sends the history, or expired, or outdated.
            NotHomeError, FrozenError, VerificationError: as `read`.
        """
        state = self._load(permit.vault)
        permit.check(Action.AUTHORISE, self._clock.now(), state.authorisations.revision)
        if permit.purpose is not Purpose.TRANSFER or state.authorisations.move is not None:
            raise PermitError("keys are handed on once, when a history is sent")
        self._signer(state, permit)
        kept = [
            self._keyring.secret(name)
            for name, admitted in state.authorisations.holders.items()
            if admitted.control is Control.CUSTODIAL and self._keyring.keeps(name)
        ]
        return seal_custody({person.id: self._opened(state, person) for person in kept}, permit.vault, receiver)

    @contextmanager
    def adopt(self, copy: VaultCopy, state: tuple[Head, Authorisations], home: OrgId) -> Iterator[VaultWriter]:
        """Take in a verified copy of a vault that moves here, and continue it as its new home, in one transaction."""
        vault, (head, authorisations) = copy.vault, state
        with self._store.transaction():
            self._confirmed()
            self._documents.drop(_CLOSED, vault)
            self._store.remove_vault(vault)
            self._store.add_vault(vault, copy.head)
            for chain, entries in copy.entries.items():
                self._store.append(vault, chain, entries)
            self._store.add_salts(vault, copy.salts.items())
            self._store.add_wraps(vault, copy.wraps)
            moved = Head(vault, home, head.home_number + 1, head.tips)
            writer = self._writer(_State(moved, authorisations), Action.AUTHORISE, self._keyring.secret(home))
            for name, looked in self._documents.find(_LOOKED, key=vault):
                line = self._keyring.open_document(_looked(vault), unb64(looked.line))
                writer.log(Access.model_validate(parse(line)))
                self._documents.drop(_LOOKED, name)
            yield writer
            self._finish(writer)

    def _load(self, vault: VaultId) -> _State:
        token = self._store.head(vault)
        known = self._verified.get(vault)
        if known is not None and known[0] == token:
            return known[1]
        home = str(claimed_document(token).get("home"))
        head = verify_head(token, vault, self._card(home))
        tip = head.tips[Chain.AUTHORISATIONS]
        state = _State(head, replay(vault, self._events(vault, tip)))
        self._remember(vault, token, state)
        return state

    def _events(self, vault: VaultId, tip: Tip) -> list[Entered]:
        entries = self._store.entries(vault, Chain.AUTHORISATIONS)
        return read_events(check(origin(vault, Chain.AUTHORISATIONS), entries, Chain.AUTHORISATIONS, tip))

    def _follow(self, vault: VaultId, homes: tuple[HomeSince, ...], tip: Tip) -> Places:
        return follow_places(vault, homes, self._store.chained(vault, Chain.RECORDS, until=tip.length), tip)

    def _card(self, home: str) -> PublicHolder:
        try:
            return self._keyring.card(home)
        except NotFoundError as error:
            raise SignatureError("the head is signed by an organisation this node is not for") from error

    def _actor(self, permit: Permit, key: SecretHolder | None) -> SecretHolder:
        if key is not None and key.id != permit.actor:
            raise PermitError("this permit is another's; the log would name the wrong reader")
        return key or self._keyring.secret(permit.actor)

    def _refuse_used(self, permit: Permit) -> None:
        """One request has one answer: refuse a permit that was used before, and let the family see the attempt."""
        if permit in self._used:
            _log.warning("refused %s for %s: a permit was used a second time", permit.action, permit.purpose)
            self.refuse(permit.vault, access_log.refused(permit, self._clock.now(), USED_BEFORE))
            raise PermitError(USED_BEFORE)

    def _confirmed(self) -> None:
        if self._documents.has(RESTORED, RESTORED.name):
            raise NotHomeError("this node was restored from a backup; it works again once `node confirm` was run")

    def _signer(self, state: _State, permit: Permit) -> SecretHolder:
        self._confirmed()
        if not self.lives_here(state.head.vault):
            raise NotHomeError("this history lives at another school now")
        if state.authorisations.move is not None and permit.purpose is not Purpose.TRANSFER:
            raise FrozenError(_ON_ITS_WAY)
        return self._keyring.secret(state.head.home)

    def _writer(
        self, state: _State, action: Action, signer: SecretHolder, keys: dict[Category, CategoryKey] | None = None
    ) -> VaultWriter:
        return VaultWriter(
            self._store,
            state.head,
            state.authorisations,
            action=action,
            keys=keys or {},
            signer=signer,
            now=self._clock.now(),
            places=partial(self._places, state.head.vault, state.authorisations.homes, state.head.tips[Chain.RECORDS]),
        )

    def _opened(self, state: _State, holder: SecretHolder, epoch: int | None = None) -> Opened:
        """What a holder's wraps open, of one epoch or of all."""
        vault, facts = state.head.vault, state.authorisations
        return open_wraps(holder, vault, facts.wraps, facts.checks, self._store.wraps(vault, holder.id), only=epoch)

    def _current_keys(self, state: _State, permit: Permit, actor: SecretHolder) -> dict[Category, CategoryKey]:
        keys = self._opened(state, actor, state.authorisations.epoch).keys
        return {category: key for (_, category), key in keys.items() if category in permit.categories}

    def _finish(self, writer: VaultWriter) -> Head:
        head, token = writer.finish()
        self._remember(head.vault, token, _State(head, writer.authorisations))
        return head

    def _remember(self, vault: VaultId, token: str, state: _State) -> None:
        """Keep a verified state under its head's exact text: after a rollback the text differs, and it is not used."""
        self._verified.put(vault, (token, state))


def _looked(vault: VaultId) -> bytes:
    return canonical({"label": "manabi/looked/1", "vault": vault})
