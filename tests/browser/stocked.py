"""What stands in the town that the browser looks at, so that each page has something to show. Never: a test."""

from datetime import date

from consent.lifecycle import acts, moving
from federation import Feature, Group, Study, StudyId, Title, answer, approve, draft, merge, release
from pds.holders import Role, SecretHolder
from pds.identifiers import OrgId
from pds.people import Contact, ContactList, accounts, contacts
from pds.records import Category
from pds.vault import Purpose
from tests.browser.served import Served
from tests.federation.studies import absence_question, count_question, exchange
from tests.portal.town import PASSWORD, Town
from tests.world.carrier import carry
from tests.world.prefecture import CITY

MOVING = ("offered", "quarantined", "committed", "refused")  # children without a class, by how far their move is
_FIRST_DAY = date(2026, 10, 12)
_GRADES = Group(feature=Feature(kind=Category.ENROLLMENT_INFO, field="grade"), values=("P5", "P6"))


def stock(served: Served) -> None:
    """Let people sign in, look, agree, move and ask, and note where it shows."""
    town = served.town
    for role in ("student", "guardian", "other_guardian", "stranger", "teacher", "office", "drafter", "approver"):
        served.node(role)
    _name_people(town)
    _look(served)
    _agree(served, town)
    _ask(served, town)
    _move(served, town)


def _name_people(town: Town) -> None:
    """Whom the first school's children can talk to."""
    people = (
        Contact(position="保健室の先生", name="林 みどり", telephone="0463-00-0001", place="1階の保健室"),
        Contact(position="スクールカウンセラー", place="2階の相談室(木曜日)"),
    )
    contacts.set_contacts(town.school.node, town.school.org, ContactList(contact=people))


def _look(served: Served) -> None:
    """The teacher opens the class, and a stranger tries."""
    town = served.town
    town.teacher.get("/school?class=P5-2")
    town.stranger.get(town.path("minato"))


def _agree(served: Served, town: Town) -> None:
    """One consent that holds, one that ended, and one that waits for the first guardian."""
    node, vault = town.school.node, town.vault("minato")
    first, second = _keys(town, "haruka"), _keys(town, "makoto")
    kinds, until = [Category.TEST_RESULT, Category.ATTENDANCE], date(2027, 3, 31)
    consents = [
        acts.give(node, vault, giver, Purpose.TEACHING, categories=kinds, recipient=OrgId(to), valid_until=until)
        for giver, to in ((second, CITY), (first, town.prefecture.aoba.org), (second, town.prefecture.hikari.org))
    ]
    for signer, consent in ((first, consents[0]), (second, consents[1])):
        acts.countersign(node, vault, signer, consent)
    acts.withdraw(node, vault, first, consents[1])
    page = town.path("minato") + "/consents"
    served.places |= {
        "answer": f"{page}/{consents[2]}/answer",
        "receipt": f"{page}/{consents[0]}/receipt",
        "ended receipt": f"{page}/{consents[1]}/receipt",
    }


def _ask(served: Served, town: Town) -> None:
    """Studies of the city: a draft, one that waits for answers, one that can be released, one with a result."""
    city, ways = town.prefecture.city, ("draft", "waiting", "answered", "released")
    questions = (
        count_question(),
        absence_question(),
        absence_question(groups=(_GRADES,)),
        count_question(groups=(_GRADES,)),
    )
    for way, question in zip(ways, questions, strict=True):
        title = Title(ja="欠席のようす", en="Days of absence")
        study = Study(question=question, title=title, epsilon=200_000, scope=CITY, asked_by=CITY)
        known = draft(city, study, drafter="somebody", group_size=40)
        served.places[way] = f"/studies/{known.id}"
        if way != "draft":
            approve(city, known.id, approver="somebody-else")
            exchange(town.prefecture)
        if way in ("answered", "released"):
            _answer(town, known.id)
        if way == "released":
            merge(city, known.id, CITY)
            release(city, known.id)
            exchange(town.prefecture)


def _answer(town: Town, study: StudyId) -> None:
    for school in (town.school, town.prefecture.hikari):
        answer(school.node, study)
    exchange(town.prefecture)


def _move(served: Served, town: Town) -> None:
    """Children on their way to the junior high school, each as far as another."""
    old, new, nodes = town.school, town.prefecture.hikari, town.prefecture.nodes
    served.node("other_office")
    old.admit(*MOVING)
    town.family_account("quarantined", Role.GUARDIAN, 0, "guardian-on-the-way", "保護者")
    for name in ("sora", *MOVING):
        transfer = moving.offer(old.node, old.vault(name), new.org)
        served.places |= {f"{name} out": f"/school/outgoing/{transfer}", f"{name} in": f"/school/incoming/{transfer}"}
        carry(nodes)
        if name == "refused":
            moving.refuse(new.node, transfer, "this child does not join this school")
        elif name != "offered":
            moving.accept(new.node, transfer, _FIRST_DAY)
        carry(nodes)
        if name in ("quarantined", "committed"):
            moving.send(old.node, transfer)
            carry(nodes)
        if name == "committed":
            moving.commit(new.node, transfer)
            carry(nodes)


def _keys(town: Town, login: str) -> SecretHolder:
    person, _ = accounts.sign_in(town.school.node, login, PASSWORD)
    assert person.holder is not None
    return person.holder
