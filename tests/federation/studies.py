"""Studies for tests, and a prefecture with pupils in it. Goes through public interfaces only."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from consent.lifecycle import loading
from federation import (
    Condition,
    Feature,
    Filter,
    Group,
    Question,
    Release,
    Study,
    StudyId,
    Term,
    Title,
    answer,
    approve,
    draft,
    merge,
    read_release,
    release,
    set_yearly_allowance,
)
from federation import exchange as exchanges
from pds.crypto import claimed_document
from pds.intake import IncomingRecord, LocalId, Source
from pds.node import Node
from pds.records import Category, Record, kind_of
from pds.vault import Action, Purpose
from tests.world.carrier import carry
from tests.world.prefecture import CITY, NATION, SCHEME, Prefecture, School, enrolment_record, score_record

YEAR = 2026
CENSUS = date(2026, 5, 1)
LARGE = 100_000_000  # ε = 100, the most a release may cost: noise that a test can calculate with
TITLE = Title(ja="学級の大きさと成績", en="Class size and scores")
CLASSES = ("regular", "small")
CLASS_TYPE = Group(
    feature=Feature(kind=Category.ENROLLMENT_INFO, field="attributes.class_type"), values=("small", "regular")
)


def score(subject: str) -> Feature:
    return Feature(
        kind=Category.TEST_RESULT, field="raw_score", where=(Filter(field="subject_code", one_of=(subject,)),)
    )


def mean_question(**changes: Any) -> Question:
    fields: dict[str, Any] = {
        "measure": "mean",
        "terms": (
            Term(feature=score("reading"), low="200", high="800"),
            Term(feature=score("mathematics"), low="200", high="800"),
        ),
        "step": "1",
        "groups": (CLASS_TYPE,),
        "school_year": YEAR,
        "census_date": CENSUS,
    }
    return Question(**(fields | changes))


def count_question(**changes: Any) -> Question:
    return Question(**({"measure": "count", "school_year": YEAR, "census_date": CENSUS} | changes))


def absence_question(**changes: Any) -> Question:
    absent = Feature(kind=Category.ATTENDANCE, take="days", where=(Filter(field="status", one_of=("absent",)),))
    fields: dict[str, Any] = {
        "measure": "proportion",
        "condition": Condition(feature=absent, at_least="2"),
        "school_year": YEAR,
        "census_date": CENSUS,
    }
    return Question(**(fields | changes))


def study(question: Question, epsilon: int = LARGE, **changes: Any) -> Study:
    fields: dict[str, Any] = {
        "question": question,
        "title": TITLE,
        "epsilon": epsilon,
        "scope": CITY,
        "asked_by": NATION,
    }
    return Study(**(fields | changes))


def admit(
    school: School,
    students: Sequence[str],
    records: Callable[[str], Sequence[Record]] = lambda _: (),
    *,
    agree: Sequence[str] = ("statistics",),
    **enrolment: Any,
) -> None:
    """Import students, each with records and an enrolment of their own."""
    batch = school.batch(*students, agree=agree)
    rows = tuple(
        IncomingRecord(LocalId(SCHEME, name), kind_of(record).schema, record, Source("rows.csv", 2))
        for name in students
        for record in (enrolment_record(school, name, **enrolment), *records(name))
    )
    loading.load(school.node, school.org, replace(batch, records=rows))


def scores(school: School, reading: object, mathematics: object) -> Callable[[str], Sequence[Record]]:
    def both(_: str) -> Sequence[Record]:
        return [
            score_record(school, str(value), subject_code=subject, test_name="CANARY試験", max_score="1000")
            for subject, value in (("reading", reading), ("mathematics", mathematics))
            if value is not None
        ]

    return both


def allow(prefecture: Prefecture, allowance: int = 100 * LARGE) -> None:
    for node in prefecture.nodes:
        set_yearly_allowance(node, allowance)


def publish(prefecture: Prefecture, asked: Study) -> StudyId:
    """Draft and approve at the nation, and carry the announcement to everybody."""
    draft(prefecture.nation, asked, drafter="tanaka", group_size=500)
    approve(prefecture.nation, asked.id, approver="suzuki")
    exchange(prefecture)
    return asked.id


def exchange(prefecture: Prefecture) -> list[str]:
    """Carry documents by hand until nothing waits; hand back what was on the wire."""
    wire: list[str] = []
    while sum(exchanges.post_due(node) for node in prefecture.nodes):
        carried = carry(prefecture.nodes, exchanges.act)
        wire += [str(claimed_document(token)["body"]) for token in carried]
    assert [node.store.all("failed") for node in prefecture.nodes] == [[]] * len(prefecture.nodes)
    return wire


def run(prefecture: Prefecture, asked: Study) -> Release:
    """The whole way: publish, answer everywhere, merge in the city and the nation, release."""
    identifier = publish(prefecture, asked)
    for school in (prefecture.minato, prefecture.hikari):
        answer(school.node, identifier)
    exchange(prefecture)
    merge(prefecture.city, identifier, CITY)
    exchange(prefecture)
    merge(prefecture.nation, identifier, NATION)
    return read_release(prefecture.nation, release(prefecture.nation, identifier))


def charges(node: Node, school: School, student: str) -> list[tuple[str, int]]:
    """What the family sees in the student's ledger: study and cost."""
    permit = school.guardian_permit(student, Action.READ)
    with node.vaults.read(permit, school.guardian(student)) as vault:
        return [(charge.study, charge.cost) for charge in vault.ledger()]


def purposes(school: School, student: str) -> list[tuple[str, str]]:
    """What the family sees in the access log: purpose and outcome of what the school did for statistics."""
    permit = school.guardian_permit(student, Action.READ)
    with school.node.vaults.read(permit, school.guardian(student)) as vault:
        return [(line.purpose, line.outcome) for line in vault.access_log() if line.purpose == Purpose.STATISTICS.value]
