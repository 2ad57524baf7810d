"""What nation and city ask of ひかり市, and the way of both questions to the three schools and back.

Never: a student, a figure that was not released.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from examples.hikari.nodes import open_one
from examples.hikari.sign_ins import SignIn, person_of
from examples.hikari.town import CITY, NATION
from federation import (
    Condition,
    Feature,
    Filter,
    Group,
    Question,
    Reference,
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
from pds.clock import school_year
from pds.errors import PdsError
from pds.identifiers import OrgId
from pds.node import Node
from pds.records import Category

STAGES = ("elementary", "junior_high")
_GROUP_SIZE = 200  # students per stage, as the city publishes them
_WITH_SCHOOLS = ("city", "midori", "nagisa")
_STAGE = Feature(kind=Category.ENROLLMENT_INFO, field="attributes.stage")


def asked_of(today: date) -> tuple[int, date]:
    """The school year that studies ask about, which is the current one, and its census date."""
    year = school_year(today)
    return year, min(date(year, 5, 1), today)


def absences(today: date) -> Study:
    """The nation's question: how many days of absence has a student had, by stage?"""
    days = Feature(kind=Category.ATTENDANCE, take="days", where=(Filter(field="status", one_of=("absent",)),))
    title = "欠席した日数（小学校・中学校）", "Days of absence by stage"
    asked = {"measure": "mean", "terms": (Term(feature=days, low="0", high="20"),), "step": "1"}
    return _by_stage(today, asked, title, NATION, 300_000)


def practice(today: date) -> Study:
    """The city's question: how many have practised at home on two days or more, by stage?"""
    days = Feature(kind=Category.DRILL_LOG, take="days", where=(Filter(field="place", one_of=("home",)),))
    asked = {"measure": "proportion", "condition": Condition(feature=days, at_least="2")}
    return _by_stage(today, asked, ("家でのドリル学習", "Digital drills at home"), CITY, 200_000)


def understanding(today: date) -> Study:
    """A question that the city has drafted and nobody has approved yet: how many say that they follow the lessons?"""
    item = Filter(field="item_id", one_of=("understand_lessons",))
    answers = Feature(kind=Category.STUDENT_SURVEY, field="response", where=(item,))
    asked = {"measure": "proportion", "condition": Condition(feature=answers, at_least="3")}
    return _by_stage(today, asked, ("授業が分かるか", "Whether lessons are understood"), CITY, 200_000)


def _by_stage(today: date, asked: Mapping[str, Any], title: tuple[str, str], asker: OrgId, epsilon: int) -> Study:
    """A question about the students of this school year, by stage, asked of everybody below the asker."""
    year, census = asked_of(today)
    groups = (Group(feature=_STAGE, values=STAGES),)
    return Study(
        question=Question(**asked, groups=groups, school_year=year, census_date=census),
        title=Title(ja=f"{year}年度 {title[0]}", en=f"{title[1]}, school year {year}"),
        epsilon=epsilon,
        scope=asker,
        asked_by=asker,
        reference=Reference(key=_STAGE.label, value=STAGES[0]),
    )


def publish(root: Path, today: date, officials: Mapping[str, tuple[SignIn, SignIn]]) -> list[StudyId]:
    """Draft both questions and one more, approve both by a second person; again does nothing new.

    Args:
        root: The folder of the city; nation and city are being served.
        today: The day on which it is asked.
        officials: Of nation and city: who drafts, and who approves.
    """
    published = []
    for name, study in (("nation", absences(today)), ("city", practice(today))):
        with open_one(root, name) as node:
            drafter, approver = (_staff_id(node, one) for one in officials[name])
            published.append(draft(node, study, drafter=drafter, group_size=_GROUP_SIZE).id)
            approve(node, published[-1], approver=approver)
            if name == "city":
                draft(node, understanding(today), drafter=drafter, group_size=_GROUP_SIZE)
    tick(root, _WITH_SCHOOLS)
    return published


def _staff_id(node: Node, sign_in: SignIn) -> str:
    person = person_of(node, sign_in)
    if person is None or person.member is None:
        raise PdsError("an official of the demo has no account")
    return person.member.id


def answer_all(root: Path, studies: list[StudyId], pool: ProcessPoolExecutor) -> None:
    """Let every school answer both questions, two schools at a time."""
    jobs = [pool.submit(_answer, root, name, study) for study in studies for name in _WITH_SCHOOLS]
    for job in jobs:
        job.result()


def release_both(root: Path, studies: list[StudyId]) -> None:
    """Bring the answers up, add and release: the city's table first, then the nation's."""
    tick(root, ("midori", "nagisa"))
    of_nation, of_city = studies
    with open_one(root, "city") as city:
        for study in studies:
            merge(city, study, CITY)
    _release(root, "city", of_city)
    tick(root, ("city",))
    with open_one(root, "nation") as nation:
        exchange.act(nation)
        merge(nation, of_nation, NATION)
    _release(root, "nation", of_nation)
    tick(root, _WITH_SCHOOLS)


def tick(root: Path, names: Iterable[str]) -> None:
    """One round of post at each of these nodes."""
    for name in names:
        with open_one(root, name) as node:
            exchange.tick(node)


def _answer(root: Path, name: str, study: StudyId) -> None:
    with open_one(root, name) as node:
        answer(node, study)


def _release(root: Path, name: str, study: StudyId) -> None:
    with open_one(root, name) as node:
        if stored_release(node, study) is None:
            release(node, study)
