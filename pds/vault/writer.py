"""The writing hand: appends records, events, charges and log lines to one vault inside one transaction.

Only `pds.vault` makes one. Never: opening anything that was written before.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from pds.chain import Chain, Entry, Tip, check, extend, origin
from pds.clock import timestamp
from pds.crypto import DocumentType, b64, draw, hpke, sign
from pds.errors import PermitError
from pds.holders import SecretHolder
from pds.identifiers import OrgId, RecordId, check_record_id, new_record_id
from pds.records import Category, Record, kind_of
from pds.store import Store
from pds.vault import access_log, ledger
from pds.vault.access_log import Access
from pds.vault.authorisations import Authorisations, apply
from pds.vault.events import AnyEvent, Entered, EpochTurned, KeysWrapped
from pds.vault.head import Head
from pds.vault.headers import RecordHeader
from pds.vault.keys import SALT_BYTES, CategoryKey, log_private
from pds.vault.ledger import Charge, ChargeOutcome
from pds.vault.permit import Action
from pds.vault.places import Places
from pds.vault.sealing import Unsealed, seal_all
from pds.vault.wraps import Recipient, SealedWrap, checks_under, draw_root, seal_root


class VaultWriter:
    """One vault, open for writing until its transaction ends.

    Args:
        action: What the permit allows; each method checks that it is meant.
        keys: The actor's keys of the current epoch, for `append`.
        signer: The home organisation, which signs key events and the head.
        places: Hands out the places of the vault's records under its head, for corrections.
    """

    def __init__(
        self,
        store: Store,
        head: Head,
        authorisations: Authorisations,
        *,
        action: Action,
        keys: dict[Category, CategoryKey],
        signer: SecretHolder,
        now: datetime,
        places: Callable[[], Places],
    ) -> None:
        self._store = store
        self._head = head
        self._tips: dict[Chain, Tip] = dict(head.tips)
        self._pending: dict[Chain, list[Entry]] = {chain: [] for chain in Chain}
        self._records: list[tuple[Record, CategoryKey, RecordId]] = []
        self._action = action
        self._keys = keys
        self._signer = signer
        self._now = now
        self._places = places
        self.authorisations = authorisations
        self._open = True

    def append(self, record: Record, record_id: RecordId | None = None) -> RecordId:
        """Take a record in; it is sealed and chained with all others when the transaction ends.

        Raises:
            PermitError: the permit does not let its actor write this category.
            UsageError: the identifier is not a UUID.
            AlreadyExistsError: (when the transaction ends) a record of that identifier is in the vault.
        """
        self._meant(Action.WRITE)
        kind = kind_of(record)
        key = self._keys.get(kind.category)
        if key is None:
            raise PermitError(f"this permit does not let its holder write {kind.category.value}")
        self._living()
        record_id = new_record_id() if record_id is None else check_record_id(record_id)
        self._records.append((record, key, record_id))
        return record_id

    def issuers(self) -> dict[RecordId, OrgId]:
        """Who issued each record of the vault, erased ones included: a file twice must add nothing, nor bring back."""
        places = self._places().groups.values()
        return {place.record: place.issuer for group in places for place in group}

    def enter(self, event: AnyEvent, signer: SecretHolder | None = None) -> None:
        """Sign an event, by the home organisation unless somebody else performs it, and chain it."""
        self._meant(Action.AUTHORISE)
        by = signer or self._signer
        entered = Entered(
            vault=self._head.vault,
            seq=self.authorisations.revision + 1,
            time=timestamp(self._now),
            signer=by.id,
            event=event,
        )
        self.authorisations = apply(self.authorisations, entered)
        token = sign(by.signing_private, by.id, DocumentType.EVENT, entered.model_dump(mode="json"))
        self._extend(Chain.AUTHORISATIONS, b"{}", token.encode())

    def turn_epoch(self, recipients: Iterable[Recipient], reason: str) -> None:
        """Draw a fresh root and wrap it to those who remain. Needs nobody's private key but the signer's."""
        root, vault, epoch = draw_root(), self._head.vault, self.authorisations.epoch + 1
        wraps = [seal_root(root, vault, epoch, recipient) for recipient in recipients]
        turned = EpochTurned(
            epoch=epoch,
            reason=reason,
            log_public=b64(hpke.public_of(log_private(root, vault, epoch))),
            checks=checks_under(root, vault, epoch, {name for item in wraps for name in item.wrap.opens}),
            wraps=tuple(item.wrap for item in wraps),
        )
        self.enter(turned)
        self._store.add_wraps(vault, [item.row for item in wraps])

    def keep_wraps(self, wraps: Sequence[SealedWrap]) -> None:
        """Take keys of existing epochs that were wrapped to somebody."""
        self.enter(KeysWrapped(wraps=tuple(item.wrap for item in wraps)))
        self._store.add_wraps(self._head.vault, [item.row for item in wraps])

    def charge(self, wanted: Charge, allowance: int) -> ChargeOutcome:
        """Charge a study to the student, if the year's allowance (micro-ε) covers it and nobody did before."""
        self._meant(Action.CHARGE)
        verdict = ledger.judge(self._charges(), wanted, allowance)
        if verdict is ChargeOutcome.CHARGED:
            self._enter_charge(wanted)
        return verdict

    def take_charges(self, charges: Iterable[Charge]) -> None:
        """Enter what the same child was charged elsewhere: two ledgers become one by their union."""
        self._meant(Action.AUTHORISE)
        known = self._charges()
        for charge in charges:
            if charge not in known:
                self._enter_charge(charge)
                known.append(charge)

    def _charges(self) -> list[Charge]:
        vault, tip = self._head.vault, self._head.tips[Chain.LEDGER]
        entries = check(origin(vault, Chain.LEDGER), self._store.entries(vault, Chain.LEDGER), Chain.LEDGER, tip)
        entered = (*entries, *self._pending[Chain.LEDGER])
        return [ledger.read_charge(entry.body) for entry in entered if entry.body is not None]

    def _enter_charge(self, charge: Charge) -> None:
        seq = self._tips[Chain.LEDGER].length + 1
        self._extend(Chain.LEDGER, ledger.header(self._head.vault, seq), charge.body())

    def log(self, access: Access) -> None:
        """Write a line into the access log, which only the family can read."""
        seq = self._tips[Chain.ACCESS].length + 1
        place = access_log.header(self._head.vault, seq, self.authorisations.epoch)
        self._extend(Chain.ACCESS, place, access_log.seal(access, place, self.authorisations.log_public))

    def finish(self) -> tuple[Head, str]:
        """Store what was appended under a newly signed head; nothing may be written after."""
        salts = self._seal_records()
        self._open = False
        vault = self._head.vault
        for chain, entries in self._pending.items():
            if entries:
                self._store.append(vault, chain, entries)
        if salts:
            self._store.add_salts(vault, salts)
        head = self._head.advanced(self._tips)
        token = head.sign(self._signer)
        self._store.set_head(vault, token)
        return head, token

    def _seal_records(self) -> list[tuple[RecordId, bytes]]:
        """Seal and chain what was appended; hand back the salts, which are kept apart."""
        if not self._records:
            return []
        vault, issuer, tip = self._head.vault, OrgId(self._signer.id), self._tips[Chain.RECORDS]
        salts = draw(len(self._records), SALT_BYTES)
        corrected = self._corrected_years()
        headers = [
            RecordHeader(
                vault, record_id, seq, record.school_year, issuer, key.epoch, key.stream, corrected.get(record_id)
            ).canonical()
            for seq, (record, key, record_id) in enumerate(self._records, tip.length + 1)
        ]
        unsealed = [
            Unsealed(record, header, key, salt, record_id)
            for (record, key, record_id), header, salt in zip(self._records, headers, salts, strict=True)
        ]
        entries = self._pending[Chain.RECORDS]
        for header, body in zip(headers, seal_all(unsealed), strict=True):
            entry = extend(tip, header, body)
            entries.append(entry)
            tip = Tip(entry.seq, entry.hash)
        self._tips[Chain.RECORDS] = tip
        return [(record_id, salt) for (_, _, record_id), salt in zip(self._records, salts, strict=True)]

    def _corrected_years(self) -> dict[RecordId, int]:
        """For each correction among what was appended, the school year of what it corrects, where that is another."""
        if all(record.supersedes_id is None for record, _, _ in self._records):
            return {}
        years, found = self._places().school_years(), dict[RecordId, int]()
        for record, _, name in self._records:
            year = years.get(RecordId(str(record.supersedes_id)))
            if year not in (None, record.school_year):
                found[name] = year
            years[name] = record.school_year
        return found

    def _extend(self, chain: Chain, header: bytes, body: bytes) -> None:
        self._living()
        entry = extend(self._tips[chain], header, body)
        self._tips[chain] = Tip(entry.seq, entry.hash)
        self._pending[chain].append(entry)

    def _living(self) -> None:
        if not self._open:
            raise PermitError("this vault was open for one transaction, which has ended")

    def _meant(self, action: Action) -> None:
        if self._action is not action:
            raise PermitError(f"this permit is for {self._action.value}, not for {action.value}")
