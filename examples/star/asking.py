"""The nation's question of each year, and its way through 42 school systems to 80 schools and back.

Never: a pupil, a file of the public table.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from examples.star.nodes import NATION, open_one
from examples.star.report import CLASS_TYPES, Interval
from federation import (
    Feature,
    Filter,
    Group,
    Question,
    Reference,
    Release,
    Study,
    StudyId,
    Term,
    Title,
    answer,
    approve,
    draft,
    exchange,
    merge,
    release,
    stored_release,
)
from pds.identifiers import OrgId
from pds.node import Node
from pds.post import mailbox
from pds.records import Category

REFERENCE = "regular"
_EPSILON = 1_000_000  # ε = 1 per pupil and year
_GROUP_SIZE = 2000  # pupils per class type and year, from the experiment's published description
_CLASS_TYPE = Feature(kind=Category.ENROLLMENT_INFO, field="attributes.class_type")


def study_of(year: int) -> Study:
    """Mean of reading plus mathematics by class type, both required, each within its scale of 200 to 800 points."""
    terms = tuple(
        Term(
            feature=Feature(
                kind=Category.TEST_RESULT,
                field="raw_score",
                where=(Filter(field="subject_code", one_of=(subject,)),),
            ),
            low="200",
            high="800",
        )
        for subject in ("mathematics", "reading")
    )
    question = Question(
        measure="mean",
        terms=terms,
        step="1",
        groups=(Group(feature=_CLASS_TYPE, values=(REFERENCE, *CLASS_TYPES)),),
        school_year=year,
        census_date=date(year, 10, 1),
    )
    return Study(
        question=question,
        title=Title(ja=f"{year}年度 学級の大きさと学力", en=f"Class size and achievement, school year {year}"),
        epsilon=_EPSILON,
        scope=NATION,
        asked_by=NATION,
        reference=Reference(key=_CLASS_TYPE.label, value=REFERENCE),
    )


def publish(root: Path, year: int, systems: Iterable[str], day: date) -> StudyId:
    """Draft, approve by a second person, and carry the announcement to every school system; again does nothing new."""
    with open_one(root, NATION, day) as nation:
        study = draft(nation, study_of(year), drafter="analyst", group_size=_GROUP_SIZE).id
        approve(nation, study, approver="statistician")
        waiting = _outgoing(nation)
        for system in systems:
            with open_one(root, system, day) as node:
                _hand_over(waiting, node)
        _carried(nation, waiting)
    return study


def announce_below(root: Path, system: str, schools: Iterable[str], day: date) -> None:
    """Carry what a school system has for its schools."""
    with open_one(root, system, day) as node:
        waiting = _outgoing(node)
        for school in schools:
            with open_one(root, school, day) as below:
                _hand_over(waiting, below)
        _carried(node, waiting)


def answer_school(root: Path, school: str, study: StudyId, day: date) -> None:
    """One school answers: charge, read, sum, draw once, store."""
    with open_one(root, school, day) as node:
        answer(node, study)


def merge_system(root: Path, system: str, schools: Iterable[str], study: StudyId, day: date) -> None:
    """A school system takes its schools' answers and adds them up."""
    with open_one(root, system, day) as node:
        for school in schools:
            with open_one(root, school, day) as below:
                waiting = _outgoing(below)
                _hand_over(waiting, node)
                _carried(below, waiting)
        merge(node, study, OrgId(system))


def release_nation(root: Path, systems: Iterable[str], study: StudyId, day: date) -> dict[str, Interval]:
    """The nation adds up and releases once: each class type minus regular classes, with its 95 % interval."""
    with open_one(root, NATION, day) as nation:
        for system in systems:
            with open_one(root, system, day) as node:
                waiting = _outgoing(node)
                _hand_over(waiting, nation)
                _carried(node, waiting)
        merge(nation, study, NATION)
        release(nation, study)
        released = stored_release(nation, study)
        assert released is not None  # noqa: S101  # released on the line above
        return _effects(released)


def _effects(released: Release) -> dict[str, Interval]:
    label = _CLASS_TYPE.label
    return {
        item.groups[label]: Interval(
            estimate=float(item.value.estimate), low=float(item.value.low), high=float(item.value.high)
        )
        for item in released.differences
        if item.value is not None
    }


def _outgoing(node: Node) -> list[tuple[str, OrgId, str]]:
    exchange.post_due(node)
    return mailbox.waiting(node)


def _hand_over(waiting: Iterable[tuple[str, OrgId, str]], node: Node) -> None:
    here = set(node.organisations())
    for _, to, token in waiting:
        if to in here:
            mailbox.deliver(node, token)
    exchange.act(node)


def _carried(node: Node, waiting: Iterable[tuple[str, OrgId, str]]) -> None:
    for name, _, _ in waiting:
        mailbox.carried(node, name)
