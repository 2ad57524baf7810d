"""What a guardian is to the child: who decides, who looks after it, whom nobody invites; and what a change does."""

from datetime import date
from pathlib import Path

import pytest

from consent.decisions import ConsentState, Request, permit, state_of
from consent.lifecycle import acts, custody, guardian_of, ownership
from pds.errors import ChainBrokenError, CodeError, RefusedError
from pds.holders import SecretHolder
from pds.identifiers import OrgId
from pds.intake import LocalId
from pds.vault import Action, Authorisations, ConsentRefused, ConsentWithdrawn, Purpose, Standing
from tests.consent.lifecycle.rolls import Roll
from tests.pds.intake.oneroster_files import Pupil, guardians_table
from tests.world.prefecture import HIKARI, SCHEME, Prefecture, score_record

MOTHER, FATHER = "aiko,mother,parent,true,,", "aiko,father,parent,true,,"
NO_AUTHORITY = "aiko,father,parent,false,,"
FOSTER = "aiko,foster,other,false,board,"
PAPER = "aiko,{who},transfer,given,2026-05-01,"


@pytest.fixture
def roll(prefecture: Prefecture, tmp_path: Path) -> Roll:
    """The files of みなと小学校."""
    return Roll(prefecture.minato, tmp_path)


def facts(roll: Roll) -> Authorisations:
    return roll.school.node.vaults.authorisations(roll.school.vault("aiko"))


def holder(roll: Roll, who: str) -> str:
    node, school = roll.school.node, roll.school.org
    known = guardian_of(node, school, roll.school.vault("aiko"), [LocalId(SCHEME, who)])
    assert known is not None
    return facts(roll).present_name(known)


def keys(roll: Roll, who: str) -> SecretHolder:
    return roll.school.node.keyring.secret(holder(roll, who))


def opens(roll: Roll, who: str) -> int:
    """How many records somebody opens in their own name."""
    mine, vault = keys(roll, who), roll.school.vault("aiko")
    wish = Request.own(vault, mine.id, Action.READ)
    with roll.school.node.vaults.read(permit(roll.school.node, wish), mine) as reader:
        return len(list(reader.records()))


def transfer_stands(roll: Roll) -> bool:
    """Whether the family has agreed that more than the statutory part travels."""
    known = facts(roll)
    return any(given.purpose == Purpose.TRANSFER for given in known.consents.values())


def test_who_has_no_parental_authority_signs_nothing_and_holds_nothing_up(roll: Roll) -> None:
    both = (PAPER.format(who="mother"), PAPER.format(who="father"))
    done = roll.imports("aiko 2026 1", guardians=(MOTHER, NO_AUTHORITY), consents=both)
    assert (done.consents, done.papers_without_authority) == (1, 1)
    assert transfer_stands(roll)  # the mother's word alone; nothing waits for the father
    assert facts(roll).proposals == {}
    vault, father = roll.school.vault("aiko"), keys(roll, "father")
    for purpose in (Purpose.STATISTICS, Purpose.TRANSFER, Purpose.TEACHING):
        with pytest.raises(RefusedError):
            acts.give(roll.school.node, vault, father, purpose, recipient=OrgId(HIKARI))
        with pytest.raises(RefusedError):
            acts.refuse(roll.school.node, vault, father, purpose)
    again = roll.imports("aiko 2026 1", guardians=(MOTHER, NO_AUTHORITY), consents=both)
    assert (again.guardians_changed, again.papers_without_authority) == (0, 1)


def test_with_authority_both_sign_as_before(roll: Roll) -> None:
    roll.imports("aiko 2026 1", guardians=(MOTHER, FATHER), consents=(PAPER.format(who="mother"),))
    assert not transfer_stands(roll)


@pytest.mark.parametrize(
    ("row", "may_look", "is_invited"),
    [
        ("aiko,foster,parent,false,,", False, False),
        ("aiko,foster,other,false,board,", True, True),
        ("aiko,foster,other,false,court,", True, True),
        ("aiko,foster,parent,false,parents,", True, True),
        ("aiko,foster,other,false,nobody,", False, False),
        ("aiko,foster,parent,true,,", True, True),
        ("aiko,foster,parent,true,,false", True, False),
        ("aiko,foster,other,false,board,false", True, False),
    ],
)
def test_who_looks_and_who_is_invited(roll: Roll, row: str, *, may_look: bool, is_invited: bool) -> None:
    roll.imports("aiko 2026 1", guardians=(MOTHER, row))
    node, vault = roll.school.node, roll.school.vault("aiko")
    if may_look:
        assert opens(roll, "foster") == 1
    else:
        with pytest.raises(RefusedError):
            opens(roll, "foster")
        assert not any(name == holder(roll, "foster") for _, name, _ in facts(roll).wraps)  # nor is there any key
    if is_invited:
        assert ownership.invite_family(node, vault, holder(roll, "foster"))
    else:
        with pytest.raises(RefusedError, match=r"authority|turn to"):
            ownership.invite_family(node, vault, holder(roll, "foster"))


def test_who_looks_after_a_child_without_authority_decides_nothing(roll: Roll) -> None:
    roll.imports("aiko 2026 1", guardians=(MOTHER, FOSTER), consents=(PAPER.format(who="mother"),))
    assert transfer_stands(roll)
    with pytest.raises(RefusedError, match="decides for the child"):
        acts.give(roll.school.node, roll.school.vault("aiko"), keys(roll, "foster"), Purpose.STATISTICS)


def test_the_school_waits_for_nobody_to_whom_it_may_not_turn(roll: Roll) -> None:
    roll.imports("aiko 2026 1", guardians=(MOTHER, f"{FATHER}false"), consents=(PAPER.format(who="mother"),))
    assert transfer_stands(roll)


def test_a_change_of_custody_turns_the_epoch_and_what_is_written_then_is_closed_to_who_lost_it(roll: Roll) -> None:
    roll.imports("aiko 2026 1", guardians=(MOTHER, FATHER))
    before = facts(roll)
    father = keys(roll, "father")
    assert opens(roll, "father") == 1
    done = roll.imports("aiko 2026 1", guardians=(MOTHER, NO_AUTHORITY))
    assert done.guardians_changed == 1
    assert facts(roll).epoch == before.epoch + 1
    roll.school.write("aiko", score_record(roll.school))
    with pytest.raises(RefusedError):
        opens(roll, "father")
    assert not any(name == father.id and epoch == facts(roll).epoch for epoch, name, _ in facts(roll).wraps)
    assert opens(roll, "mother") == 2
    assert roll.imports("aiko 2026 1", guardians=(MOTHER, NO_AUTHORITY)).guardians_changed == 0
    assert roll.imports("aiko 2026 1", guardians=(MOTHER, FATHER)).guardians_changed == 1
    assert opens(roll, "father") == 2  # and what was written in between


def test_last_years_file_changes_nobodys_authority(roll: Roll) -> None:
    roll.imports("aiko 2026 1", guardians=(MOTHER, NO_AUTHORITY))
    assert roll.imports("aiko 2025 1", guardians=(MOTHER, FATHER)).guardians_changed == 0


def test_a_column_that_a_file_does_not_fill_changes_nothing(roll: Roll) -> None:
    roll.imports("aiko 2026 1", guardians=(MOTHER, "aiko,father,parent,false,court,false"))
    assert roll.imports("aiko 2026 1", guardians=(MOTHER, NO_AUTHORITY)).guardians_changed == 0
    standing = facts(roll).holders[holder(roll, "father")].standing
    assert standing == Standing(
        relationship="parent", has_parental_authority=False, cares_by="court", contact_allowed=False
    )


def test_what_waited_for_one_who_lost_authority_stands_by_the_others_word_and_hands_on_keys(
    prefecture: Prefecture, roll: Roll
) -> None:
    roll.imports("aiko 2026 1", guardians=(MOTHER, FATHER))
    node, vault = roll.school.node, roll.school.vault("aiko")
    consent = acts.give(node, vault, keys(roll, "mother"), Purpose.TEACHING, recipient=OrgId(HIKARI))
    assert state_of(facts(roll), consent, node.today()) is ConsentState.WAITING
    roll.imports("aiko 2026 1", guardians=(MOTHER, NO_AUTHORITY))
    assert state_of(facts(roll), consent, node.today()) is ConsentState.ACTIVE
    wish = Request.of_organisation(vault, OrgId(HIKARI), Purpose.TEACHING, Action.READ)
    friend = prefecture.hikari.node.keyring.secret(OrgId(HIKARI))
    with node.vaults.read(permit(node, wish), friend) as reader:
        assert len(list(reader.records())) == 1


def test_what_lapsed_is_not_revived_by_a_change_of_custody(prefecture: Prefecture, roll: Roll) -> None:
    roll.imports("aiko 2026 1", guardians=(MOTHER, FATHER), consents=(PAPER.format(who="mother"),))
    prefecture.clock.advance(days=60)
    roll.imports("aiko 2026 1", guardians=(MOTHER, NO_AUTHORITY))
    assert not transfer_stands(roll)


def test_the_no_of_one_who_lost_authority_holds_up_nothing(roll: Roll) -> None:
    no = "aiko,father,transfer,refused,2026-05-02,"
    roll.imports("aiko 2026 1", guardians=(MOTHER, FATHER), consents=(no,))
    assert facts(roll).objectors(Purpose.TRANSFER) == {holder(roll, "father")}
    roll.imports("aiko 2026 1", guardians=(MOTHER, NO_AUTHORITY))
    assert facts(roll).objectors(Purpose.TRANSFER) == frozenset()
    later = "aiko,mother,transfer,given,2026-05-10,"
    roll.imports("aiko 2026 1", guardians=(MOTHER, NO_AUTHORITY), consents=(no, later))
    assert transfer_stands(roll)


def test_a_letter_from_before_a_change_of_custody_lets_nobody_in(roll: Roll) -> None:
    roll.imports("aiko 2026 1", guardians=(MOTHER, FATHER))
    node, vault = roll.school.node, roll.school.vault("aiko")
    code = ownership.invite_family(node, vault, holder(roll, "father"))
    roll.imports("aiko 2026 1", guardians=(MOTHER, NO_AUTHORITY))
    with pytest.raises(CodeError, match="not known here"):  # nor does it say whose it was, or that the child is here
        ownership.first_sign_in(node, code, "father", "tsuki to hoshi no yoru", "父")


def test_an_owner_who_lost_custody_gets_no_root_of_what_follows(roll: Roll) -> None:
    roll.imports("aiko 2026 1", guardians=(MOTHER, FATHER))
    node, vault = roll.school.node, roll.school.vault("aiko")
    for who in ("mother", "father"):
        code = ownership.invite_family(node, vault, holder(roll, who))
        ownership.first_sign_in(node, code, who, "tsuki to hoshi no yoru", who)
    roots = {name for epoch, name, grant in facts(roll).wraps if (epoch, grant) == (facts(roll).epoch, "root")}
    assert roots == {holder(roll, "mother"), holder(roll, "father")}
    roll.imports("aiko 2026 1", guardians=(MOTHER, NO_AUTHORITY))
    roots = {name for epoch, name, grant in facts(roll).wraps if (epoch, grant) == (facts(roll).epoch, "root")}
    assert roots == {holder(roll, "mother")}
    assert facts(roll).holders[holder(roll, "father")].standing is not None  # known by the new keys, too
    with pytest.raises((RefusedError, CodeError)):
        ownership.invite_family(node, vault, holder(roll, "father"), anew=True)


def test_what_a_profile_implies_admits_a_guardian_and_changes_none(roll: Roll, tmp_path: Path) -> None:
    pupil = Pupil("a", guardians=("g",))
    table = guardians_table([("g", pupil, "other", "false")])
    beside = tmp_path / "guardians.csv"
    beside.write_text("".join(",".join(row) + "\n" for row in table), encoding="utf-8")
    roll.imports_oneroster(pupil)
    beside.unlink()
    assert roll.imports_oneroster(pupil).guardians_changed == 0
    vault = roll.school.node.vaults.find(roll.school.org, "oneroster.sourcedId", pupil.sourced_id)
    assert vault is not None
    known = roll.school.node.vaults.authorisations(vault).holders.values()
    assert [one.standing.has_parental_authority for one in known if one.standing] == [False]


def test_a_change_at_the_desk_is_that_of_one_guardian(roll: Roll) -> None:
    roll.imports("aiko 2026 1", guardians=(MOTHER, FATHER))
    node, vault = roll.school.node, roll.school.vault("aiko")
    lost = Standing(relationship="parent", has_parental_authority=False)
    assert custody.change(node, roll.school.org, vault, holder(roll, "father"), lost)
    assert not custody.change(node, roll.school.org, vault, holder(roll, "father"), lost)
    assert facts(roll).holders[holder(roll, "mother")].may_sign
    assert node.today() == date(2026, 5, 11)


def test_a_chain_in_which_somebody_without_authority_signs_does_not_hold(roll: Roll) -> None:
    roll.imports("aiko 2026 1", guardians=(MOTHER, NO_AUTHORITY), consents=(PAPER.format(who="mother"),))
    node, vault, school = roll.school.node, roll.school.vault("aiko"), roll.school.org
    [consent] = facts(roll).consents
    wish = Request.of_school(vault, school, Action.AUTHORISE)
    for event in (
        ConsentRefused(purpose=Purpose.TRANSFER, recipient=None),
        ConsentWithdrawn(consent=consent),
    ):
        with (
            pytest.raises(ChainBrokenError, match="one who may not"),
            node.vaults.transact(permit(node, wish)) as writer,
        ):
            writer.enter(event, keys(roll, "father"))
    assert transfer_stands(roll)
