"""転校: the page says where the history really is, what really goes along, and adds nothing one parent alone chose."""

from datetime import date
from typing import Any

from consent.lifecycle import moving
from pds.identifiers import OrgId, VaultId
from pds.records import Travel, categories
from pds.transfer import State, Transfer
from portal.family.consents_view import kind_names
from portal.family.transfer_view import MoveView, lanes_of, steps_of
from portal.language import words
from tests.portal.town import PASSWORD, Town
from tests.world.carrier import carry

JA = words("ja")


def offer(town: Town, *, accept: bool = False) -> str:
    """みなと moves to the junior high school on another node."""
    node, hikari = town.school.node, town.prefecture.hikari
    transfer = moving.offer(node, VaultId(town.vault("minato")), OrgId(hikari.org))
    if accept:
        carry(town.prefecture.nodes)
        moving.accept(hikari.node, transfer, date(2026, 10, 26))
        carry(town.prefecture.nodes)
    return transfer


def chosen(text: str) -> str:
    """The card of what goes by choice."""
    return text.partition("えらんで送るもの")[2].partition("送らないもの")[0]


def test_without_a_move_the_page_says_so_and_takes_no_consent(town: Town) -> None:
    path = f"{town.path('minato')}/transfer"
    assert "いま、転校の手続きはありません" in town.guardian.get(path).text
    form = {"kinds": ["test_result"], "password": PASSWORD}
    assert town.guardian.post(f"{path}/consent", form).status_code == 404
    assert town.stranger.get(path).status_code == 404


def test_what_one_parent_chose_goes_along_only_once_the_other_signed(town: Town) -> None:
    offer(town, accept=True)
    path, form = f"{town.path('minato')}/transfer", {"kinds": ["test_result"], "password": PASSWORD}
    text = town.guardian.get(path).text
    assert "転入日は2026年10月26日(月)です" in text
    assert "テスト" not in chosen(text)
    assert town.guardian.post(f"{path}/consent", form).headers["location"] == f"{path}?done=proposed"
    text = town.other_guardian.get(path).text
    assert "<b>テスト</b>" not in chosen(text)
    answer = next(part for part in text.split('"') if part.endswith("/answer"))
    assert town.other_guardian.post(answer, {"password": PASSWORD}).status_code == 303
    text = town.guardian.get(path).text
    assert "<b>テスト</b>" in chosen(text)
    assert "<b>出欠</b>" not in chosen(text)
    assert "同意あり" in text


def test_a_wrong_form_keeps_what_was_chosen_and_gives_nothing(town: Town) -> None:
    offer(town)
    path = f"{town.path('minato')}/transfer"
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"kinds": ["test_result"], "password": "another password"}, "パスワードがちがいます"),
        ({"kinds": [], "password": PASSWORD}, "1つ以上えらんでください"),
        ({"kinds": ["mood_weather"], "password": PASSWORD}, "1つ以上えらんでください"),
    )
    for form, said in cases:
        answer = town.guardian.post(f"{path}/consent", form)
        assert answer.status_code == 422
        assert said in answer.text
        if form["kinds"] == ["test_result"]:
            assert 'value="test_result" checked' in answer.text
    assert town.student.post(f"{path}/consent", cases[0][0]).status_code == 404
    assert town.school.node.vaults.authorisations(town.vault("minato")).proposals == {}


def test_on_its_way_the_page_lists_what_was_sealed_and_takes_no_more(town: Town) -> None:
    transfer = offer(town, accept=True)
    path, guardian = f"{town.path('minato')}/transfer", town.guardian
    guardian.get(path)
    moving.send(town.school.node, transfer)
    text = guardian.get(path).text
    assert "送信の控え" in text
    assert "電子署名を確認ずみ" in text
    assert "いま、することはありません" in text
    assert f"{path}/consent" not in text
    assert guardian.post(f"{path}/consent", {"kinds": ["test_result"], "password": PASSWORD}).status_code == 404
    carry(town.prefecture.nodes)
    moving.commit(town.prefecture.hikari.node, transfer)
    carry(town.prefecture.nodes)
    text = guardian.get(path).text
    assert "記録を取り込みました" in text
    assert "受領を確認ずみ" in text


def test_what_never_travels_is_named_as_not_sent(town: Town) -> None:
    offer(town)
    text = town.guardian.get(f"{town.path('minato')}/transfer").text
    never = kind_names(JA, categories(Travel.NEVER))
    assert all(kind in text.partition("送らないもの")[2] for kind in never.split("、"))


def way(state: State, accepted_on: date | None = None, *, sent_at: str = "", consented: bool = False) -> MoveView:
    known = Transfer(transfer="t", side="sender", state=state, origin="A", destination="B", accepted_on=accepted_on)
    return MoveView(known, sent_at, "", consented=consented)


def test_the_steps_go_one_by_one() -> None:
    def states(state: State, **more: Any) -> str:
        return " ".join(step[0] for step in steps_of(JA, way(state, **more)))

    on, at = date(2026, 10, 26), "2026-10-26T06:02:00Z"
    assert states(State.ANNOUNCED) == "done now todo todo todo"
    assert states(State.ANNOUNCED, consented=True) == "done now done todo todo"
    assert states(State.ACCEPTED, accepted_on=on) == "done done now todo todo"
    assert states(State.ACCEPTED, accepted_on=on, consented=True) == "done done done now todo"
    assert states(State.SENT, accepted_on=on, sent_at=at) == "done done done done now"
    assert states(State.CLOSED, accepted_on=on, sent_at=at) == "done done done done done"
    assert "now" not in states(State.REFUSED)
    assert states(State.REFUSED, accepted_on=on) == "done done todo todo todo"


def test_a_school_is_never_said_to_have_done_what_it_has_not() -> None:
    old, new = lanes_of(JA, way(State.ACCEPTED, date(2026, 10, 26)))
    assert [step[0] for step in old] == ["done", "now", "todo"]
    assert [step[0] for step in new] == ["done", "todo", "todo"]
