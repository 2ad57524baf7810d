"""An answer is taken only as it was signed, from whom it must come, and once."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from federation import (
    EnvelopeError,
    Group,
    LateAnswerError,
    NotReadyError,
    StudyId,
    UnknownStudyError,
    VectorError,
    answer,
    approve,
    compile_study,
    draft,
    merge,
    outstanding,
    read_release,
    release,
    stored_answer,
    take_answer,
    take_study,
)
from federation.documents import plan_of
from federation.messages import due
from federation.vectors import decode, encode
from pds.crypto import DocumentType, claimed_document
from pds.identifiers import OrgId
from pds.node import Node
from tests.anonymiser.statistics import FALSE_ALARM, chi_square_p
from tests.federation.studies import (
    CLASS_TYPE,
    admit,
    allow,
    count_question,
    exchange,
    mean_question,
    publish,
    run,
    scores,
    study,
)
from tests.world.prefecture import AOBA, CITY, HIKARI, MINATO, NATION, Prefecture

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.fixture
def answered(prefecture: Prefecture) -> tuple[Prefecture, StudyId, str]:
    """A study that Hikari has answered; its answer has not left yet."""
    allow(prefecture)
    admit(prefecture.hikari, ["aiko", "ken"], scores(prefecture.hikari, 500, 520), attributes={"class_type": "small"})
    identifier = publish(prefecture, study(mean_question()))
    return prefecture, identifier, answer(prefecture.hikari.node, identifier)[HIKARI]


def forged(node: Node, signer: str, token: str, typ: DocumentType = DocumentType.ANSWER, **changes: Any) -> str:
    """The same document with other contents, signed by an organisation of a node."""
    return node.keyring.secret(signer).sign(typ, claimed_document(token) | changes)


def nothing_was_taken(prefecture: Prefecture, identifier: StudyId) -> bool:
    return outstanding(prefecture.city, identifier, CITY) == sorted((MINATO, AOBA, HIKARI))


def test_every_altered_byte_is_found(answered: tuple[Prefecture, StudyId, str]) -> None:
    prefecture, identifier, token = answered
    for place, letter in enumerate(token):
        other = ALPHABET[(ALPHABET.index(letter) ^ 1) % 64] if letter in ALPHABET else "A"
        with pytest.raises(EnvelopeError):
            take_answer(prefecture.city, token[:place] + other + token[place + 1 :])
    assert nothing_was_taken(prefecture, identifier)
    take_answer(prefecture.city, token)
    assert outstanding(prefecture.city, identifier, CITY) == sorted((MINATO, AOBA))


@pytest.mark.parametrize(
    "changes",
    [
        {"org": MINATO},
        {"codebook": "0" * 64},
        {"school_year": 2025},
        {"roster": []},
        {"roster": [HIKARI, HIKARI]},
        {"roster": [MINATO]},
        {"roster": [HIKARI, MINATO]},
        {"roster": sorted([HIKARI, "B999"])},
        {"noise": []},
        {"vector": "AAAA"},
        {"vector": encode([0, 0, 0, 2**63 - 1])},
        {"vector": encode([0, 0, 0])},
        {"format": "manabi-answer/2"},
        {"students": 2},
    ],
)
def test_a_signed_answer_that_does_not_fit_its_place_is_refused(
    answered: tuple[Prefecture, StudyId, str], changes: dict[str, Any]
) -> None:
    prefecture, identifier, token = answered
    with pytest.raises((EnvelopeError, VectorError)):
        take_answer(prefecture.city, forged(prefecture.hikari.node, HIKARI, token, **changes))
    assert nothing_was_taken(prefecture, identifier)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "e30.e30.e30", "学.校.名", "bnVsbA.bnVsbA.AA", "x" * 10_000])
@pytest.mark.parametrize("take", [take_study, take_answer])
def test_what_is_no_document_is_refused(prefecture: Prefecture, take: Callable[[Node, str], None], token: str) -> None:
    with pytest.raises(EnvelopeError):
        take(prefecture.city, token)


def test_noise_other_than_prescribed_is_refused(answered: tuple[Prefecture, StudyId, str]) -> None:
    prefecture, _, token = answered
    noise = claimed_document(token)["noise"]
    for change in ({"scale": "1/100"}, {"copies": 2}, {"backend": "diffprivlib"}, {"mechanism": "none"}):
        altered = [noise[0] | change, *noise[1:]]
        with pytest.raises(EnvelopeError):
            take_answer(prefecture.city, forged(prefecture.hikari.node, HIKARI, token, noise=altered))


def test_another_school_cannot_answer_in_its_place(answered: tuple[Prefecture, StudyId, str]) -> None:
    prefecture, identifier, token = answered
    for signer in (MINATO, AOBA):
        with pytest.raises(EnvelopeError):
            take_answer(prefecture.city, forged(prefecture.minato.node, signer, token))
    with pytest.raises(EnvelopeError):  # another type of document
        take_answer(prefecture.city, forged(prefecture.hikari.node, HIKARI, token, DocumentType.RELEASE))
    with pytest.raises(EnvelopeError):  # past the city
        take_answer(prefecture.nation, token)
    assert nothing_was_taken(prefecture, identifier)


def test_the_first_answer_stays(answered: tuple[Prefecture, StudyId, str]) -> None:
    prefecture, identifier, token = answered
    take_answer(prefecture.city, token)
    take_answer(prefecture.city, token)
    cells = decode(claimed_document(token)["vector"], 4)
    second = forged(prefecture.hikari.node, HIKARI, token, vector=encode([cell + 1 for cell in cells]))
    with pytest.raises(EnvelopeError, match="first one stays"):
        take_answer(prefecture.city, second)
    assert stored_answer(prefecture.city, identifier, HIKARI) == token


def test_who_is_late_stays_out(answered: tuple[Prefecture, StudyId, str]) -> None:
    prefecture, identifier, token = answered
    take_answer(prefecture.city, token)
    with pytest.raises(NotReadyError, match=MINATO):
        merge(prefecture.city, identifier, CITY)
    merged = merge(prefecture.city, identifier, CITY, partial=True)
    assert claimed_document(merged)["roster"] == [HIKARI]
    answer(prefecture.minato.node, identifier)
    late = stored_answer(prefecture.minato.node, identifier, MINATO)
    with pytest.raises(LateAnswerError):
        take_answer(prefecture.city, str(late))
    take_answer(prefecture.city, token)  # a repeated delivery is no late answer
    assert merge(prefecture.city, identifier, CITY) == merged


def test_a_sum_is_the_sum(prefecture: Prefecture) -> None:
    allow(prefecture)
    for school in (prefecture.minato, prefecture.hikari, prefecture.aoba):
        admit(school, ["aiko"], scores(school, 500, 520), attributes={"class_type": "small"})
    identifier = run(prefecture, study(mean_question(), 4)).study_id  # so much noise that only exact sums agree
    parts = [stored_answer(prefecture.city, identifier, school) for school in (MINATO, HIKARI, AOBA)]
    vectors = [decode(claimed_document(str(part))["vector"], 4) for part in parts]
    whole = claimed_document(str(stored_answer(prefecture.nation, identifier, CITY)))
    assert decode(whole["vector"], 4) == [sum(column) for column in zip(*vectors, strict=True)]
    assert len({tuple(vector) for vector in vectors}) == 3
    assert {noise["copies"] for noise in whole["noise"]} == {3}
    receipt = read_release(prefecture.nation, release(prefecture.nation, identifier))
    assert receipt.vector == claimed_document(str(stored_answer(prefecture.nation, identifier, NATION)))["vector"]


def test_a_school_in_two_answers_is_found(prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two children cannot both have a school below them, so the rule is tried with the rosters' own check taken out."""
    allow(prefecture)
    identifier = publish(prefecture, study(count_question()))
    monkeypatch.setattr("federation.answers._check_roster", lambda _roster, _allowed: None)
    for school in (prefecture.minato, prefecture.hikari):
        answer(school.node, identifier)
    for org, node in ((MINATO, prefecture.minato.node), (AOBA, prefecture.minato.node)):
        token = str(stored_answer(node, identifier, org))
        take_answer(prefecture.city, forged(node, org, token, roster=[MINATO]))
    with pytest.raises(EnvelopeError, match="two answers"):
        merge(prefecture.city, identifier, CITY, partial=True)


def test_an_answer_altered_in_the_database_is_found(answered: tuple[Prefecture, StudyId, str]) -> None:
    prefecture, identifier, token = answered
    take_answer(prefecture.city, token)
    signature = token.rpartition(".")[2]
    altered = token.replace(signature, signature[:9] + ("A" if signature[9] != "A" else "B") + signature[10:])
    for planted in (altered, forged(prefecture.minato.node, MINATO, token)):
        with prefecture.city.store.transaction():
            prefecture.city.store.put("answer", f"{identifier}/{HIKARI}", planted.encode(), replace=True)
        with pytest.raises(EnvelopeError):
            merge(prefecture.city, identifier, CITY, partial=True)


def test_a_study_is_taken_only_from_who_asks_and_to_schools_below(prefecture: Prefecture) -> None:
    asked = study(count_question(), 1_000_000)
    draft(prefecture.nation, asked, drafter="tanaka", group_size=10)
    approve(prefecture.nation, asked.id, approver="suzuki")
    (letter,) = due(prefecture.nation)
    typ = DocumentType.STUDY
    wrong = [
        forged(prefecture.city, CITY, letter.body, typ),  # who asks did not sign
        forged(prefecture.nation, NATION, letter.body, typ, codebook="0" * 64),
        forged(prefecture.nation, NATION, letter.body, DocumentType.ANSWER),
        forged(
            prefecture.minato.node,
            MINATO,
            letter.body,
            typ,
            study=asked.model_copy(update={"asked_by": MINATO}).model_dump(mode="json", exclude_none=True),
        ),
        letter.body[:-1] + ("A" if letter.body[-1] != "A" else "B"),
    ]
    for token in wrong:
        with pytest.raises(EnvelopeError):
            take_study(prefecture.hikari.node, token)
    only_minato = study(count_question(), asked_by=MINATO, scope=MINATO)
    announced = {
        "study": only_minato.model_dump(mode="json", exclude_none=True),
        "codebook": compile_study(only_minato).codebook,
    }
    with pytest.raises(EnvelopeError, match="no organisation of this node"):
        take_study(prefecture.hikari.node, forged(prefecture.minato.node, MINATO, letter.body, typ, **announced))
    with pytest.raises(UnknownStudyError):
        plan_of(prefecture.hikari.node, asked.id)


def test_nothing_on_the_wire_tells_of_a_student(prefecture: Prefecture) -> None:
    allow(prefecture)
    schools = (prefecture.minato, prefecture.hikari, prefecture.aoba)
    names = [f"pupil{number}" for number in range(7)]
    for school in schools:
        admit(school, names, scores(school, 513, 517), attributes={"class_type": "small"})
    identifier = publish(prefecture, study(mean_question(), 1_000_000))
    wire: list[str] = []
    for school in schools:
        answer(school.node, identifier)
    wire += exchange(prefecture)
    merge(prefecture.city, identifier, CITY)
    wire += exchange(prefecture)
    assert len(wire) == 4
    secrets = ["CANARY", "pupil", "guardian", *(school.vault(name) for school in schools for name in names)]
    secrets += [school.guardian(name).id for school in schools for name in names]
    for token in wire:
        document = claimed_document(token)
        text = json.dumps(document, ensure_ascii=False)
        raw = base64.urlsafe_b64decode(document["vector"] + "==")
        assert not any(secret in text or secret.encode() in raw for secret in secrets)
        assert set(document) == {"format", "study", "codebook", "org", "school_year", "vector", "noise", "roster"}
        copies = {len(document["roster"])}
        assert {int(number) for number in re.findall(r"[:\[ ](\d+)[,}\]]", text)} <= copies | {2026}
        assert len(raw) == 8 * 4
    for node in prefecture.nodes:  # the tiers above store nothing else about a study either
        for kind in ("study", "answer", "study-sent"):
            for name, stored in node.store.all(kind):
                assert not any(secret in name or secret.encode() in stored for secret in secrets)


def test_groups_nobody_is_in_are_noised_like_all_others(prefecture: Prefecture) -> None:
    values = tuple(f"v{number}" for number in range(2000))
    question = count_question(groups=(Group(feature=CLASS_TYPE.feature, values=values),))
    identifier = publish(prefecture, study(question, 500_000))
    token = answer(prefecture.hikari.node, identifier)[OrgId(HIKARI)]
    drawn = decode(claimed_document(token)["vector"], 2000)
    scale = plan_of(prefecture.city, identifier).components[0].mechanism.scale
    assert scale == 2
    assert chi_square_p(drawn, scale, width=1) > FALSE_ALARM
