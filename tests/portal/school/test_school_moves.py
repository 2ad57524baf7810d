"""Moves and invitations at the office's desk: who may, what is shown before it is done, who is told."""

import html
import re
from datetime import date
from typing import Any

import pytest

from consent.decisions import Request, permit
from consent.lifecycle import acts, joining, moving
from consent.lifecycle.moving import Arrival
from consent.lifecycle.moving.answering import OFFER_HERE
from consent.lifecycle.moving.common import OFFER
from pds.errors import RefusedError
from pds.holders import Role
from pds.identifiers import OrgId
from pds.people import roster
from pds.post import mailbox
from pds.transfer import Offer, State, Subject, documents, state
from pds.vault import Action, Enrolled, Purpose
from portal.language import words
from portal.school.verdict import Verdict, judge
from portal.web import ref
from tests.portal.town import PASSWORD, Browser, Town
from tests.world.carrier import carry

GOOD = {"compared": "yes", "password": PASSWORD}


def offer(town: Town, student: str = "minato") -> str:
    """Begin a move to the junior high school in the office's own pages; hand back the transfer."""
    to = town.prefecture.hikari.org
    answer = town.office.post("/school/outgoing/new", {"student": town.ref(student), "to": to, "class": "P5-2"})
    assert answer.status_code == 303, answer.text
    carry(town.prefecture.nodes)
    return str(answer.headers["location"].partition("?")[0].rpartition("/")[2])


def arrive(town: Town, student: str = "minato") -> str:
    """The same up to quarantine."""
    transfer = offer(town, student)
    answer = town.other_office.post(f"/school/incoming/{transfer}/accept", {"day": "2026-10-09", "number": "s-17"})
    assert answer.status_code == 303
    carry(town.prefecture.nodes)
    assert town.office.post(f"/school/outgoing/{transfer}/send").status_code == 303
    carry(town.prefecture.nodes)
    return transfer


def test_a_child_moves_from_desk_to_desk_and_both_class_lists_follow(town: Town) -> None:
    old, new, vault = town.school, town.prefecture.hikari, town.vault("minato")
    transfer = arrive(town)
    here = f"/school/incoming/{transfer}"
    page = town.other_office.get(here).text
    assert "69件の記録を、取り込めます" in page
    assert "青山 みなと / 2015年11月3日(火)生" in page
    assert vault not in new.node.vaults.all()
    assert town.other_office.post(f"{here}/commit", GOOD).headers["location"].startswith(here)
    carry(town.prefecture.nodes)
    assert "青山 みなと" in town.other_office.get("/school?class=-").text
    assert vault not in roster.seats(old.node, old.org)
    assert roster.seats(new.node, new.org)[vault].class_name is None
    assert new.node.vaults.find(new.org, "oneroster.sourcedId", "s-17") == vault
    assert "記録は、新しい学校に移りました。" in town.office.get(f"/school/outgoing/{transfer}").text
    assert town.office.get(f"/school/student/{town.ref('sora')}").status_code == 200


@pytest.mark.parametrize("ending", ["commit", "refuse"])
def test_the_office_sees_for_a_year_who_came_and_then_that_somebody_did(town: Town, ending: str) -> None:
    new = town.prefecture.hikari
    here = f"/school/incoming/{arrive(town)}"
    form = GOOD if ending == "commit" else {"reason": "another"}
    assert town.other_office.post(f"{here}/{ending}", form).status_code == 303
    assert "青山 みなと" in town.other_office.get("/school/incoming").text
    assert "青山 みなと" in town.other_office.get(here).text
    town.prefecture.clock.advance(days=367)
    new.node.documents.sweep()
    office = town.signed_in("kawabe")
    for page in ("/school/incoming", here):
        answer = office.get(page)
        assert answer.status_code == 200
        assert "氏名の記録なし" in answer.text
        assert "みなと /" not in answer.text


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ({"password": PASSWORD}, "見くらべたら"),
        ({"compared": "yes", "password": "another password"}, "パスワードがちがいます"),
        ({}, "2か所、直してください"),
    ],
)
def test_nothing_is_taken_in_without_the_comparison_and_the_password(
    town: Town, form: dict[str, str], complaint: str
) -> None:
    transfer, node = arrive(town), town.prefecture.hikari.node
    answer = town.other_office.post(f"/school/incoming/{transfer}/commit", form)
    assert answer.status_code == 422
    assert complaint in answer.text
    assert ('value="yes" checked' in answer.text) == ("compared" in form)
    assert PASSWORD not in answer.text
    assert state.load(node, transfer, "receiver").state is State.QUARANTINED


def test_what_was_altered_in_quarantine_fails_and_cannot_be_taken_in(town: Town) -> None:
    transfer, node = arrive(town), town.prefecture.hikari.node
    kept = node.store.get("quarantine", transfer) or b""
    with node.store.transaction():
        node.store.put("quarantine", transfer, kept[:-8] + b"AAAAAAAA", replace=True)
    page = town.other_office.get(f"/school/incoming/{transfer}")
    assert page.status_code == 200
    assert "この記録は、取り込めません" in page.text
    assert "/commit" not in page.text
    assert town.other_office.post(f"/school/incoming/{transfer}/commit", GOOD).status_code == 409
    assert state.load(node, transfer, "receiver").state is State.QUARANTINED


def test_a_refusal_needs_a_reason_and_gives_the_history_back(town: Town) -> None:
    transfer = arrive(town)
    here = f"/school/incoming/{transfer}/refuse"
    assert town.other_office.post(here, {"reason": "みなとは来ません"}).status_code == 422
    assert town.other_office.post(here, {"reason": "another"}).status_code == 303
    carry(town.prefecture.nodes)
    page = town.office.get(f"/school/outgoing/{transfer}").text
    assert "思っていた児童・生徒と、ちがいます" in page
    assert "2学期のまとめ" in town.teacher.get(f"/school/student/{town.ref('minato')}").text


def test_an_offer_is_not_accepted_without_a_day_and_the_form_is_kept(town: Town) -> None:
    transfer = offer(town)
    for day in ("", "tomorrow", "2031-01-01"):
        answer = town.other_office.post(f"/school/incoming/{transfer}/accept", {"day": day, "number": "s-17"})
        assert answer.status_code == 422
        assert 'value="s-17"' in answer.text
    assert state.load(town.prefecture.hikari.node, transfer, "receiver").state is State.OFFERED


def test_teachers_and_other_schools_of_the_node_get_nothing_of_a_move(town: Town) -> None:
    transfer = offer(town)
    for path in ("/school/incoming", "/school/outgoing", "/school/outgoing/new", "/school/invitations"):
        assert town.teacher.get(path).status_code == 404
    aoba = town.prefecture.aoba
    town.staff_account(aoba.node, aoba.org, "ono", "事務 小野", "school_office")
    neighbour = town.signed_in("ono")
    for browser in (town.teacher, neighbour):
        assert browser.get(f"/school/outgoing/{transfer}").status_code == 404
        assert browser.post(f"/school/outgoing/{transfer}/send").status_code == 404
    assert "みなと" not in neighbour.get("/school/outgoing").text
    assert neighbour.get(f"/school/outgoing/new?student={town.ref('minato')}").status_code == 404
    to = town.prefecture.hikari.org
    assert neighbour.post("/school/outgoing/new", {"student": town.ref("minato"), "to": to}).status_code == 404
    assert town.teacher.post("/school/outgoing/new", {"student": town.ref("minato"), "to": to}).status_code == 404
    assert len(state.listed(town.school.node)) == 1


def test_a_forged_form_begins_no_move(town: Town) -> None:
    data = {"student": town.ref("minato"), "to": town.prefecture.hikari.org}
    answer = town.office.client.post("/school/outgoing/new", data=data, follow_redirects=False)
    assert answer.status_code == 403
    assert not state.listed(town.school.node)


def test_an_offer_keeps_its_form_when_student_or_school_is_missing(town: Town) -> None:
    answer = town.office.post("/school/outgoing/new", {"class": "P5-2", "to": town.prefecture.hikari.org})
    assert answer.status_code == 422
    assert "児童・生徒をえらんでください。" in answer.text
    assert re.search(rf'value="{town.prefecture.hikari.org}" selected', answer.text)
    answer = town.office.post("/school/outgoing/new", {"student": town.ref("minato"), "to": town.school.org})
    assert answer.status_code == 422
    assert not state.listed(town.school.node)


def test_a_move_that_has_begun_is_not_begun_twice(town: Town) -> None:
    offer(town)
    again = {"student": town.ref("minato"), "to": town.prefecture.hikari.org}
    assert town.office.post("/school/outgoing/new", again).status_code == 422
    assert len([t for t in state.listed(town.school.node) if t.side == "sender"]) == 1


def test_the_familys_log_names_who_began_the_move(town: Town) -> None:
    offer(town)
    page = html.unescape(town.guardian.get(f"{town.path('minato')}/seen").text)
    assert "事務 長岡" in page
    assert "転校の手続き" in page


def test_the_list_of_moves_opens_no_history(town: Town) -> None:
    offer(town)
    node, vault = town.school.node, town.vault("minato")
    before = node.vaults.head(vault)
    page = town.office.get("/school/outgoing")
    assert "小学5年2組 3番" in page.text
    assert "青山" not in page.text
    assert node.vaults.head(vault) == before


def test_a_move_to_a_neighbour_on_the_same_node_needs_no_carrier(town: Town) -> None:
    aoba = town.prefecture.aoba
    town.staff_account(aoba.node, aoba.org, "ono", "事務 小野", "school_office")
    neighbour = town.signed_in("ono")
    answer = town.office.post("/school/outgoing/new", {"student": town.ref("minato"), "to": aoba.org})
    transfer = answer.headers["location"].partition("?")[0].rpartition("/")[2]
    assert neighbour.post(f"/school/incoming/{transfer}/accept", {"day": "2026-10-09"}).status_code == 303
    assert town.office.post(f"/school/outgoing/{transfer}/send").status_code == 303
    assert neighbour.post(f"/school/incoming/{transfer}/commit", GOOD).status_code == 303
    assert state.load(aoba.node, transfer, "sender").state is State.CLOSED
    assert "青山 みなと" in neighbour.get("/school?class=-").text
    assert town.teacher.get(f"/school/student/{town.ref('minato')}").status_code == 404


def test_kinds_are_counted_as_the_receiver_will_open_them(town: Town) -> None:
    school, to = town.school, town.prefecture.hikari
    for guardian in acts.guardians_of(school.node, town.vault("minato")):
        acts.give(school.node, town.vault("minato"), guardian, Purpose.TRANSFER, recipient=to.org)
    transfer = arrive(town)
    arrival = moving.arrival(to.node, transfer)
    verdict = _judged(arrival, moving.offered_subject(to.node, transfer))
    vault = moving.commit(to.node, transfer)
    request = Request(vault=vault, actor=to.org, organisation=to.org, purpose=Purpose.TEACHING, action=Action.READ)
    with to.node.vaults.read(permit(to.node, request)) as reader:
        opened = [stored.category for stored in reader.records()]
    assert dict(arrival.kinds) == {category: opened.count(category) for category in set(opened)}
    assert verdict.sealed == 69 - len(opened)


def test_another_name_in_the_bundle_than_was_announced_is_pointed_out(town: Town) -> None:
    transfer = arrive(town)
    arrival = moving.arrival(town.prefecture.hikari.node, transfer)
    announced = Subject(family_name="赤山", given_name="みなと", birth_date=date(2015, 11, 3), grade="P5")
    same = _judged(arrival, arrival.subject)
    other = _judged(arrival, announced)
    assert other.count("warn") == same.count("warn") + 1
    assert dict(other.open[0].compare)["はじめの知らせ"].startswith("赤山")
    assert dict(other.open[0].compare)["届いた記録"].startswith("青山")


def _judged(arrival: Arrival, offered: Subject) -> Verdict:
    return judge(words("ja"), arrival, offered, "みなと小学校", "ひかり中学校", 1)


def _holder(page: str) -> str:
    found = re.search(r'name="holder" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def _invite(town: Town, student: str, browser: Browser | None = None) -> str:
    office = browser or town.office
    page = office.get(f"/school/invitations?student={town.ref(student)}").text
    return office.post("/school/invitations", {"student": town.ref(student), "holder": _holder(page)}).text


def test_a_letter_lets_the_family_in_and_names_no_guardian(town: Town) -> None:
    letter = _invite(town, "nozomi")
    code = re.search(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b", letter)
    assert code is not None
    assert "白石 のぞみさん" in letter
    assert "<title>招待の手紙" in letter
    data = {"code": code.group(), "login": "nozomi", "name": "のぞみ", "password": PASSWORD, "again": PASSWORD}
    answer = town.anybody().client.post("/welcome", data=data, follow_redirects=False)
    assert answer.headers["location"] == town.path("nozomi")


def test_a_new_letter_is_the_end_of_the_one_that_was_lost(town: Town) -> None:
    found, used = (re.search(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b", _invite(town, "nozomi")) for _ in range(2))
    assert found is not None
    assert used is not None
    form = {"login": "nozomi", "name": "のぞみ", "password": PASSWORD, "again": PASSWORD}
    for code, status in ((found.group(), 422), (used.group(), 303), (found.group(), 422)):
        answer = town.anybody().client.post("/welcome", data={**form, "code": code}, follow_redirects=False)
        assert answer.status_code == status


def test_whoever_has_signed_in_is_not_invited_again(town: Town) -> None:
    town.stranger  # noqa: B018  # のぞみ's guardian signs in
    page = town.office.get(f"/school/invitations?student={town.ref('nozomi')}").text
    assert "サインインずみ" in page
    assert page.count('name="holder"') == 2
    assert page.count('name="anew"') == 1  # who has signed in is only invited to start anew, which the family is told


def test_nobody_of_another_family_is_invited_by_a_students_form(town: Town) -> None:
    others = _holder(town.office.get(f"/school/invitations?student={town.ref('nozomi')}").text)
    answer = town.office.post("/school/invitations", {"student": town.ref("minato"), "holder": others})
    assert answer.status_code == 404
    assert "招待コード" not in answer.text


@pytest.mark.parametrize("when", ["as it came", "since it came"])
def test_an_offer_that_nobody_can_read_is_shown_as_such_and_hides_no_other(town: Town, when: str) -> None:
    old, new = town.school, town.prefecture.hikari
    good = offer(town)
    odd = "0a54bf45-0000-4000-8000-000000000005"
    unreadable = documents.sign(
        old.node.keyring.secret(old.org), Offer(transfer=odd, sender=old.org, to=new.org, sealed="AA")
    )
    if when == "as it came":
        mailbox.post(old.node, old.org, new.org, OFFER, unreadable)
        carry(town.prefecture.nodes)
    else:  # altered behind the door, or sealed to keys that the school no longer has
        odd = offer(town, "sora")
        new.node.documents.put(OFFER_HERE, odd, unreadable, owner=new.org)
    listing = town.other_office.get("/school/incoming")
    assert listing.status_code == 200
    assert "青山 みなと" in listing.text
    assert listing.text.count("だれのことか、読めない知らせです") == 1
    page = town.other_office.get(f"/school/incoming/{odd}")
    assert page.status_code == 200
    assert "だれのことか、読めない知らせです" in page.text
    assert "青山 みなと" in town.other_office.get(f"/school/incoming/{good}").text


def roster_first(town: Town, **fields: str) -> str:
    """みなと is on the list of the junior high school before the history comes; hand back the address of the seat."""
    new = town.prefecture.hikari
    names: dict[str, Any] = {
        "official_family_name": "青山",
        "official_given_name": "みなと",
        "birth_date": "2015-11-03",
        **fields,
    }
    new.admit("m-1", agree=[], transfer_in_date="2026-10-09", class_code="4", attendance_number=7, **names)
    return ref(new.node, new.vault("m-1"))


def test_the_office_picks_the_seat_and_the_child_has_one_history(town: Town) -> None:
    transfer, new = offer(town), town.prefecture.hikari
    seat, history = roster_first(town), town.vault("minato")
    here = f"/school/incoming/{transfer}"
    assert "小学6年4組 7番 青山 みなと" in town.other_office.get(here).text
    assert town.other_office.post(f"{here}/accept", {"day": "2026-10-09", "seat": seat}).status_code == 303
    carry(town.prefecture.nodes)
    assert town.office.post(f"/school/outgoing/{transfer}/send").status_code == 303
    carry(town.prefecture.nodes)
    assert "別の人かもしれません" not in town.other_office.get(here).text
    assert town.other_office.post(f"{here}/commit", GOOD).status_code == 303
    assert new.vault("m-1") == history
    assert list(roster.seats(new.node, new.org)) == [history]
    assert "青山 みなと" in town.other_office.get("/school?class=P6-4").text


def test_a_number_that_is_on_the_list_leads_the_office_to_that_seat(town: Town) -> None:
    transfer, new = offer(town), town.prefecture.hikari
    new.admit("m-1", agree=[], official_family_name="青山", official_given_name="みなと")
    new.link("s-17", new.vault("m-1"), "oneroster.sourcedId")
    here = f"/school/incoming/{transfer}"
    assert "青山 みなと</option>" not in town.other_office.get(here).text
    answer = town.other_office.post(f"{here}/accept", {"day": "2026-10-09", "number": "s-17"})
    assert answer.status_code == 422
    assert "その席をえらんでください" in answer.text
    assert "青山 みなと</option>" in answer.text
    form = {"day": "2026-10-09", "number": "s-17", "seat": ref(new.node, new.vault("m-1"))}
    assert town.other_office.post(f"{here}/accept", form).status_code == 303
    assert state.load(new.node, transfer, "receiver").seat == new.vault("m-1")


def test_a_seat_of_another_child_is_pointed_out_and_needs_somebodys_word(town: Town) -> None:
    transfer, new = offer(town), town.prefecture.hikari
    seat = roster_first(town, official_given_name="みなみ")
    here = f"/school/incoming/{transfer}"
    town.other_office.post(f"{here}/accept", {"day": "2026-10-09", "seat": seat})
    carry(town.prefecture.nodes)
    town.office.post(f"/school/outgoing/{transfer}/send")
    carry(town.prefecture.nodes)
    page = town.other_office.get(here).text
    assert "別の人かもしれません。この学校の席の氏名や生年月日がちがいます" in page
    assert "青山 みなみ" in page
    answer = town.other_office.post(f"{here}/commit", GOOD)
    assert answer.status_code == 422
    assert state.load(new.node, transfer, "receiver").state is State.QUARANTINED
    assert town.other_office.post(f"{here}/commit", {**GOOD, "same": "yes"}).status_code == 303


def test_the_office_sees_who_is_expected_and_says_that_no_history_will_come(town: Town) -> None:
    new = town.prefecture.hikari
    page = f"/school/student/{roster_first(town)}"
    assert "前の学校の記録を、待っています" in town.other_office.get(page).text
    assert town.other_office.post(f"{page}/not-expected").status_code == 303
    assert "待っています" not in town.other_office.get(page).text
    assert not new.node.vaults.authorisations(new.vault("m-1")).one_child.expected
    minato = f"/school/student/{town.ref('minato')}"
    assert town.teacher.post(f"{minato}/not-expected").status_code == 404


def test_a_guardian_of_the_seat_finds_the_history_where_they_have_a_place_in_it(town: Town) -> None:
    school = town.school
    young, path = town.vault("minato"), town.path("minato")
    assert "みなと" in town.guardian.get(path).text
    enrolled = Enrolled(school=school.org, school_year=2026, on=date(2026, 4, 1))
    old = acts.found(school.node, school.org, enrolled, [acts.new_custodial(school.node, Role.STUDENT)])
    joining.join(school.node, school.org, young, old, ())
    assert town.path("minato") == f"/child/{ref(school.node, old)}" != path
    for address in (path, town.path("minato")):
        assert "みなと" in town.guardian.get(address).text


def test_the_office_before_it_takes_a_history_in_and_the_family_see_who_can_open_it(town: Town) -> None:
    guardian, transfer = town.guardian, arrive(town)
    page = town.other_office.get(f"/school/incoming/{transfer}").text
    shown = re.sub(r"<[^>]+>|\s+", " ", page[page.index('id="op-h"') :])
    assert "保護者(学校があずかるカギ)" in shown  # who has not signed in yet
    assert town.prefecture.city.name_of(town.school.org) in shown
    assert "復旧のカギ" in shown
    table = guardian.get(f"{town.path('sora')}/consents").text
    shown = re.sub(r"<[^>]+>|\s+", " ", table[table.index('id="op-h"') :])
    assert "あなた" in shown
    assert town.prefecture.city.name_of(town.school.org) in shown


@pytest.mark.parametrize("path", ["", "/consents", "/seen", "/transfer", "/statistics"])
def test_who_takes_somebodys_place_is_told_on_every_page_of_the_others(town: Town, path: str) -> None:
    guardian = town.guardian
    before = guardian.get(town.path("minato") + path).text
    assert "カギが新しくなった人" not in before
    assert town.other_guardian.get(town.path("minato")).status_code == 200  # signs in for the first time
    after = guardian.get(town.path("minato") + path).text
    assert "カギが新しくなった人: もう一人の保護者(2026年10月8日(木))" in after
    town.prefecture.clock.advance(days=15)
    assert "カギが新しくなった人" not in town.signed_in("haruka").get(town.path("minato") + path).text


def test_a_guardian_who_has_no_place_in_the_history_finds_nothing_of_the_child(town: Town) -> None:
    school, path = town.school, town.path("nozomi")
    assert town.stranger.get(path).status_code == 200
    joining.join(school.node, school.org, town.vault("nozomi"), town.vault("minato"), ())
    assert town.stranger.get(path).status_code == 404
    assert "みなと" not in town.stranger.get("/account").text


@pytest.mark.parametrize("number", ["2.02E+11", "9" * 201, "s-\u200b17", "s\u300017", "=17"])
def test_a_number_that_is_not_written_as_one_is_asked_for_again(town: Town, number: str) -> None:
    transfer, new = offer(town), town.prefecture.hikari
    answer = town.other_office.post(f"/school/incoming/{transfer}/accept", {"day": "2026-10-09", "number": number})
    assert answer.status_code == 422
    assert "名簿にあるとおりの形で入れてください" in answer.text
    assert state.load(new.node, transfer, "receiver").state is State.OFFERED


@pytest.mark.parametrize("number", ["s-18", ""])
def test_a_number_that_became_anothers_is_given_anew_and_the_history_taken_in(town: Town, number: str) -> None:
    transfer, new, history = arrive(town), town.prefecture.hikari, town.vault("minato")
    here = f"/school/incoming/{transfer}"
    new.admit("another")
    new.link("s-17", new.vault("another"), "oneroster.sourcedId")
    answer = town.other_office.post(f"{here}/commit", GOOD)
    assert answer.status_code == 422
    assert "ほかの人の番号になりました" in answer.text
    form = GOOD | dict(re.findall(r'type="hidden" name="(renumbered)" value="(\w+)"', answer.text))
    assert town.other_office.post(f"{here}/commit", form | {"number": number}).status_code == 303
    assert new.node.vaults.find(new.org, "oneroster.sourcedId", "s-17") == new.vault("another")
    assert new.node.vaults.find(new.org, "oneroster.sourcedId", "s-18") == (history if number else None)


def test_a_child_whose_history_is_on_its_way_here_does_not_leave_before_it_has_come(town: Town) -> None:
    """The history could neither be taken in nor shown once the seat had gone."""
    transfer, new = offer(town), town.prefecture.hikari
    seat = roster_first(town)
    here = f"/school/incoming/{transfer}"
    assert town.other_office.post(f"{here}/accept", {"day": "2026-10-09", "seat": seat}).status_code == 303
    leaving = {"student": seat, "to": town.school.org, "class": "P6-4"}
    answer = town.other_office.post("/school/outgoing/new", leaving)
    assert answer.status_code == 422
    assert "前の学校の記録を、待っています" in answer.text
    with pytest.raises(RefusedError, match="on its way here"):
        moving.offer(new.node, new.vault("m-1"), OrgId(town.school.org))
    assert f'action="{here}/refuse"' in town.other_office.get(here).text
    assert town.other_office.post(f"{here}/refuse", {"reason": "another"}).status_code == 303
    assert town.other_office.post("/school/outgoing/new", leaving).status_code == 303
