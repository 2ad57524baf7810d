"""What the vault needs before it opens: a permit. `pds` states it; only `consent.decisions` makes one.

Here: the permit's fields and its check against the clock. Never: the rules by which one is issued.
"""

import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from pds.errors import PermitError
from pds.identifiers import OrgId, VaultId
from pds.records import Category

LIFETIME = timedelta(seconds=60)  # one request; long enough for a slow disk, too short to be kept


USED_BEFORE = "this permit was used before; ask again"


class Purpose(StrEnum):
    """What a vault is opened for."""

    OWN_USE = "own_use"
    TEACHING = "teaching"
    HEALTH = "health"
    TRANSFER = "transfer"
    STATISTICS = "statistics"
    THIRD_PARTY = "third_party"


class Action(StrEnum):
    """What the permit lets its bearer do."""

    READ = "read"  # open records of the named categories
    WRITE = "write"  # append records of the named categories
    AUTHORISE = "authorise"  # enter consents, withdrawals and key events
    CHARGE = "charge"  # charge a study to the privacy ledger


@dataclass(frozen=True, slots=True)
class Member:
    """The member of staff who asks on behalf of an organisation, as the family will read it.

    Attributes:
        id: A pseudonym within the organisation.
        name: As the family knows the person, such as 田村先生; it is written into the sealed log and nowhere else.
        position: What the person is there, such as "homeroom_teacher".
    """

    id: str
    name: str = field(repr=False)
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """Leave for one request: whoever opens a vault with it uses it up. It never leaves the process that decided.

    Attributes:
        actor: The holder who asks: an organisation or a person.
        organisation: On whose behalf, if a person acts for an organisation; the organisation itself otherwise.
        basis: The consent or the named duty it rests on, as the family will read it.
        reference: The consent's identifier, where the basis is a consent.
        member: Who asks in the organisation's name, where the node knows.
        revision: How many authorisation entries the vault had when this was decided.
        request: Which request it is for, by a random name.
    """

    vault: VaultId
    actor: str
    organisation: OrgId | None
    purpose: Purpose
    action: Action
    categories: frozenset[Category]
    basis: str
    reference: str | None
    revision: int
    expires_at: datetime
    member: Member | None = None
    request: str = field(default_factory=secrets.token_hex, compare=False)

    def check(self, action: Action, now: datetime, revision: int) -> None:
        """Refuse what this permit is not for.

        Raises:
            PermitError: another action, expired, or the authorisations have changed since.
        """
        if self.action is not action:
            raise PermitError(f"this permit is for {self.action.value}, not for {action.value}")
        if not now < self.expires_at <= now + LIFETIME:
            raise PermitError("this permit has expired; ask again")
        if self.revision != revision:
            raise PermitError("the vault's authorisations changed after this permit was issued; ask again")


class UsedPermits:
    """Which requests were answered within the last minute. Any thread may ask."""

    def __init__(self) -> None:
        self._used: dict[str, datetime] = {}  # in the order in which they were used, which is that of their ends
        self._lock = threading.Lock()

    def __contains__(self, permit: Permit) -> bool:
        with self._lock:
            return permit.request in self._used

    def use(self, permit: Permit, action: Action, now: datetime, revision: int) -> None:
        """Use a permit up, if it is good.

        Raises:
            PermitError: it was used before; or as `Permit.check`.
        """
        permit.check(action, now, revision)
        with self._lock:
            while self._used and next(iter(self._used.values())) <= now:
                del self._used[next(iter(self._used))]
            if permit.request in self._used:
                raise PermitError(USED_BEFORE)
            self._used[permit.request] = permit.expires_at
