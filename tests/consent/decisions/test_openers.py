"""Who can open a history is read off its chain; who becomes known to it, or has new keys, is told of for two weeks."""

from consent.decisions import Opener, newcomers, openers
from consent.lifecycle import acts, ownership
from pds.holders import Control, Role
from pds.records import Category
from pds.vault import Purpose
from tests.world.prefecture import AOBA, MINATO, Prefecture


def found(prefecture: Prefecture) -> list[Opener]:
    return openers(prefecture.minato.node.vaults.authorisations(prefecture.minato.vault("aiko")))


def test_everybody_with_keys_is_named_and_who_had_others_before_once(prefecture: Prefecture) -> None:
    school = prefecture.minato
    school.admit("aiko")
    vault, guardian = school.vault("aiko"), school.guardian("aiko")
    given = acts.give(school.node, vault, guardian, Purpose.TEACHING, recipient=AOBA, categories=[Category.TEST_RESULT])
    code = ownership.invite_family(school.node, vault, guardian.id)
    person = ownership.first_sign_in(school.node, code, "haruka", "tsuki to hoshi", "青山はるか")
    assert person.holder is not None
    by_name = {one.holder: one for one in found(prefecture)}
    owner = by_name[person.holder.id]
    assert (owner.role, owner.control, owner.log, owner.lasting) == (Role.GUARDIAN, Control.OWNER, True, True)
    assert owner.kinds == frozenset(Category)
    assert guardian.id not in by_name
    assert by_name[MINATO].lasting
    assert not by_name[MINATO].log
    assert by_name[AOBA].kinds == frozenset({Category.TEST_RESULT})
    assert by_name[AOBA].lasting
    assert [one.role for one in found(prefecture)][:2] == [Role.STUDENT, Role.GUARDIAN]
    assert by_name[school.node.recovery.id].lasting is False  # there is an owner since
    acts.withdraw(school.node, vault, person.holder, given)
    assert not {one.holder: one for one in found(prefecture)}[AOBA].lasting


def test_who_becomes_known_or_has_new_keys_is_told_of_for_two_weeks(prefecture: Prefecture) -> None:
    school = prefecture.minato
    school.admit("aiko")
    vault, guardian = school.vault("aiko"), school.guardian("aiko")

    def told() -> list[tuple[str, bool]]:
        facts = school.node.vaults.authorisations(vault)
        now = school.node.clock.now()
        return [(one.admitted.holder.id, one.predecessor is None) for one in newcomers(facts, now)]

    assert told() == []  # who was there from the start
    prefecture.clock.advance(days=20)
    acts.give(school.node, vault, guardian, Purpose.TEACHING, recipient=AOBA)
    code = ownership.invite_family(school.node, vault, guardian.id)
    person = ownership.first_sign_in(school.node, code, "haruka", "tsuki to hoshi", "青山はるか")
    assert person.holder is not None
    assert told() == [(AOBA, True), (person.holder.id, False)]
    prefecture.clock.advance(days=14)
    assert len(told()) == 2
    prefecture.clock.advance(seconds=1)
    assert told() == []
