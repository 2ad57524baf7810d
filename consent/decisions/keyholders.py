"""Who gets keys of a new epoch: the people and organisations that remain admitted. Never: a key.

Owners get the root; while there is none, recovery alone does. The school of enrolment gets every category it writes,
custodial family members what their position reads or writes and the access log, consented organisations what they
were given, while the directory has them with just these keys. A guardian who neither decides for the child nor looks
after it gets nothing.
"""

from datetime import date

from consent.decisions.decision import ALL, POSITIONS, opened_by
from consent.decisions.matrix import readable, writable
from pds.errors import DocumentError, UsageError, VerificationError
from pds.holders import Control, PublicHolder, Role
from pds.node import Node
from pds.records import Category
from pds.vault import LOG, ROOT, Authorisations, Purpose, Recipient

_HANDING_OUT_KEYS = (Purpose.TEACHING, Purpose.THIRD_PARTY)  # the other purposes work with the school's own keys


def recipients(node: Node, facts: Authorisations) -> list[Recipient]:
    """Who is to get which keys of the epoch that begins today.

    Args:
        node: The node; its directory says which organisations there are.
        facts: The vault's authorisations.
    """
    day = node.today()
    family = [admitted for admitted in facts.holders.values() if admitted.may_look]
    owners = [a.holder for a in family if a.control is Control.OWNER]
    custodial = [a for a in family if a.control is Control.CUSTODIAL]
    found = [Recipient(holder, "root", frozenset({ROOT})) for holder in owners or [node.recovery]]
    found += [Recipient(a.holder, "custody", _names(family_kinds(a.role)) | {LOG}) for a in custodial]
    if facts.home is not None:
        found.append(Recipient(facts.home, "enrolment", _names(ALL)))
    for given in facts.consents.values():
        admitted = facts.holders.get(given.recipient or "")
        in_time = given.valid_from <= day <= (given.valid_until or date.max)
        if admitted is None or admitted.role is not Role.ORGANISATION or not in_time or not _hands_out(given.purpose):
            continue
        if _is_listed(node, admitted.holder):
            found.append(Recipient(admitted.holder, given.consent, _names(opened_by(given))))
    return found


def _is_listed(node: Node, holder: PublicHolder) -> bool:
    """Whether the directory has an organisation with just these keys; while it ran out nobody is relied on."""
    try:
        return node.card(holder.id) == holder
    except (DocumentError, UsageError, VerificationError):
        return False


def family_kinds(role: Role) -> frozenset[Category]:
    """The kinds of record whose keys a member of the family who has not signed in yet is given."""
    return readable(POSITIONS[role]) | writable(POSITIONS[role])


def _names(kinds: frozenset[Category]) -> frozenset[str]:
    return frozenset(kind.value for kind in kinds)


def _hands_out(purpose: str) -> bool:
    return purpose in _HANDING_OUT_KEYS
