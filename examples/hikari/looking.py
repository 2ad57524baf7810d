"""Teachers, nurse and office look into the histories of the family that the demo shows, and one look is refused.

So that its access log has something to tell. Never: a record written down; what was read is forgotten.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from consent.decisions import Request, permit
from examples.hikari.moves import SCHEME
from examples.hikari.nodes import Afternoon, open_one
from examples.hikari.sign_ins import HANA, MINATO, SignIn, person_of
from examples.hikari.town import MIDORI
from pds.errors import NotFoundError, RefusedError
from pds.node import Node
from pds.people import Person
from pds.records import Category
from pds.vault import Action


@dataclass(frozen=True, slots=True)
class _Look:
    """Who looks at whom, how many days ago, at which kinds of record."""

    who: str
    student: str
    days_ago: int
    kinds: tuple[Category, ...]


_LOOKS = (
    _Look("other_teacher", HANA, 12, (Category.ATTENDANCE, Category.TEST_RESULT)),
    _Look("nurse", HANA, 9, (Category.HEALTH_EXAMINATION,)),
    _Look("other_teacher", HANA, 5, (Category.ATTENDANCE, Category.GRADE_EVALUATION)),
    _Look("teacher", HANA, 2, (Category.TEST_RESULT,)),  # not this teacher's class: refused, and the family sees it
    _Look("office", MINATO, 0, (Category.ENROLLMENT_INFO,)),
    _Look("teacher", MINATO, 0, (Category.ATTENDANCE, Category.TEST_RESULT, Category.GRADE_EVALUATION)),
    _Look("nurse", MINATO, 0, (Category.HEALTH_OBSERVATION, Category.NURSE_OFFICE_VISIT)),
)


def look(root: Path, today: date, sign_ins: Mapping[str, SignIn]) -> None:
    """Let everybody look, oldest look first; a look into the past is entered on its day.

    Args:
        root: The folder of the city.
        today: The day on which the city is built.
        sign_ins: Who can sign in, by key.
    """
    for item in _LOOKS:
        clock = Afternoon(today - timedelta(days=item.days_ago)) if item.days_ago else None
        with open_one(root, MIDORI.node, clock) as node:
            person = person_of(node, sign_ins[item.who])
            if person is None:
                raise NotFoundError("somebody who looks in the demo has no account")
            with suppress(RefusedError):
                for _ in _read(node, person, item):
                    pass


def _read(node: Node, person: Person, item: _Look) -> Iterator[object]:
    vault = node.vaults.find(MIDORI.code, SCHEME, item.student)
    if vault is None:
        raise NotFoundError("a child of the family that the demo shows is not at its school")
    grade = {MINATO: "P5-1", HANA: "P1-1"}[item.student]
    wish = Request.of_school(
        vault,
        MIDORI.code,
        Action.READ,
        item.kinds,
        member=person.member,
        in_class=grade in person.classes,
        signed_in=True,
    )
    with node.vaults.read(permit(node, wish)) as reader:
        yield from reader.records()
