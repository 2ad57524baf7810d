"""見せる相手: nothing opens before everybody signed, one of the family ends it alone, forms come back as they were."""

import re
from typing import Any

from consent.decisions import ConsentState, history, holds
from consent.lifecycle import acts
from pds.vault import Purpose
from portal.family.consents_view import number_of
from tests.portal.town import PASSWORD, Browser, Town

FORM: dict[str, Any] = {"kinds": ["attendance", "test_result"], "until": "2026-11-07", "password": PASSWORD}


def asked_of(town: Town, guardian: Browser, **other: Any) -> Any:
    """One guardian's form, to show records to the junior high school."""
    form = {**FORM, "to": town.prefecture.hikari.org, **other}
    return guardian.post(f"{town.path('minato')}/consents/new", form)


def consents(town: Town, *states: ConsentState) -> list[Any]:
    """What the family gave or proposed to another school."""
    past = history(town.school.node, town.vault("minato"))
    return [one for one in past if one.terms.purpose == Purpose.TEACHING and one.state in (states or ConsentState)]


def waiting(town: Town) -> str:
    [one] = consents(town, ConsentState.WAITING)
    return str(one.consent)


def test_before_the_other_guardian_has_signed_nothing_is_shared_and_after_it_is(town: Town) -> None:
    both, path = (town.guardian, town.other_guardian), f"{town.path('minato')}/consents"
    assert asked_of(town, both[0]).headers["location"] == f"{path}?done=proposed"
    mine, theirs = (guardian.get(path).text for guardian in both)
    assert "自分の同意を取り消す" in mine
    assert "内容をたしかめて同意する" in theirs
    assert "/answer" not in mine
    for text in (mine, theirs):
        shared = text.partition('id="now-h"')[2].partition("</section>")[0]
        assert "ひかり" not in shared
    answered = both[1].post(f"{path}/{waiting(town)}/answer", {"password": PASSWORD})
    assert answered.headers["location"] == f"{path}?done=given"
    for guardian in both:
        shared = guardian.get(path).text.partition('id="now-h"')[2].partition("</section>")[0]
        name = town.school.node.directory.entry(town.prefecture.hikari.org).name
        assert name in shared
        assert "出欠、テスト" in shared


def test_the_other_guardian_sees_the_date_and_no_time_of_day(town: Town) -> None:
    town.prefecture.clock.advance(hours=3, minutes=17)  # 13時17分 in Japan
    guardian = town.guardian
    asked_of(town, guardian)
    consent = waiting(town)
    path = f"{town.path('minato')}/consents/{consent}"
    town.prefecture.clock.advance(minutes=20)
    for page in ("answer", "receipt"):
        text = town.other_guardian.get(f"{path}/{page}").text
        assert "10月8日" in text
        assert not re.search(r"13時17分|13:17|04:17", text)
        assert "青山はるか" not in text
    assert "13時17分" in guardian.get(f"{path}/receipt").text


def test_a_wrong_password_gives_nothing_and_keeps_the_form(town: Town) -> None:
    answer = asked_of(town, town.guardian, password="another password")
    assert answer.status_code == 422
    assert "パスワードがちがいます" in answer.text
    assert re.search(rf'value="{town.prefecture.hikari.org}" selected', answer.text)
    assert re.search(r'value="attendance" checked', answer.text)
    assert "another password" not in answer.text
    assert consents(town) == []
    assert "パスワードのまちがいが1回" in town.guardian.get(f"{town.path('minato')}/consents").text


def test_a_wrong_password_does_not_countersign(town: Town) -> None:
    asked_of(town, town.guardian)
    consent = waiting(town)
    answer = town.other_guardian.post(
        f"{town.path('minato')}/consents/{consent}/answer", {"password": "another password"}
    )
    assert answer.status_code == 422
    assert waiting(town) == consent


WRONG: tuple[tuple[str, str | list[str], str], ...] = (
    ("to", "", "見せる相手をえらんでください"),
    ("to", "jp", "見せる相手をえらんでください"),
    ("to", "<script>", "見せる相手をえらんでください"),
    ("kinds", [], "1つ以上えらんでください"),
    ("kinds", ["daily_note"], "1つ以上えらんでください"),
    ("kinds", ["attendance", "no such kind"], "1つ以上えらんでください"),
    ("until", "2126-04-01", "いつまでかをえらんでください"),
    ("until", "' or 1=1", "いつまでかをえらんでください"),
)


def test_a_form_that_says_nothing_or_too_much_is_told_so(town: Town) -> None:
    for field, value, said in WRONG:
        answer = asked_of(town, town.guardian, **{field: value})
        assert answer.status_code == 422
        assert said in answer.text
        assert "<script>" not in answer.text.partition("</head>")[2]
    assert consents(town) == []


def test_the_form_begins_with_nothing_chosen_and_the_shortest_time(town: Town) -> None:
    text = town.guardian.get(f"{town.path('minato')}/consents/new").text
    form = text.partition('action="' + town.path("minato") + "/consents/new")[2]
    assert re.findall(r'value="([^"]+)" checked', form) == ["2026-11-07"]
    assert town.school.org not in form


def test_a_student_sees_the_page_and_ends_a_consent_but_gives_none(town: Town) -> None:
    path = f"{town.path('minato')}/consents"
    asked_of(town, town.guardian)
    assert "/consents/new" not in town.student.get(path).text
    assert town.student.get(f"{path}/new").status_code == 404
    assert asked_of(town, town.student).status_code == 404
    consent = waiting(town)
    assert town.student.post(f"{path}/{consent}/answer", {"password": PASSWORD}).status_code == 404
    assert town.student.post(f"{path}/{consent}/stop").status_code == 303
    assert consents(town, ConsentState.WAITING, ConsentState.ACTIVE) == []


def test_one_of_the_family_ends_what_both_gave_without_a_password_and_again_does_no_harm(town: Town) -> None:
    path = f"{town.path('minato')}/consents"
    asked_of(town, town.guardian)
    consent = waiting(town)
    town.other_guardian.post(f"{path}/{consent}/answer", {"password": PASSWORD})
    for _ in range(2):
        assert town.other_guardian.post(f"{path}/{consent}/stop").headers["location"] == f"{path}?done=stopped"
    [one] = consents(town)
    assert one.state is ConsentState.ENDED
    text = town.guardian.get(path).text
    assert "終わったもの(1件)" in text


def test_another_familys_consent_has_no_page_here(town: Town) -> None:
    asked_of(town, town.guardian)
    consent = waiting(town)
    for page in ("receipt", "answer"):
        assert town.stranger.get(f"{town.path('nozomi')}/consents/{consent}/{page}").status_code == 404
    assert town.stranger.post(f"{town.path('nozomi')}/consents/{consent}/stop").status_code == 404
    assert town.stranger.post(f"{town.path('minato')}/consents/{consent}/stop").status_code == 404
    assert waiting(town) == consent


def test_the_proposer_cannot_answer_in_the_others_place(town: Town) -> None:
    asked_of(town, town.guardian)
    consent = waiting(town)
    path = f"{town.path('minato')}/consents/{consent}/answer"
    assert town.guardian.get(path).status_code == 404
    assert town.guardian.post(path, {"password": PASSWORD}).status_code == 404
    assert waiting(town) == consent


def test_a_receipt_has_number_content_and_signers_and_says_that_the_signatures_hold(town: Town) -> None:
    asked_of(town, town.guardian)
    consent = waiting(town)
    text = town.guardian.get(f"{town.path('minato')}/consents/{consent}/receipt").text
    assert number_of("CR", consent) in text
    assert "電子署名を確認ずみ" in text
    assert "出欠、テスト" in text
    assert "あなた" in text
    assert "もう一人の保護者" in text


def test_a_history_that_lost_a_sealed_key_does_not_hold(town: Town) -> None:
    node, vault = town.school.node, town.vault("minato")
    assert holds(node, vault)
    copy = node.vaults.copy(vault)
    with node.store.transaction():
        node.store.remove_vault(vault)
        node.store.add_vault(vault, copy.head)
        for chain, entries in copy.entries.items():
            node.store.append(vault, chain, entries)
        node.store.add_salts(vault, copy.salts.items())
        node.store.add_wraps(vault, copy.wraps[:-1])
    assert not holds(node, vault)


def test_what_the_paper_said_is_under_its_guardian_after_the_first_sign_in(town: Town) -> None:
    [statistics] = history(town.school.node, town.vault("minato"))
    custodial = statistics.signatures[0].holder
    path = f"{town.path('minato')}/consents"
    text = town.guardian.get(f"{path}/{statistics.consent}/receipt").text
    [after] = history(town.school.node, town.vault("minato"))
    assert after.signatures[0].holder != custodial
    assert "<b>あなた</b> 同意しました" in text
    assert (
        "<b>もう一人の保護者</b> 同意しました" in town.other_guardian.get(f"{path}/{statistics.consent}/receipt").text
    )


def test_a_refusal_ends_what_stood_and_says_who_and_when(town: Town) -> None:
    node, vault = town.school.node, town.vault("minato")
    guardian = acts.guardians_of(node, vault)[0]
    acts.refuse(node, vault, guardian, Purpose.STATISTICS)
    [one] = history(node, vault)
    assert one.state is ConsentState.ENDED
    assert one.ended is not None
    assert one.ended.holder == guardian.id
