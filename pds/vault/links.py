"""Which child an organisation's own identifiers stand for, from which day to which (変換テーブル).

Each is a document under a keyed index, with this node's mark over its days: who writes into the database leads no
record to another child. A number in use goes to nobody else but by `give`. Never: an identifier that can
be read, or which identifiers decide (`pds.intake.local_ids`).
"""

import hmac
from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from pds.errors import LinkedElsewhereError, SealBrokenError
from pds.identifiers import OrgId, VaultId
from pds.keyring import Keyring
from pds.store import DocumentKind, Documents

_A_DAY = timedelta(days=1)


class Holding(BaseModel):
    """The days in which an identifier stands for one student.

    Attributes:
        first: The first of them.
        last: The last of them; None while no end is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    vault: VaultId
    first: date
    last: date | None = None

    def meets(self, begin: date, end: date) -> bool:
        """True when it has a day in common with a stretch of days, both ends included."""
        return self.first <= end and (self.last is None or begin <= self.last)


class _Link(BaseModel):
    """The holdings of one identifier, in the order of their days, none of which two have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scheme: str
    holdings: tuple[Holding, ...]
    mark: str


_LINK = DocumentKind(
    "link",
    _Link,
    "numbering, and the days in which an identifier stood for whom; its keyed index",
    owned=True,
    key=lambda link: link.holdings[-1].vault,
)


class Links:
    """The link table of one node.

    Args:
        documents: The node's own documents.
        keyring: For the keyed index of an identifier, and the node's mark.
    """

    def __init__(self, documents: Documents, keyring: Keyring) -> None:
        self._documents = documents
        self._keyring = keyring

    def index(self, organisation: OrgId, scheme: str, value: str) -> str:
        """How an identifier is called here; whoever has no key of this node learns nothing from it."""
        return self._keyring.link(organisation, scheme, value)

    def look_up(self, organisation: OrgId, scheme: str, value: str) -> tuple[str, tuple[Holding, ...]]:
        """How an identifier is called here, and for whom it stood and stands. Raises as `holdings`."""
        index = self.index(organisation, scheme, value)
        return index, self.holdings(index)

    def holdings(self, index: str) -> tuple[Holding, ...]:
        """For whom an identifier stood and stands, in the order of their days.

        Raises:
            SealBrokenError: the link is not one that this node wrote; records would go to another child.
        """
        link = self._documents.get(_LINK, index)
        if link is None:
            return ()
        if not hmac.compare_digest(link.mark.encode(), self._mark(index, link.scheme, link.holdings).encode()):
            raise SealBrokenError("an identifier stands for a vault that this node did not link it to")
        return link.holdings

    def find(self, index: str, on: date) -> VaultId | None:
        """For whom an identifier stands on a day: else for whom it stood last before that, or stands first after it."""
        holdings = self.holdings(index)
        before = [stay for stay in holdings if stay.first <= on]
        found = before[-1] if before else next(iter(holdings), None)
        return None if found is None else found.vault

    def of(self, organisation: OrgId, vault: VaultId) -> list[tuple[str, str, Holding]]:
        """The identifiers that stood last for a student: numbering, index and days."""
        found = self._documents.find(_LINK, owners=[organisation], key=vault)
        return [(link.scheme, index, self.holdings(index)[-1]) for index, link in found]

    def add(self, organisation: OrgId, scheme: str, index: str, vault: VaultId, first: date) -> bool:
        """Let a free identifier stand for a student from a day on; False when it did so already.

        Raises:
            LinkedElsewhereError: it stands for another student on that day.
        """
        holdings = self.holdings(index)
        if any(stay.vault != vault and stay.meets(first, first) for stay in holdings):
            raise LinkedElsewhereError("this number stands for another child of the school on that day")
        return self._take(organisation, scheme, index, holdings, Holding(vault=vault, first=first))

    def give(self, organisation: OrgId, scheme: str, index: str, vault: VaultId, first: date) -> bool:
        """Let an identifier stand for a student from a day on, whoever had it until then; False when it did so already.

        For a person's correction, which is logged, and for numbers that decide nothing and are given anew.
        """
        holdings = [
            left for stay in self.holdings(index) if (left := stay if stay.vault == vault else _until(stay, first))
        ]
        return self._take(organisation, scheme, index, holdings, Holding(vault=vault, first=first))

    def end(self, organisation: OrgId, vault: VaultId, last: date) -> None:
        """A student leaves an organisation: the identifiers it has for them stand for them until that day.

        They are free from the next day on. An end that is known already holdings as it is.
        """
        for _, index, stay in self.of(organisation, vault):
            if stay.last is None:
                self.end_one(organisation, index, vault, last)

    def resume(self, organisation: OrgId, vault: VaultId, first: date) -> None:
        """A student who had left is back from a day on: with the identifiers that nobody got meanwhile."""
        for scheme, index, stay in self.of(organisation, vault):
            if stay.last is not None and stay.last < first:
                self.add(organisation, scheme, index, vault, first)

    def end_one(self, organisation: OrgId, index: str, vault: VaultId, last: date) -> None:
        """Let one identifier stand for a student no longer than until a day, or the day on which it began."""
        link = self._documents.get(_LINK, index)
        if link is not None:
            ended = [_over(stay, last) if stay.vault == vault else stay for stay in self.holdings(index)]
            self._keep(organisation, link.scheme, index, ended)

    def _take(self, organisation: OrgId, scheme: str, index: str, holdings: Sequence[Holding], new: Holding) -> bool:
        """Let a stay begin on a day of nobody else: it lasts until the next one begins, or is the same student's."""
        after, own = (
            list(holdings),
            any(stay.vault == new.vault and stay.meets(new.first, new.first) for stay in holdings),
        )
        later = next((stay for stay in holdings if stay.first > new.first), None)
        known = own or (later is not None and later.vault == new.vault)
        if not own and known:
            after = [stay.model_copy(update={"first": new.first}) if stay is later else stay for stay in holdings]
        elif not own:
            after.append(new if later is None else new.model_copy(update={"last": later.first - _A_DAY}))
        if tuple(after) != self.holdings(index):
            self._keep(organisation, scheme, index, after)
        return not known

    def _keep(self, organisation: OrgId, scheme: str, index: str, holdings: Sequence[Holding]) -> None:
        ordered = tuple(sorted(holdings, key=lambda stay: stay.first))
        link = _Link(scheme=scheme, holdings=ordered, mark=self._mark(index, scheme, ordered))
        self._documents.put(_LINK, index, link, owner=organisation)

    def _mark(self, index: str, scheme: str, holdings: Sequence[Holding]) -> str:
        return self._keyring.mark(
            "link", index, scheme, *(f"{stay.vault} {stay.first} {stay.last}" for stay in holdings)
        )


def _until(stay: Holding, day: date) -> Holding | None:
    """What is left of a stay when somebody else has the identifier from a day on."""
    if stay.first >= day:
        return stay if stay.first > day else None
    return stay.model_copy(update={"last": day - _A_DAY}) if stay.meets(day, day) else stay


def _over(stay: Holding, last: date) -> Holding:
    return stay if stay.last is not None else stay.model_copy(update={"last": max(last, stay.first)})
