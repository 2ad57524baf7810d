"""What ひかり市 consists of: its schools, classes and subjects, and which node each organisation lives on.

Never: a person, a record.
"""

from dataclasses import dataclass
from typing import Literal

from pds.identifiers import OrgId, check_digit

NATION, CITY = OrgId("jp"), OrgId("139998")
GRADES = ("P1", "P2", "P3", "P4", "P5", "P6", "J1", "J2", "J3")


def _school_code(first: str) -> OrgId:
    return OrgId(first + check_digit(first))


@dataclass(frozen=True, slots=True)
class School:
    """A school.

    Attributes:
        name: The folder of its files, and of its node if it has one of its own.
        code: 学校コード, invented, with its check digit.
        seats: How many students each grade has now.
        classes: How many classes each grade has.
        node: The folder of the node that it lives on.
    """

    name: str
    code: OrgId
    title: str
    kind: Literal["elementary", "junior_high"]
    seats: dict[str, int]
    classes: int
    node: str


MIDORI = School(
    "midori",
    _school_code("B11329999980"),
    "みどり台小学校",
    "elementary",
    dict(zip(GRADES, (34, 36, 35, 36, 35, 36), strict=False)),
    1,
    "midori",
)
NAGISA = School(
    "nagisa",
    _school_code("B11329999970"),
    "なぎさ小学校",
    "elementary",
    dict(zip(GRADES, (30, 32, 31, 31, 31, 31), strict=False)),
    1,
    "nagisa",
)
JUNIOR = School(
    "hikari",
    _school_code("C11329999960"),
    "ひかり中学校",
    "junior_high",
    dict(zip(GRADES[6:], (66, 68, 68), strict=True)),
    2,
    "city",
)
SCHOOLS = (MIDORI, NAGISA, JUNIOR)
NODES = ("nation", "city", "midori", "nagisa")
STUDENTS = sum(sum(school.seats.values()) for school in SCHOOLS)

_ELEMENTARY = {
    "P010": "国語",
    "P020": "社会",
    "P030": "算数",
    "P040": "理科",
    "P050": "生活",
    "P060": "音楽",
    "P070": "図画工作",
    "P080": "家庭",
    "P090": "体育",
    "P100": "外国語",
}
_JUNIOR_HIGH = {
    "J010": "国語",
    "J020": "社会",
    "J030": "数学",
    "J040": "理科",
    "J050": "音楽",
    "J060": "美術",
    "J070": "保健体育",
    "J080": "技術・家庭",
    "J090": "外国語",
}
SUBJECTS = _ELEMENTARY | _JUNIOR_HIGH
_FROM_P3, _P1_AND_P2, _FROM_P5 = frozenset({"P020", "P040"}), frozenset({"P050"}), frozenset({"P080", "P100"})


def subjects(grade: str) -> tuple[str, ...]:
    """The subjects of a grade (education-data section 3.3), by code."""
    if grade.startswith("J"):
        return tuple(_JUNIOR_HIGH)
    year = int(grade[1])
    left_out = (_FROM_P3 if year < 3 else _P1_AND_P2) | (_FROM_P5 if year < 5 else frozenset())  # noqa: PLR2004  # school grades
    return tuple(code for code in _ELEMENTARY if code not in left_out)


def tested(grade: str) -> tuple[str, ...]:
    """The subjects in which a grade sits written tests."""
    if grade.startswith("J"):
        return ("J010", "J020", "J030", "J040", "J090")
    return tuple(code for code in ("P010", "P020", "P030", "P040", "P050", "P100") if code in subjects(grade))
