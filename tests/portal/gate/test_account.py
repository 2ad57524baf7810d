"""One's own account: another child by a code, another password; nothing without the present one."""

from consent.lifecycle import ownership
from pds.holders import Role
from pds.people import accounts
from tests.portal.town import PASSWORD, Town

NEW = "hoshi to tsuki no asa"


def test_a_guardian_adds_a_child_by_the_schools_code_and_sees_it(town: Town) -> None:
    browser = town.stranger
    vault = town.vault("sora")
    code = ownership.invite_family(town.school.node, vault, town.custodial(vault, Role.GUARDIAN)[0])
    wrong = browser.post("/account/child", {"code": code, "password": "not the password"})
    assert wrong.status_code == 422
    assert code in wrong.text
    assert browser.get(town.path("sora")).status_code == 404
    added = browser.post("/account/child", {"code": code, "password": PASSWORD})
    assert (added.status_code, added.headers["location"]) == (303, town.path("sora"))
    assert browser.get(town.path("sora")).status_code == 200
    assert browser.post("/account/child", {"code": code, "password": PASSWORD}).status_code == 422
    again = town.signed_in("shiraishi")
    assert again.get(town.path("sora")).status_code == 200


def test_a_code_of_a_member_of_staff_adds_no_child(town: Town) -> None:
    code = ownership.invite_staff(town.school.node, town.school.org, "森先生", "principal")
    assert town.stranger.post("/account/child", {"code": code, "password": PASSWORD}).status_code == 422


def test_staff_have_no_children_to_add(town: Town) -> None:
    assert town.office.post("/account/child", {"code": "X", "password": PASSWORD}).status_code == 404


def test_a_new_password_takes_the_place_of_the_old_one(town: Town) -> None:
    browser = town.stranger
    for old, new, again in (("wrong password", NEW, NEW), (PASSWORD, "short", "short"), (PASSWORD, NEW, NEW + "x")):
        assert browser.post("/account/password", {"old": old, "new": new, "again": again}).status_code == 422
    changed = browser.post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert changed.headers["location"] == "/account?done=password"
    fresh = town.anybody()
    assert fresh.sign_in("shiraishi", PASSWORD).status_code == 422
    assert fresh.sign_in("shiraishi", NEW).status_code == 303
    assert fresh.get(town.path("nozomi")).status_code == 200


def test_a_new_password_ends_every_other_session(town: Town) -> None:
    browser, elsewhere, other_family = town.stranger, town.signed_in("shiraishi"), town.guardian
    assert elsewhere.get(town.path("nozomi")).status_code == 200
    browser.post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert "ほかの端末では、もう一度ログインします" in browser.get("/account?done=password").text
    assert browser.get(town.path("nozomi")).status_code == 200
    ended = elsewhere.get(town.path("nozomi"))
    assert ended.status_code == 401
    assert "のぞみ" not in ended.text
    assert elsewhere.get(town.path("nozomi")).status_code == 401
    assert other_family.get(town.path("minato")).status_code == 200


def test_whoever_leaves_the_school_is_out_at_once(town: Town) -> None:
    teacher, office = town.teacher, town.office
    elsewhere = town.signed_in("tamura")
    for open_session in (teacher, elsewhere):
        assert open_session.get("/school").status_code == 200
    accounts.end(town.school.node, "tamura")
    for open_session in (teacher, elsewhere):
        assert open_session.get("/school").status_code == 401
        assert open_session.post("/signout").status_code == 401
    assert town.anybody().sign_in("tamura").status_code == 422
    assert office.get("/school").status_code == 200


def test_whoever_gets_a_name_again_does_not_get_the_sessions_of_who_had_it(town: Town) -> None:
    before = town.office
    accounts.end(town.school.node, "nagaoka")
    town.staff_account(town.school.node, town.school.org, "nagaoka", "事務 長尾", "school_office")
    assert before.get("/school").status_code == 401
    assert town.signed_in("nagaoka").get("/school").status_code == 200
    assert before.get("/school").status_code == 401
