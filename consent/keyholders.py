"""Who gets keys of a new epoch: the people and organisations that remain admitted. Never: a key.

Owners get the root; while there is none, recovery alone does. The school of enrolment gets every category it writes,
custodial family members every category and the access log, consented organisations what they were given.
"""

from datetime import date

from consent.decision import ALL, FAMILY
from pds.authorisations import Authorisations
from pds.holders import Control, PublicHolder, Role
from pds.permit import Purpose
from pds.wraps import LOG, ROOT, Recipient

_HANDING_OUT_KEYS = (Purpose.TEACHING, Purpose.THIRD_PARTY)  # the other purposes work with the school's own keys


def recipients(facts: Authorisations, recovery: PublicHolder, day: date) -> list[Recipient]:
    """Who is to get which keys of the epoch that begins on `day`."""
    everything = frozenset(category.value for category in ALL)
    owners = [a.holder for a in facts.holders.values() if a.control is Control.OWNER]
    custodial = [a.holder for a in facts.holders.values() if a.control is Control.CUSTODIAL and a.role in FAMILY]
    found = [Recipient(holder, "root", frozenset({ROOT})) for holder in owners or [recovery]]
    found += [Recipient(holder, "custody", everything | {LOG}) for holder in custodial]
    if facts.home is not None:
        found.append(Recipient(facts.home, "enrolment", everything))
    for given in facts.consents.values():
        admitted = facts.holders.get(given.recipient or "")
        in_time = given.valid_from <= day <= (given.valid_until or date.max)
        if admitted is not None and admitted.role is Role.ORGANISATION and in_time and _hands_out(given.purpose):
            opens = frozenset(category.value for category in given.categories) or everything
            found.append(Recipient(admitted.holder, given.consent, opens))
    return found


def _hands_out(purpose: str) -> bool:
    return purpose in _HANDING_OUT_KEYS
