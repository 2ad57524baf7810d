"""Who is known to a vault: nobody takes another's name, card or role, whoever signs that they do."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from pds.errors import ChainBrokenError, SignatureError, UsageError, VerificationError
from pds.holders import Control, PublicHolder, Role, SecretHolder, new_holder
from pds.identifiers import VaultId, new_holder_id, new_vault_id
from pds.transfer import State
from pds.vault import Action, Admitted, HoldersAdmitted, HolderSucceeded, Purpose, succeed, verify_copy
from pds.vault.events import AnyEvent
from tests.world.lying import accepted, copy_of
from tests.world.prefecture import CITY, HIKARI, Prefecture, School

OWNER, CUSTODIAL = Control.OWNER, Control.CUSTODIAL
NAME = new_holder_id()


def named(identifier: str) -> PublicHolder:
    """A card with keys of the harmful school's own, under whatever name."""
    own = new_holder("x")
    return SecretHolder(identifier, own.hpke_private, own.signing_private).public


def admit(card: PublicHolder, role: Role = Role.GUARDIAN, control: Control = CUSTODIAL) -> HoldersAdmitted:
    return HoldersAdmitted(admitted=(Admitted(holder=card, role=role, control=control),))


def known(school: School) -> dict[Role, Admitted]:
    holders = school.node.vaults.authorisations(school.vault("aiko")).holders
    return {admitted.role: admitted for admitted in holders.values()}


def succession(school: School, **other: object) -> HolderSucceeded:
    """Somebody takes the guardian's place; `other` says what is wrong with it."""
    guardian, mine = known(school)[Role.GUARDIAN], new_holder(new_holder_id())
    said: dict[str, object] = {"vault": school.vault("aiko"), "of": guardian.holder.id, "by": mine, **other}
    by = said["by"]
    assert isinstance(by, SecretHolder)
    proven = succeed(VaultId(str(said["vault"])), str(said["of"]), by, guardian, OWNER)
    admitted = replace_card(proven.admitted, mine.public)
    return HolderSucceeded(predecessor=guardian.holder.id, admitted=admitted, proof=proven.proof)


def replace_card(admitted: Admitted, card: PublicHolder) -> Admitted:
    return admitted.model_copy(update={"holder": card})


def unproven(school: School) -> HolderSucceeded:
    return succession(school).model_copy(update={"proof": ""})


WRONG: dict[str, Callable[[School], AnyEvent]] = {
    "a guardian named as a board": lambda _: admit(named(CITY)),
    "a guardian named as the school": lambda school: admit(named(school.org)),
    "a guardian named as nobody": lambda _: admit(named("mother")),
    "a student named as a board": lambda _: admit(named(CITY), Role.STUDENT),
    "a recovery key named as a board": lambda _: admit(named(CITY), Role.RECOVERY, Control.RECOVERY),
    "an organisation named as a person": lambda _: admit(
        named(new_holder_id()), Role.ORGANISATION, Control.ORGANISATION
    ),
    "a guardian under the node's own control": lambda _: admit(named(new_holder_id()), control=Control.ORGANISATION),
    "an organisation as an owner": lambda _: admit(named(HIKARI), Role.ORGANISATION, OWNER),
    "the guardian's card anew": lambda school: admit(named(known(school)[Role.GUARDIAN].holder.id)),
    "the guardian as the student": lambda school: admit(known(school)[Role.GUARDIAN].holder, Role.STUDENT),
    "the guardian once more": lambda school: admit(known(school)[Role.GUARDIAN].holder),
    "the recovery key's card anew": lambda school: admit(
        named(known(school)[Role.RECOVERY].holder.id), Role.RECOVERY, Control.RECOVERY
    ),
    "two under one name": lambda _: HoldersAdmitted(
        admitted=tuple(Admitted(holder=named(name), role=Role.GUARDIAN, control=CUSTODIAL) for name in [NAME] * 2)
    ),
    "the school with another card": lambda school: admit(named(school.org), Role.ORGANISATION, Control.ORGANISATION),
    "a place taken without a proof": unproven,
    "a place taken by a key not in hand": lambda school: succession(school, by=new_holder(new_holder_id())),
    "a place taken on another vault's proof": lambda school: succession(school, vault=new_vault_id()),
    "a place taken on another holder's proof": lambda school: succession(school, of=new_holder_id()),
    "a place taken under a board's name": lambda school: succeed(
        school.vault("aiko"),
        known(school)[Role.GUARDIAN].holder.id,
        replace(new_holder("x"), id=CITY),
        known(school)[Role.GUARDIAN],
        OWNER,
    ),
}


@pytest.fixture
def school(prefecture: Prefecture) -> School:
    prefecture.minato.admit("aiko", agree=("transfer",))
    return prefecture.minato


def test_nobody_takes_anothers_name_card_or_role_here_or_in_a_foreign_copy(school: School) -> None:
    before = school.node.vaults.authorisations(school.vault("aiko"))
    for name, wrong in WRONG.items():
        lie = copy_of(school, "aiko")
        lie.enter(wrong(school))
        with pytest.raises(VerificationError):
            pytest.fail(f"{name}: {verify_copy(lie.signed(), school.node.card)}")
        leave = school.permit("aiko", Purpose.TEACHING, Action.AUTHORISE)
        with school.node.vaults.transact(leave) as writer, pytest.raises(ChainBrokenError):
            writer.enter(wrong(school))
    assert school.node.vaults.authorisations(school.vault("aiko")) == before


def test_what_is_right_is_taken(school: School) -> None:
    lie = copy_of(school, "aiko")
    for right in (admit(named(new_holder_id())), succession(school)):
        lie.enter(right)
    found = verify_copy(lie.signed(), school.node.card).authorisations
    assert len(found.holders) == len(known(school)) + 1


def test_an_organisations_card_is_the_directorys(school: School) -> None:
    lie = copy_of(school, "aiko")
    lie.enter(admit(named(HIKARI), Role.ORGANISATION, Control.ORGANISATION))
    with pytest.raises(SignatureError, match="another card than the directory"):
        verify_copy(lie.signed(), school.node.card)
    honest = copy_of(school, "aiko")
    listed = school.node.card(HIKARI)
    assert listed is not None
    honest.enter(admit(listed, Role.ORGANISATION, Control.ORGANISATION))
    assert HIKARI in verify_copy(honest.signed(), school.node.card).authorisations.holders


def test_a_bundle_that_admits_a_guardian_under_a_boards_name_is_refused_and_the_boards_key_stands(
    prefecture: Prefecture,
) -> None:
    prefecture.minato.admit("aiko", agree=("transfer",))
    new, sending = prefecture.hikari, accepted(prefecture)
    board = new.node.card(CITY)
    own = new_holder("x")
    planted = SecretHolder(CITY, own.hpke_private, own.signing_private)
    lie = sending.copy()
    lie.enter(admit(planted.public))
    after = sending.receive(lie.signed())
    assert (after.state, after.reason) == (
        State.REFUSED,
        "a holder was admitted under a name of another kind of holder",
    )
    assert new.node.card(CITY) == board
    assert not new.node.keyring.keeps(CITY)


def test_every_change_of_holders_is_told_in_its_order(school: School) -> None:
    vault = school.vault("aiko")
    guardian, mine = known(school)[Role.GUARDIAN], new_holder(new_holder_id())
    lie = copy_of(school, "aiko")
    lie.enter(succeed(vault, guardian.holder.id, mine, guardian, OWNER))
    changes = verify_copy(lie.signed(), school.node.card).authorisations.changes_of_holders
    assert [change.admitted.role for change in changes] == [Role.RECOVERY, Role.STUDENT, Role.GUARDIAN, Role.GUARDIAN]
    assert [change.predecessor for change in changes] == [None, None, None, guardian.holder.id]
    assert (changes[-1].admitted.holder, changes[-1].entered_by) == (mine.public, school.org)


def test_no_organisation_is_called_as_a_person(prefecture: Prefecture) -> None:
    with pytest.raises(UsageError, match="no UUID"):
        prefecture.city.add_organisation(new_holder_id(), "学校", "school", CITY)
