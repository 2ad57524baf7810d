"""Who may become known to a vault, under which name, and how other keys take the place of somebody's.

A card or role once admitted is never overwritten; it is succeeded by an event that proves possession of the new key.
Pure functions. Never: what a holder may open (`consent.decisions`), the directory (`pds.vault.verification`).
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from pds.crypto import DocumentType
from pds.errors import ChainBrokenError, SignatureError
from pds.holders import Control, PublicHolder, Role, SecretHolder, verify
from pds.identifiers import VaultId, all_named
from pds.vault.events import Admitted, HolderSucceeded

_FORMAT = "manabi-succession/1"
_PERSON = frozenset({Control.OWNER, Control.CUSTODIAL})
_CONTROLS: Mapping[Role, frozenset[Control]] = MappingProxyType(
    {
        Role.STUDENT: _PERSON,
        Role.GUARDIAN: _PERSON,
        Role.ORGANISATION: frozenset({Control.ORGANISATION}),
        Role.RECOVERY: frozenset({Control.RECOVERY}),
    }
)


class HolderChange(BaseModel):
    """One change of who is known to a vault, for the family to see.

    Attributes:
        seq: The entry of the chain that made it.
        time: When it was entered.
        entered_by: The organisation that entered it.
        admitted: Who is known from then on.
        predecessor: Whose place they took; None for somebody new.
    """

    model_config = ConfigDict(frozen=True)

    seq: int
    time: str
    entered_by: str
    admitted: Admitted
    predecessor: str | None = None


def check_admitted(*admitted: Admitted) -> None:
    """Hold holders to the space of names, and the control of keys, of their roles.

    Raises:
        ChainBrokenError: a person's name is an organisation's or the other way round, or the role has no such control.
    """
    organisations = [one.holder.id for one in admitted if one.role is Role.ORGANISATION]
    people = [one.holder.id for one in admitted if one.role is not Role.ORGANISATION]
    if not all_named(people, organisations):
        raise ChainBrokenError("a holder was admitted under a name of another kind of holder")
    for one in admitted:
        if one.control not in _CONTROLS[one.role]:
            raise ChainBrokenError(f"a {one.role} was admitted whose keys would be under {one.control} control")


def admitted_too(
    holders: Mapping[str, Admitted],
    successors: Mapping[str, str],
    home: PublicHolder | None,
    admitted: Iterable[Admitted],
) -> dict[str, Admitted]:
    """The holders of a vault with some more.

    Raises:
        ChainBrokenError: as `check_admitted`; or one has a name that has or had a place here, or the home another card.
    """
    found, coming = dict(holders), tuple(admitted)
    check_admitted(*coming)
    for one in coming:
        name = one.holder.id
        if name in found or name in successors:
            raise ChainBrokenError("a holder was admitted under a name that has or had a place here")
        if home is not None and name == home.id and one.holder != home:
            raise ChainBrokenError("the school where the vault lives was admitted with another card than its own")
        found[name] = one
    return found


def succeed(
    vault: VaultId, predecessor: str, mine: SecretHolder, before: Admitted, control: Control
) -> HolderSucceeded:
    """The event by which a person's new keys take the place of others, with the proof that they are in hand.

    Args:
        vault: The vault in which they do.
        predecessor: The name under which the person is known until now.
        mine: The new keys.
        before: What is known of the person until now; the role stays.
        control: Who can use the new keys.
    """
    admitted = Admitted(holder=mine.public, role=before.role, control=control)
    proof = mine.sign(DocumentType.SUCCESSION, _statement(vault, predecessor, mine.public))
    return HolderSucceeded(predecessor=predecessor, admitted=admitted, proof=proof)


def check_succession(vault: VaultId, event: HolderSucceeded) -> None:
    """See that whoever takes a holder's place has the new key, and said so of this vault and this holder.

    Raises:
        ChainBrokenError: the proof is another key's, or another vault's or holder's.
    """
    check_admitted(event.admitted)
    card = event.admitted.holder
    try:
        said = verify(event.proof, DocumentType.SUCCESSION, card)
    except SignatureError as error:
        raise ChainBrokenError("a holder was succeeded by a key that nobody proved to have") from error
    if said != _statement(vault, event.predecessor, card):
        raise ChainBrokenError("a holder was succeeded on a proof that was given for another vault or holder")


def _statement(vault: VaultId, predecessor: str, card: PublicHolder) -> dict[str, object]:
    return {"format": _FORMAT, "vault": vault, "predecessor": predecessor, "successor": card.model_dump()}
