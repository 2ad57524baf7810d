"""At the office's desk: who is missing from the last file, who left, who is back, and whom nobody invites."""

from dataclasses import replace
from datetime import date

from consent.lifecycle import custody, load
from pds.holders import Control, Role
from pds.intake import Batch
from pds.people import roster
from pds.vault import Standing
from tests.portal.town import PASSWORD, Town, town_batch
from tests.world.carrier import carry

END = {"day": "2026-10-07", "why": "withdrawn"}


def test_who_is_missing_from_the_last_whole_file_is_told_to_the_office_and_to_nobody_else(town: Town) -> None:
    school = town.school
    load(school.node, school.org, _all_but_nozomi(town))
    assert "名簿のファイルにいない人が、1人います" in town.office.get("/school").text
    assert "名簿のファイルにいない人" not in town.teacher.get("/school").text
    page = town.office.get("/school/leaving").text
    assert "小学5年1組 3番" in page
    assert "10月8日(木)のファイルにいません" in page
    assert "のぞみ" not in page  # no vault was opened for it
    assert town.vault("nozomi") in roster.seats(school.node, school.org)


def test_who_has_left_is_seen_by_no_teacher_is_brought_back_and_can_still_be_sent_on(town: Town) -> None:
    school, vault = town.school, town.vault("minato")
    assert town.teacher.get(f"/school/student/{town.ref('minato')}").status_code == 200
    assert town.office.post("/school/leaving", {"student": town.ref("minato"), **END}).status_code == 303
    left = school.node.vaults.authorisations(vault).left
    assert left is not None
    assert (left.on, left.reason) == (date(2026, 10, 7), "withdrawn")
    assert town.teacher.get(f"/school/student/{town.ref('minato')}").status_code == 404
    assert town.guardian.get(town.path("minato")).status_code == 200
    back = town.office.post("/school/leaving/back", {"student": town.ref("minato")})
    assert back.status_code == 303
    assert town.teacher.get(f"/school/student/{town.ref('minato')}").status_code == 200
    again = town.office.post("/school/leaving", {"student": town.ref("minato"), **END, "day": "2026-10-08"})
    assert again.status_code == 303
    to = town.prefecture.hikari.org
    offered = town.office.post("/school/outgoing/new", {"student": town.ref("minato"), "to": to, "class": ""})
    assert offered.status_code == 303
    carry(town.prefecture.nodes)
    assert "青山" in town.other_office.get("/school/incoming").text


def test_an_end_that_cannot_be_is_refused_with_the_form_kept_and_ends_nothing(town: Town) -> None:
    both = [town.ref("minato"), town.ref("nozomi")]
    for wrong, said in (
        ({"student": []}, "えらんでください"),
        ({"day": "2026-10-09"}, "先の日は"),
        ({"day": "きのう"}, "在籍の最後の日"),
        ({"why": "moved"}, "理由をえらんで"),
        ({"day": "2024-10-07"}, "在籍のはじまりより前"),
    ):
        answer = town.office.post("/school/leaving", {"student": both, **END, **wrong})
        assert (answer.status_code, said in answer.text) == (422, True), wrong
    for student in ("minato", "nozomi"):
        assert town.school.node.vaults.authorisations(town.vault(student)).left is None
    assert town.office.post("/school/leaving/back", {"student": both[0]}).status_code == 404
    assert town.teacher.post("/school/leaving", {"student": both, **END}).status_code == 404


def test_who_has_no_authority_or_is_not_to_be_contacted_is_not_invited_by_the_page(town: Town) -> None:
    school, vault = town.school, town.vault("minato")
    holders = town.custodial(vault, Role.GUARDIAN)
    standings = (
        Standing(relationship="parent", has_parental_authority=False),
        Standing(relationship="parent", has_parental_authority=True, contact_allowed=False),
    )
    for holder, standing in zip(holders, standings, strict=True):
        custody.change(school.node, school.org, vault, holder, standing)
    page = town.office.get(f"/school/invitations?student={town.ref('minato')}").text
    assert "親権がないので、招待しません" in page
    assert "学校から連絡しない人です" in page
    assert not any(holder in page for holder in holders)
    for holder in holders:
        answer = town.office.post("/school/invitations", {"student": town.ref("minato"), "holder": holder})
        assert answer.status_code == 303


def test_a_change_of_custody_is_entered_at_the_desk_with_the_password(town: Town) -> None:
    vault = town.vault("minato")
    page = f"/school/guardian?student={town.ref('minato')}&number=1"
    form = {"student": town.ref("minato"), "number": "1", "authority": "no", "cares": "court", "contact": "yes"}
    assert "親権" in town.office.get(page).text
    wrong = town.office.post("/school/guardian", {**form, "password": "not this one"})
    holder = town.custodial(vault, Role.GUARDIAN)[0]
    known = town.school.node.vaults.authorisations(vault).holders
    assert (wrong.status_code, known[holder].may_sign) == (422, True)
    assert town.office.post("/school/guardian", {**form, "password": PASSWORD}).status_code == 303
    after = town.school.node.vaults.authorisations(vault).holders[holder]
    assert (after.may_sign, after.may_look, after.may_be_asked) == (False, True, True)
    assert town.teacher.get(page).status_code == 404
    assert town.office.get(page.replace("number=1", "number=3")).status_code == 404


def test_who_only_looks_after_the_child_looks_and_is_offered_nothing_to_decide(town: Town) -> None:
    school, vault = town.school, town.vault("minato")
    carer = Standing(relationship="other", has_parental_authority=False, cares_by="court")
    custody.change(school.node, school.org, vault, town.custodial(vault, Role.GUARDIAN)[1], carer)
    looking, deciding = town.other_guardian, town.guardian
    to = {"to": town.prefecture.hikari.org, "kinds": ["test_result"], "until": "2027-03-31", "password": PASSWORD}
    assert deciding.post(f"{town.path('minato')}/consents/new", to).headers["location"].endswith("done=given")
    assert "10月" in looking.get(f"{town.path('minato')}/road").text
    shared, statistics = (looking.get(f"{town.path('minato')}/{page}").text for page in ("consents", "statistics"))
    assert "ひかり中学校" in shared
    assert not any(act in shared + statistics for act in ("/stop", "/consents/new", "statistics/join"))
    assert looking.post(f"{town.path('minato')}/statistics/stop").status_code == 404
    assert "/stop" in deciding.get(f"{town.path('minato')}/consents").text


def _all_but_nozomi(town: Town) -> Batch:
    batch = town_batch(town.school)
    there = tuple(one for one in batch.students if one.ids[0].value != "nozomi")
    keep = {one.ids[0] for one in there}
    return replace(
        batch,
        students=there,
        guardians=tuple(one for one in batch.guardians if one.student in keep),
        records=tuple(one for one in batch.records if one.student in keep),
        consents=(),
        is_whole=True,
    )


def test_who_lost_custody_of_one_child_has_the_other_childs_pages_as_before(town: Town) -> None:
    school, vault, guardian = town.school, town.vault("minato"), town.guardian
    assert guardian.get(town.path("minato")).status_code == 200
    lost = Standing(relationship="parent", has_parental_authority=False)
    known = school.node.vaults.authorisations(vault).holders
    [haruka] = [name for name, one in known.items() if one.role is Role.GUARDIAN and one.control is Control.OWNER]
    custody.change(school.node, school.org, vault, haruka, lost)
    for browser in (guardian, anew := town.signed_in("haruka")):
        for page in (town.path("sora"), f"{town.path('sora')}/road", "/account"):
            assert browser.get(page).status_code == 200, page
        assert town.ref("minato") not in browser.get(town.path("sora")).text
    assert anew.get("/").headers["location"] == town.path("sora")
    for page in ("", "/road", "/consents", "/seen", "/statistics", "/transfer"):
        answer = guardian.get(f"{town.path('minato')}{page}")
        assert answer.status_code == 404, page
        assert "青山みなと" not in answer.text
